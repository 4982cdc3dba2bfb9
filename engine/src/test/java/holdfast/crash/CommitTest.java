package holdfast.crash;

import static holdfast.crash.MortalShop.expect;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crash.MortalShop.Reply;
import holdfast.db.Database;
import holdfast.drill.FaultProxy.Direction;
import holdfast.kernel.CrashPoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The moment of a commit, of which nobody knows how it went: the server dies, or PostgreSQL, or what is
/// between them. It is K06 of a hold, and K19 of an order.
@Tag("slow")
class CommitTest {

    /// What PostgreSQL says when it is done with a COMMIT.
    private static final byte[] COMMITTED = {'C', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

    private static final Duration LEASE_OVER = Duration.ofSeconds(31);

    private static final Director DIRECTOR = new Director();
    private static final MortalPostgres POSTGRES = new MortalPostgres();
    private static Database database;
    private static MortalShop shop;

    @BeforeAll
    static void open() {
        database = new Database(POSTGRES.directUrl(), 2);
        shop = new MortalShop(DIRECTOR, database, Map.of("HOLDFAST_DATABASE_URL", POSTGRES.url()), List.of());
    }

    @AfterEach
    void heal() {
        POSTGRES.link().heal();
    }

    @AfterAll
    static void close() {
        shop.close();
        database.close();
        POSTGRES.close();
        DIRECTOR.close();
    }

    /// A transaction of the story, by the lane it is written in and by what shows that it is committed.
    enum Step {
        HOLD("holdfast-stock", "select count(*) from hold_line where sku = :sku"),
        ATTEMPT("holdfast-money", """
                select count(*)
                  from payment
                  join checkout_line l using (checkout_id)
                 where l.sku = :sku"""),
        ORDER("holdfast-stock", "select count(*) from order_line where sku = :sku");

        private final String lane;
        private final String committed;

        Step(String lane, String committed) {
            this.lane = lane;
            this.committed = committed;
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_server_dies_before_it_hears_that_it_committed(Step step) {
        commits(step, true, () -> {
            shop.kill();
            POSTGRES.link().heal();
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_connection_is_lost_before_it_is_heard(Step step) {
        commits(step, true, () -> {
            POSTGRES.link().cut();
            POSTGRES.link().heal();
        });
    }

    @ParameterizedTest
    @EnumSource
    void postgres_dies_when_it_has_committed_and_before_it_is_heard(Step step) {
        commits(step, true, () -> {
            POSTGRES.kill();
            POSTGRES.restart();
            POSTGRES.link().cut();
            POSTGRES.link().heal();
        });
    }

    @ParameterizedTest
    @EnumSource
    void the_commit_is_lost_on_its_way(Step step) {
        commits(step, false, () -> {});
    }

    @ParameterizedTest
    @EnumSource
    void postgres_dies_before_it_is_told_to_commit(Step step) {
        String sku = shop.stocked();
        Optional<Reply> opened = step == Step.HOLD ? Optional.empty() : Optional.of(shop.open(sku));
        try (var commit = DIRECTOR.hold(passage -> isCommit(step, passage))) {
            var bought = buys(sku, opened);
            commit.await();
            POSTGRES.kill();
            POSTGRES.restart();
            commit.release();
            endsWell(sku, bought);
        }
    }

    /// @param arrives whether PostgreSQL hears the COMMIT; then what follows happens before its answer is heard
    private static void commits(Step step, boolean arrives, Runnable then) {
        String sku = shop.stocked();
        Optional<Reply> opened = step == Step.HOLD ? Optional.empty() : Optional.of(shop.open(sku));
        try (var commit = DIRECTOR.hold(passage -> isCommit(step, passage))) {
            var bought = buys(sku, opened);
            commit.await();
            if (arrives) {
                POSTGRES.link().freezeAt(Direction.BACK, COMMITTED);
            } else {
                POSTGRES.link().cutAfter(Direction.THERE, 1);
            }
            commit.release();
            if (arrives) awaitCommitted(step, sku);
            then.run();
            endsWell(sku, bought);
        }
    }

    private static boolean isCommit(Step step, Director.Passage passage) {
        return passage.point() == CrashPoint.K05 && passage.thread().equals(step.lane);
    }

    private static CompletableFuture<Reply> buys(String sku, Optional<Reply> opened) {
        return CompletableFuture.supplyAsync(
                () -> shop.pay(opened.orElseGet(() -> shop.open(sku)), "pm_card_visa", "at-last"));
    }

    private static void awaitCommitted(Step step, String sku) {
        try (var direct = new Database(POSTGRES.directUrl(), 1)) {
            while (direct.inTransaction(tx -> tx.query(step.committed)
                            .bind("sku", sku)
                            .mapTo(Long.class)
                            .one())
                    == 0) {
                MortalShop.pause();
            }
        }
    }

    private static void endsWell(String sku, CompletableFuture<Reply> bought) {
        POSTGRES.shiftClock(LEASE_OVER); // What was begun is nobody's, where the server could not write that down.
        Reply paid = expect(200, bought.join());
        assertThat(paid.text("/status")).isEqualTo("completed");
        shop.orderOnce(paid.text("/order/id"), "captured");
        assertThat(shop.available(sku)).isZero();
        shop.everyAnswerIsRepeated();
        assertThat(shop.broken()).isEmpty();
    }
}
