package holdfast.psp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.IdempotencyException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.model.Token;
import com.stripe.net.RequestOptions;
import com.stripe.param.ChargeListParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentCreateParams.CaptureMethod;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.stripe.param.TokenCreateParams;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The official library, as it is, against our server.
final class StripeProtocolTest {

    private static final long WEEK = Duration.ofDays(7).toSeconds();

    private final HttpClient http = HttpClient.newHttpClient();
    private SandboxProvider provider;
    private SandboxServer server;
    private StripeClient stripe;

    @BeforeEach
    void start() {
        provider = SandboxProvider.inMemory();
        server = new SandboxServer(provider, "127.0.0.1", 0);
        stripe = client("sk_test_51Holdfast");
    }

    @AfterEach
    void stop() {
        http.close();
        server.close();
        provider.close();
    }

    private StripeClient client(String key) {
        return StripeClient.builder()
                .setApiKey(key)
                .setApiBase(server.address().toString())
                .setMaxNetworkRetries(0)
                .build();
    }

    @Test
    void money_is_set_aside_then_taken_then_given_back() throws StripeException {
        PaymentIntent created = create(1999, "gbp");
        assertThat(created.getStatus()).isEqualTo("requires_payment_method");
        assertThat(created.getMetadata()).containsEntry("payment_id", "P1");
        assertThat(created.getLivemode()).isFalse();
        assertThat(created.getClientSecret()).startsWith(created.getId() + "_secret_");

        PaymentIntent confirmed = confirm(created, "pm_card_visa");
        assertThat(confirmed.getStatus()).isEqualTo("requires_capture");
        assertThat(confirmed.getAmountCapturable()).isEqualTo(1999);
        Charge charge = stripe.v1().charges().retrieve(confirmed.getLatestCharge());
        assertThat(charge.getCaptured()).isFalse();
        var card = charge.getPaymentMethodDetails().getCard();
        assertThat(card.getBrand() + " " + card.getLast4()).isEqualTo("visa 4242");
        assertThat(card.getCaptureBefore()).isEqualTo(charge.getCreated() + WEEK);

        PaymentIntent captured = stripe.v1().paymentIntents().capture(created.getId());
        assertThat(captured.getStatus()).isEqualTo("succeeded");
        assertThat(captured.getAmountReceived()).isEqualTo(1999);

        Refund part =
                stripe.v1().refunds().create(refund(created).setAmount(500L).build());
        Refund rest = stripe.v1().refunds().create(refund(created).build());
        assertThat(part.getStatus()).isEqualTo("succeeded");
        assertThat(rest.getAmount()).isEqualTo(1499);
        assertThat(stripe.v1().refunds().retrieve(part.getId()).getCharge()).isEqualTo(confirmed.getLatestCharge());
        assertThat(stripe.v1().charges().retrieve(confirmed.getLatestCharge()).getRefunded())
                .isTrue();
        assertThat(provider.ledger())
                .extracting(movement -> movement.kind() + " " + movement.amount())
                .containsExactly("AUTH 19.99 GBP", "CAPTURE 19.99 GBP", "REFUND 5.00 GBP", "REFUND 14.99 GBP");
    }

    @Test
    void what_is_confirmed_at_once_and_captured_by_itself_is_one_request() throws StripeException {
        PaymentIntent paid = stripe.v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(1000L)
                        .setCurrency("jpy")
                        .setConfirm(true)
                        .setPaymentMethod("pm_card_mastercard")
                        .setAutomaticPaymentMethods(PaymentIntentCreateParams.AutomaticPaymentMethods.builder()
                                .setEnabled(true)
                                .setAllowRedirects(
                                        PaymentIntentCreateParams.AutomaticPaymentMethods.AllowRedirects.NEVER)
                                .build())
                        .addExpand("latest_charge")
                        .build());

        assertThat(paid.getStatus()).isEqualTo("succeeded");
        assertThat(paid.getLatestChargeObject().getAmountCaptured()).isEqualTo(1000);
        assertThat(paid.getLatestChargeObject()
                        .getPaymentMethodDetails()
                        .getCard()
                        .getCaptureBefore())
                .isNull();
    }

    @Test
    void what_is_set_aside_can_be_let_go_of_once() throws StripeException {
        PaymentIntent intent = confirm(create(1999, "gbp"), "pm_card_visa");

        PaymentIntent canceled = stripe.v1().paymentIntents().cancel(intent.getId());

        assertThat(canceled.getStatus()).isEqualTo("canceled");
        assertThat(canceled.getCanceledAt()).isNotNull();
        var again = catchThrowableOfType(
                InvalidRequestException.class,
                () -> stripe.v1().paymentIntents().cancel(intent.getId()));
        assertThat(again.getCode()).isEqualTo("payment_intent_unexpected_state");
        assertThat(again.getStripeError().getPaymentIntent().getStatus()).isEqualTo("canceled");
        assertThat(provider.ledger())
                .extracting(Movement::kind)
                .containsExactly(Movement.Kind.AUTH, Movement.Kind.VOID);
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, card_declined, generic_decline",
        "pm_card_visa_chargeDeclined, card_declined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, card_declined, insufficient_funds",
        "pm_card_visa_chargeDeclinedLostCard, card_declined, lost_card",
        "pm_card_visa_chargeDeclinedStolenCard, card_declined, stolen_card",
        "pm_card_chargeDeclinedExpiredCard, expired_card, expired_card",
        "pm_card_chargeDeclinedIncorrectCvc, incorrect_cvc, incorrect_cvc",
        "pm_card_chargeDeclinedProcessingError, processing_error, processing_error",
        "pm_card_visa_chargeDeclinedVelocityLimitExceeded, card_declined, card_velocity_exceeded"
    })
    void a_decline_says_why(String method, String code, String declineCode) throws StripeException {
        PaymentIntent intent = create(1999, "gbp");

        var declined = catchThrowableOfType(CardException.class, () -> confirm(intent, method));

        assertThat(declined.getStatusCode()).isEqualTo(402);
        assertThat(declined.getCode()).isEqualTo(code);
        assertThat(declined.getDeclineCode()).isEqualTo(declineCode);
        PaymentIntent after = stripe.v1().paymentIntents().retrieve(intent.getId());
        assertThat(after.getStatus()).isEqualTo("requires_payment_method");
        assertThat(after.getLastPaymentError().getDeclineCode()).isEqualTo(declineCode);
        assertThat(stripe.v1().charges().retrieve(after.getLatestCharge()).getStatus())
                .isEqualTo("failed");
        assertThat(confirm(intent, "pm_card_visa").getStatus()).isEqualTo("requires_capture");
        assertThat(provider.ledger()).hasSize(1);
    }

    @Test
    void a_challenge_sends_the_shopper_to_a_page_and_back() throws Exception {
        PaymentIntent intent = create(1999, "gbp");
        PaymentIntent waiting = stripe.v1()
                .paymentIntents()
                .confirm(
                        intent.getId(),
                        PaymentIntentConfirmParams.builder()
                                .setPaymentMethod("pm_card_threeDSecure2Required")
                                .setReturnUrl("https://shop.example/return?checkout=1")
                                .build());

        assertThat(waiting.getStatus()).isEqualTo("requires_action");
        assertThat(waiting.getNextAction().getType()).isEqualTo("redirect_to_url");
        URI page = URI.create(waiting.getNextAction().getRedirectToUrl().getUrl());
        assertThat(http.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString())
                        .body())
                .contains("Confirm your payment");
        HttpResponse<String> passed = http.send(
                HttpRequest.newBuilder(URI.create(page + "/pass"))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
        assertThat(passed.headers().firstValue("Location"))
                .hasValue("https://shop.example/return?checkout=1&payment_intent=" + intent.getId()
                        + "&redirect_status=succeeded");
        assertThat(stripe.v1().paymentIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("requires_capture");
    }

    @Test
    void a_card_number_becomes_a_payment_method_and_is_forgotten() throws Exception {
        Token token = client("pk_test_browser")
                .v1()
                .tokens()
                .create(TokenCreateParams.builder()
                        .setCard(TokenCreateParams.Card.builder()
                                .setNumber("4000 0000 0000 9995")
                                .setExpMonth("12")
                                .setExpYear("34")
                                .setCvc("123")
                                .build())
                        .build());
        assertThat(token.getCard().getLast4()).isEqualTo("9995");

        var method = stripe.v1()
                .paymentMethods()
                .create(PaymentMethodCreateParams.builder()
                        .setType(PaymentMethodCreateParams.Type.CARD)
                        .setCard(PaymentMethodCreateParams.Token.builder()
                                .setToken(token.getId())
                                .build())
                        .build());

        assertThat(method.getCard().getExpYear()).isEqualTo(2034);
        var declined = catchThrowableOfType(CardException.class, () -> confirm(create(1, "usd"), method.getId()));
        assertThat(declined.getDeclineCode()).isEqualTo("insufficient_funds");
        assertThat(stripe.v1().tokens().retrieve(token.getId()).getUsed()).isTrue();
        assertThatThrownBy(() -> stripe.v1()
                        .paymentMethods()
                        .create(PaymentMethodCreateParams.builder()
                                .setType(PaymentMethodCreateParams.Type.CARD)
                                .setCard(PaymentMethodCreateParams.Token.builder()
                                        .setToken(token.getId())
                                        .build())
                                .build()))
                .hasMessageContaining("more than once");
    }

    @ParameterizedTest
    @CsvSource({
        "4242424242424241, 12, 34, 123, incorrect_number",
        "4111111111111111, 12, 34, 123, card_declined",
        "4242424242424242, 13, 34, 123, invalid_expiry_month",
        "4242424242424242, 12, 20, 123, invalid_expiry_year",
        "4242424242424242, 12, 34, 12, invalid_cvc"
    })
    void a_card_that_can_not_be_one_is_refused(String number, String month, String year, String cvc, String code) {
        var refused = catchThrowableOfType(
                CardException.class,
                () -> stripe.v1()
                        .tokens()
                        .create(TokenCreateParams.builder()
                                .setCard(TokenCreateParams.Card.builder()
                                        .setNumber(number)
                                        .setExpMonth(month)
                                        .setExpYear(year)
                                        .setCvc(cvc)
                                        .build())
                                .build()));

        assertThat(refused.getCode()).isEqualTo(code);
        assertThat(refused.getMessage()).doesNotContain(number);
    }

    @Test
    void a_key_makes_a_request_happen_once() throws Exception {
        HttpResponse<String> first = post("/v1/payment_intents", "amount=1999&currency=gbp", "k1");
        HttpResponse<String> again = post("/v1/payment_intents", "currency=gbp&amount=1999", "k1");
        HttpResponse<String> other = post("/v1/payment_intents", "amount=1998&currency=gbp", "k1");

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(json(other).at("/error/type").asText()).isEqualTo("idempotency_error");
        assertThat(provider.list()).hasSize(1);
        assertThatThrownBy(() -> stripe.v1()
                        .paymentIntents()
                        .create(
                                PaymentIntentCreateParams.builder()
                                        .setAmount(5L)
                                        .setCurrency("eur")
                                        .build(),
                                RequestOptions.builder().setIdempotencyKey("k1").build()))
                .isInstanceOf(IdempotencyException.class);
    }

    @Test
    void a_replay_tells_how_things_stood_then() throws Exception {
        String intent = json(post("/v1/payment_intents", "amount=1999&currency=gbp&capture_method=manual", "create"))
                .get("id")
                .asText();
        String confirm = "/v1/payment_intents/" + intent + "/confirm";
        HttpResponse<String> declined = post(confirm, "payment_method=pm_card_chargeDeclined", "confirm:1");
        post(confirm, "payment_method=pm_card_visa", "confirm:2");
        HttpResponse<String> refused =
                post("/v1/payment_intents/" + intent + "/capture", "amount_to_capture=2000", "c");
        post("/v1/payment_intents/" + intent + "/capture", "", "c:2");

        assertThat(post(confirm, "payment_method=pm_card_chargeDeclined", "confirm:1")
                        .body())
                .isEqualTo(declined.body());
        assertThat(refused.statusCode()).isEqualTo(400);
        HttpResponse<String> again = post("/v1/payment_intents/" + intent + "/capture", "amount_to_capture=2000", "c");
        assertThat(again.body()).isEqualTo(refused.body());
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(again.headers().firstValue("Stripe-Should-Retry")).hasValue("false");
    }

    @Test
    void a_request_that_makes_no_sense_leaves_its_key_unused() throws Exception {
        assertThat(json(post("/v1/payment_intents", "amount=1e3&currency=gbp", "k"))
                        .at("/error/code")
                        .asText())
                .isEqualTo("parameter_invalid_integer");
        assertThat(json(post("/v1/payment_intents", "currency=gbp", "k"))
                        .at("/error/param")
                        .asText())
                .isEqualTo("amount");
        assertThat(json(post("/v1/payment_intents", "amount=1&currency=gbp&total=1", "k"))
                        .at("/error/code")
                        .asText())
                .isEqualTo("parameter_unknown");
        assertThat(post("/v1/payment_intents", "amount=1000&currency=gbp", "k").statusCode())
                .isEqualTo(200);
    }

    @Test
    void what_is_not_there_is_told_so() throws Exception {
        assertThatThrownBy(() -> stripe.v1().paymentIntents().retrieve("pi_nothing"))
                .isInstanceOfSatisfying(InvalidRequestException.class, missing -> {
                    assertThat(missing.getStatusCode()).isEqualTo(404);
                    assertThat(missing.getCode()).isEqualTo("resource_missing");
                });
        PaymentIntent intent = create(1, "usd");
        assertThatThrownBy(() -> confirm(intent, "pm_nothing"))
                .isInstanceOfSatisfying(InvalidRequestException.class, missing -> {
                    assertThat(missing.getStatusCode()).isEqualTo(400);
                    assertThat(missing.getParam()).isEqualTo("payment_method");
                });
        assertThat(post("/v1/customers", "", "k").statusCode()).isEqualTo(404);
    }

    @Test
    void live_keys_and_no_keys_are_turned_away() {
        assertThatThrownBy(() ->
                        client("sk_live_51HoldfastSecret").v1().paymentIntents().retrieve("pi_1"))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("sk_live_****")
                .hasMessageNotContaining("Holdfast");
        assertThatThrownBy(() -> client("pk_test_1").v1().paymentIntents().retrieve("pi_1"))
                .isInstanceOf(AuthenticationException.class);
    }

    @Test
    void over_the_amount_nothing_can_be_captured_or_given_back() throws StripeException {
        PaymentIntent intent = confirm(create(1999, "gbp"), "pm_card_visa");
        var tooMuch =
                PaymentIntentCaptureParams.builder().setAmountToCapture(2000L).build();

        assertThatThrownBy(() -> stripe.v1().paymentIntents().capture(intent.getId(), tooMuch))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> stripe.v1().refunds().create(refund(intent).build()))
                .hasMessageContaining("does not have a successful charge");
        stripe.v1().paymentIntents().capture(intent.getId());
        assertThatThrownBy(() -> stripe.v1()
                        .refunds()
                        .create(refund(intent).setAmount(2000L).build()))
                .hasMessageContaining("greater than unrefunded amount");
        stripe.v1().refunds().create(refund(intent).build());
        assertThatThrownBy(() -> stripe.v1().refunds().create(refund(intent).build()))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo("charge_already_refunded"));
    }

    @Test
    void lists_come_in_pages_the_newest_first() throws StripeException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 25; i++) names.add(create(100 + i, "usd").getId());

        StripeCollection<PaymentIntent> first = stripe.v1()
                .paymentIntents()
                .list(PaymentIntentListParams.builder().setLimit(10L).build());
        List<String> all = new ArrayList<>();
        first.autoPagingIterable().forEach(intent -> all.add(intent.getId()));

        assertThat(first.getHasMore()).isTrue();
        assertThat(all).isEqualTo(names.reversed());
        assertThat(stripe.v1()
                        .paymentIntents()
                        .list(PaymentIntentListParams.builder()
                                .setEndingBefore(names.get(20))
                                .setLimit(3L)
                                .build())
                        .getData())
                .extracting(PaymentIntent::getId)
                .containsExactly(names.get(23), names.get(22), names.get(21));
        assertThat(stripe.v1()
                        .paymentIntents()
                        .list(PaymentIntentListParams.builder()
                                .setCreated(PaymentIntentListParams.Created.builder()
                                        .setLt(first.getData().getLast().getCreated() - 3600)
                                        .build())
                                .build())
                        .getData())
                .isEmpty();
    }

    @Test
    void charges_and_refunds_are_listed_by_their_payment() throws StripeException {
        PaymentIntent one = paid("pm_card_visa");
        PaymentIntent other = paid("pm_card_amex");
        Refund refund = stripe.v1().refunds().create(refund(one).setAmount(1L).build());
        stripe.v1().refunds().create(refund(other).setAmount(2L).build());

        assertThat(stripe.v1()
                        .refunds()
                        .list(RefundListParams.builder()
                                .setPaymentIntent(one.getId())
                                .build())
                        .getData())
                .extracting(Refund::getId)
                .containsExactly(refund.getId());
        assertThat(stripe.v1()
                        .charges()
                        .list(ChargeListParams.builder()
                                .setPaymentIntent(other.getId())
                                .build())
                        .getData())
                .extracting(charge -> charge.getPaymentMethodDetails().getCard().getLast4())
                .containsExactly("8431");
    }

    @Test
    void some_refunds_come_to_their_end_later() throws StripeException {
        PaymentIntent failing = paid("pm_card_refundFail");
        PaymentIntent slow = paid("pm_card_pendingRefund");
        Refund fails = stripe.v1().refunds().create(refund(failing).build());
        Refund ends = stripe.v1().refunds().create(refund(slow).build());
        assertThat(fails.getStatus()).isEqualTo("succeeded");
        assertThat(ends.getStatus()).isEqualTo("pending");

        provider.endRefunds(Duration.ZERO);

        assertThat(stripe.v1().refunds().retrieve(fails.getId()).getStatus()).isEqualTo("failed");
        assertThat(stripe.v1().refunds().retrieve(ends.getId()).getStatus()).isEqualTo("succeeded");
        assertThat(stripe.v1().refunds().create(refund(failing).build()).getAmount())
                .isEqualTo(1999);
    }

    @ParameterizedTest
    @CsvSource({"pm_card_answerLostAfterCharge, 1", "pm_card_answerLostBeforeCharge, 0"})
    void a_lost_answer_is_heard_when_the_request_is_repeated(String card, int charges) throws Exception {
        String confirm = "/v1/payment_intents/" + create(1999, "gbp").getId() + "/confirm";

        assertThatThrownBy(() -> post(confirm, "payment_method=" + card, "k")).isInstanceOf(IOException.class);
        assertThat(provider.ledger()).hasSize(charges);
        assertThat(json(post(confirm, "payment_method=" + card, "k"))
                        .get("status")
                        .asText())
                .isEqualTo("requires_capture");
        assertThat(provider.ledger()).hasSize(1);
    }

    /// Each of our objects has the fields of the real one, and no others, with values of the same kind.
    @Test
    void objects_have_the_shape_of_the_real_ones() throws Exception {
        PaymentIntent intent = paid("pm_card_visa");
        Refund refund = stripe.v1().refunds().create(refund(intent).build());
        String token = json(post(
                        "/v1/tokens",
                        "card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=34&card[cvc]=123",
                        "t"))
                .get("id")
                .asText();

        List<String> differences = new ArrayList<>();
        for (var each : List.of(
                List.of("payment_intent", "/v1/payment_intents/" + intent.getId()),
                List.of("charge", "/v1/charges/" + intent.getLatestCharge()),
                List.of("refund", "/v1/refunds/" + refund.getId()),
                List.of("payment_method", "/v1/payment_methods/pm_card_visa"),
                List.of("token", "/v1/tokens/" + token))) {
            differences.addAll(RealObjects.differences(each.get(0), json(get(each.get(1)))));
        }
        assertThat(differences).isEmpty();
    }

    private PaymentIntent paid(String method) throws StripeException {
        PaymentIntent intent = confirm(create(1999, "gbp"), method);
        return stripe.v1().paymentIntents().capture(intent.getId());
    }

    private PaymentIntent create(long amount, String currency) throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .create(PaymentIntentCreateParams.builder()
                        .setAmount(amount)
                        .setCurrency(currency)
                        .setCaptureMethod(CaptureMethod.MANUAL)
                        .putMetadata("payment_id", "P1")
                        .build());
    }

    private PaymentIntent confirm(PaymentIntent intent, String method) throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .confirm(
                        intent.getId(),
                        PaymentIntentConfirmParams.builder()
                                .setPaymentMethod(method)
                                .build());
    }

    private static RefundCreateParams.Builder refund(PaymentIntent intent) {
        return RefundCreateParams.builder().setPaymentIntent(intent.getId());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form, String key) throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .header("Idempotency-Key", key)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.address().resolve(path)).header("Authorization", "Bearer sk_test_1");
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }
}
