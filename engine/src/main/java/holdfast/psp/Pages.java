package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLEncoder;
import org.jspecify.annotations.Nullable;

/// The pages a shopper may see here. They work without scripts; the only thing they load is the stylesheet.
final class Pages {

    static final byte[] STYLESHEET = Resources.read("sandbox.css");

    private Pages() {}

    /// Where the page of the intent that goes by `reference` is.
    static String challengePath(String reference) {
        return "/challenge/" + URLEncoder.encode(reference, UTF_8).replace("+", "%20");
    }

    /// Where the shopper goes from the challenge: to the shop, with what Stripe adds, if it is known where
    /// that is.
    static String afterChallenge(PaymentIntent intent, @Nullable String shop) {
        if (shop == null) return challengePath(intent.reference());
        boolean failed = intent.state() == PaymentIntent.State.REQUIRES_PAYMENT_METHOD;
        return shop + (URI.create(shop).getRawQuery() == null ? "?" : "&") + "payment_intent="
                + URLEncoder.encode(intent.reference(), UTF_8) + "&redirect_status="
                + (failed ? "failed" : "succeeded");
    }

    /// @param shop the page to go back to; null: nobody knows one
    static String challenge(PaymentIntent intent, @Nullable String shop) {
        return switch (intent.state()) {
            case REQUIRES_ACTION -> waiting(intent, shop);
            case PROCESSING, REQUIRES_CAPTURE, SUCCEEDED ->
                told(intent, shop, "good", "Payment confirmed", "You can close this page and go back to the shop.");
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION ->
                told(
                        intent,
                        shop,
                        "bad",
                        "Payment not confirmed",
                        "Nothing was charged. Go back to the shop to pay in another way.");
            case CANCELED ->
                told(
                        intent,
                        shop,
                        "bad",
                        "Payment canceled",
                        "The shop no longer waits for this payment. Nothing was charged.");
        };
    }

    private static String waiting(PaymentIntent intent, @Nullable String shop) {
        return page("Confirm your payment", """
                <h1>Confirm your payment</h1>
                <p>Your bank asks whether it is you who is paying.</p>
                %s
                <div class="choices">
                  <form method="post" action="%2$s/pass%3$s"><button class="pass">Confirm payment</button></form>
                  <form method="post" action="%2$s/fail%3$s"><button>Fail this check</button></form>
                </div>
                """.formatted(
                        details(intent),
                        escaped(challengePath(intent.reference())),
                        shop == null ? "" : escaped("?return_url=" + URLEncoder.encode(shop, UTF_8))));
    }

    private static String told(
            PaymentIntent intent, @Nullable String shop, String tone, String headline, String whatNow) {
        return page(headline, """
                <h1 class="%s" role="status">%s</h1>
                <p>%s</p>
                %s
                %s
                """.formatted(tone, headline, whatNow, details(intent), wayBack(intent, shop)));
    }

    private static String wayBack(PaymentIntent intent, @Nullable String shop) {
        return shop == null
                ? ""
                : "<p><a href=\"%s\">Back to the shop</a></p>".formatted(escaped(afterChallenge(intent, shop)));
    }

    private static String details(PaymentIntent intent) {
        TestCard card = intent.card();
        return """
                <dl>
                  <div><dt>Amount</dt><dd class="amount">%s</dd></div>
                  %s
                  <div><dt>Reference</dt><dd><code>%s</code></dd></div>
                </dl>
                """.formatted(
                        escaped(intent.amount().toString()),
                        card == null
                                ? ""
                                : "<div><dt>Card</dt><dd>%s ending in %s</dd></div>"
                                        .formatted(escaped(card.brand()), escaped(card.last4())),
                        escaped(intent.reference()));
    }

    static String unknown() {
        return page("Unknown payment", """
                <h1 class="bad">Unknown payment</h1>
                <p>Nobody asked for a payment under this address. Go back to the shop and try again from there.</p>
                """);
    }

    static String notAllowed() {
        return page("Not allowed", """
                <h1 class="bad">Not allowed here</h1>
                <p>The card fields are for pages of origins that this sandbox knows: start it with
                <code>--fields-origin</code>.</p>
                """);
    }

    static String unavailable() {
        return page("Not available", """
                <h1 class="bad" role="status">Not available right now</h1>
                <p>Nothing has changed. Please try again in a moment.</p>
                """);
    }

    static String front() {
        return page("Sandbox payment provider", """
                <h1>Sandbox payment provider</h1>
                <p>It stands in for a payment provider while a shop is being built. Its cards are tokens, and every
                token has its fate: <code>pm_card_visa</code> pays, <code>pm_card_chargeDeclined</code> does not,
                <code>pm_card_threeDSecureRequired</code> brings the shopper here to confirm.</p>
                """);
    }

    private static String page(String title, String body) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                  <meta charset="utf-8">
                  <meta name="viewport" content="width=device-width, initial-scale=1">
                  <title>%s · Sandbox</title>
                  <link rel="stylesheet" href="/sandbox.css">
                </head>
                <body>
                <main>
                  <p class="sandbox"><strong>Sandbox.</strong> No real card, no real money.</p>
                  <div class="body">
                %s
                  </div>
                </main>
                </body>
                </html>
                """.formatted(escaped(title), body);
    }

    /// Text as it may stand in an element or in a quoted attribute.
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
