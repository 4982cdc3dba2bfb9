package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.psp.EventLog.Delivery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries events to the endpoints that want them, signed as Stripe signs them, again and again until each is
/// answered with 2xx. What has not arrived is in the journal, so a restart goes on with it.
final class Webhooks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long RETRY_MS = 500;
    private static final long RETRY_MS_MAX = 60_000;
    private static final int DOUBLINGS_MAX = 7;
    private static final int AT_ONCE = 32;

    private final SandboxProvider provider;
    private final StripeObjects objects;
    private final Gate gate;
    private final HttpClient http;
    private final Semaphore free = new Semaphore(AT_ONCE);
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private volatile WebhookFaults faults = WebhookFaults.NONE;

    Webhooks(SandboxProvider provider, StripeObjects objects, Gate gate) {
        this.provider = provider;
        this.objects = objects;
        this.gate = gate;
        this.http = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    WebhookFaults faults() {
        return faults;
    }

    void arm(WebhookFaults armed) {
        faults = armed;
    }

    /// Begins to listen, and carries what an earlier start left.
    void start() {
        provider.whenSomethingHappened(this::soon);
        soon();
    }

    private void soon() {
        try {
            clock.execute(this::carryFresh);
        } catch (RejectedExecutionException _) {
            LOG.debug("The sandbox stops; what it did not carry, the next start will");
        }
    }

    /// Begins to carry what nobody carries yet.
    private void carryFresh() {
        for (Delivery delivery : provider.look(books -> books.events().fresh())) {
            List<Duration> copies =
                    faults.copies(delivery.event(), delivery.endpoint().id());
            if (copies.isEmpty()) provider.delivered(delivery);
            for (Duration copy : copies) send(delivery, 0, copy.toMillis());
        }
    }

    private void send(Delivery delivery, int tries, long inMs) {
        try {
            var _ = clock.schedule(
                    () -> Thread.ofVirtual().name("sandbox-webhook").start(() -> attempt(delivery, tries)),
                    inMs,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            LOG.debug("The sandbox stops; what it did not carry, the next start will");
        }
    }

    private void attempt(Delivery delivery, int tries) {
        gate.pass();
        boolean wanted = provider.look(books -> books.events().endpoints().contains(delivery.endpoint()));
        if (!wanted) return;
        try {
            free.acquire();
            boolean arrived;
            try {
                arrived = post(delivery);
            } finally {
                free.release();
            }
            if (arrived) provider.delivered(delivery);
            else send(delivery, tries + 1, Math.min(RETRY_MS_MAX, RETRY_MS << Math.min(tries, DOUBLINGS_MAX)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (UncheckedIOException e) {
            LOG.warn("The sandbox could not write its journal; a webhook will come again after a restart", e);
        }
    }

    private boolean post(Delivery delivery) throws InterruptedException {
        byte[] body = objects.event(delivery.event(), 1).toString().getBytes(UTF_8);
        try {
            int status = http.send(
                            HttpRequest.newBuilder(
                                            URI.create(delivery.endpoint().url()))
                                    .timeout(PATIENCE)
                                    .header("Content-Type", "application/json; charset=utf-8")
                                    .header(
                                            "Stripe-Signature",
                                            signature(
                                                    body,
                                                    delivery.endpoint().secret(),
                                                    Instant.now().getEpochSecond()))
                                    .POST(BodyPublishers.ofByteArray(body))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
            return status >= 200 && status < 300;
        } catch (IOException e) {
            LOG.debug("A webhook did not arrive: {}", e.toString());
            return false;
        }
    }

    /// Stripe's: <https://docs.stripe.com/webhooks#verify-manually>
    static String signature(byte[] body, String secret, long second) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            mac.update((second + ".").getBytes(UTF_8));
            return "t=" + second + ",v1=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has HMAC-SHA256", e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        http.shutdownNow();
        http.close();
    }
}
