package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.kernel.Ids;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.UUID;

/// The names that the provider gives to its objects: a prefix that tells the kind, and 23 letters and digits
/// in the order of their making. What belongs to one payment, such as its charges, is named after it.
final class Names {

    static final String INTENT = "pi_";

    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int UUID_DIGITS = 22; // 62^22 > 2^128
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 24;
    private static final int SECRET_DIGITS = 25;
    private static final int MARK_DIGITS = 16;

    private Names() {}

    /// A new name, such as `pi_30aK…`.
    static String next(String prefix) {
        UUID id = Ids.next();
        var bytes = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
        return prefix + "3" + digits(bytes, UUID_DIGITS);
    }

    /// The name of something that belongs to `intent`, the `number`th of its kind.
    static String of(String intent, String prefix, int number) {
        String own = intent.startsWith(INTENT) ? intent.substring(INTENT.length()) : intent;
        return prefix + own + "_" + number;
    }

    /// What nobody can guess.
    static String secret(String prefix) {
        var bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// As it looks like at Stripe; it opens nothing here, so it need not be hard to guess.
    static String clientSecret(String intent) {
        return intent + "_secret_" + digits(sha256("client secret of " + intent), SECRET_DIGITS);
    }

    /// Tells one request from another: the first 64 bits of its SHA-256.
    static long fingerprint(String request) {
        return ByteBuffer.wrap(sha256(request)).getLong();
    }

    /// The same for every card of this kind.
    static String fingerprintOf(TestCard card) {
        return mark("card " + card.brand() + card.last4());
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    /// A number of fixed length.
    static String digits(int number, int length) {
        return digits(ByteBuffer.allocate(Integer.BYTES).putInt(number).array(), length);
    }

    /// The number that [#digits] wrote, or -1.
    static int number(String digits) {
        var number = BigInteger.ZERO;
        for (int at = 0; at < digits.length(); at++) {
            int digit = DIGITS.indexOf(digits.charAt(at));
            if (digit < 0) return -1;
            number = number.multiply(BASE).add(BigInteger.valueOf(digit));
        }
        return number.bitLength() < Integer.SIZE ? number.intValue() : -1;
    }

    /// Looks like chance, and is the same for the same text.
    static String mark(String text) {
        return digits(sha256(text), MARK_DIGITS);
    }

    private static String digits(byte[] bytes, int length) {
        var text = new StringBuilder(length);
        var rest = new BigInteger(1, bytes);
        while (text.length() < length) {
            BigInteger[] divided = rest.divideAndRemainder(BASE);
            text.append(DIGITS.charAt(divided[1].intValue()));
            rest = divided[0];
        }
        return text.reverse().toString();
    }
}
