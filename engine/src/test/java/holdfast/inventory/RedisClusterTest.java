package holdfast.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.BareCheckouts;
import holdfast.TestDatabase;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is promised in a Redis Cluster, whose nodes have each a part of the SKUs, and not always the same.
final class RedisClusterTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private TestRedisCluster cluster;
    private RedisReservations reservations;
    private HoldStory story;

    @BeforeEach
    void open() {
        cluster = TestRedisCluster.start();
        reservations = RedisReservations.connect(cluster.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
        story = new HoldStory(DATABASE, reservations);
    }

    @AfterEach
    void the_books_are_right() {
        reservations.close();
        cluster.close();
        assertThat(story.broken()).isEmpty();
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void a_hold_of_skus_on_several_nodes_is_promised_wholly_or_not_at_all() {
        assertThat(List.of(cluster.nodeOf("HAT"), cluster.nodeOf("MUG"), cluster.nodeOf("CUP")))
                .doesNotHaveDuplicates();
        story.tell("""
                stock    NORTH MUG 3
                stock    SOUTH HAT 3
                stock    SOUTH CUP 3
                hold     A MUG 2 HAT 1 CUP 3    → CUP 3 SOUTH, HAT 1 SOUTH, MUG 2 NORTH
                hold     B MUG 1 CUP 1          → out of stock {CUP=0}
                release  A                      → released
                hold     B MUG 1 CUP 1          → CUP 1 SOUTH, MUG 1 NORTH
                """);
        assertThat(promisedInRedisAlone()).isTrue();
        assertThat(List.of("HAT", "MUG", "CUP"))
                .allMatch(sku -> cluster.nodeOf(sku).size() > 0);
        story.tell("""
                pay      B                      → paying
                """);
    }

    @Test
    void a_sku_that_has_moved_to_another_node_is_found_there() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 1    → MUG 1 NORTH
                """);
        cluster.move("MUG");
        story.tell("""
                hold     B MUG 1    → MUG 1 NORTH
                hold     C MUG 1    → out of stock {MUG=0}
                """);
        assertThat(cluster.nodeOf("MUG").size()).isZero();
        assertThat(promisedInRedisAlone()).isTrue();
    }

    @Test
    void a_node_in_whose_place_another_has_come_is_not_asked_for_ever() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 1    → MUG 1 NORTH
                """);
        cluster.move("MUG");
        cluster.nodeOf("MUG").kill();
        story.tell("""
                hold     B MUG 1    → MUG 1 NORTH
                hold     C MUG 1    → out of stock {MUG=0}
                """);
        assertThat(reservations.isOut()).isTrue();
        var wanted = new TreeMap<>(Map.of(Sku.of("MUG"), 1L));
        var request = new HoldRequest(BareCheckouts.open(DATABASE.database()), wanted, null, Map.of());
        TestRedisCluster.await(() -> {
            story.database.transact(tx -> story.holds.reserve(tx, List.of(request)));
            return !reservations.isOut();
        });
    }

    private boolean promisedInRedisAlone() {
        long held = story.database.inTransaction(
                tx -> tx.query("select sum(held) from stock").mapTo(Long.class).one());
        return held == 0 && !reservations.isOut();
    }
}
