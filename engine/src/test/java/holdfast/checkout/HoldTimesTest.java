package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.catalog.NewProduct;
import holdfast.catalog.SaleTerms;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import holdfast.payment.Trouble;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How long a hold lasts while somebody pays: as exact times, by the row.
class HoldTimesTest {

    private static final String CHALLENGE = "threeDSecureRequired";
    private static final int TWO_HOURS = 7_200;

    private final Trouble trouble = new Trouble();

    @RegisterExtension
    final Floor floor = new Floor(trouble::before, UnaryOperator.identity());

    private final CheckoutId checkout = CheckoutId.next();

    @Test
    void a_challenge_extends_a_hold_by_five_minutes_past_its_time() {
        open(null);
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("requires_action");
        assertThat(times()).isEqualTo("expires 00:10:00, to be paid by 00:15:00, at the latest 00:20:00");
    }

    @Test
    void the_same_request_asked_again_and_a_second_one_do_not_extend_it_again() {
        open(null);
        pay(CHALLENGE, "K1");
        floor.shiftClock(Duration.ofMinutes(9));
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("requires_action");
        assertThat(pay("visa", "K2")).isEqualTo("payment_in_progress");
        assertThat(times()).isEqualTo("expires 00:10:00, to be paid by 00:15:00, at the latest 00:20:00");
    }

    @Test
    void a_second_challenge_after_a_decline_ends_when_the_first_would_have() {
        open(null);
        pay(CHALLENGE, "K1");
        floor.provider.failChallenge(payment());
        floor.shiftClock(Duration.ofMinutes(9));
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("payment_declined authentication_failed");
        assertThat(times()).isEqualTo("expires 00:10:00, at the latest 00:20:00");
        assertThat(pay(CHALLENGE, "K2")).isEqualTo("requires_action");
        assertThat(times()).isEqualTo("expires 00:10:00, to be paid by 00:15:00, at the latest 00:20:00");
    }

    @Test
    void a_challenge_that_fails_within_the_extension_leaves_no_time_for_another() {
        open(null);
        pay(CHALLENGE, "K1");
        floor.provider.failChallenge(payment());
        floor.shiftClock(Duration.ofMinutes(11));
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("payment_declined authentication_failed");
        assertThat(pay(CHALLENGE, "K2")).isEqualTo("hold_expired");
        assertThat(floor.stockOf("SOFA")).isEqualTo("1 on hand, 0 held, 0 allocated");
    }

    @Test
    void what_is_held_for_hours_leaves_a_challenge_its_five_minutes_in_the_last_minute_too() {
        open(TWO_HOURS);
        floor.shiftClock(Duration.ofSeconds(TWO_HOURS - 60));
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("requires_action");
        assertThat(times()).isEqualTo("expires 02:00:00, to be paid by 02:05:00, at the latest 02:05:00");

        floor.shiftClock(Duration.ofMinutes(5));
        floor.module.recovery().resumePayments();
        floor.provider.passChallenge(payment());
        assertThat(pay(CHALLENGE, "K1")).isEqualTo("completed");
    }

    @Test
    void what_is_held_for_hours_stays_held_while_the_payment_of_the_last_minute_is_looked_for() {
        open(TWO_HOURS);
        floor.shiftClock(Duration.ofSeconds(TWO_HOURS - 60));
        trouble.dark(true);
        assertThat(pay("visa", "K1")).isEqualTo("processing");
        floor.shiftClock(Duration.ofMinutes(2));
        floor.module.recovery().resumePayments();
        assertThat(floor.stockOf("SOFA")).isEqualTo("1 on hand, 1 held, 0 allocated");

        trouble.dark(false);
        floor.shiftClock(Duration.ofMinutes(2));
        floor.module.recovery().resumePayments();
        assertThat(pay("visa", "K1")).isEqualTo("completed");
    }

    @Test
    void a_time_of_its_own_that_leaves_room_for_a_payment_keeps_to_the_limit_of_the_shop() {
        open(900);
        assertThat(times()).isEqualTo("expires 00:15:00, at the latest 00:20:00");
    }

    @Test
    void a_time_of_its_own_just_below_the_limit_leaves_room_as_well() {
        open(1_199);
        assertThat(times()).isEqualTo("expires 00:19:59, at the latest 00:24:59");
    }

    private void open(@Nullable Integer holdSeconds) {
        var terms = new SaleTerms(null, holdSeconds, 0);
        floor.database.transact(tx -> floor.catalog.put(
                tx, new NewProduct(Sku.of("SOFA"), "A sofa", Money.of(1000, Floor.EUR), 100, "standard", terms)));
        floor.stock("SOFA", 1, "MAIN");
        assertThat(floor.open(checkout, Map.of("SOFA", 1), List.of(), "ada@example.com"))
                .isEqualTo("open");
    }

    private String pay(String card, String key) {
        return floor.complete(checkout, card, key, 1000);
    }

    private String payment() {
        return Objects.requireNonNull(floor.checkout(checkout).payment()).id().toString();
    }

    /// Counted from the beginning of the hold.
    private String times() {
        return floor.database.read(tx -> tx.query("""
                        select concat_ws(', ', 'expires ' || (expires_at - created_at),
                                         'to be paid by ' || (paying_deadline - created_at),
                                         'at the latest ' || (hard_deadline - created_at))
                          from hold
                         where checkout_id = :checkout
                        """)
                .bind("checkout", checkout.value())
                .mapTo(String.class)
                .one());
    }
}
