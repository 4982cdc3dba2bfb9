package holdfast.api;

import holdfast.access.ApiKeys;
import holdfast.access.ClientSecret;
import holdfast.access.Principal;
import holdfast.access.Principal.Guest;
import holdfast.access.Principal.Nobody;
import holdfast.access.Principal.PublishableKey;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds out who asks.
final class Credentials {

    static final HeaderName CLIENT_SECRET = HeaderNames.create("Holdfast-Client-Secret");
    private static final String BEARER = "Bearer ";

    private final ApiKeys keys;

    Credentials(ApiKeys keys) {
        this.keys = keys;
    }

    /// Who asks, and what they have shown for it.
    ///
    /// @param credential the key or client secret that nobody else can show; of a browser, the shopper's
    ///     secret, if there is one, and else the publishable key
    record Caller(Principal principal, String credential) {

        static final Caller NOBODY = new Caller(new Nobody(), "");
    }

    /// @throws Refusal `unauthorized` if credentials were sent that cannot be anyone's
    Caller caller(Headers headers) {
        Caller guest = clientSecret(headers)
                .map(secret -> new Caller(new Guest(secret.sha256()), secret.reveal()))
                .orElse(Caller.NOBODY);
        String key = key(headers);
        if (key == null) return guest;
        Principal principal = keys.authenticate(key)
                .orElseThrow(() -> Permission.unauthorized("This key is unknown, expired or revoked"));
        return principal instanceof PublishableKey publishable && guest.principal() instanceof Guest shopper
                ? new Caller(new PublishableKey(publishable.id(), shopper), guest.credential())
                : new Caller(principal, key);
    }

    private static @Nullable String key(Headers headers) {
        List<String> sent = headers.all(HeaderNames.AUTHORIZATION, List::of);
        if (sent.isEmpty()) return null;
        String given = sent.getFirst();
        if (sent.size() > 1 || !given.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw Permission.unauthorized("The header must be one Authorization: Bearer hf_sk_… or hf_pk_…");
        }
        return given.substring(BEARER.length()).strip();
    }

    private static Optional<ClientSecret> clientSecret(Headers headers) {
        List<String> sent = headers.all(CLIENT_SECRET, List::of);
        if (sent.isEmpty()) return Optional.empty();
        Optional<ClientSecret> secret = sent.size() == 1 ? ClientSecret.parse(sent.getFirst()) : Optional.empty();
        if (secret.isEmpty()) {
            throw Permission.unauthorized("The header must be one Holdfast-Client-Secret: hf_cs_…");
        }
        return secret;
    }
}
