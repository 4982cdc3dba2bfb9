package holdfast.payment.stripe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The signature of a webhook: `t=1700000000,v1=5257a8…,v1=…`, where each `v1` is an HMAC-SHA256 over time and
/// body. <https://docs.stripe.com/webhooks#verify-manually>
///
/// Each signature is compared with each secret, all of them, whether or not one has fitted already.
final class StripeSignature {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int HEADER_LENGTH_MAX = 16 * 1024;
    private static final Pattern TIME = Pattern.compile("[0-9]{1,12}");
    private static final Pattern SIGNATURE = Pattern.compile("[0-9a-f]{64}");

    private StripeSignature() {}

    /// When this was signed; empty if no active secret has signed it.
    static Optional<Instant> verify(byte[] body, @Nullable String header, List<String> secrets) {
        if (header == null || header.length() > HEADER_LENGTH_MAX) return Optional.empty();
        String time = null;
        List<byte[]> given = new ArrayList<>();
        for (String element : header.split(",", -1)) {
            String[] sides = element.strip().split("=", 2);
            if (sides.length < 2) return Optional.empty();
            switch (sides[0]) {
                case "t" -> {
                    if (time != null || !TIME.matcher(sides[1]).matches()) return Optional.empty();
                    time = sides[1];
                }
                case "v1" -> {
                    if (SIGNATURE.matcher(sides[1]).matches())
                        given.add(HexFormat.of().parseHex(sides[1]));
                }
                default -> {
                    // Another scheme, such as v0, which Stripe adds to what it sends for tests.
                }
            }
        }
        if (time == null) return Optional.empty();
        boolean fits = false;
        for (String secret : secrets) {
            byte[] right = sign(time, body, secret);
            for (byte[] signature : given) {
                fits |= MessageDigest.isEqual(right, signature);
            }
        }
        return fits ? Optional.of(Instant.ofEpochSecond(Long.parseLong(time))) : Optional.empty();
    }

    static byte[] sign(String time, byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((time + ".").getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HMAC-SHA256", e);
        }
    }
}
