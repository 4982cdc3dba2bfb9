package holdfast.api;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// What every line of the log names that is written while a request is answered: the request, and the
/// checkout, cart or order that it is about. Ids alone, since nothing else in a path is known to be harmless.
final class LogContext implements AutoCloseable {

    private static final Map<String, String> THINGS =
            Map.of("/v1/carts/", "cart", "/v1/checkouts/", "checkout", "/v1/orders/", "order", "/v1/sagas/", "payment");
    private static final int ID_LENGTH = 36;

    private LogContext() {}

    static LogContext of(UUID request, String path) {
        MDC.put("request", request.toString());
        THINGS.forEach((prefix, thing) -> {
            UUID named = named(prefix, path);
            if (named != null) MDC.put(thing, named.toString());
        });
        return new LogContext();
    }

    /// The id that a path has after this beginning; null if it has another, or no id.
    static @Nullable UUID named(String prefix, String path) {
        if (!path.startsWith(prefix) || path.length() < prefix.length() + ID_LENGTH) return null;
        String id = path.substring(prefix.length(), prefix.length() + ID_LENGTH);
        try {
            UUID named = UUID.fromString(id);
            return named.toString().equalsIgnoreCase(id) ? named : null; // Java takes others for one, too.
        } catch (IllegalArgumentException e) {
            return null; // Then nobody asks about it.
        }
    }

    @Override
    public void close() {
        MDC.clear();
    }
}
