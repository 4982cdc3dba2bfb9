package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCodes;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.RedisReservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.TestRedis;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Rate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Checkouts whose stock is promised in Redis alone until somebody pays.
class SoftHoldsTest {

    @Test
    void who_pays_for_what_is_gone_hears_so_before_any_money_is_asked_for() {
        try (var redis = TestRedis.start();
                var reservations =
                        RedisReservations.connect(redis.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
                var floor = new Floor(reservations)) {
            floor.stock("MUG", 2, "NORTH");
            floor.database.transact(tx -> new DiscountCodes()
                    .put(
                            tx,
                            "ONCE",
                            new DiscountCode.Terms(
                                    new DiscountCode.Off.Percent(Rate.percent("10")), 1, null, null, null)));
            CheckoutId plain = CheckoutId.next();
            CheckoutId late = CheckoutId.next();
            assertThat(floor.open(plain, Map.of("MUG", 1), List.of(), "ada@example.com"))
                    .isEqualTo("open");
            assertThat(floor.open(late, Map.of("MUG", 1), List.of("ONCE"), "bob@example.com"))
                    .isEqualTo("open");
            assertThat(floor.stockOf("MUG")).isEqualTo("2 on hand, 0 held, 0 allocated");

            floor.database.transact(tx -> tx.execute("""
                    update stock set on_hand = 1;
                    insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                    values ('MUG', 'NORTH', 'adjust', -1, 'broken', 'test:broken')
                    """));
            assertThat(floor.complete(plain, "visa", "key-of-the-first-1", 1000))
                    .isEqualTo("completed");
            assertThat(floor.complete(late, "visa", "key-of-the-late-one", 900)).isEqualTo("out_of_stock");
            assertThat(floor.complete(late, "visa", "key-of-the-late-one", 900)).isEqualTo("out_of_stock");
            assertThat(floor.checkout(late).status()).isEqualTo(Checkout.Status.CANCELED);
            assertThat(floor.count("discount_use where state <> 'returned'")).isZero();

            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.stockOf("MUG")).isEqualTo("1 on hand, 0 held, 1 allocated");
            assertThat(floor.broken()).isEmpty();
        }
    }
}
