package holdfast.access;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who does something to run the shop, and with which request.
///
/// @param id of the key, or of the one of the staff; null: it is the shop itself
public record Actor(Kind kind, @Nullable UUID id, UUID request) {

    /// What kind of somebody.
    public enum Kind {
        /// A server of the merchant's, with an API key.
        KEY,
        STAFF,
        /// The shop, when it is started.
        SYSTEM;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    public static Actor key(Principal.SecretKey key, UUID request) {
        return new Actor(Kind.KEY, key.id(), request);
    }

    public static Actor staff(UUID id, UUID request) {
        return new Actor(Kind.STAFF, id, request);
    }

    public static Actor system(UUID request) {
        return new Actor(Kind.SYSTEM, null, request);
    }
}
