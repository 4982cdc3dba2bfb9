package holdfast.api;

import static java.util.stream.Collectors.joining;

import holdfast.access.ApiKeys;
import holdfast.access.AuditLog;
import holdfast.cart.Carts;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.DiscountCodes;
import holdfast.catalog.ShippingRates;
import holdfast.catalog.TaxRates;
import holdfast.checkout.CheckoutModule;
import holdfast.db.Database;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouses;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.order.Canceling;
import holdfast.order.Fulfilling;
import holdfast.order.Orders;
import holdfast.order.Refunding;
import holdfast.order.Settlement;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The HTTP server of the shop: takes requests in, hands each to its route, and answers.
public final class HttpApi implements AutoCloseable {

    /// How long what is being answered may still take when the server stops: longer than a pipeline that is stuck
    /// needs to refuse it.
    private static final Duration GRACE = Duration.ofSeconds(35);

    /// More than any route takes, so that the route can say so itself; beyond, the connection is cut.
    private static final long PAYLOAD_BYTES_MAX = Body.CSV_BYTES_MAX + 8L * 1024 * 1024;

    private final List<Route> routes;
    private final Endpoint endpoint;
    private final Answers answers;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final HttpFigures figures;
    private final Doorkeeper doorkeeper;
    private final Tracing tracing;
    private @Nullable WebServer server;

    /// What the API is made of.
    public record Modules(
            Database database,
            ApiKeys keys,
            AuditLog auditLog,
            Idempotency idempotency,
            Answers answers,
            Catalog catalog,
            CsvImport csvImport,
            TaxRates taxRates,
            ShippingRates shippingRates,
            DiscountCodes discountCodes,
            Warehouses warehouses,
            StockRoom stockRoom,
            Carts carts,
            CheckoutModule checkout,
            Orders orders,
            Fulfilling fulfilling,
            Canceling canceling,
            Refunding refunding,
            Settlement settlement,
            Webhooks webhooks,
            Reconciler reconciler,
            Operations operations) {}

    public HttpApi(Modules modules) {
        this.routes = Routes.of(modules, closing);
        this.answers = modules.answers;
        this.figures = modules.operations.figures();
        this.tracing = new Tracing(modules.operations.traces());
        this.doorkeeper = new Doorkeeper(modules.operations.limits(), answers);
        this.endpoint = new Endpoint(
                new Credentials(modules.keys),
                modules.database,
                modules.idempotency,
                modules.auditLog,
                modules.operations);
    }

    /// Every route there is.
    public List<Route> routes() {
        return routes;
    }

    /// Begins to listen; port 0 is any free one.
    ///
    /// @param others what else is served here, at paths of their own; asked in this order, after the API
    /// @throws CannotListenException if the address is not ours or the port is taken
    public HttpApi start(String bindAddress, int port, HttpService... others) {
        InetSocketAddress address = free(bindAddress, port);
        WebServer starting = WebServer.builder()
                .address(address.getAddress())
                .port(port)
                .routing(routing -> register(routing, others))
                .directHandlers(new NoRequest(answers).handlers())
                .maxPayloadSize(PAYLOAD_BYTES_MAX)
                .shutdownGracePeriod(GRACE)
                .shutdownHook(false)
                .build()
                .start();
        if (!starting.isRunning()) throw new CannotListenException(address, "somebody else was faster");
        server = starting;
        return this;
    }

    private static InetSocketAddress free(String bindAddress, int port) {
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.getByName(bindAddress), port);
        } catch (UnknownHostException e) {
            throw new CannotListenException(InetSocketAddress.createUnresolved(bindAddress, port), "no such address");
        }
        try (var probe = new ServerSocket()) {
            probe.bind(address); // The server would only log why it could not.
            return address;
        } catch (IOException e) {
            throw new CannotListenException(address, String.valueOf(e.getMessage()));
        }
    }

    private void register(HttpRouting.Builder routing, HttpService... others) {
        routing.addFilter(new Measuring(figures));
        routing.addFilter(tracing);
        routing.addFilter(doorkeeper);
        for (Route route : routes) {
            Handler handler = (request, response) -> serveNamed(route, new Exchange(request, response, answers));
            routing.route(Method.create(route.method()), route.path(), handler);
            if (route.method().equals("GET")) routing.route(Method.HEAD, route.path(), handler);
        }
        for (HttpService other : others) routing.register(other);
        routing.any((request, response) -> refuseUnknown(new Exchange(request, response, answers)));
    }

    private void serveNamed(Route route, Exchange exchange) {
        try (var _ = LogContext.of(exchange.id(), exchange.request().path().rawPath())) {
            serve(route, exchange);
        }
    }

    private void serve(Route route, Exchange exchange) {
        Answer answer;
        try {
            Call call = endpoint.call(route, exchange.request(), exchange.body(), exchange.id());
            switch (route.work()) {
                case Action action ->
                    answer = route.begins() ? doorkeeper.begin(() -> action.answer(call)) : action.answer(call);
                case Telling telling -> {
                    exchange.tell(route.produces(), listener -> telling.tell(call, listener));
                    return;
                }
            }
        } catch (Refusal refusal) {
            exchange.send(refusal);
            return;
        } catch (RequestException e) { // What came as a body is no HTTP.
            exchange.end(NoRequest.refusal(exchange.request().headers(), e.status()));
            return;
        } catch (CloseConnectionException e) {
            throw e;
        } catch (RuntimeException failure) {
            Refusal refusal = Failures.refusal(failure, exchange.id(), route.operation());
            if (exchange.isBegun()) throw new CloseConnectionException("Half of an answer was sent");
            exchange.send(refusal);
            return;
        }
        exchange.send(answer, route.produces());
    }

    private void refuseUnknown(Exchange exchange) {
        String allowed = routes.stream()
                .filter(route -> matches(route.path(), exchange.request().path().path()))
                .flatMap(route -> route.method().equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(route.method()))
                .distinct()
                .collect(joining(", "));
        if (allowed.isEmpty()) {
            exchange.send(Problem.NOT_FOUND.refuse("There is nothing at this path"));
        } else {
            exchange.allow(allowed);
            exchange.send(Problem.METHOD_NOT_ALLOWED.refuse("Try one of " + allowed));
        }
    }

    private static boolean matches(String template, String path) {
        String[] segments = template.split("/", -1);
        String[] given = path.split("/", -1);
        return Arrays.equals(
                segments, given, (segment, value) -> segment.equals(value) || isVariable(segment, value) ? 0 : 1);
    }

    private static boolean isVariable(String segment, String value) {
        return segment.startsWith("{") && !value.isEmpty();
    }

    /// The port that it listens on.
    public int port() {
        return running().port();
    }

    private WebServer running() {
        if (server == null) throw new IllegalStateException("The server was not started");
        return server;
    }

    /// Stops taking requests in, and waits for those that are being answered.
    @Override
    public void close() {
        closing.countDown();
        if (server != null) server.stop();
    }
}
