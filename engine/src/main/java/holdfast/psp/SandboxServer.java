package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;

/// The provider's own site, on a port and origin of its own: where a shopper is sent to confirm a payment.
public final class SandboxServer implements AutoCloseable {

    private static final int FORM_BYTES_MAX = 1024; // its forms have no fields
    private static final String HTML = "text/html; charset=utf-8";
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private final SandboxProvider provider;
    private final String host;
    private final WebServer server;

    /// Listens at once; throws what Helidon throws if the port is taken.
    ///
    /// @param port 0 for any that is free
    public SandboxServer(SandboxProvider provider, String host, int port) {
        this.provider = provider;
        this.host = host;
        this.server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .maxPayloadSize(FORM_BYTES_MAX)
                .routing(this::route)
                .build()
                .start();
    }

    /// Where it can be reached from this machine.
    public URI address() {
        return URI.create("http://" + host + ":" + server.port());
    }

    /// Where the shopper confirms the payment that goes by `reference`.
    public static URI challenge(URI address, String reference) {
        return address.resolve(Pages.challengePath(reference));
    }

    @Override
    public void close() {
        server.stop();
    }

    private void route(HttpRouting.Builder routing) {
        routing.addFilter(safely())
                .error(
                        UncheckedIOException.class,
                        (_, response, _) -> html(response, Status.SERVICE_UNAVAILABLE_503, Pages.unavailable()))
                .get("/", (_, response) -> html(response, Status.OK_200, Pages.front()))
                .get(
                        "/sandbox.css",
                        (_, response) -> response.header(HeaderNames.CONTENT_TYPE, "text/css; charset=utf-8")
                                .send(Pages.STYLESHEET))
                .get("/challenge/{reference}", this::show)
                .post(
                        "/challenge/{reference}/pass",
                        (request, response) -> end(request, response, provider::passChallenge))
                .post(
                        "/challenge/{reference}/fail",
                        (request, response) -> end(request, response, provider::failChallenge))
                .any((_, response) -> html(response, Status.NOT_FOUND_404, Pages.unknown()));
    }

    private void show(ServerRequest request, ServerResponse response) {
        provider.retrieve(reference(request))
                .ifPresentOrElse(
                        intent -> html(response, Status.OK_200, Pages.challenge(intent)),
                        () -> html(response, Status.NOT_FOUND_404, Pages.unknown()));
    }

    /// Answers with a way back to the page, so that reloading it sends nothing again.
    private static void end(
            ServerRequest request, ServerResponse response, Function<String, Optional<PaymentIntent>> end) {
        end.apply(reference(request))
                .ifPresentOrElse(
                        intent -> response.status(Status.SEE_OTHER_303)
                                .header(HeaderNames.LOCATION, Pages.challengePath(intent.reference()))
                                .send(),
                        () -> html(response, Status.NOT_FOUND_404, Pages.unknown()));
    }

    private static String reference(ServerRequest request) {
        return request.path().pathParameters().get("reference");
    }

    private static void html(ServerResponse response, Status status, String page) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, HTML).send(page.getBytes(UTF_8));
    }

    private static Filter safely() {
        return (chain, _, response) -> {
            response.header("Content-Security-Policy", CONTENT_POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "no-referrer")
                    .header("Cache-Control", "no-store");
            chain.proceed();
        };
    }
}
