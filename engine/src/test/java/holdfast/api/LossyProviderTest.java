package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.db.Tx;
import holdfast.kernel.Ids;
import holdfast.payment.Detour;
import holdfast.payment.Outcome;
import holdfast.payment.Payments;
import holdfast.payment.RetryingGateway;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeGateway;
import holdfast.psp.Movement;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A provider that loses one answer in ten after it has charged, one request in twenty before, answers one in
/// twenty with a 500, and sends its webhooks twice and out of order: still every order is paid once. With
/// `-Dholdfast.payments=10000`, so many. How soon they are settled is told, and no test: that is the machine's
/// affair too.
@Tag("slow")
class LossyProviderTest {

    private static final Logger LOG = LoggerFactory.getLogger(LossyProviderTest.class);
    private static final int PAYMENTS = Integer.getInteger("holdfast.payments", 1_000);
    private static final int AT_ONCE = 32;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

    /// Longer than any machine takes for what is sure to come.
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final String FAULTS = """
            {"seed": 7, "rules": [
              {"fault": "lost_after", "operation": "confirm_intent", "per_thousand": 100},
              {"fault": "lost_before", "operation": "confirm_intent", "per_thousand": 50},
              {"fault": "error_before", "operation": "confirm_intent", "per_thousand": 25},
              {"fault": "error_after", "operation": "confirm_intent", "per_thousand": 25},
              {"fault": "lost_after", "operation": "capture_intent", "per_thousand": 50}]}""";
    private static final String WEBHOOK_FAULTS = """
            {"seed": 7, "drop_per_thousand": 50, "duplicate_per_thousand": 300, "shuffle_ms": 1000}""";

    private final SandboxProvider provider = SandboxProvider.inMemory();
    private final SandboxServer server = new SandboxServer(provider, "127.0.0.1", 0);
    private final StripeGateway stripe = new StripeGateway(new StripeAccount(
            "sk_test_51Holdfast", server.address(), Set.of("card"), URI.create("https://shop.example"), Ids.next()));
    private final Silences silences = new Silences();
    private final RetryingGateway retrying =
            new RetryingGateway(new Detour(stripe, silences), new SplittableRandom(1), this::hurry);
    private final TestShop shop = new TestShop(_ -> retrying);

    private void hurry() {
        shop.database().inTransaction(tx -> new Payments().hurry(tx, stripe.name()));
    }

    @AfterEach
    void close() {
        shop.close();
        stripe.close();
        server.close();
        provider.close();
    }

    @Test
    void every_order_has_one_charge_of_its_exact_amount_and_nothing_else_was_charged() throws Exception {
        shop.sellsMugs(100_000);
        server.addWebhook(
                URI.create("http://127.0.0.1:" + shop.api().port() + "/v1/gateways/stripe/webhooks"),
                TestShop.WEBHOOK_SECRET);
        control("/_control/webhooks/faults", WEBHOOK_FAULTS);
        control("/_control/faults", FAULTS);

        shop.startRecovery();
        try (var shoppers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            List<Future<Reply>> paying = new ArrayList<>();
            for (int i = 0; i < PAYMENTS; i++) {
                int shopper = i;
                paying.add(shoppers.submit(() -> complete(open(shopper))));
            }
            for (Future<Reply> paid : paying) assertThat(get(paid).status()).isIn(200, 202);
        }
        var never = new CountDownLatch(1);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (shop.rows("orders where status = 'paid'") < PAYMENTS && System.nanoTime() < end) {
            assertThat(never.await(200, TimeUnit.MILLISECONDS)).isFalse();
            retrying.probe();
            shop.webhooks.workDue();
        }

        assertThat(shop.rows("orders where status = 'paid'")).isEqualTo(PAYMENTS);
        assertThat(shop.rows("payment where state <> 'captured'")).isZero();
        assertThat(charges(Movement.Kind.AUTH)).hasSize(PAYMENTS).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.CAPTURE)).hasSize(PAYMENTS).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.VOID)).isEmpty();
        assertThat(provider.ledger())
                .allSatisfy(moved -> assertThat(moved.amount().toString()).isEqualTo("12.00 GBP"));
        LOG.info("{}", howSoon());
        assertThat(compared()).isEqualTo("clean");
    }

    /// From when the provider was last unclear about a payment, or it began, until its money was taken.
    private String howSoon() {
        record Settled(UUID payment, Instant begunAt, Instant paidAt) {}
        List<Settled> settled = shop.database()
                .inTransaction(tx -> tx.query("""
                                select p.id, p.created_at, t.at
                                  from payment p
                                  join orders o on o.payment_id = p.id
                                  join order_transition t on t.order_id = o.id and t.status = 'paid'
                                """)
                        .map((row, _) -> new Settled(
                                row.getObject("id", UUID.class),
                                row.getTimestamp("created_at").toInstant(),
                                row.getTimestamp("at").toInstant()))
                        .list());
        var all = new ArrayList<Duration>();
        var unclear = new ArrayList<Duration>();
        for (Settled each : settled) {
            Instant silence = silences.last.get(each.payment.toString());
            Duration took = Duration.between(silence == null ? each.begunAt : silence, each.paidAt);
            all.add(took);
            if (silence != null) unclear.add(took);
        }
        return "Settled within %d s of the provider answering again: %s; of those it had been unclear about: %s"
                .formatted(SETTLED_WITHIN.toSeconds(), figures(all), figures(unclear));
    }

    private static String figures(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        long within = sorted.stream()
                .filter(time -> time.compareTo(SETTLED_WITHIN) <= 0)
                .count();
        return String.format(
                Locale.ROOT,
                "%.2f %% of %d payments, p50 %.3f s, p99 %.3f s, max %.3f s",
                100.0 * within / sorted.size(),
                sorted.size(),
                seconds(sorted, 50),
                seconds(sorted, 99),
                seconds(sorted, 100));
    }

    private static double seconds(List<Duration> sorted, int percentile) {
        return sorted.get(Math.ceilDiv(sorted.size() * percentile, 100) - 1).toMillis() / 1e3;
    }

    private String compared() {
        Reply begun = shop.admin().post("/v1/reconciliations", "{}");
        String path = "/v1/reconciliations/" + begun.text("/data/0/id");
        Reply compared = shop.admin().get(path);
        while (compared.text("/status").equals("running"))
            compared = shop.admin().get(path);
        assertThat(compared.text("/agreed")).isEqualTo(Integer.toString(PAYMENTS));
        return compared.text("/status");
    }

    private Reply open(int shopper) {
        return shop.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "ada%d@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""".formatted(shopper));
    }

    private Reply complete(Reply opened) {
        return shop.guest(opened.text("/client_secret"))
                .with("Idempotency-Key", "once-" + opened.text("/id"))
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                        {"payment": {"token": "pm_card_visa"},
                         "expected_total": {"amount": 1200, "currency": "GBP"}}""");
    }

    private void control(String path, String body) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.address().resolve(path))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString(body))
                    .build();
            assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        }
    }

    private static Reply get(Future<Reply> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private List<String> charges(Movement.Kind kind) {
        return provider.ledger().stream()
                .filter(movement -> movement.kind() == kind)
                .map(Movement::reference)
                .toList();
    }

    /// Notes when the provider last gave no clear answer about each payment.
    private final class Silences implements Detour.Way {

        private final Map<String, Instant> last = new ConcurrentHashMap<>(); // by the payment

        @Override
        public Outcome moved(String operation, String key, Supplier<Outcome> request) {
            Outcome outcome = request.get();
            if (outcome instanceof Outcome.Unknown) {
                last.put(key.substring(0, key.indexOf(':')), shop.database().inTransaction(Tx::now));
            }
            return outcome;
        }
    }
}
