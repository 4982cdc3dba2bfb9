package holdfast.api;

import java.util.Map;
import java.util.UUID;
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
            if (path.startsWith(prefix)) name(thing, path, prefix.length());
        });
        return new LogContext();
    }

    private static void name(String thing, String path, int from) {
        if (path.length() < from + ID_LENGTH) return;
        String id = path.substring(from, from + ID_LENGTH);
        try {
            String name = UUID.fromString(id).toString();
            if (name.equalsIgnoreCase(id)) MDC.put(thing, name); // Java takes others for one, too.
        } catch (IllegalArgumentException e) {
            // Then nobody asks about it.
        }
    }

    @Override
    public void close() {
        MDC.clear();
    }
}
