package holdfast.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Card;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import holdfast.payment.stripe.FakeStripe.Reply;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What each answer of Stripe means to us, and that an answer about something else is never taken for a yes.
class StripeAnswersTest {

    private static final Currency GBP = Currency.getInstance("GBP");
    private static final UUID SHOP = Ids.next();
    private static final Charge CHARGE =
            new Charge(PaymentId.next(), CheckoutId.next(), Money.of(1999, GBP), "pm_card_visa");
    private static final String PI = "pi_1";
    private static final Duration SHORT = Duration.ofMillis(300);

    private final FakeStripe stripe = new FakeStripe();
    private final StripeGateway gateway = gateway("sk_test_1", Set.of("card"));

    private StripeGateway gateway(String key, Set<String> methods) {
        var account = new StripeAccount(key, stripe.address(), methods, URI.create("https://shop.example/back"), SHOP);
        return new StripeGateway(account, SHORT, SHORT);
    }

    @AfterEach
    void close() {
        gateway.close();
        stripe.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            an answer cut short                              | unknown: open
            a connection that breaks                         | unknown: open
            silence                                          | unknown: open
            a byte now and then                              | unknown: open
            200 <html>                                       | unknown: open
            200 {"object":"payment_int                       | unknown: open
            302 {}                                           | unknown: open
            400 <html>                                       | unknown: open
            400 idempotency_error                            | unknown: not_for_us
            400 invalid_request_error amount_too_small       | declined amount_too_small
            400 invalid_request_error                        | declined refused
            401 invalid_request_error                        | unknown: not_for_us
            402 card_error card_declined/insufficient_funds  | declined insufficient_funds
            402 card_error card_declined                     | declined card_declined
            402 <html>                                       | unknown: open
            403 invalid_request_error                        | unknown: not_for_us
            403 <html>                                       | unknown: not_for_us
            404 {}                                           | unknown: open
            404 invalid_request_error resource_missing       | unknown: not_for_us
            408 <html>                                       | unknown: open
            409 idempotency_error idempotency_key_in_use     | unknown: open
            429 rate_limit_error rate_limit                  | unknown: not_done
            429 <html>                                       | unknown: not_done
            429 invalid_request_error lock_timeout           | unknown: not_done
            500 api_error                                    | unknown: only_readable
            502 <html>                                       | unknown: only_readable
            503 api_error                                    | unknown: only_readable
            504 <html>                                       | unknown: only_readable
            """)
    void every_answer_has_one_meaning(String answer, String meaning) {
        stripe.then(reply(answer));

        assertThat(told(gateway.authorize(PI, CHARGE, "key"))).isEqualTo(meaning);

        assertThat(stripe.requests()).hasSize(1); // The library does not repeat anything by itself.
    }

    @Test
    void who_does_not_take_our_key_is_not_asked_again_at_once() {
        stripe.then(reply("401 invalid_request_error"));
        assertThat(told(gateway.authorize(PI, CHARGE, "key"))).isEqualTo("unknown: not_for_us");
        assertThat(gateway.standing()).isEqualTo(Gateway.Standing.REFUSES_US);

        assertThat(told(gateway.authorize(PI, CHARGE, "key"))).isEqualTo("unknown: not_done");
        assertThat(gateway.retrieve(PI)).isInstanceOf(Retrieved.Unreachable.class);
        assertThat(gateway.refunds(PI)).isInstanceOf(GivenBack.Unreachable.class);
        assertThat(stripe.requests()).hasSize(1);
    }

    @Test
    void a_right_that_is_missing_is_missed_where_it_is_needed_and_nowhere_else() {
        stripe.then(reply("403 invalid_request_error")).then(json(intent("succeeded")));
        assertThat(told(gateway.refund(PI, Money.of(500, GBP), "key"))).isEqualTo("unknown: not_for_us");

        assertThat(told(gateway.refund("pi_2", Money.of(500, GBP), "other"))).isEqualTo("unknown: not_done");
        assertThat(told(gateway.capture(PI, CHARGE.amount(), "key"))).isEqualTo("approved 19.99 GBP");
        assertThat(gateway.standing()).isEqualTo(Gateway.Standing.REFUSES_US);
        assertThat(stripe.requests()).hasSize(2);
    }

    @Test
    void who_wants_to_be_left_alone_is() {
        stripe.then(reply("429 rate_limit_error rate_limit"));
        assertThat(told(gateway.authorize(PI, CHARGE, "key"))).isEqualTo("unknown: not_done");

        assertThat(told(gateway.capture(PI, CHARGE.amount(), "key"))).isEqualTo("unknown: not_done");
        assertThat(stripe.requests()).hasSize(1);
        assertThat(gateway.standing()).isEqualTo(Gateway.Standing.ANSWERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:1", "http://no-such-host.invalid", "https://127.0.0.1:"})
    void what_finds_nobody_was_not_sent(String address) {
        URI base = URI.create(address.endsWith(":") ? address + stripe.address().getPort() : address);
        var account = new StripeAccount("sk_test_1", base, Set.of("card"), URI.create("https://shop.example"), SHOP);
        stripe.then(new Reply.HangUp());
        try (var lost = new StripeGateway(account, Duration.ofSeconds(5), Duration.ofSeconds(5))) {
            assertThat(told(lost.authorize(PI, CHARGE, "key"))).isEqualTo("unknown: not_done");
            assertThat(lost.retrieve(PI)).isInstanceOf(Retrieved.Unreachable.class);
            assertThat(lost.list(Instant.EPOCH, Instant.EPOCH, null)).isInstanceOf(Listing.Unreachable.class);
        }
    }

    @Test
    void an_authorization_is_approved_with_card_and_deadline() {
        stripe.then(json(intent("requires_capture")));

        assertThat(gateway.authorize(PI, CHARGE, "key"))
                .isEqualTo(new Outcome.Approved(
                        PI, CHARGE.amount(), new Card("visa", "4242"), Instant.ofEpochSecond(1_800_000_000)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "amount_capturable":1999 | "amount_capturable":1998 | approved 19.98 GBP
            "currency":"gbp"         | "currency":"jpy"         | approved 1999 JPY
            "currency":"gbp"         | "currency":"zzz"         | unknown: only_readable
            "livemode":false         | "livemode":true          | unknown: not_for_us
            "id":"pi_1"              | "id":"pi_2"              | unknown: not_for_us
            "payment_id":            | "payment_no":            | unknown: not_for_us
            "shop_id":               | "shop_no":               | unknown: not_for_us
            "requires_capture"       | "half_a_capture"         | unknown: only_readable
            """, quoteCharacter = '\'')
    void an_answer_about_something_else_is_not_the_approval_asked_for(String right, String wrong, String meaning) {
        String true_ = intent("requires_capture");
        assertThat(true_).contains(right);
        stripe.then(json(true_.replace(right, wrong)));

        assertThat(told(gateway.authorize(PI, CHARGE, "key"))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            authorize | requires_capture        | approved 19.99 GBP
            authorize | succeeded               | approved 19.99 GBP
            authorize | canceled                | declined payment_canceled
            authorize | processing              | unknown: only_readable
            authorize | requires_payment_method | unknown: open
            capture   | requires_capture        | unknown: open
            capture   | succeeded               | approved 19.99 GBP
            capture   | canceled                | declined payment_canceled
            capture   | requires_action         | declined payment_not_authorized
            capture   | requires_payment_method | declined payment_not_authorized
            cancel    | canceled                | approved 19.99 GBP
            cancel    | succeeded               | declined already_captured
            cancel    | requires_capture        | unknown: only_readable
            refund    | requires_capture        | declined payment_not_captured
            refund    | canceled                | declined payment_not_captured
            refund    | succeeded               | unknown: open
            """)
    void a_request_that_came_at_the_wrong_time_is_settled_by_reading(String verb, String status, String meaning) {
        stripe.then(reply("400 invalid_request_error payment_intent_unexpected_state"))
                .then(json(intent(status)));

        Outcome outcome = switch (verb) {
            case "authorize" -> gateway.authorize(PI, CHARGE, "key");
            case "capture" -> gateway.capture(PI, CHARGE.amount(), "key");
            case "refund" -> gateway.refund(PI, CHARGE.amount(), "key");
            default -> gateway.cancel(PI, "key");
        };

        assertThat(told(outcome)).isEqualTo(meaning);
    }

    @Test
    void a_capture_of_another_amount_is_not_this_capture() {
        stripe.then(reply("400 invalid_request_error payment_intent_unexpected_state"))
                .then(json(intent("succeeded").replace("\"amount_received\":1999", "\"amount_received\":999")));

        assertThat(told(gateway.capture(PI, CHARGE.amount(), "key"))).isEqualTo("unknown: only_readable");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            succeeded | pi_1 | approved 5.00 GBP
            pending   | pi_1 | approved 5.00 GBP
            failed    | pi_1 | declined lost_or_stolen_card
            lost      | pi_1 | unknown: only_readable
            succeeded | pi_2 | unknown: not_for_us
            """)
    void a_refund_is_what_its_status_says(String status, String of, String meaning) {
        stripe.then(json("""
                {"object":"refund","id":"re_1","amount":500,"currency":"gbp","payment_intent":"%s","status":"%s",
                 "failure_reason":"lost_or_stolen_card"}""".formatted(of, status)));

        assertThat(told(gateway.refund(PI, Money.of(500, GBP), "key"))).isEqualTo(meaning);
    }

    @Test
    void what_is_asked_is_under_our_key_and_in_stripes_words() {
        stripe.then(json(intent("requires_payment_method"))).then(json(intent("requires_capture")));

        assertThat(told(gateway.create(CHARGE, "k:create:1"))).isEqualTo("approved 19.99 GBP");
        assertThat(told(gateway.authorize(PI, CHARGE, "k:authorize:1"))).isEqualTo("approved 19.99 GBP");

        FakeStripe.Request create = stripe.requests().getFirst();
        assertThat(create.line()).isEqualTo("POST /v1/payment_intents");
        assertThat(create.headers())
                .containsEntry("idempotency-key", "k:create:1")
                .containsEntry("authorization", "Bearer sk_test_1")
                .containsEntry("content-type", "application/x-www-form-urlencoded;charset=UTF-8")
                .containsKey("stripe-version");
        assertThat(create.parameters())
                .containsEntry("amount", "1999")
                .containsEntry("currency", "gbp")
                .containsEntry("capture_method", "manual")
                .containsEntry("payment_method_types[0]", "card")
                .containsEntry("metadata[payment_id]", CHARGE.payment().toString())
                .containsEntry("metadata[checkout_id]", CHARGE.checkout().toString())
                .containsEntry("metadata[shop_id]", SHOP.toString());
        FakeStripe.Request confirm = stripe.requests().getLast();
        assertThat(confirm.line()).isEqualTo("POST /v1/payment_intents/pi_1/confirm");
        assertThat(confirm.headers()).containsEntry("idempotency-key", "k:authorize:1");
        assertThat(confirm.parameters())
                .containsEntry("payment_method", "pm_card_visa")
                .containsEntry("return_url", "https://shop.example/back");
    }

    @Test
    void a_token_becomes_a_payment_method_under_a_key_of_its_own() {
        var charge = new Charge(CHARGE.payment(), CHARGE.checkout(), CHARGE.amount(), "tok_visa");
        stripe.then(json("{\"object\":\"payment_method\",\"id\":\"pm_9\"}")).then(json(intent("requires_capture")));

        assertThat(told(gateway.authorize(PI, charge, "k"))).isEqualTo("approved 19.99 GBP");

        FakeStripe.Request method = stripe.requests().getFirst();
        assertThat(method.line()).isEqualTo("POST /v1/payment_methods");
        assertThat(method.headers()).containsEntry("idempotency-key", "k:method");
        assertThat(method.parameters()).containsEntry("card[token]", "tok_visa").containsEntry("type", "card");
        assertThat(stripe.requests().getLast().parameters()).containsEntry("payment_method", "pm_9");
    }

    @Test
    void where_a_method_cannot_set_money_aside_it_is_taken_at_once_and_of_the_others_later() {
        stripe.then(json(intent("requires_payment_method")));

        try (var both = gateway("sk_test_1", Set.of("card", "ideal"))) {
            assertThat(told(both.create(CHARGE, "k"))).isEqualTo("approved 19.99 GBP");
        }

        assertThat(stripe.requests().getFirst().parameters())
                .containsEntry("capture_method", "automatic")
                .containsEntry("payment_method_options[card][capture_method]", "manual")
                .doesNotContainKey("payment_method_options[ideal][capture_method]");
    }

    @Test
    void with_a_live_key_only_live_answers_count() {
        stripe.then(json(intent("requires_capture")));

        try (var live = gateway("rk_live_1", Set.of("card"))) {
            assertThat(told(live.authorize(PI, CHARGE, "key"))).isEqualTo("unknown: not_for_us");
        }
    }

    @Test
    void a_challenge_is_told_with_its_address() {
        stripe.then(json(intent("requires_action")));

        assertThat(gateway.authorize(PI, CHARGE, "key"))
                .isEqualTo(new Outcome.ActionRequired(PI, URI.create("https://bank.example/3ds")));
    }

    @Test
    void a_list_has_only_what_is_of_this_shop() {
        String ours = intent("requires_capture");
        String foreign = intent("succeeded").replace(SHOP.toString(), Ids.next().toString());
        stripe.then(json("{\"object\":\"list\",\"has_more\":true,\"data\":[" + ours + "," + foreign + "]}"))
                .then(json("{\"object\":\"list\",\"has_more\":false,\"data\":[]}"));

        Listing first = gateway.list(Instant.ofEpochSecond(100), Instant.ofEpochSecond(200), null);
        Listing second = gateway.list(Instant.ofEpochSecond(100), Instant.ofEpochSecond(200), "pi_1");

        assertThat(first).isInstanceOfSatisfying(Listing.Page.class, page -> {
            assertThat(page.payments()).extracting(Listing.Listed::payment).containsExactly(CHARGE.payment());
            assertThat(page.next()).isEqualTo("pi_1");
        });
        assertThat(second).isEqualTo(new Listing.Page(List.of(), null));
        assertThat(stripe.requests().getLast().parameters())
                .containsEntry("created[gte]", "100")
                .containsEntry("created[lt]", "200")
                .containsEntry("starting_after", "pi_1")
                .containsEntry("limit", "100");
    }

    @Test
    void what_stripe_does_not_know_is_absent_and_what_cannot_be_asked_is_not() {
        stripe.then(reply("404 invalid_request_error resource_missing")).then(reply("500 api_error"));

        assertThat(gateway.retrieve(PI)).isEqualTo(new Retrieved.Absent());
        assertThat(gateway.retrieve(PI)).isInstanceOf(Retrieved.Unreachable.class);
    }

    @Test
    void amounts_are_counted_as_stripe_counts_them() {
        assertThat(MinorUnits.of(Money.of(1999, Currency.getInstance("JPY")))).hasValue(1999);
        assertThat(MinorUnits.of(Money.of(1990, Currency.getInstance("KWD")))).hasValue(1990);
        assertThat(MinorUnits.of(Money.of(500, Currency.getInstance("ISK")))).hasValue(50_000);
        assertThat(MinorUnits.of(Money.of(500, Currency.getInstance("UGX")))).hasValue(50_000);
        assertThat(MinorUnits.of(Money.of(500, Currency.getInstance("MGA")))).hasValue(5);
        assertThat(MinorUnits.of(Money.of(520, Currency.getInstance("MGA")))).isEmpty();
        assertThat(MinorUnits.money(50_000, "isk")).contains(Money.of(500, Currency.getInstance("ISK")));
        assertThat(MinorUnits.money(5, "mga")).contains(Money.of(500, Currency.getInstance("MGA")));
        assertThat(MinorUnits.money(5, "xxx")).isEmpty();
    }

    private static Reply reply(String answer) {
        return switch (answer) {
            case "an answer cut short" -> new Reply.CutShort(intent("requires_capture"));
            case "a connection that breaks" -> new Reply.HangUp();
            case "silence" -> new Reply.Silence();
            case "a byte now and then" -> new Reply.Drip();
            default -> {
                int status = Integer.parseInt(answer.substring(0, 3));
                String rest = answer.substring(4);
                if (rest.startsWith("<") || rest.startsWith("{")) yield new Reply.Json(status, rest);
                String[] words = rest.split("[ /]", -1);
                yield new Reply.Json(
                        status,
                        "{\"error\":{\"type\":\"" + words[0] + "\""
                                + (words.length > 1 ? ",\"code\":\"" + words[1] + "\"" : "")
                                + (words.length > 2 ? ",\"decline_code\":\"" + words[2] + "\"" : "")
                                + ",\"message\":\"no\"}}");
            }
        };
    }

    private static Reply json(String body) {
        return new Reply.Json(200, body);
    }

    private static String intent(String status) {
        boolean taken = status.equals("succeeded");
        return """
                {"object":"payment_intent","id":"pi_1","livemode":false,"status":"%s","amount":1999,"currency":"gbp",\
                "amount_capturable":1999,"amount_received":%d,\
                "metadata":{"payment_id":"%s","checkout_id":"%s","shop_id":"%s"},\
                "next_action":%s,\
                "latest_charge":{"object":"charge","id":"ch_1","amount_refunded":0,"payment_method_details":\
                {"type":"card","card":{"brand":"visa","last4":"4242","capture_before":1800000000}}}}""".formatted(
                        status,
                        taken ? 1999 : 0,
                        CHARGE.payment(),
                        CHARGE.checkout(),
                        SHOP,
                        status.equals("requires_action")
                                ? "{\"type\":\"redirect_to_url\",\"redirect_to_url\":"
                                        + "{\"url\":\"https://bank.example/3ds\"}}"
                                : "null");
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Approved approved -> "approved " + approved.amount();
            case Outcome.Declined declined -> "declined " + declined.code();
            case Outcome.ActionRequired _ -> "action required";
            case Outcome.Unknown unknown -> "unknown: " + unknown.doubt().name().toLowerCase(Locale.ROOT);
        };
    }
}
