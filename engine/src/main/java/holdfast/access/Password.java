package holdfast.access;

import holdfast.kernel.Email;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// What somebody of the staff knows. Kept salted and stretched, so that it takes a fifth of a second to try
/// one: `pbkdf2-sha512$220000$salt$hash`.
public final class Password {

    public static final int LENGTH_MIN = 12;
    public static final int LENGTH_MAX = 200;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
    private static final String PREFIX = "pbkdf2-sha512";
    private static final int ROUNDS = 220_000; // OWASP, for PBKDF2 with HMAC-SHA512
    private static final int SALT_BYTES = 16;
    private static final int RANDOM_BYTES = 32; // many more than the letters have, so that none comes more often
    private static final int HASH_BITS = 512;
    private static final int DIFFERENT_MIN = 6;

    // Without what would be mistaken for something else.
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
    private static final int GROUPS = 4;
    private static final int GROUP_LENGTH = 5; // of 31 letters: 99 bits in all

    /// What everybody tries first, as far as it is long enough.
    private static final List<String> COMMON =
            List.of("password", "passwort", "123456", "qwerty", "qwertz", "abcdef", "letmein", "welcome", "holdfast");

    private Password() {}

    /// A new one that nobody guesses: `x7kfm-…`.
    public static String make() {
        return spelled(random(RANDOM_BYTES));
    }

    /// The one for what one request asks for, as [ClientSecret#of] makes a secret: asked again, it is the same.
    ///
    /// @param credential what only whoever asks can send
    /// @param request its idempotency key, and what it is the key of
    public static String of(String credential, String request) {
        return spelled(Token.derive(credential, request));
    }

    private static String spelled(byte[] bits) {
        var rest = new BigInteger(1, bits);
        var radix = BigInteger.valueOf(LETTERS.length());
        var password = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (group > 0) password.append('-');
            for (int i = 0; i < GROUP_LENGTH; i++) {
                BigInteger[] parts = rest.divideAndRemainder(radix);
                password.append(LETTERS.charAt(parts[1].intValue()));
                rest = parts[0];
            }
        }
        return password.toString();
    }

    /// What is wrong with a password that somebody chose; empty: nothing. Length is what counts; nothing is
    /// asked about digits and signs.
    public static Optional<String> weakness(String password, Email email) {
        int length = password.codePointCount(0, password.length());
        String lower = password.toLowerCase(Locale.ROOT);
        String name = email.customer().substring(0, email.customer().indexOf('@'));
        if (length < LENGTH_MIN) return Optional.of("must be at least " + LENGTH_MIN + " characters");
        if (length > LENGTH_MAX) return Optional.of("must be at most " + LENGTH_MAX + " characters");
        if (password.codePoints().distinct().count() < DIFFERENT_MIN) {
            return Optional.of("must have at least " + DIFFERENT_MIN + " different characters");
        }
        if (COMMON.stream().anyMatch(lower::startsWith)) return Optional.of("begins like those that are tried first");
        if (name.length() > 2 && lower.contains(name)) return Optional.of("must not contain the e-mail address");
        return Optional.empty();
    }

    static String hash(String password) {
        byte[] salt = random(SALT_BYTES);
        return text(salt, stretched(password, salt, ROUNDS));
    }

    /// What nobody's password hashes to, so that to try one takes as long where there is nobody.
    static String ofNobody() {
        return text(random(SALT_BYTES), random(HASH_BITS / 8));
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return random;
    }

    private static String text(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return String.join(
                "$", PREFIX, String.valueOf(ROUNDS), base64.encodeToString(salt), base64.encodeToString(hash));
    }

    /// Whether it is this password that was hashed; takes as long whichever.
    static boolean matches(String password, String hashed) {
        String[] parts = hashed.split("\\$", -1);
        if (parts.length != 4 || !parts[0].equals(PREFIX)) throw new IllegalStateException("Not a hash of ours");
        Base64.Decoder base64 = Base64.getDecoder();
        byte[] expected = base64.decode(parts[3]);
        return MessageDigest.isEqual(
                expected, stretched(password, base64.decode(parts[2]), Integer.parseInt(parts[1])));
    }

    private static byte[] stretched(String password, byte[] salt, int rounds) {
        var spec = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance(ALGORITHM).generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java has " + ALGORITHM, e);
        } finally {
            spec.clearPassword();
        }
    }
}
