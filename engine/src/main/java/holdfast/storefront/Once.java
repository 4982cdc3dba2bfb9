package holdfast.storefront;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.idempotency.KeyUse;
import holdfast.kernel.Ids;
import holdfast.pages.Form;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;

/// What happens once, however often a page asks for it: by the name that the page was given when it was made.
final class Once {

    private Once() {}

    /// The name that came with a form; a new one, where none did.
    static String name(Form form) {
        return Guests.uuid(form.text("attempt"))
                .map(Object::toString)
                .orElseGet(() -> Ids.next().toString());
    }

    /// The same name is the same deed, whatever else a second click has sent with it.
    ///
    /// @param scope within which names count
    /// @param kept how long the answer is
    static KeyUse use(String scope, String deed, String name, Duration kept) {
        String key = deed + " " + name;
        return new KeyUse(scope, key, sha256(key), kept);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
