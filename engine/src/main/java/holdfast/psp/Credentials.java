package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Base64;
import java.util.Optional;

/// Who asks. Any test key will do; a live one must not come here, so that nobody believes that money moves.
final class Credentials {

    private static final String BEARER = "bearer ";
    private static final String BASIC = "basic ";
    private static final int SHOWN = 4;

    private Credentials() {}

    /// @param publishable whether the key of a browser will do
    static void require(ServerRequestHeaders headers, boolean publishable) {
        String key = headers.first(HeaderNames.AUTHORIZATION)
                .flatMap(Credentials::key)
                .orElse(null);
        if (key == null) throw refused("""
                You did not provide an API key. You need to provide your API key in the Authorization header, using \
                Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').""");
        boolean secret = key.startsWith("sk_test_") || key.startsWith("rk_test_");
        if (secret || (publishable && key.startsWith("pk_test_"))) return;
        if (key.startsWith("pk_test_")) {
            throw refused("This API call cannot be made with a publishable API key. Please use a secret API key.");
        }
        throw refused("Invalid API Key provided: " + hidden(key)
                + (key.contains("_live_") ? " (this is a sandbox: it takes test keys alone)" : ""));
    }

    private static Optional<String> key(String header) {
        if (header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.of(header.substring(BEARER.length()).strip());
        }
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) return Optional.empty();
        try {
            String pair = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip()), UTF_8);
            return Optional.of(pair.split(":", 2)[0]);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String hidden(String key) {
        int shown = Math.min(key.length(), "sk_live_".length());
        String end = key.length() > shown + 2 * SHOWN ? key.substring(key.length() - SHOWN) : "";
        return key.substring(0, shown) + "****" + end;
    }

    private static Refused refused(String message) {
        return new Refused(new StripeError(401, StripeError.INVALID_REQUEST, null, null, message, null));
    }
}
