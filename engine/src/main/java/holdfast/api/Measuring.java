package holdfast.api;

import holdfast.api.HttpFigures.Asked;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Set;

/// Counts every request by the route that took it, and measures it from its last header to its answer.
final class Measuring implements Filter {

    private static final Set<Method> METHODS =
            Set.of(Method.GET, Method.HEAD, Method.POST, Method.PUT, Method.PATCH, Method.DELETE);
    private static final String NONE = "none"; // so that nobody can make up routes, or methods

    private final HttpFigures figures;

    Measuring(HttpFigures figures) {
        this.figures = figures;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        long began = System.nanoTime();
        try {
            chain.proceed();
        } finally {
            if (response.isSent()) measured(request, response, System.nanoTime() - began);
        }
    }

    private void measured(RoutingRequest request, RoutingResponse response, long nanos) {
        Method method = request.prologue().method();
        var asked = new Asked(
                METHODS.contains(method) ? method.text() : NONE,
                request.matchingPattern().orElse(NONE));
        figures.answered(asked, response.status().code());
        if (!isStream(response)) figures.took(asked, nanos);
    }

    /// Such an answer ends when somebody closes the page.
    private static boolean isStream(RoutingResponse response) {
        return response.headers()
                .first(HeaderNames.CONTENT_TYPE)
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
    }
}
