package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.payment.Detour;
import holdfast.payment.Retrieved;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A payment is read again after its answer was lost, and what the gateway then says of it is not what was
/// asked for: somebody was at it by hand meanwhile, or the gateway is odd.
class ReadAgainTest {

    private static final Money PRICE = Money.of(1000, Floor.EUR);

    private final Odd odd = new Odd();

    @RegisterExtension
    final Floor floor = new Floor(gateway -> new Detour(gateway, odd), UnaryOperator.identity());

    private final CheckoutId checkout = CheckoutId.next();

    @BeforeEach
    void a_mug_is_wanted() {
        floor.stock("MUG", 1, "MAIN");
        floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com");
    }

    @Test
    void what_was_taken_and_given_back_by_hand_places_no_order() {
        assertThat(pay("answerLostAfterCharge")).isEqualTo("processing");
        floor.provider.capture(reference(), PRICE, "by hand");
        floor.provider.refund(reference(), PRICE, "by hand, too");

        recover();
        assertThat(pay("answerLostAfterCharge")).isEqualTo("hold_expired");
        assertThat(floor.count("orders")).isZero();
        assertThat(floor.stockOf("MUG")).isEqualTo("1 on hand, 0 held, 0 allocated");
    }

    @Test
    void of_what_was_given_back_in_part_the_rest_is_given_back_too() {
        assertThat(pay("answerLostAfterCharge")).isEqualTo("processing");
        floor.provider.capture(reference(), PRICE, "by hand");
        floor.provider.refund(reference(), Money.of(400, Floor.EUR), "by hand, too");

        recover();
        assertThat(pay("answerLostAfterCharge")).isEqualTo("hold_expired");
        assertThat(floor.provider.retrieve(reference()).orElseThrow().refunded())
                .isEqualTo(PRICE);
    }

    @Test
    void less_than_the_price_that_was_taken_places_no_order() {
        assertThat(pay("answerLostAfterCharge")).isEqualTo("processing");
        floor.provider.capture(reference(), PRICE, "by hand");
        odd.says = found -> new Retrieved.Found(
                found.state(), found.amount(), Money.of(999, Floor.EUR), found.refunded(), null, null, null, null);

        recover();
        assertThat(floor.count("orders")).isZero();
        assertThat(floor.count("work_item where reason = 'other_amount'")).isEqualTo(1);
    }

    @Test
    void who_is_not_told_where_the_shopper_has_to_act_asks_again() {
        odd.says = found -> new Retrieved.Found(
                found.state(), found.amount(), found.captured(), found.refunded(), null, null, null, null);
        assertThat(pay("threeDSecureRequired")).isEqualTo("requires_action");
        recover();
        assertThat(pay("threeDSecureRequired")).isEqualTo("processing");

        odd.says = found -> found;
        floor.provider.passChallenge(reference());
        recover();
        assertThat(pay("threeDSecureRequired")).isEqualTo("completed");
    }

    @Test
    void of_a_gateway_that_is_not_configured_any_more_nothing_is_known_and_the_stock_goes_back_at_the_hard_limit() {
        assertThat(pay("answerLostAfterCharge")).isEqualTo("processing");
        floor.database.transact(tx -> tx.execute("update payment set gateway = 'gone'"));
        recover();
        assertThat(floor.stockOf("MUG")).isEqualTo("1 on hand, 1 held, 0 allocated");

        floor.shiftClock(Duration.ofMinutes(20));
        recover();
        floor.module.recovery().watchPayments();
        assertThat(floor.stockOf("MUG")).isEqualTo("1 on hand, 0 held, 0 allocated");
        assertThat(floor.count("work_item where reason = 'outcome_unknown'")).isEqualTo(1);

        floor.database.transact(tx -> tx.execute("update payment set gateway = 'sandbox', due_at = shop_clock()"));
        recover();
        assertThat(pay("answerLostAfterCharge")).isEqualTo("completed");
    }

    private String pay(String card) {
        return floor.complete(checkout, card, "the-one-key-of-this-test", PRICE.minor());
    }

    private void recover() {
        floor.shiftClock(Duration.ofSeconds(10));
        floor.module.recovery().resumePayments();
    }

    private String reference() {
        return Objects.requireNonNull(floor.checkout(checkout).payment()).id().toString();
    }

    /// Says what a test wants of a payment that it has.
    private static final class Odd implements Detour.Way {

        private UnaryOperator<Retrieved.Found> says = found -> found;

        @Override
        public Retrieved read(String reference, Supplier<Retrieved> request) {
            Retrieved told = request.get();
            return told instanceof Retrieved.Found found ? says.apply(found) : told;
        }
    }
}
