package holdfast.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.catalog.SaleTerms;
import holdfast.db.StatementCount;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What backorders cost those who make them, and those who do not.
final class BackordersTest {

    private static final TestDatabase TEST = TestDatabase.create();
    private static final SaleTerms FIVE = new SaleTerms(null, null, 5);

    private final Reservations reservations = new LockingReservations(SourcingPolicy.FEWEST_PARCELS);

    @BeforeEach
    void stock() {
        new HoldStory(TEST, reservations).tell("stock NORTH MUG 3");
    }

    @AfterAll
    static void close() {
        TEST.close();
    }

    @Test
    void nobody_pays_who_backorders_nothing() {
        assertThat(statements(List.of(request(3, SaleTerms.NONE)))).isEqualTo(1);
        assertThat(statements(List.of(request(4, SaleTerms.NONE)))).isEqualTo(1);
        assertThat(statements(List.of(request(3, FIVE)))).isEqualTo(1);
    }

    @Test
    void a_hundred_backorders_take_as_many_statements_as_one() {
        assertThat(statements(List.of(request(4, FIVE))))
                .as("the stock, and the count")
                .isEqualTo(2);
        assertThat(statements(
                        IntStream.range(0, 100).mapToObj(_ -> request(1, FIVE)).toList()))
                .isEqualTo(2);
    }

    private int statements(List<HoldRequest> requests) {
        return StatementCount.of(TEST.url(), tx -> reservations.reserve(tx, requests));
    }

    private static HoldRequest request(long pieces, SaleTerms terms) {
        Sku mug = Sku.of("MUG");
        return new HoldRequest(CheckoutId.next(), new TreeMap<>(Map.of(mug, pieces)), null, Map.of(mug, terms));
    }
}
