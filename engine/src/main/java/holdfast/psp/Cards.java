package holdfast.psp;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.kernel.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Cards as Stripe shows them: payment methods, tokens, and what a charge was paid with.
final class Cards {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Cards() {}

    static ObjectNode method(PaymentMethod method) {
        var json = JSON.objectNode();
        json.put("id", method.id());
        json.put("object", "payment_method");
        json.put("allow_redisplay", "unspecified");
        json.set("billing_details", billingDetails());
        var card = json.putObject("card");
        card.put("brand", method.card().brand());
        card.set("checks", checks());
        card.put("country", "US");
        card.put("display_brand", method.card().brand());
        card.put("exp_month", method.expMonth());
        card.put("exp_year", method.expYear());
        card.put("fingerprint", Names.fingerprintOf(method.card()));
        card.put("funding", "credit");
        card.putNull("generated_from");
        card.put("last4", method.card().last4());
        var networks = card.putObject("networks");
        networks.putArray("available").add(method.card().brand());
        networks.putNull("preferred");
        card.putNull("regulated_status");
        card.putObject("three_d_secure_usage").put("supported", true);
        wallet(card, method.card());
        json.put("created", StripeObjects.seconds(method.createdAt()));
        json.putNull("customer");
        json.putNull("customer_account");
        json.put("livemode", false);
        json.set("metadata", StripeObjects.metadata(method.metadata()));
        json.put("type", "card");
        return json;
    }

    static ObjectNode token(PaymentMethod token, boolean used) {
        var json = JSON.objectNode();
        json.put("id", token.id());
        json.put("object", "token");
        var card = json.putObject("card");
        card.put("id", "card_" + token.id().substring("tok_".length()));
        card.put("object", "card");
        for (String unknown : new String[] {
            "address_city",
            "address_country",
            "address_line1",
            "address_line1_check",
            "address_line2",
            "address_state",
            "address_zip",
            "address_zip_check"
        }) {
            card.putNull(unknown);
        }
        card.put("brand", brandName(token.card()));
        card.put("country", "US");
        card.put("cvc_check", "unchecked");
        card.putNull("dynamic_last4");
        card.put("exp_month", token.expMonth());
        card.put("exp_year", token.expYear());
        card.put("fingerprint", Names.fingerprintOf(token.card()));
        card.put("funding", "credit");
        card.put("last4", token.card().last4());
        card.putObject("metadata");
        card.putNull("name");
        card.putObject("networks").putNull("preferred");
        card.putNull("regulated_status");
        card.putNull("tokenization_method");
        json.putNull("client_ip");
        json.put("created", StripeObjects.seconds(token.createdAt()));
        json.put("livemode", false);
        json.put("type", "card");
        json.put("used", used);
        return json;
    }

    /// @param captureBefore null: it does not wait to be captured
    static ObjectNode paidWith(PaymentIntent.Charge charge, Money amount, @Nullable Instant captureBefore) {
        PaymentMethod method = charge.method();
        var json = JSON.objectNode();
        var card = json.putObject("card");
        card.put("amount_authorized", charge.declineCode() == null ? amount.minor() : null);
        card.putNull("authorization_code");
        card.put("brand", method.card().brand());
        if (captureBefore != null) card.put("capture_before", StripeObjects.seconds(captureBefore));
        card.set("checks", checks());
        card.put("country", "US");
        card.put("exp_month", method.expMonth());
        card.put("exp_year", method.expYear());
        card.putObject("extended_authorization").put("status", "disabled");
        card.put("fingerprint", Names.fingerprintOf(method.card()));
        card.put("funding", "credit");
        card.putObject("incremental_authorization").put("status", "unavailable");
        card.putNull("installments");
        card.put("last4", method.card().last4());
        card.putNull("mandate");
        card.putObject("multicapture").put("status", "unavailable");
        card.put("network", method.card().brand());
        card.putObject("network_token").put("used", false);
        card.putNull("network_transaction_id");
        var overcapture = card.putObject("overcapture");
        overcapture.put("maximum_amount_capturable", amount.minor());
        overcapture.put("status", "unavailable");
        card.putNull("regulated_status");
        card.putNull("three_d_secure");
        card.putNull("transaction_link_id");
        wallet(card, method.card());
        json.put("type", "card");
        return json;
    }

    static ObjectNode billingDetails() {
        var json = JSON.objectNode();
        var address = json.putObject("address");
        for (String part : new String[] {"city", "country", "line1", "line2", "postal_code", "state"}) {
            address.putNull(part);
        }
        json.putNull("email");
        json.putNull("name");
        json.putNull("phone");
        json.putNull("tax_id");
        return json;
    }

    private static ObjectNode checks() {
        var json = JSON.objectNode();
        json.putNull("address_line1_check");
        json.putNull("address_postal_code_check");
        json.put("cvc_check", "pass");
        return json;
    }

    private static void wallet(ObjectNode json, TestCard card) {
        String wallet = card.wallet();
        if (wallet == null) {
            json.putNull("wallet");
            return;
        }
        var shown = json.putObject("wallet");
        shown.putObject(wallet);
        shown.put("dynamic_last4", card.last4());
        shown.put("type", wallet);
    }

    /// As tokens, which are older, spell it.
    private static String brandName(TestCard card) {
        return switch (card.brand()) {
            case "amex" -> "American Express";
            case "mastercard" -> "MasterCard";
            case "diners" -> "Diners Club";
            case "jcb" -> "JCB";
            case "unionpay" -> "UnionPay";
            default ->
                card.brand().substring(0, 1).toUpperCase(Locale.ROOT)
                        + card.brand().substring(1);
        };
    }
}
