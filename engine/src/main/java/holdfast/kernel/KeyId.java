package holdfast.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/// Names an idempotency key where it means something: the first 128 bits of SHA-256 over who asks for which
/// operation, a zero byte, and the key itself. So what is indexed stays small, however long keys are.
public record KeyId(UUID value) {

    public static KeyId of(String scope, String key) {
        MessageDigest sha256 = sha256();
        sha256.update(scope.getBytes(UTF_8));
        sha256.update((byte) 0);
        ByteBuffer hash = ByteBuffer.wrap(sha256.digest(key.getBytes(UTF_8)));
        return new KeyId(new UUID(hash.getLong(), hash.getLong()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
