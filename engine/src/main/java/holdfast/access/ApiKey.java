package holdfast.access;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An API key as anyone may see it; the key itself is told once, by [ApiKeys#issue].
///
/// @param title what it is for, in the merchant's words
/// @param scopes of a secret key; a publishable key has none
public record ApiKey(
        UUID id,
        String title,
        Kind kind,
        Set<Scope> scopes,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt) {

    /// Who is to hold it.
    public enum Kind {
        /// A server, in secret.
        SECRET("hf_sk_"),
        /// A browser, for all to see.
        PUBLISHABLE("hf_pk_");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }

        String prefix() {
            return prefix;
        }
    }

    /// Whether `key` looks like a key of this kind: the prefix, and 43 characters of base64url.
    public static boolean isValid(Kind kind, String key) {
        return Token.isValid(kind.prefix, key);
    }
}
