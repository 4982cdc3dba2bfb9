package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a drill plays the rest of the world: what goes wrong, when, and what the provider has in its books. For
/// programs on this machine alone.
final class ControlApi {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .build();

    private final SandboxProvider provider;
    private final Faults faults;
    private final Webhooks webhooks;
    private final Gate gate;

    /// All rules at once.
    record Arm(long seed, @Nullable List<FaultRule> rules) {}

    record Age(@JsonProperty("older_than_seconds") long olderThanSeconds) {}

    record NewEndpoint(@Nullable String url, @Nullable String secret) {}

    /// @param waiting how many events it has not heard of yet
    record Endpoint(String id, String url, Instant createdAt, int waiting) {}

    ControlApi(SandboxProvider provider, Faults faults, Webhooks webhooks, Gate gate) {
        this.provider = provider;
        this.faults = faults;
        this.webhooks = webhooks;
        this.gate = gate;
    }

    void register(HttpRouting.Builder routing) {
        routing.get("/_control/faults", here((_, response) -> json(response, told())))
                .put("/_control/faults", here(this::arm))
                .post("/_control/faults", here(this::add))
                .delete("/_control/faults", here((_, response) -> {
                    faults.arm(0, List.of());
                    json(response, told());
                }))
                .post("/_control/pause", here((_, response) -> pause(response, true)))
                .post("/_control/resume", here((_, response) -> pause(response, false)))
                .get("/_control/ledger", here((_, response) -> ledger(response)))
                .get("/_control/webhooks", here((_, response) -> json(response, webhooksTold())))
                .post("/_control/webhooks", here(this::addWebhook))
                .delete("/_control/webhooks/{id}", here((request, response) -> {
                    provider.removeEndpoint(request.path().pathParameters().get("id"));
                    json(response, webhooksTold());
                }))
                .put("/_control/webhooks/faults", here(this::armWebhooks))
                .post("/_control/keys/forget", here(this::forgetKeys))
                .post("/_control/payments/{id}/lapse", here(this::lapse))
                .post("/_control/refunds/end", here((_, response) -> {
                    provider.endRefunds();
                    json(response, Map.of("done", true));
                }));
    }

    /// Lets nobody in from another machine, nor a page in a browser on this one.
    private static Handler here(Handler handler) {
        return (request, response) -> {
            boolean near = request.remotePeer().address() instanceof InetSocketAddress peer
                    && peer.getAddress() != null
                    && peer.getAddress().isLoopbackAddress();
            if (!near || request.headers().contains(HeaderNames.ORIGIN)) {
                problem(response, Status.FORBIDDEN_403, "The control API is for programs on this machine alone");
                return;
            }
            try {
                handler.handle(request, response);
            } catch (JsonProcessingException e) {
                problem(response, Status.BAD_REQUEST_400, "This cannot be read: " + e.getOriginalMessage());
            }
        };
    }

    private Map<String, Object> told() {
        return Map.of(
                "seed", faults.seed(),
                "rules", faults.standing(),
                "struck_count", faults.struckCount(),
                "struck", faults.struck(),
                "paused", gate.isPaused());
    }

    private void arm(ServerRequest request, ServerResponse response) throws IOException {
        Arm all = read(request, Arm.class);
        List<FaultRule> rules = all.rules() == null ? List.of() : all.rules();
        if (refused(rules, response)) return;
        faults.arm(all.seed(), rules);
        json(response, told());
    }

    private void add(ServerRequest request, ServerResponse response) throws IOException {
        FaultRule rule = read(request, FaultRule.class);
        if (refused(List.of(rule), response)) return;
        faults.add(rule);
        json(response, told());
    }

    private static boolean refused(List<FaultRule> rules, ServerResponse response) {
        for (FaultRule rule : rules) {
            String complaint = rule.fault() == null ? "A rule needs a fault" : rule.complaint();
            if (complaint == null) continue;
            problem(response, Status.BAD_REQUEST_400, complaint);
            return true;
        }
        return false;
    }

    private Map<String, Object> webhooksTold() {
        return provider.look(books -> Map.of(
                "faults",
                webhooks.faults(),
                "endpoints",
                books.events().endpoints().stream()
                        .map(it -> new Endpoint(
                                it.id(),
                                it.url(),
                                it.createdAt(),
                                books.events().waitingFor(it.id())))
                        .toList()));
    }

    private void addWebhook(ServerRequest request, ServerResponse response) throws IOException {
        NewEndpoint wanted = read(request, NewEndpoint.class);
        URI url = wanted.url() == null ? null : address(wanted.url());
        if (url == null) {
            problem(response, Status.BAD_REQUEST_400, "url is to be the http or https address of an endpoint");
            return;
        }
        String secret = wanted.secret() == null ? Names.secret("whsec_") : wanted.secret();
        EventLog.Endpoint added = provider.addEndpoint(url.toString(), secret);
        json(response, Map.of("id", added.id(), "url", added.url(), "secret", added.secret()));
    }

    private static @Nullable URI address(String text) {
        try {
            var url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web && url.getHost() != null ? url : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private void armWebhooks(ServerRequest request, ServerResponse response) throws IOException {
        WebhookFaults wanted = read(request, WebhookFaults.class);
        String complaint = wanted.complaint();
        if (complaint != null) {
            problem(response, Status.BAD_REQUEST_400, complaint);
            return;
        }
        webhooks.arm(wanted);
        json(response, webhooksTold());
    }

    private void pause(ServerResponse response, boolean pause) {
        gate.pause(pause);
        json(response, Map.of("paused", pause));
    }

    private void lapse(ServerRequest request, ServerResponse response) {
        provider.lapse(request.path().pathParameters().get("id"))
                .ifPresentOrElse(
                        intent -> json(
                                response, Map.of("state", intent.state().name().toLowerCase(Locale.ROOT))),
                        () -> problem(response, Status.NOT_FOUND_404, "There is no such payment"));
    }

    private void forgetKeys(ServerRequest request, ServerResponse response) throws IOException {
        provider.forgetKeys(Duration.ofSeconds(read(request, Age.class).olderThanSeconds()));
        json(response, Map.of("done", true));
    }

    /// Every payment, refund and movement of money, each as a line of JSON.
    private void ledger(ServerResponse response) {
        List<LedgerLine> lines = provider.look(LedgerLine::all);
        response.header(HeaderNames.CONTENT_TYPE, "application/jsonl");
        try (OutputStream out = new BufferedOutputStream(response.outputStream())) {
            for (LedgerLine line : lines) {
                out.write(MAPPER.writeValueAsBytes(line));
                out.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T read(ServerRequest request, Class<T> type) throws IOException {
        byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
        return MAPPER.readValue(body.length == 0 ? "{}".getBytes(UTF_8) : body, type);
    }

    private static void json(ServerResponse response, Object body) {
        try {
            response.header(HeaderNames.CONTENT_TYPE, "application/json").send(MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An answer that cannot be written as JSON", e);
        }
    }

    private static void problem(ServerResponse response, Status status, String message) {
        response.status(status);
        json(response, Map.of("error", message));
    }
}
