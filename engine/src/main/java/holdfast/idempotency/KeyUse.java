package holdfast.idempotency;

import holdfast.kernel.KeyId;
import java.time.Duration;

/// One request that names itself with an idempotency key.
///
/// @param scope who asks, and for which operation: the same key means nothing elsewhere
/// @param key 16 to 255 printable ASCII characters
/// @param fingerprint SHA-256 over method, path, query and the raw body
/// @param retention how long the answer is kept, at least
public record KeyUse(String scope, String key, byte[] fingerprint, Duration retention) {

    public KeyId id() {
        return KeyId.of(scope, key);
    }
}
