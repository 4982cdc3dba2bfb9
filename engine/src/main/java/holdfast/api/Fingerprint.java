package holdfast.api;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// SHA-256 over what makes a request the same request: method, path, query and the raw bytes of its body.
final class Fingerprint {

    private final MessageDigest sha256;

    Fingerprint(String method, String path, String query, byte[] body) {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        for (String part : List.of(method, path, query)) {
            sha256.update(part.getBytes(StandardCharsets.UTF_8));
            sha256.update((byte) 0); // which is in no method, path or query
        }
        sha256.update(body);
    }

    /// A body as it arrives: what is read of it counts, too.
    InputStream including(InputStream arriving) {
        return new DigestInputStream(arriving, sha256);
    }

    /// Over all that was there so far; asked for once.
    byte[] value() {
        return sha256.digest();
    }
}
