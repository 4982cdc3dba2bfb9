package holdfast.access;

import holdfast.kernel.Ascii;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// How keys and secrets look: a prefix that tells the kind, and 256 random bits in 43 characters of base64url.
final class Token {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_CHARACTERS = 43;

    private Token() {}

    static String make(String prefix) {
        byte[] bits = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bits);
        return token(prefix, bits);
    }

    /// As good as random to whoever does not know `secret`: HMAC-SHA256 of `text`.
    static String derive(String prefix, String secret, String text) {
        return token(prefix, derive(secret, text));
    }

    /// The same, as the 256 bits that it is.
    static byte[] derive(String secret, String text) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return hmac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static String token(String prefix, byte[] bits) {
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    static boolean isValid(String prefix, String text) {
        return text.startsWith(prefix)
                && text.length() == prefix.length() + RANDOM_CHARACTERS
                && Ascii.BASE64_URL.fill(text, prefix.length(), text.length());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
