package holdfast.psp;

import static holdfast.psp.StripeCaller.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a shop hears of its payments, and that Stripe's library believes it.
final class WebhooksTest {

    private static final String SECRET = "whsec_0123456789abcdef";

    @TempDir
    Path folder;

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private HttpServer shop;
    private SandboxProvider provider;
    private SandboxServer server;
    private StripeCaller caller;

    private record Heard(String body, String signature) {

        Event event() throws SignatureVerificationException {
            return Webhook.constructEvent(body, signature, SECRET);
        }
    }

    @BeforeEach
    void start() throws IOException {
        shop = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        shop.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        shop.createContext("/webhooks", this::hear);
        shop.start();
        open();
    }

    private void open() throws IOException {
        provider = SandboxProvider.open(folder.resolve("sandbox.journal"));
        server = new SandboxServer(provider, "127.0.0.1", 0);
        caller = new StripeCaller(server.address());
    }

    @AfterEach
    void stop() {
        close();
        shop.stop(0);
    }

    private void close() {
        caller.close();
        server.close();
        provider.close();
    }

    private void hear(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean refuses = refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            var told = new Heard(
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8),
                    exchange.getRequestHeaders().getFirst("Stripe-Signature"));
            if (!refuses) heard.add(told);
            exchange.sendResponseHeaders(refuses ? 503 : 200, -1);
        }
    }

    private void subscribe() {
        server.addWebhook(URI.create("http://127.0.0.1:" + shop.getAddress().getPort() + "/webhooks"), SECRET);
    }

    @Test
    void every_step_of_a_payment_is_told_and_signed() throws Exception {
        subscribe();
        String intent = caller.intent("P1");
        caller.confirm(intent, "k");
        caller.post("/v1/payment_intents/" + intent + "/capture", "", "c");
        caller.post("/v1/refunds", "payment_intent=" + intent + "&amount=500", "r");

        List<String> types = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            Heard next = next();
            Event event = next.event();
            types.add(event.getType());
            assertThat(event.getLivemode()).isFalse();
            assertThat(event.getDataObjectDeserializer().getObject()).isPresent();
            assertThat(RealObjects.differences("event", json(caller.get("/v1/events/" + event.getId()))))
                    .filteredOn(difference -> !difference.startsWith("event.data"))
                    .isEmpty();
        }
        assertThat(types)
                .containsExactlyInAnyOrder(
                        "payment_intent.created",
                        "charge.succeeded",
                        "payment_intent.amount_capturable_updated",
                        "charge.captured",
                        "payment_intent.succeeded",
                        "charge.refunded",
                        "refund.created");
        JsonNode listed = json(caller.get("/v1/events?type=payment_intent.succeeded"));
        assertThat(listed.at("/data/0/data/object/id").asText()).isEqualTo(intent);
        assertThat(listed.at("/data/0/request/idempotency_key").asText()).isEqualTo("c");
    }

    @Test
    void a_forged_signature_is_told_from_a_real_one() throws Exception {
        subscribe();
        caller.intent("P1");
        Heard real = next();

        assertThatThrownBy(() -> Webhook.constructEvent(real.body() + " ", real.signature(), SECRET))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void what_was_not_taken_comes_again() throws Exception {
        refusals.set(2);
        subscribe();
        caller.intent("P1");

        assertThat(next().event().getType()).isEqualTo("payment_intent.created");
        assertThat(refusals).hasValue(0);
    }

    @Test
    void what_did_not_arrive_before_a_restart_arrives_after_it() throws Exception {
        refusals.set(Integer.MAX_VALUE);
        subscribe();
        String intent = caller.intent("P1");
        close();
        refusals.set(0);

        open();

        assertThat(next().event().getType()).isEqualTo("payment_intent.created");
        assertThat(caller.status(intent)).isEqualTo("requires_payment_method");
        while (waiting() > 0) Thread.onSpinWait();
        close();
        open();
        caller.intent("P2");
        assertThat(next().body()).contains("\"payment_id\":\"P2\"");
    }

    private int waiting() throws Exception {
        return json(caller.control("GET", "webhooks", ""))
                .at("/endpoints/0/waiting")
                .asInt();
    }

    @Test
    void webhooks_can_be_dropped_duplicated_and_shuffled_by_a_seed() throws Exception {
        subscribe();
        caller.control(
                "PUT",
                "webhooks/faults",
                "{\"seed\": 7, \"drop_per_thousand\": 200, \"duplicate_per_thousand\": 300, \"shuffle_ms\": 300}");
        for (int i = 0; i < 60; i++) caller.intent("P" + i);
        while (waiting() > 0) Thread.onSpinWait();

        List<String> order = new ArrayList<>();
        for (Heard each = heard.poll(1, TimeUnit.SECONDS); each != null; each = heard.poll(1, TimeUnit.SECONDS)) {
            order.add(each.event().getId());
        }
        var distinct = new HashSet<>(order);
        assertThat(distinct).hasSizeBetween(30, 59);
        assertThat(order)
                .hasSizeGreaterThan(distinct.size())
                .isNotEqualTo(order.stream().sorted().toList());
    }

    private Heard next() throws InterruptedException {
        Heard next = heard.poll(20, TimeUnit.SECONDS);
        assertThat(next).describedAs("a webhook").isNotNull();
        return next;
    }
}
