package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.catalog.SaleTerms;
import holdfast.checkout.PurchaseLimits.Purchase;
import holdfast.db.StatementCount;
import holdfast.inventory.HoldRequest;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Problem;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What a purchase limit costs, and what it says to many who come together.
final class PurchaseLimitsTest {

    private static final TestDatabase TEST = TestDatabase.create(2);
    private static final SaleTerms THREE = new SaleTerms(3, null, 0);

    private final PurchaseLimits limits = new PurchaseLimits();

    @AfterAll
    static void close() {
        TEST.close();
    }

    @Test
    void what_has_no_limit_costs_no_statement() {
        List<Purchase> unlimited = List.of(purchase("ada@example.com", 100, SaleTerms.NONE));
        assertThat(StatementCount.of(TEST.url(), tx -> {
                    limits.check(tx, unlimited);
                    limits.note(tx, unlimited);
                }))
                .isZero();
    }

    @Test
    void a_hundred_purchases_take_as_many_statements_as_one() {
        List<Purchase> many = IntStream.range(0, 100)
                .mapToObj(i -> purchase("c" + i + "@example.com", 1, THREE))
                .toList();
        assertThat(StatementCount.of(TEST.url(), tx -> {
                    limits.check(tx, many);
                    limits.note(tx, many);
                }))
                .as("lock, count, note")
                .isEqualTo(3);
    }

    @Test
    void the_limit_of_a_sale_takes_no_statement_more() {
        List<Purchase> many = IntStream.range(0, 100)
                .mapToObj(i -> purchase("c" + i + "@example.com", 1, new SaleTerms(3, null, 0, 2)))
                .toList();
        assertThat(StatementCount.of(TEST.url(), tx -> {
                    limits.check(tx, many);
                    limits.note(tx, many);
                }))
                .isEqualTo(3);
    }

    @Test
    void of_those_who_come_together_each_finds_what_the_one_before_was_granted() {
        List<Purchase> together = List.of(
                purchase("ada@example.com", 2, THREE),
                purchase("Ada@example.com", 2, THREE),
                purchase("bob@example.com", 3, THREE),
                purchase("ada@example.com", 1, THREE),
                purchase(null, 3, THREE),
                purchase(null, 4, THREE));
        List<Boolean> granted = TEST.database()
                .inTransaction(tx -> limits.check(tx, together).stream()
                        .peek(refusal ->
                                refusal.ifPresent(it -> assertThat(it.problem()).isEqualTo(Problem.PURCHASE_LIMIT)))
                        .map(Optional::isEmpty)
                        .toList());
        assertThat(granted).containsExactly(true, false, true, true, true, false);
    }

    private static Purchase purchase(@Nullable String email, long pieces, SaleTerms terms) {
        var sku = Sku.of("RING");
        var request = new HoldRequest(CheckoutId.next(), new TreeMap<>(Map.of(sku, pieces)), null, Map.of(sku, terms));
        return new Purchase(email == null ? null : Email.of(email), request);
    }
}
