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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds out who asks.
final class Credentials {

    static final HeaderName CLIENT_SECRET = HeaderNames.create("Holdfast-Client-Secret");
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+)");

    private final ApiKeys keys;

    Credentials(ApiKeys keys) {
        this.keys = keys;
    }

    /// @throws Refusal `unauthorized` if credentials were sent that cannot be anyone's
    Principal principal(Headers headers) {
        Guest guest = guest(headers);
        Principal key = key(headers);
        if (key == null) return guest == null ? new Nobody() : guest;
        return key instanceof PublishableKey publishable ? new PublishableKey(publishable.id(), guest) : key;
    }

    private @Nullable Principal key(Headers headers) {
        List<String> sent = headers.all(HeaderNames.AUTHORIZATION, List::of);
        if (sent.isEmpty()) return null;
        Matcher bearer = BEARER.matcher(sent.getFirst());
        if (sent.size() > 1 || !bearer.matches()) {
            throw Permission.unauthorized("The header must be one Authorization: Bearer hf_sk_… or hf_pk_…");
        }
        return keys.authenticate(bearer.group(1))
                .orElseThrow(() -> Permission.unauthorized("This key is unknown, expired or revoked"));
    }

    private static @Nullable Guest guest(Headers headers) {
        List<String> sent = headers.all(CLIENT_SECRET, List::of);
        if (sent.isEmpty()) return null;
        Optional<ClientSecret> secret = sent.size() == 1 ? ClientSecret.parse(sent.getFirst()) : Optional.empty();
        return secret.map(known -> new Guest(known.sha256()))
                .orElseThrow(() -> Permission.unauthorized("The header must be one Holdfast-Client-Secret: hf_cs_…"));
    }
}
