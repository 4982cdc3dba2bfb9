package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCodes;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Rate;
import holdfast.payment.Trouble;
import holdfast.psp.Movement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What a checkout promises, from its hold to its order, in stories: each line is something that is done and,
/// behind the arrow, what is heard.
class CheckoutStoriesTest {

    private final Trouble trouble = new Trouble();

    @RegisterExtension
    final Floor floor = new Floor(trouble::before, UnaryOperator.identity());

    private final Map<String, CheckoutId> checkouts = new HashMap<>();

    @Test
    void a_paid_checkout_becomes_an_order_and_its_stock_is_allocated() {
        story("""
                stock     MUG 3
                open      C1 MUG 2          => open
                stock?    MUG               => 3 on hand, 2 held, 0 allocated
                complete  C1 visa K1        => completed
                status?   C1                => completed
                stock?    MUG               => 3 on hand, 0 held, 2 allocated
                """);
    }

    @Test
    void a_hold_is_all_or_nothing() {
        story("""
                stock     MUG 3
                stock     BOWL 1
                open      C1 MUG 2 BOWL 2   => out_of_stock
                stock?    MUG               => 3 on hand, 0 held, 0 allocated
                open      C2 MUG 3 BOWL 1   => open
                open      C3 MUG 1          => out_of_stock
                """);
    }

    @Test
    void a_line_is_split_over_warehouses_only_where_it_has_to_be() {
        story("""
                stock     MUG 3 NORTH
                stock     MUG 2 SOUTH
                stock     BOWL 5 SOUTH
                open      C1 MUG 2 BOWL 1   => open
                lines?    C1                => BOWL 1 SOUTH, MUG 2 SOUTH
                open      C2 MUG 3          => open
                lines?    C2                => MUG 3 NORTH
                cancel    C1                => canceled
                cancel    C2                => canceled
                open      C3 MUG 5          => open
                lines?    C3                => MUG 3 NORTH, MUG 2 SOUTH
                """);
    }

    @Test
    void a_declined_shopper_keeps_the_hold_and_tries_again_with_a_new_key() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                                    => open
                complete  C1 chargeDeclinedInsufficientFunds K1       => payment_declined insufficient_funds
                status?   C1                                          => open
                complete  C1 chargeDeclinedInsufficientFunds K1       => payment_declined insufficient_funds
                complete  C1 visa K2                                  => completed
                complete  C1 visa K2                                  => completed
                complete  C1 visa K3                                  => checkout_completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void a_key_means_one_request() {
        story("""
                stock     MUG 2
                open      C1 MUG 1          => open
                open      C2 MUG 1          => open
                complete  C1 visa K1        => completed
                complete  C2 visa K1        => idempotency_key_reused
                complete  C1 mastercard K1  => idempotency_key_reused
                status?   C2                => open
                """);
    }

    @Test
    void nobody_pays_another_total_than_the_one_they_saw() {
        story("""
                stock     MUG 2
                open      C1 MUG 2                 => open
                complete  C1 visa K1 expecting 1999 => price_changed 20.00 EUR
                complete  C1 visa K2 expecting 2000 => completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void a_changed_price_is_heard_of_before_anything_is_charged() {
        story("""
                stock     MUG 2
                open      C1 MUG 2                  => open
                price     MUG 1200
                complete  C1 visa K1 expecting 2000 => price_changed 24.00 EUR
                complete  C1 visa K2 expecting 2400 => completed
                """);
    }

    @Test
    void a_change_elsewhere_in_the_catalog_changes_nothing() {
        story("""
                stock     MUG 2
                open      C1 MUG 2                  => open
                price     BOWL 700
                complete  C1 visa K1 expecting 2000 => completed
                """);
    }

    @Test
    void a_challenge_is_passed_and_the_same_request_then_tells_the_order() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                status?   C1                             => requires_action
                complete  C1 threeDSecureRequired K1     => requires_action
                complete  C1 visa K2                     => payment_in_progress
                cancel    C1                             => payment_in_progress
                challenge C1 pass
                complete  C1 threeDSecureRequired K1     => completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void a_failed_challenge_is_a_decline() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                challenge C1 fail
                complete  C1 threeDSecureRequired K1     => payment_declined authentication_failed
                complete  C1 visa K2                     => completed
                """);
    }

    @Test
    void an_abandoned_challenge_is_fenced_before_its_stock_is_sold_again() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                clock     14m
                recover
                open      C2 MUG 1                       => out_of_stock
                clock     21m
                recover
                status?   C1                             => expired
                open      C2 MUG 1                       => open
                challenge C1 pass
                complete  C1 threeDSecureRequired K1     => hold_expired
                """);
        assertThat(floor.chargesStanding()).isEmpty();
    }

    @Test
    void a_hold_that_is_being_paid_is_nobodys_to_sweep() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                clock     11m
                sweep                                    => 0
                open      C2 MUG 1                       => out_of_stock
                challenge C1 pass
                complete  C1 threeDSecureRequired K1     => completed
                """);
    }

    @Test
    void an_answer_lost_after_the_charge_ends_in_one_order() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 answerLostAfterCharge K1    => processing
                status?   C1                             => processing
                clock     5s
                recover
                status?   C1                             => completed
                complete  C1 answerLostAfterCharge K1    => completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
        assertThat(floor.count("orders")).isEqualTo(1);
    }

    @Test
    void money_that_comes_after_the_hard_limit_gets_its_order_if_the_stock_is_still_there() {
        story("""
                stock     MUG 2
                open      C1 MUG 2          => open
                gateway   dark
                complete  C1 visa K1        => processing
                clock     19m
                recover
                stock?    MUG               => 2 on hand, 2 held, 0 allocated
                clock     21m
                recover
                status?   C1                => expired
                stock?    MUG               => 2 on hand, 0 held, 0 allocated
                gateway   light
                clock     22m
                recover
                status?   C1                => completed
                stock?    MUG               => 2 on hand, 0 held, 2 allocated
                complete  C1 visa K1        => completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void money_that_comes_after_the_stock_was_sold_to_another_is_let_go_of() {
        story("""
                stock     MUG 2
                open      C1 MUG 2          => open
                gateway   dark
                complete  C1 visa K1        => processing
                clock     21m
                recover
                open      C2 MUG 1          => open
                gateway   light
                clock     22m
                recover
                status?   C1                => expired
                stock?    MUG               => 2 on hand, 1 held, 0 allocated
                complete  C1 visa K1        => hold_expired
                """);
        assertThat(floor.chargesStanding()).isEmpty();
    }

    private void money_is_taken_by_hand_after_the_stock_was_sold() {
        story("""
                stock     MUG 1
                open      C1 MUG 1          => open
                gateway   dark
                complete  C1 visa K1        => processing
                clock     21m
                recover
                open      C2 MUG 1          => open
                """);
        Checkout.Payment payment =
                Objects.requireNonNull(floor.checkout(checkout("C1")).payment());
        floor.provider.capture(payment.id().toString(), payment.amount(), "by hand");
    }

    @Test
    void money_that_was_even_taken_after_the_stock_was_sold_is_given_back() {
        money_is_taken_by_hand_after_the_stock_was_sold();
        story("""
                gateway   light
                clock     22m
                recover
                status?   C1                => expired
                complete  C1 visa K1        => hold_expired
                """);
        assertThat(floor.provider.ledger())
                .extracting(Movement::kind)
                .containsExactly(Movement.Kind.AUTH, Movement.Kind.CAPTURE, Movement.Kind.REFUND);
    }

    @Test
    void money_that_was_given_back_places_no_order_even_if_the_answer_to_that_was_lost() {
        money_is_taken_by_hand_after_the_stock_was_sold();
        trouble.next("refund", Trouble.Fault.LOST_AFTER);
        story("""
                gateway   light
                clock     5m
                recover
                cancel    C2                => canceled
                clock     5m
                recover
                status?   C1                => expired
                stock?    MUG               => 1 on hand, 0 held, 0 allocated
                complete  C1 visa K1        => hold_expired
                """);
        assertThat(floor.count("orders")).isZero();
    }

    @Test
    void the_hard_limit_of_a_hold_is_told_once() {
        story("""
                stock     MUG 1
                open      C1 MUG 1          => open
                gateway   dark
                complete  C1 visa K1        => processing
                clock     21m
                recover
                clock     5m
                recover
                """);
        assertThat(floor.count("event where type = 'payment.overdue'")).isEqualTo(1);
    }

    @Test
    void a_gateway_that_is_asked_rarely_by_now_is_asked_at_the_hard_limit_all_the_same() {
        story("""
                stock     MUG 1
                open      C1 MUG 1          => open
                gateway   dark
                complete  C1 visa K1        => processing
                """);
        floor.database.transact(tx -> tx.execute("update payment set tries = 9"));
        story("""
                clock     19m
                recover
                stock?    MUG               => 1 on hand, 1 held, 0 allocated
                clock     1m
                recover
                stock?    MUG               => 1 on hand, 0 held, 0 allocated
                """);
    }

    @Test
    void a_payment_that_the_gateway_does_not_let_go_of_keeps_the_stock_up_to_the_hard_limit_and_no_longer() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                """);
        trouble.next("void", Trouble.Fault.LOST_BEFORE);
        story("""
                clock     16m
                recover
                stock?    MUG                            => 1 on hand, 1 held, 0 allocated
                """);
        trouble.next("void", Trouble.Fault.LOST_BEFORE);
        story("""
                clock     5m
                recover
                stock?    MUG                            => 1 on hand, 0 held, 0 allocated
                clock     5m
                recover
                complete  C1 threeDSecureRequired K1     => hold_expired
                """);
        assertThat(floor.chargesStanding()).isEmpty();
    }

    @Test
    void who_learns_of_a_challenge_late_has_as_much_time_for_it() {
        trouble.next("authorize", Trouble.Fault.LOST_AFTER);
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => processing
                clock     5s
                recover
                status?   C1                             => requires_action
                clock     14m
                recover
                status?   C1                             => requires_action
                challenge C1 pass
                complete  C1 threeDSecureRequired K1     => completed
                """);
    }

    @Test
    void a_moment_of_darkness_in_a_challenge_costs_moments() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 threeDSecureRequired K1     => requires_action
                """);
        for (int i = 0; i < 12; i++) {
            story("""
                    clock     6s
                    recover
                    """);
        }
        story("""
                challenge C1 pass
                gateway   dark
                clock     6s
                recover
                status?   C1                             => processing
                gateway   light
                clock     3s
                recover
                status?   C1                             => completed
                """);
    }

    @Test
    void money_that_comes_after_the_discount_was_used_by_another_is_let_go_of() {
        singleUse("ONCE");
        story("""
                stock     MUG 3
                open      C1 MUG 1 code ONCE               => open
                open      C2 MUG 1 code ONCE               => open
                gateway   dark
                complete  C1 visa K1                       => processing
                clock     9m
                gateway   light
                complete  C2 visa K2                       => discount_code_unavailable
                gateway   dark
                clock     21m
                recover
                open      C3 MUG 1 code ONCE               => open
                gateway   light
                complete  C3 visa K3                       => completed
                clock     22m
                recover
                status?   C1                               => expired
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void an_answer_lost_before_the_charge_ends_in_one_order() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                complete  C1 answerLostBeforeCharge K1   => processing
                complete  C1 answerLostBeforeCharge K1   => completed
                complete  C1 answerLostBeforeCharge K1   => completed
                """);
        assertThat(floor.chargesStanding()).hasSize(1);
    }

    @Test
    void a_hold_expires_and_its_stock_is_sold_to_the_next() {
        story("""
                stock     MUG 1
                open      C1 MUG 1          => open
                clock     9m
                sweep                       => 0
                open      C2 MUG 1          => out_of_stock
                clock     10m
                complete  C1 visa K1        => hold_expired
                status?   C1                => expired
                sweep                       => 1
                open      C2 MUG 1          => open
                complete  C1 visa K1        => hold_expired
                """);
        assertThat(floor.provider.ledger()).isEmpty();
    }

    @Test
    void a_decline_after_the_deadline_gives_the_stock_back_at_once() {
        story("""
                stock     MUG 1
                open      C1 MUG 1                       => open
                clock     9m
                complete  C1 threeDSecureRequired K1     => requires_action
                clock     11m
                challenge C1 fail
                complete  C1 threeDSecureRequired K1     => payment_declined authentication_failed
                status?   C1                             => expired
                stock?    MUG                            => 1 on hand, 0 held, 0 allocated
                """);
    }

    @Test
    void a_canceled_checkout_gives_its_stock_back_and_canceling_again_changes_nothing() {
        story("""
                stock     MUG 1
                open      C1 MUG 1          => open
                cancel    C1                => canceled
                cancel    C1                => canceled
                complete  C1 visa K1        => checkout_canceled
                open      C2 MUG 1          => open
                complete  C2 visa K2        => completed
                cancel    C2                => checkout_completed
                """);
    }

    @Test
    void changed_lines_move_the_hold_and_nothing_moves_if_they_cannot_be_had() {
        story("""
                stock     MUG 3
                stock     BOWL 1
                open      C1 MUG 2                  => open
                change    C1 MUG 1 BOWL 1           => open
                stock?    MUG                       => 3 on hand, 1 held, 0 allocated
                stock?    BOWL                      => 1 on hand, 1 held, 0 allocated
                change    C1 MUG 4                  => out_of_stock
                lines?    C1                        => BOWL 1 MAIN, MUG 1 MAIN
                change    C1 MUG 3                  => open
                stock?    BOWL                      => 1 on hand, 0 held, 0 allocated
                complete  C1 visa K1 expecting 3000 => completed
                change    C1 MUG 1                  => checkout_completed
                """);
    }

    @Test
    void nothing_to_pay_needs_no_payment() {
        story("""
                stock     MUG 1
                price     MUG 0
                open      C1 MUG 1          => open
                complete  C1 visa K1        => completed
                status?   C1                => completed
                stock?    MUG               => 1 on hand, 0 held, 1 allocated
                """);
        assertThat(floor.provider.ledger()).isEmpty();
    }

    @Test
    void a_code_with_one_use_is_taken_when_a_payment_begins_and_given_back_by_a_decline() {
        singleUse("ONCE");
        story("""
                stock     MUG 3
                open      C1 MUG 1 code ONCE               => open
                open      C2 MUG 1 code ONCE               => open
                complete  C1 chargeDeclined K1             => payment_declined generic_decline
                complete  C2 visa K2                       => completed
                complete  C1 visa K3                       => discount_code_unavailable
                """);
        assertThat(floor.chargesStanding())
                .singleElement()
                .satisfies(charge -> assertThat(charge.amount().minor()).isEqualTo(500));
    }

    /// Half off, once.
    private void singleUse(String code) {
        var terms = new DiscountCode.Terms(new DiscountCode.Off.Percent(Rate.percent("50")), 1, null, null, null);
        floor.database.transact(tx -> new DiscountCodes().put(tx, code, terms));
    }

    private void story(String story) {
        story.lines().filter(line -> !line.isBlank()).forEach(this::act);
    }

    private void act(String line) {
        String[] halves = line.split("=>", 2);
        String heard = perform(halves[0].strip().split("\\s+"));
        if (halves.length == 2) assertThat(heard).as(line.strip()).isEqualTo(halves[1].strip());
    }

    private String perform(String[] words) {
        return switch (words[0]) {
            case "stock" -> {
                floor.stock(words[1], Integer.parseInt(words[2]), words.length > 3 ? words[3] : "MAIN");
                yield "";
            }
            case "price" -> {
                floor.product(words[1], Long.parseLong(words[2]));
                yield "";
            }
            case "open" -> {
                checkouts.put(words[1], CheckoutId.next());
                yield floor.open(checkout(words[1]), wanted(words), codes(words), "ada@example.com");
            }
            case "change" -> floor.change(checkout(words[1]), wanted(words));
            case "complete" -> {
                long expected = words.length > 4 ? Long.parseLong(words[5]) : floor.total(checkout(words[1]));
                yield floor.complete(checkout(words[1]), words[2], words[3], expected);
            }
            case "cancel" -> floor.cancel(checkout(words[1]));
            case "challenge" -> {
                String payment = Objects.requireNonNull(
                                floor.checkout(checkout(words[1])).payment())
                        .id()
                        .toString();
                if (words[2].equals("pass")) floor.provider.passChallenge(payment);
                else floor.provider.failChallenge(payment);
                yield "";
            }
            case "gateway" -> {
                trouble.dark(words[1].equals("dark"));
                yield "";
            }
            case "clock" -> {
                floor.shiftClock(Duration.parse("PT" + words[1]));
                yield "";
            }
            case "sweep" -> String.valueOf(floor.module.recovery().sweepHolds());
            case "recover" -> {
                floor.module.recovery().resumePayments();
                yield "";
            }
            case "status?" -> floor.checkout(checkout(words[1])).status().code();
            case "stock?" -> floor.stockOf(words[1]);
            case "lines?" -> floor.linesOf(checkout(words[1]));
            default -> throw new IllegalArgumentException("Nobody knows how to " + words[0]);
        };
    }

    private CheckoutId checkout(String name) {
        return Objects.requireNonNull(checkouts.get(name));
    }

    private static Map<String, Integer> wanted(String[] words) {
        var wanted = new LinkedHashMap<String, Integer>();
        for (int i = 2; i + 1 < words.length && !words[i].equals("code"); i += 2) {
            wanted.put(words[i], Integer.parseInt(words[i + 1]));
        }
        return wanted;
    }

    private static List<String> codes(String[] words) {
        int at = List.of(words).indexOf("code");
        return at < 0 ? List.of() : List.of(words[at + 1]);
    }
}
