package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.admission.ConcurrencyLimit;
import holdfast.idempotency.Answer;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.function.Supplier;

/// Where more is asked than the shop can do, lets those finish who have begun: what opens a cart or a
/// checkout, or only looks around, has to be within a limit that follows what the shop can do. Payments,
/// orders, webhooks, the back office and health are let in always.
///
/// Who is refused is refused here, before anything of the request is read. Who begins something is let in for
/// good only when all of the request is there ([#begin]): somebody who sends it byte by byte takes nobody's
/// place.
final class Doorkeeper implements Filter {

    private static final Answer PAGE = Answer.of(503, """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>One moment</title>
            <meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2"></head>
            <body><h1>One moment</h1><p>Very many people are in the shop. This page tries again by itself.</p></body>
            </html>
            """.getBytes(UTF_8));

    /// What begins something, besides the forms of pages.
    private static final List<String> BEGINNINGS = List.of("/v1/carts", "/v1/checkouts");

    /// What is not of the shop window: of the API all but the products, and of the pages those of who has
    /// begun, and of the staff.
    private static final List<String> ALWAYS = List.of(
            "/v1/",
            "/checkout/",
            "/orders/",
            "/sale/",
            "/live/",
            "/assets/",
            "/console",
            "/healthz",
            "/readyz",
            "/metrics",
            "/openapi.yaml",
            "/problems/");

    private final ConcurrencyLimit beginning;
    private final ConcurrencyLimit browsing;
    private final Answers answers;
    private final Answer full;

    Doorkeeper(Operations.Limits limits, Answers answers) {
        this.beginning = limits.beginning();
        this.browsing = limits.browsing();
        this.answers = answers;
        this.full = answers.refused(isFull());
    }

    private static Refusal isFull() {
        return Problem.UNAVAILABLE
                .refuse("More is asked of the shop than it can do; try again in a moment")
                .with("retry_after", Answers.RETRY_AFTER_S);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        String path = request.path().rawPath();
        boolean reads = isRead(request);
        if (!reads && (BEGINNINGS.contains(path) || ALWAYS.stream().noneMatch(path::startsWith))) {
            if (beginning.refuses()) refuse(request, response);
            else chain.proceed();
        } else if (reads && (path.startsWith("/v1/products") || ALWAYS.stream().noneMatch(path::startsWith))) {
            browse(chain, request, response);
        } else {
            chain.proceed();
        }
    }

    private static boolean isRead(ServerRequest request) {
        Method method = request.prologue().method();
        return method.equals(Method.GET) || method.equals(Method.HEAD);
    }

    private void browse(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!browsing.enter()) {
            refuse(request, response);
            return;
        }
        long began = System.nanoTime();
        try {
            chain.proceed();
        } finally {
            browsing.leave(System.nanoTime() - began);
        }
    }

    private void refuse(RoutingRequest request, RoutingResponse response) {
        answers.refusedAgain(Problem.UNAVAILABLE);
        var exchange = new Exchange(request, response, answers);
        boolean page = !request.path().rawPath().startsWith("/v1/")
                && request.headers()
                        .first(HeaderNames.ACCEPT)
                        .filter(accepted -> accepted.contains("text/html"))
                        .isPresent();
        if (page) exchange.refuse(PAGE, "text/html;charset=utf-8");
        else exchange.refuse(full, Route.PROBLEM);
    }

    /// Does what begins something, all of which has arrived.
    ///
    /// @throws Refusal `unavailable` if there is no place for it
    Answer begin(Supplier<Answer> work) {
        if (!beginning.enter()) throw isFull();
        long began = System.nanoTime();
        try {
            return work.get();
        } finally {
            beginning.leave(System.nanoTime() - began);
        }
    }
}
