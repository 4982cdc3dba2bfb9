package holdfast.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A token in a form that only pages of ours can have written there: an HMAC of the session, under the
/// session's own secret, so that nothing has to be kept.
public final class Csrf {

    /// The name of the hidden field.
    public static final String FIELD = "csrf";

    private static final String ALGORITHM = "HmacSHA256";

    private Csrf() {}

    /// The token of a session.
    ///
    /// @param session the secret in the cookie
    public static String token(String session) {
        try {
            Mac hmac = Mac.getInstance(ALGORITHM);
            hmac.init(new SecretKeySpec(session.getBytes(UTF_8), ALGORITHM));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hmac.doFinal(FIELD.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }

    /// Whether the form carries the token of this session.
    public static boolean matches(String session, Form form) {
        return MessageDigest.isEqual(
                token(session).getBytes(UTF_8), form.text(FIELD).getBytes(UTF_8));
    }
}
