package holdfast.access;

import java.time.Instant;
import java.util.Locale;
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

        /// Its stable name: `secret`.
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// What a key is made for.
    ///
    /// @param expiresAt null: never
    public record Terms(
            String title,
            Kind kind,
            Set<Scope> scopes,
            @Nullable Instant expiresAt) {

        public Terms {
            scopes = Set.copyOf(scopes);
        }
    }

    public static final int TITLE_LENGTH_MAX = 100;

    /// A new key, of random bits.
    public static String make(Kind kind) {
        return Token.make(kind.prefix);
    }

    /// The key for what one request asks for, as [ClientSecret#of] makes a secret: asked again, it is the same.
    ///
    /// @param credential what only whoever asks can send
    /// @param request its idempotency key, and what it is the key of
    public static String of(Kind kind, String credential, String request) {
        return Token.derive(kind.prefix, credential, request);
    }

    /// Whether `key` looks like a key of this kind: the prefix, and 43 characters of base64url.
    public static boolean isValid(Kind kind, String key) {
        return Token.isValid(kind.prefix, key);
    }
}
