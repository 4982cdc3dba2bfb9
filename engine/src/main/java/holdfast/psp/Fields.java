package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/// Card fields that a shop shows on its page in a frame from here, so that the card never passes through the
/// shop. Only pages of this machine, and of origins that were allowed, may show them.
final class Fields {

    private static final byte[] STYLESHEET = Resources.read("fields.css");
    private static final byte[] FORM_SCRIPT = Resources.read("fields-form.js");
    private static final byte[] SHOP_SCRIPT = Resources.read("fields.js");

    private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");
    private static final HeaderName RESOURCE_POLICY = HeaderNames.create("Cross-Origin-Resource-Policy");
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private final Origins origins;

    /// @param origins of the pages that may show the fields
    Fields(Origins origins) {
        this.origins = origins;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/fields", this::show)
                .get("/fields.css", (_, response) -> send(response, "text/css; charset=utf-8", STYLESHEET))
                .get("/fields-form.js", (_, response) -> send(response, JAVASCRIPT, FORM_SCRIPT))
                .get("/fields.js", (_, response) -> {
                    response.header(RESOURCE_POLICY, "cross-origin"); // for the pages of shops
                    send(response, JAVASCRIPT, SHOP_SCRIPT);
                });
    }

    private void show(ServerRequest request, ServerResponse response) {
        String origin = origins.allowed(request.query().first("origin").orElse(""));
        if (origin == null) {
            response.status(Status.FORBIDDEN_403);
            send(response, "text/html; charset=utf-8", Pages.notAllowed().getBytes(UTF_8));
            return;
        }
        String nonce = Names.secret("");
        response.header(
                POLICY,
                "default-src 'none'; script-src 'nonce-" + nonce + "'; style-src 'self';"
                        + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors " + origin);
        send(response, "text/html; charset=utf-8", page(origin, nonce).getBytes(UTF_8));
    }

    private static String page(String origin, String nonce) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                  <meta charset="utf-8">
                  <meta name="viewport" content="width=device-width, initial-scale=1">
                  <title>Card details</title>
                  <link rel="stylesheet" href="/fields.css">
                  <script src="/fields-form.js" nonce="%s" defer></script>
                </head>
                <body data-origin="%s">
                <form novalidate>
                  <div class="field wide">
                    <label for="number">Card number</label>
                    <div class="box">
                      <input id="number" inputmode="numeric" autocomplete="cc-number" placeholder="1234 1234 1234 1234"
                        required aria-describedby="brand number-error">
                      <span id="brand" class="brand" aria-live="polite"></span>
                    </div>
                    <p id="number-error" class="error" aria-live="polite"></p>
                  </div>
                  <div class="field">
                    <label for="expiry">Expiry, MM / YY</label>
                    <input id="expiry" inputmode="numeric" autocomplete="cc-exp" placeholder="MM / YY"
                      required aria-describedby="expiry-error">
                    <p id="expiry-error" class="error" aria-live="polite"></p>
                  </div>
                  <div class="field">
                    <label for="cvc">Security code</label>
                    <input id="cvc" inputmode="numeric" autocomplete="cc-csc" placeholder="CVC"
                      required aria-describedby="cvc-error">
                    <p id="cvc-error" class="error" aria-live="polite"></p>
                  </div>
                  <p class="note wide">Sandbox: only test cards, such as 4242 4242 4242 4242.</p>
                  <button hidden></button>
                </form>
                </body>
                </html>
                """.formatted(nonce, Pages.escaped(origin));
    }

    private static void send(ServerResponse response, String type, byte[] body) {
        response.header(HeaderNames.CONTENT_TYPE, type).send(body);
    }
}
