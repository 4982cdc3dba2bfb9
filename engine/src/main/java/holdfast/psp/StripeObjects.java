package holdfast.psp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Payments, charges and refunds as Stripe shows them, each with every field of the real one.
final class StripeObjects {

    /// How long what was set aside can be captured.
    static final Duration AUTHORIZED_FOR = Duration.ofDays(7);

    /// Of the objects that are sent without having been asked for.
    static final String API_VERSION = "2026-07-29.dahlia";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Supplier<URI> site;

    /// @param site where our pages are
    StripeObjects(Supplier<URI> site) {
        this.site = site;
    }

    ObjectNode intent(PaymentIntent intent, Expand expand) {
        State state = intent.state();
        var json = JSON.objectNode();
        json.put("id", intent.reference());
        json.put("object", "payment_intent");
        json.put("amount", intent.amount().minor());
        json.put(
                "amount_capturable",
                state == State.REQUIRES_CAPTURE ? intent.amount().minor() : 0);
        json.putObject("amount_details").putObject("tip");
        json.put("amount_received", intent.captured().minor());
        json.putNull("application");
        json.putNull("application_fee_amount");
        json.putNull("automatic_payment_methods");
        var cancellation = intent.cancellation();
        json.put("canceled_at", cancellation == null ? null : seconds(cancellation.at()));
        json.put("cancellation_reason", cancellation == null ? null : cancellation.reason());
        json.put("capture_method", intent.terms().automatic() ? "automatic" : "manual");
        json.put("client_secret", Names.clientSecret(intent.reference()));
        json.put("confirmation_method", "automatic");
        json.put("created", seconds(intent.createdAt()));
        json.put("currency", currency(intent.amount()));
        json.putNull("customer");
        json.putNull("customer_account");
        json.put("description", intent.terms().description());
        json.putNull("excluded_payment_method_types");
        json.set("last_payment_error", lastError(intent));
        json.set("latest_charge", latestCharge(intent, expand));
        json.put("livemode", false);
        json.putNull("managed_payments");
        json.set("metadata", metadata(intent.terms().metadata()));
        json.set("next_action", nextAction(intent));
        json.putNull("on_behalf_of");
        json.set("payment_method", method(intent, expand));
        json.putNull("payment_method_configuration_details");
        json.putObject("payment_method_options");
        json.putArray("payment_method_types").add("card");
        json.putNull("processing");
        json.putNull("receipt_email");
        json.putNull("review");
        json.putNull("setup_future_usage");
        json.putNull("shipping");
        json.putNull("source");
        json.putNull("statement_descriptor");
        json.putNull("statement_descriptor_suffix");
        json.put("status", state.name().toLowerCase(Locale.ROOT));
        json.putNull("transfer_data");
        json.putNull("transfer_group");
        return json;
    }

    private JsonNode latestCharge(PaymentIntent intent, Expand expand) {
        int number = intent.charges().size();
        if (number == 0) return JSON.nullNode();
        return expand.has("latest_charge")
                ? charge(intent, number, expand.within("latest_charge"))
                : JSON.textNode(intent.chargeName(number));
    }

    private static JsonNode method(PaymentIntent intent, Expand expand) {
        PaymentMethod method = intent.method();
        if (method == null || intent.state() == State.REQUIRES_PAYMENT_METHOD) return JSON.nullNode();
        return expand.has("payment_method") ? Cards.method(method) : JSON.textNode(method.id());
    }

    private static JsonNode lastError(PaymentIntent intent) {
        String code = intent.declineCode();
        if (code == null) return JSON.nullNode();
        var json = declined(code);
        if (!intent.charges().isEmpty()) json.put("charge", intent.latestCharge());
        PaymentMethod method = intent.method();
        if (method != null) json.set("payment_method", Cards.method(method));
        return json;
    }

    private static ObjectNode declined(String declineCode) {
        Declines decline = Declines.of(declineCode);
        var json = JSON.objectNode();
        json.put("code", decline.code());
        if (decline.type().equals("card_error")) json.put("decline_code", declineCode);
        json.put("doc_url", documented(decline.code()));
        json.put("message", decline.message());
        json.put("type", decline.type());
        return json;
    }

    private JsonNode nextAction(PaymentIntent intent) {
        if (intent.state() != State.REQUIRES_ACTION) return JSON.nullNode();
        var json = JSON.objectNode();
        var redirect = json.putObject("redirect_to_url");
        redirect.put("return_url", intent.returnUrl());
        redirect.put(
                "url", SandboxServer.challenge(site.get(), intent.reference()).toString());
        json.put("type", "redirect_to_url");
        return json;
    }

    /// @param number of the charge, from one
    ObjectNode charge(PaymentIntent intent, int number, Expand expand) {
        PaymentIntent.Charge charge = intent.charges().get(number - 1);
        boolean latest = number == intent.charges().size();
        boolean approved = charge.declineCode() == null;
        boolean captured = latest && approved && intent.state() == State.SUCCEEDED;
        boolean waits = latest && intent.state() == State.REQUIRES_CAPTURE;
        long released =
                intent.state() == State.CANCELED && approved ? intent.amount().minor() : 0;
        String name = intent.chargeName(number);
        var json = JSON.objectNode();
        json.put("id", name);
        json.put("object", "charge");
        json.put("amount", intent.amount().minor());
        json.put("amount_captured", captured ? intent.captured().minor() : 0);
        json.put(
                "amount_refunded",
                captured
                        ? intent.amount()
                                .minus(intent.captured())
                                .plus(intent.refunded())
                                .minor()
                        : released);
        json.putNull("application");
        json.putNull("application_fee");
        json.putNull("application_fee_amount");
        json.put("balance_transaction", captured ? Names.of(intent.reference(), "txn_", number) : null);
        json.set("billing_details", Cards.billingDetails());
        json.putNull("calculated_statement_descriptor");
        json.put("captured", captured);
        json.put("created", seconds(charge.at()));
        json.put("currency", currency(intent.amount()));
        json.putNull("customer");
        json.put("description", intent.terms().description());
        json.put("disputed", false);
        json.putNull("failure_balance_transaction");
        String refused = charge.declineCode();
        Declines failure = refused == null ? null : Declines.of(refused);
        json.put("failure_code", failure == null ? null : failure.code());
        json.put("failure_message", failure == null ? null : failure.message());
        json.putObject("fraud_details");
        json.put("livemode", false);
        json.set("metadata", metadata(intent.terms().metadata()));
        json.putNull("on_behalf_of");
        json.set("outcome", outcome(charge));
        json.put("paid", approved);
        json.put("payment_intent", intent.reference());
        json.put("payment_method", charge.method().id());
        json.set(
                "payment_method_details",
                Cards.paidWith(charge, intent.amount(), waits ? charge.at().plus(AUTHORIZED_FOR) : null));
        json.putNull("receipt_email");
        json.putNull("receipt_number");
        json.putNull("receipt_url");
        boolean allBack = captured ? intent.refundable().isZero() : released > 0;
        json.put("refunded", allBack);
        json.putNull("review");
        json.putNull("shipping");
        json.putNull("source");
        json.putNull("source_transfer");
        json.putNull("statement_descriptor");
        json.putNull("statement_descriptor_suffix");
        json.put("status", approved ? "succeeded" : "failed");
        json.putNull("transfer_data");
        json.putNull("transfer_group");
        if (expand.has("payment_intent")) json.set("payment_intent", intent(intent, Expand.NOTHING));
        return json;
    }

    private static ObjectNode outcome(PaymentIntent.Charge charge) {
        String code = charge.declineCode();
        var json = JSON.objectNode();
        json.put("advice_code", code == null ? null : "try_again_later");
        json.putNull("network_advice_code");
        json.putNull("network_decline_code");
        json.put("network_status", code == null ? "approved_by_network" : "declined_by_network");
        json.put("reason", code);
        json.put("seller_message", code == null ? "Payment complete." : "The bank did not return any further details.");
        json.put("type", code == null ? "authorized" : "issuer_declined");
        return json;
    }

    ObjectNode refund(Refund refund, PaymentIntent intent, Expand expand) {
        int charge = intent.charges().size();
        var json = JSON.objectNode();
        json.put("id", refund.id());
        json.put("object", "refund");
        json.put("amount", refund.amount().minor());
        json.putNull("balance_transaction");
        json.set(
                "charge",
                expand.has("charge")
                        ? charge(intent, charge, Expand.NOTHING)
                        : JSON.textNode(intent.chargeName(charge)));
        json.put("created", seconds(refund.createdAt()));
        json.put("currency", currency(refund.amount()));
        json.putNull("customer");
        json.putNull("customer_account");
        var destination = json.putObject("destination_details");
        destination.putObject("card").put("type", "refund");
        destination.put("type", "card");
        if (refund.status() == Refund.Status.FAILED) json.put("failure_reason", "lost_or_stolen_card");
        json.set("metadata", metadata(refund.metadata()));
        json.set(
                "payment_intent",
                expand.has("payment_intent") ? intent(intent, Expand.NOTHING) : JSON.textNode(intent.reference()));
        PaymentMethod method = intent.method();
        json.put("payment_method", method == null ? null : method.id());
        json.put("reason", refund.reason());
        json.putNull("receipt_number");
        json.putNull("source_transfer_reversal");
        json.put("status", refund.status().name().toLowerCase(Locale.ROOT));
        json.putNull("transfer_reversal");
        return json;
    }

    /// @param pending how many endpoints have not heard of it yet
    ObjectNode event(Event event, int pending) {
        PaymentIntent intent = event.intent();
        var json = JSON.objectNode();
        json.put("id", event.id());
        json.put("object", "event");
        json.put("api_version", API_VERSION);
        json.put("created", seconds(event.at()));
        Refund refund = event.refund();
        json.putObject("data")
                .set(
                        "object",
                        switch (event.kind().subject()) {
                            case INTENT -> intent(intent, Expand.NOTHING);
                            case CHARGE -> charge(intent, intent.charges().size(), Expand.NOTHING);
                            case REFUND -> refund(Objects.requireNonNull(refund), intent, Expand.NOTHING);
                        });
        json.put("livemode", false);
        json.put("pending_webhooks", pending);
        var request = json.putObject("request");
        request.putNull("id");
        request.put("idempotency_key", event.key());
        json.put("type", event.kind().type());
        return json;
    }

    static <T> ObjectNode list(String url, Listing<T> page, Function<T, ObjectNode> each) {
        var json = JSON.objectNode();
        json.put("object", "list");
        ArrayNode data = json.putArray("data");
        List<ObjectNode> shown = page.data().stream().map(each).toList();
        data.addAll(shown);
        json.put("has_more", page.hasMore());
        json.put("url", url);
        return json;
    }

    /// @param intent what it is about
    ObjectNode error(StripeError error, @Nullable PaymentIntent intent) {
        var json = JSON.objectNode();
        if (error.code() != null) {
            json.put("code", error.code());
            json.put("doc_url", documented(error.code()));
        }
        json.put("message", error.message());
        if (error.param() != null) json.put("param", error.param());
        if (intent != null) json.set("payment_intent", intent(intent, Expand.NOTHING));
        json.put("type", error.type());
        return enveloped(json);
    }

    /// The answer to a payment that the issuer refused.
    ObjectNode declined(PaymentIntent intent, String declineCode) {
        var json = declined(declineCode);
        if (!intent.charges().isEmpty()) json.put("charge", intent.latestCharge());
        json.set("payment_intent", intent(intent, Expand.NOTHING));
        PaymentMethod method = intent.method();
        if (method != null) json.set("payment_method", Cards.method(method));
        return enveloped(json);
    }

    private static ObjectNode enveloped(ObjectNode error) {
        var json = JSON.objectNode();
        json.set("error", error);
        return json;
    }

    private static String documented(String code) {
        return "https://stripe.com/docs/error-codes/" + code.replace('_', '-');
    }

    static ObjectNode metadata(Map<String, String> metadata) {
        var json = JSON.objectNode();
        metadata.forEach(json::put);
        return json;
    }

    static long seconds(Instant at) {
        return at.getEpochSecond();
    }

    private static String currency(Money amount) {
        return amount.currency().getCurrencyCode().toLowerCase(Locale.ROOT);
    }
}
