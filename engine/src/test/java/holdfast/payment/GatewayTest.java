package holdfast.payment;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every gateway promises, told once; each adapter's test extends this.
///
/// A story has one call per line: what is asked, under which key, and after the arrow what comes of it.
public abstract class GatewayTest {

    private static final Currency GBP = Currency.getInstance("GBP");

    private static final CheckoutId CHECKOUT = CheckoutId.next();

    private final UUID run = Ids.next();
    private final Map<String, Charge> charges = new HashMap<>();
    private final Map<String, String> references = new HashMap<>();
    private Provider provider;

    /// A gateway, and the hand of a shopper who is sent to one of its pages.
    public interface Provider extends AutoCloseable {

        Gateway gateway();

        void passChallenge(URI page);

        void failChallenge(URI page);

        /// Banks have sent back what they could not place.
        void returnRefunds();

        @Override
        void close();
    }

    protected abstract Provider open();

    @BeforeEach
    void begin() {
        provider = open();
    }

    @AfterEach
    void end() {
        provider.close();
    }

    @Test
    void money_is_set_aside_then_taken_then_given_back() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                retrieve  P                               → requires_capture 19.99 GBP, captured 0.00, refunded 0.00
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 0.00
                refund    P 5.00 GBP                key r → approved 5.00 GBP
                refund    P 14.99 GBP               key s → approved 14.99 GBP
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 19.99
                """);
    }

    @Test
    void what_was_given_back_is_told_refund_by_refund() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                refunds   P                               →
                refund    P 5.00 GBP                key r → approved 5.00 GBP
                refund    P 5.00 GBP                key r → approved 5.00 GBP
                refund    P 14.99 GBP               key s → approved 14.99 GBP
                refunds   P                               → 14.99 by s, 5.00 by r
                """);
    }

    @Test
    void a_refund_that_was_made_may_come_back() {
        check("""
                authorize P 19.99 GBP pm_card_refundFail  key a → approved 19.99 GBP visa 5126
                capture   P 19.99 GBP                     key c → approved 19.99 GBP
                refund    P 5.00 GBP                      key r → approved 5.00 GBP
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 5.00
                return    P
                refunds   P                               → 5.00 by r came back
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 0.00
                """);
    }

    @Test
    void currencies_without_and_with_three_decimals_are_exact() {
        check("""
                authorize Y 1999 JPY pm_card_mastercard   key a → approved 1999 JPY mastercard 4444
                capture   Y 1999 JPY                      key b → approved 1999 JPY
                authorize K 1.990 KWD pm_card_amex        key c → approved 1.990 KWD amex 8431
                refund    Y 1 JPY                         key d → approved 1 JPY
                retrieve  Y                                     → succeeded 1999 JPY, captured 1999, refunded 1
                """);
    }

    @Test
    void a_repeated_call_has_one_effect_and_tells_its_outcome_again() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                refund    P 10.00 GBP               key r → approved 10.00 GBP
                refund    P 10.00 GBP               key r → approved 10.00 GBP
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 10.00
                """);
    }

    @Test
    void a_key_that_is_reused_for_something_else_moves_nothing() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                authorize Q 19.99 GBP pm_card_visa  key a → unknown
                capture   P 19.99 GBP               key a → unknown
                retrieve  P                               → requires_capture 19.99 GBP, captured 0.00, refunded 0.00
                retrieve  Q                               → nothing set aside
                """);
    }

    @Test
    void a_decline_is_final_and_says_why() {
        check("""
                authorize P 1.00 GBP pm_card_chargeDeclined                   key a → declined generic_decline
                authorize Q 1.00 GBP pm_card_chargeDeclinedInsufficientFunds  key b → declined insufficient_funds
                authorize R 1.00 GBP pm_card_chargeDeclinedExpiredCard        key c → declined expired_card
                authorize P 1.00 GBP pm_card_chargeDeclined                   key a → declined generic_decline
                capture   P 1.00 GBP                                          key d → declined
                """);
    }

    @Test
    void what_is_let_go_of_can_never_be_taken() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                cancel    P                         key v → approved 19.99 GBP
                cancel    P                         key v → approved 19.99 GBP
                cancel    P                         key w → approved 19.99 GBP
                capture   P 19.99 GBP               key c → declined
                authorize P 19.99 GBP pm_card_visa  key b → declined
                retrieve  P                               → canceled 19.99 GBP, captured 0.00, refunded 0.00
                """);
    }

    @Test
    void what_is_taken_can_not_be_let_go_of() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                cancel    P                         key v → declined
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 0.00
                """);
    }

    @Test
    void a_second_capture_under_another_key_takes_nothing_more() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                capture   P 19.99 GBP               key d → approved 19.99 GBP
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 0.00
                """);
    }

    @Test
    void no_more_is_given_back_than_was_taken() {
        check("""
                authorize P 19.99 GBP pm_card_visa  key a → approved 19.99 GBP visa 4242
                refund    P 1.00 GBP                key q → declined
                capture   P 19.99 GBP               key c → approved 19.99 GBP
                refund    P 19.98 GBP               key r → approved 19.98 GBP
                refund    P 0.02 GBP                key s → declined
                refund    P 0.01 GBP                key t → approved 0.01 GBP
                retrieve  P                               → succeeded 19.99 GBP, captured 19.99, refunded 19.99
                """);
    }

    @Test
    void a_challenge_that_is_passed_sets_the_money_aside() {
        check("""
                authorize P 19.99 GBP pm_card_threeDSecureRequired  key a → action required
                retrieve  P                               → requires_action 19.99 GBP, captured 0.00, refunded 0.00
                authorize P 19.99 GBP pm_card_threeDSecureRequired  key a → action required
                pass      P
                retrieve  P                               → requires_capture 19.99 GBP, captured 0.00, refunded 0.00
                capture   P 19.99 GBP                               key c → approved 19.99 GBP
                """);
    }

    @Test
    void a_challenge_that_is_failed_sets_nothing_aside() {
        check("""
                authorize P 19.99 GBP pm_card_authenticationRequired  key a → action required
                fail      P
                retrieve  P → requires_payment_method 19.99 GBP, captured 0.00, refunded 0.00
                """);
    }

    @Test
    void what_waits_for_the_shopper_can_be_let_go_of() {
        check("""
                authorize P 19.99 GBP pm_card_threeDSecureRequired  key a → action required
                cancel    P                                         key v → approved 19.99 GBP
                retrieve  P                               → canceled 19.99 GBP, captured 0.00, refunded 0.00
                """);
    }

    @Test
    void a_hundred_first_calls_at_once_move_money_once() throws Exception {
        check("authorize P 19.99 GBP pm_card_visa key a → approved 19.99 GBP visa 4242");
        Money amount = Money.of(1999, GBP);
        String reference = reference("P");

        List<Outcome> captures = atOnce(100, () -> told(() -> gateway().capture(reference, amount, key("c"))));
        List<Outcome> refunds =
                atOnce(100, () -> told(() -> gateway().refund(reference, Money.of(500, GBP), key("r"))));

        assertThat(captures).allSatisfy(outcome -> assertThat(told(outcome)).isEqualTo("approved 19.99 GBP"));
        assertThat(refunds).allSatisfy(outcome -> assertThat(told(outcome)).isEqualTo("approved 5.00 GBP"));
        check("retrieve P → succeeded 19.99 GBP, captured 19.99, refunded 5.00");
    }

    /// What comes of a call in the end: a gateway may say that the first with its key is still running.
    private static Outcome told(Supplier<Outcome> call) {
        Outcome outcome = call.get();
        while (outcome instanceof Outcome.Unknown unknown && unknown.doubt() == Outcome.Doubt.OPEN) {
            outcome = call.get();
        }
        return outcome;
    }

    @Test
    void what_the_gateway_was_told_of_is_listed_page_by_page() {
        Instant from = Instant.now().minusSeconds(60);
        check("""
                authorize P 19.99 GBP pm_card_visa                  key a → approved 19.99 GBP visa 4242
                authorize Q 1.00 GBP pm_card_chargeDeclined         key b → declined generic_decline
                authorize R 5.00 EUR pm_card_threeDSecureRequired   key d → action required
                capture   P 19.99 GBP                               key c → approved 19.99 GBP
                refund    P 5.00 GBP                                key e → approved 5.00 GBP
                """);

        Map<PaymentId, Listing.Listed> listed = listed(from, Instant.now().plusSeconds(60));

        assertThat(List.of("P", "Q", "R")).allSatisfy(name -> {
            Listing.Listed entry = requireNonNull(listed.get(charge(name).payment()), name);
            assertThat(entry.reference()).isEqualTo(reference(name));
            assertThat(told(entry.found())).isEqualTo(told(gateway().retrieve(reference(name))));
        });
        assertThat(listed(from.minusSeconds(60), from.minusSeconds(30)))
                .doesNotContainKey(charge("P").payment());
    }

    private Map<PaymentId, Listing.Listed> listed(Instant from, Instant until) {
        Map<PaymentId, Listing.Listed> listed = new HashMap<>();
        String next = null;
        do {
            Listing.Page page = (Listing.Page) gateway().list(from, until, next);
            page.payments().forEach(entry -> listed.put(entry.payment(), entry));
            next = page.next();
        } while (next != null);
        return listed;
    }

    protected final void check(String story) {
        story.lines().forEach(this::checkLine);
    }

    private void checkLine(String line) {
        String[] sides = line.split(" →", -1);
        List<String> words = List.of(sides[0].strip().split("\\s+"));
        String told = perform(words.getFirst(), words.get(1), words);
        if (sides.length == 1) return;
        String expected = sides[1].strip();
        if (expected.equals("declined") || expected.equals("unknown")) {
            assertThat(told).as(line).startsWith(expected);
        } else {
            assertThat(told).as(line).isEqualTo(expected);
        }
    }

    private String perform(String verb, String name, List<String> words) {
        return switch (verb) {
            case "authorize" -> {
                Charge before = charges.get(name);
                PaymentId payment = before == null ? PaymentId.next() : before.payment();
                Charge charge = new Charge(payment, CHECKOUT, amount(words), words.get(4));
                charges.put(name, charge);
                Outcome outcome = gateway().authorize(reference(name), charge, key(words.getLast()));
                yield told(outcome)
                        + (outcome instanceof Outcome.Approved approved && approved.card() != null
                                ? " " + approved.card().brand() + " "
                                        + approved.card().last4()
                                : "");
            }
            case "capture" -> told(gateway().capture(reference(name), amount(words), key(words.getLast())));
            case "cancel" -> told(gateway().cancel(reference(name), key(words.getLast())));
            case "refund" -> told(gateway().refund(reference(name), amount(words), key(words.getLast())));
            case "retrieve" -> told(gateway().retrieve(reference(name)));
            case "refunds" -> refunds(gateway().refunds(reference(name)));
            case "return" -> {
                provider.returnRefunds();
                yield "";
            }
            case "pass" -> {
                provider.passChallenge(challenge(name));
                yield "";
            }
            case "fail" -> {
                provider.failChallenge(challenge(name));
                yield "";
            }
            default -> throw new IllegalArgumentException("No such verb: " + verb);
        };
    }

    private Gateway gateway() {
        return provider.gateway();
    }

    private Charge charge(String name) {
        return requireNonNull(charges.get(name), "Not asked for yet: " + name);
    }

    /// The reference of the payment that the story calls `name`: ours, or the one the gateway gave it.
    private String reference(String name) {
        Charge charge = charge(name);
        if (gateway().takesOurReference()) return charge.payment().toString();
        return references.computeIfAbsent(
                name, _ -> ((Outcome.Approved) gateway().create(charge, charge.payment() + ":create:1")).reference());
    }

    /// A key of this test alone, since a provider may remember those of earlier runs.
    private String key(String name) {
        return run + ":" + name;
    }

    private URI challenge(String name) {
        Retrieved.Found found = (Retrieved.Found) gateway().retrieve(reference(name));
        return requireNonNull(found.actionUrl());
    }

    private static Money amount(List<String> words) {
        Currency currency = Currency.getInstance(words.get(3));
        return Money.of(
                new BigDecimal(words.get(2))
                        .movePointRight(currency.getDefaultFractionDigits())
                        .longValueExact(),
                currency);
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Approved approved -> "approved " + approved.amount();
            case Outcome.Declined declined -> "declined " + declined.code();
            case Outcome.ActionRequired _ -> "action required";
            case Outcome.Unknown unknown -> "unknown: " + unknown.detail();
        };
    }

    private static String told(Retrieved retrieved) {
        return switch (retrieved) {
            case Retrieved.Found found
            when found.state() == Retrieved.State.REQUIRES_PAYMENT_METHOD && found.declineCode() == null ->
                "nothing set aside";
            case Retrieved.Found found ->
                "%s %s, captured %s, refunded %s"
                        .formatted(
                                found.state().name().toLowerCase(Locale.ROOT),
                                found.amount(),
                                digits(found.captured()),
                                digits(found.refunded()));
            case Retrieved.Absent _ -> "nothing set aside";
            case Retrieved.Unreachable unreachable -> "unreachable: " + unreachable.detail();
        };
    }

    private String refunds(GivenBack given) {
        return switch (given) {
            case GivenBack.Refunds(List<GivenBack.Refund> all) ->
                all.stream()
                        .map(refund -> digits(refund.amount()) + " by "
                                + String.valueOf(refund.key())
                                        .substring(run.toString().length() + 1)
                                + (refund.failed() ? " came back" : ""))
                        .sorted()
                        .collect(Collectors.joining(", "));
            case GivenBack.Unreachable(String detail) -> "unreachable: " + detail;
        };
    }

    private static String digits(Money amount) {
        return amount.toString().substring(0, amount.toString().indexOf(' '));
    }

    private static <T> List<T> atOnce(int callers, Callable<T> call) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> answers = threads.invokeAll(
                    IntStream.range(0, callers).mapToObj(_ -> call).toList());
            List<T> results = new ArrayList<>();
            for (Future<T> answer : answers) {
                results.add(answer.get());
            }
            return results;
        }
    }
}
