package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The provider's own site, on a port and origin of its own: Stripe's protocol for the shop, and the pages
/// where a shopper confirms a payment.
public final class SandboxServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SandboxServer.class);

    private static final int FORM_BYTES_MAX = 64 * 1024;
    private static final long TICK_MS = 200;

    /// How long a refund takes whose card lets it end later.
    private static final Duration REFUNDS_END_AFTER = Duration.ofSeconds(2);

    /// Stripe's libraries write `?expand[]=latest_charge` as it stands here.
    private static final Http1Config BRACKETS_IN_QUERIES =
            Http1Config.builder().validatePrologue(false).build();

    private static final String HTML = "text/html; charset=utf-8";
    private static final String CONTENT_POLICY =
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");

    private final SandboxProvider provider;
    private final String host;
    private final Gate gate = new Gate();
    private final StripeApi stripeApi;
    private final ControlApi controlApi;
    private final Webhooks webhooks;
    private final Origins origins;
    private final Fields fields;
    private final WebServer server;
    private final ScheduledFuture<?> ticking;
    private final ScheduledExecutorService later =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    /// Listens at once; throws what Helidon throws if the port is taken.
    ///
    /// @param port 0 for any that is free
    public SandboxServer(SandboxProvider provider, String host, int port) {
        this(provider, host, port, Set.of());
    }

    /// @param fieldsOrigins of the pages that may show the card fields, besides those of this machine
    public SandboxServer(SandboxProvider provider, String host, int port, Set<String> fieldsOrigins) {
        this.provider = provider;
        this.host = host;
        var faults = new Faults();
        var objects = new StripeObjects(this::address);
        this.stripeApi = new StripeApi(provider, objects, faults, gate);
        this.origins = new Origins(fieldsOrigins);
        this.fields = new Fields(origins);
        this.webhooks = new Webhooks(provider, objects, gate);
        this.controlApi = new ControlApi(provider, faults, webhooks, gate);
        this.server = WebServer.builder()
                .host(host)
                .port(port)
                .shutdownHook(false)
                .maxPayloadSize(FORM_BYTES_MAX)
                .addProtocol(BRACKETS_IN_QUERIES)
                .routing(this::route)
                .build()
                .start();
        webhooks.start();
        this.ticking = later.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /// What happens by itself as time goes by.
    private void tick() {
        try {
            if (gate.isPaused()) return;
            provider.endRefunds(REFUNDS_END_AFTER);
            provider.approveLate();
        } catch (UncheckedIOException e) {
            LOG.warn("The sandbox could not write its journal, and tries again", e);
        }
    }

    /// Sends every event from now on to an endpoint, signed with its secret.
    public void addWebhook(URI url, String secret) {
        provider.addEndpoint(url.toString(), secret);
    }

    /// Where it can be reached from this machine.
    public URI address() {
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        String near = everywhere ? "127.0.0.1" : host;
        return URI.create("http://" + (near.contains(":") ? "[" + near + "]" : near) + ":" + server.port());
    }

    /// Where the shopper confirms the payment that goes by `reference`.
    public static URI challenge(URI address, String reference) {
        return address.resolve(Pages.challengePath(reference));
    }

    @Override
    public void close() {
        ticking.cancel(false);
        gate.close();
        webhooks.close();
        later.close();
        server.stop();
    }

    private void route(HttpRouting.Builder routing) {
        routing.addFilter(safely());
        stripeApi.register(routing);
        controlApi.register(routing);
        fields.register(routing);
        routing.error(
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
                        intent -> {
                            String shop = shop(request, intent);
                            response.header(POLICY, policy(shop));
                            html(response, Status.OK_200, Pages.challenge(intent, shop));
                        },
                        () -> html(response, Status.NOT_FOUND_404, Pages.unknown()));
    }

    /// Answers with the way back to the shop, or to the page, so that reloading it sends nothing again.
    private void end(ServerRequest request, ServerResponse response, Function<String, Optional<PaymentIntent>> end) {
        gate.pass();
        end.apply(reference(request))
                .ifPresentOrElse(
                        intent -> response.status(Status.SEE_OTHER_303)
                                .header(HeaderNames.LOCATION, Pages.afterChallenge(intent, shop(request, intent)))
                                .send(),
                        () -> html(response, Status.NOT_FOUND_404, Pages.unknown()));
    }

    /// The page to go back to: the one that the shop's own page has named, else what the shop said when it
    /// asked for the payment.
    private @Nullable String shop(ServerRequest request, PaymentIntent intent) {
        String named = origins.allowedPage(request.query().first("return_url").orElse(""));
        return named == null ? intent.returnUrl() : named;
    }

    /// A browser lets a form be answered with a way to another site only if the page with the form says so.
    private static String policy(@Nullable String shop) {
        if (shop == null) return CONTENT_POLICY;
        URI url = URI.create(shop);
        return CONTENT_POLICY.replace(
                "form-action 'self'", "form-action 'self' " + url.getScheme() + "://" + url.getRawAuthority());
    }

    private static String reference(ServerRequest request) {
        return request.path().pathParameters().get("reference");
    }

    private static void html(ServerResponse response, Status status, String page) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, HTML).send(page.getBytes(UTF_8));
    }

    private static Filter safely() {
        return (chain, _, response) -> {
            response.header(POLICY, CONTENT_POLICY)
                    .header("X-Content-Type-Options", "nosniff")
                    .header("Referrer-Policy", "no-referrer")
                    .header("Cache-Control", "no-store");
            chain.proceed();
        };
    }
}
