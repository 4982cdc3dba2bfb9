package holdfast.api;

import holdfast.kernel.CheckoutId;
import holdfast.trace.Span;
import holdfast.trace.Traces;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Leaves a span of each request that somebody might look for, and tells its caller which. Of what is sent,
/// only what we know already is told: the method, the template of the path, ids of ours.
final class Tracing implements Filter {

    private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");
    private static final HeaderName TRACERESPONSE = HeaderNames.create("traceresponse");
    private static final HeaderName REPLAYED = HeaderNames.create("Idempotent-Replayed");

    private static final Set<Method> METHODS =
            Set.of(Method.GET, Method.HEAD, Method.POST, Method.PUT, Method.PATCH, Method.DELETE);
    private static final Set<Method> READING = Set.of(Method.GET, Method.HEAD);
    private static final String OTHER = "_OTHER"; // so that nobody can make up methods

    private static final List<String> CHECKOUTS = List.of("/v1/checkouts/", "/checkout/");
    private static final List<String> ORDERS = List.of("/v1/orders/", "/orders/");

    /// What machines ask for all the time, and what is answered for as long as somebody listens.
    private static final List<String> NOBODY_LOOKS_FOR =
            List.of("/healthz", "/readyz", "/metrics", "/assets/", "/live/", "/v1/events");

    private static final int FIRST_FAILURE = 500;
    private static final int UUID_VERSION = 7;

    private final Traces traces;

    Tracing(Traces traces) {
        this.traces = traces;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String traceparent = traceparent(request);
        if (!traces.isOn() && traceparent == null) {
            chain.proceed();
            return;
        }
        String path = request.path().rawPath();
        if (NOBODY_LOOKS_FOR.stream().anyMatch(path::startsWith)) {
            chain.proceed();
            return;
        }
        Method method = request.prologue().method();
        String known = METHODS.contains(method) ? method.text() : OTHER;
        UUID checkout = named(CHECKOUTS, path);
        var asked = new Traces.Request(
                known, traceparent, checkout == null ? null : new CheckoutId(checkout), !READING.contains(method));
        traces.answering(asked, span -> {
            if (traces.isOn()) response.header(TRACERESPONSE, span.header());
            try {
                chain.proceed();
            } finally {
                tell(span, known, path, request, response);
            }
        });
    }

    private static @Nullable String traceparent(RoutingRequest request) {
        if (!request.headers().contains(TRACEPARENT)) return null;
        List<String> sent = request.headers().all(TRACEPARENT, List::of);
        return sent.size() == 1 ? sent.getFirst() : null;
    }

    private static @Nullable UUID named(List<String> prefixes, String path) {
        for (String prefix : prefixes) {
            UUID named = LogContext.named(prefix, path);
            if (named != null && named.version() == UUID_VERSION && named.variant() == 2) return named;
        }
        return null;
    }

    private static void tell(Span span, String method, String path, RoutingRequest request, RoutingResponse response) {
        if (!span.isRecorded()) return;
        span.set("http.request.method", method);
        span.set("url.scheme", "http"); // TLS ends in front of us.
        request.matchingPattern().ifPresent(route -> {
            span.rename(method + " " + route);
            span.set("http.route", route);
        });
        UUID order = named(ORDERS, path);
        if (order != null) span.set("holdfast.order.id", order);
        if (!response.isSent()) return;
        int status = response.status().code();
        span.set("http.response.status_code", status);
        if (response.headers().contains(REPLAYED)) span.set("holdfast.replayed", true);
        if (status >= FIRST_FAILURE) span.failed(String.valueOf(status));
    }
}
