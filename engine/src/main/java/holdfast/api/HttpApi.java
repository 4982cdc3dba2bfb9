package holdfast.api;

import static java.util.stream.Collectors.joining;

import holdfast.access.ApiKeys;
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
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.order.Canceling;
import holdfast.order.Fulfilling;
import holdfast.order.Orders;
import holdfast.order.Refunding;
import holdfast.order.Settlement;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The HTTP server of the shop: takes requests in, hands each to its route, and answers.
public final class HttpApi implements AutoCloseable {

    /// How long what is being answered may still take when the server stops.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final Duration IDLE_MAX = Duration.ofMinutes(2);

    private final List<Route> routes;
    private final Endpoint endpoint;
    private final Replies replies;
    private @Nullable WebServer server;

    /// What the API is made of.
    public record Modules(
            Database database,
            ApiKeys keys,
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
            Settlement settlement) {}

    public HttpApi(Modules modules) {
        this.routes = Routes.of(modules);
        this.endpoint = new Endpoint(new Credentials(modules.keys), modules.database, modules.idempotency);
        this.replies = new Replies(modules.answers);
    }

    /// Every route there is.
    public List<Route> routes() {
        return routes;
    }

    /// Begins to listen; port 0 is any free one.
    ///
    /// @throws CannotListenException if the address is not ours or the port is taken
    public HttpApi start(String bindAddress, int port) {
        InetSocketAddress address = free(bindAddress, port);
        WebServer starting = WebServer.builder()
                .address(address.getAddress())
                .port(port)
                .routing(this::register)
                .directHandlers(replies.directHandlers())
                .maxPayloadSize(Bodies.CSV_BYTES_MAX)
                .shutdownGracePeriod(GRACE)
                .idleConnectionTimeout(IDLE_MAX)
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

    private void register(HttpRouting.Builder routing) {
        for (Route route : routes) {
            var method = Method.create(route.method());
            routing.route(method, route.path(), (request, response) -> serve(route, request, response));
            if (method.equals(Method.GET)) {
                routing.route(Method.HEAD, route.path(), (request, response) -> serve(route, request, response));
            }
        }
        routing.any(this::refuseUnknown);
    }

    private void serve(Route route, ServerRequest request, ServerResponse response) {
        UUID id = Ids.next();
        Answer answer;
        try {
            answer = endpoint.answer(route, request);
        } catch (Refusal refusal) {
            replies.send(request, response, id, refusal);
            return;
        } catch (CloseConnectionException | RequestException e) {
            throw e; // The connection broke, or what came over it is no HTTP: there is no request to answer.
        } catch (RuntimeException failure) {
            replies.send(request, response, id, Failures.refusal(failure, id, route.operation()));
            return;
        }
        replies.send(request, response, id, answer, route.produces());
    }

    private void refuseUnknown(ServerRequest request, ServerResponse response) {
        String allowed = routes.stream()
                .filter(route -> matches(route.path(), request.path().path()))
                .flatMap(route -> route.method().equals("GET") ? Stream.of("GET", "HEAD") : Stream.of(route.method()))
                .distinct()
                .collect(joining(", "));
        if (allowed.isEmpty()) {
            replies.send(request, response, Ids.next(), Problem.NOT_FOUND.refuse("There is nothing at this path"));
        } else {
            response.header(HeaderNames.ALLOW, allowed);
            replies.send(request, response, Ids.next(), Problem.METHOD_NOT_ALLOWED.refuse("Try one of " + allowed));
        }
    }

    private static boolean matches(String template, String path) {
        String[] segments = template.split("/", -1);
        String[] given = path.split("/", -1);
        return Arrays.equals(
                segments, given, (segment, value) -> segment.equals(value) || segment.startsWith("{") ? 0 : 1);
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
        if (server != null) server.stop();
    }
}
