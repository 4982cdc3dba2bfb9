package holdfast.access;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who asks.
public sealed interface Principal {

    /// The SHA-256 of the client secret that they have sent, if they have.
    Optional<byte[]> secret();

    /// A name for them that says nothing secret; no two principals share one.
    String name();

    /// Somebody without credentials.
    record Nobody() implements Principal {

        @Override
        public Optional<byte[]> secret() {
            return Optional.empty();
        }

        @Override
        public String name() {
            return "nobody";
        }
    }

    /// A shopper with the client secret of a cart or a checkout, as far as we know: whether it opens anything
    /// shows when it is tried.
    record Guest(byte[] secretSha256) implements Principal {

        @Override
        public Optional<byte[]> secret() {
            return Optional.of(secretSha256);
        }

        @Override
        public String name() {
            return "guest:" + HexFormat.of().formatHex(secretSha256);
        }
    }

    /// A browser, with the key of the shop's own pages, and maybe a shopper's client secret besides.
    record PublishableKey(UUID id, @Nullable Guest guest) implements Principal {

        @Override
        public Optional<byte[]> secret() {
            return Optional.ofNullable(guest).flatMap(Guest::secret);
        }

        @Override
        public String name() {
            return guest == null ? "key:" + id : guest.name();
        }
    }

    /// A server of the merchant's.
    record SecretKey(UUID id, Set<Scope> scopes) implements Principal {

        public SecretKey {
            scopes = Set.copyOf(scopes);
        }

        @Override
        public Optional<byte[]> secret() {
            return Optional.empty();
        }

        public boolean has(Scope scope) {
            return scopes.contains(scope) || scopes.contains(Scope.ADMIN);
        }

        @Override
        public String name() {
            return "key:" + id;
        }
    }
}
