package holdfast.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.Repository;
import holdfast.Subprocess;
import holdfast.app.SandboxLedger;
import holdfast.audit.Audit;
import holdfast.audit.ProviderLedger;
import holdfast.db.Database;
import holdfast.psp.SandboxProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A shop whose process dies and is started again, and the shopper and the merchant who do not give up: what
/// got no answer, or none that is final, is asked again under the same key, until it is answered.
///
/// Whatever is heard under a key is remembered: it must be the same the next time.
final class MortalShop implements AutoCloseable {

    private static final String KEY = "hf_sk_" + "k".repeat(43);
    private static final List<String> WAREHOUSES = List.of("NORTH", "SOUTH", "WEST");
    private static final int KILLED = 137;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Director director;
    private final Database database;
    private final Map<String, String> settings;
    private final List<String> classPath;
    private final @Nullable ProviderLedger ledger;
    private final Path data;
    private final Map<String, Heard> heard = new HashMap<>();
    private Running running;
    private int products;

    /// An answer.
    record Reply(int status, byte[] bytes) {

        JsonNode json() {
            try {
                return JSON.readTree(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text(String pointer) {
            return json().at(pointer).asText();
        }

        /// Whether the same request asked again may hear something else.
        boolean isOpen() {
            return status == 202
                    || status >= 500
                    || text("/status").equals("requires_action")
                    || text("/replay").equals("same_key");
        }
    }

    private record Running(Subprocess process, URI url) {}

    private record Heard(String path, @Nullable Map<String, ?> body, Reply reply) {}

    /// @param settings environment variables, the database's among them
    /// @param classPath what its classes are taken from before ours
    MortalShop(Director director, Database database, Map<String, String> settings, List<String> classPath) {
        this(director, database, settings, classPath, null);
    }

    /// @param ledger of the provider; null: the sandbox is the shop's own, and dies with it
    MortalShop(
            Director director,
            Database database,
            Map<String, String> settings,
            List<String> classPath,
            @Nullable ProviderLedger ledger) {
        this.director = director;
        this.database = database;
        this.settings = settings;
        this.classPath = classPath;
        this.ledger = ledger;
        try {
            this.data = Files.createTempDirectory("holdfast-mortal-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.running = start();
        terminate(); // It leaves an archive of its classes.
        reviveIfDead();
        for (String warehouse : WAREHOUSES) {
            expect(200, put("/v1/warehouses/" + warehouse, Map.of("title", warehouse, "country", "GB")));
        }
        expect(
                200,
                put(
                        "/v1/shipping-rates/free",
                        Map.of("option", "free", "title", "Free", "price", price(0), "basis", "total")));
    }

    /// One that is to die in its start is started again.
    private Running start() {
        for (int deaths = director.deaths(); ; deaths = director.deaths()) {
            var process = new Subprocess(command());
            try {
                String ready = process.awaitLine(line -> line.startsWith("READY "));
                return new Running(process, URI.create(ready.substring("READY ".length())));
            } catch (AssertionError e) {
                if (director.deaths() == deaths) throw e;
            }
        }
    }

    /// From the jar, with the archive of its classes that the first one leaves behind when it ends: dozens of
    /// starts take half the time. What comes before it on the class path is in no archive.
    private ProcessBuilder command() {
        Path target = Repository.ROOT.resolve("engine/target");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dholdfast.director=" + director.port()));
        if (classPath.isEmpty()) {
            Path archive = target.resolve("mortal-shop.jsa");
            command.addAll(List.of(
                    "-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off,aot=off"));
        }
        var path = new ArrayList<>(classPath);
        path.add(target.resolve("holdfast.jar").toString());
        command.addAll(List.of("-cp", String.join(":", path), "holdfast.app.Main", "start"));
        command.addAll(List.of("--port", "0", "--psp-port", "0", "--data", data.toString()));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(settings);
        builder.environment().put("HOLDFAST_ADMIN_KEY", KEY);
        builder.environment().put("HOLDFAST_DATABASE_CONNECTIONS", "8");
        builder.environment().put("HOLDFAST_LOG_LEVEL", "warn");
        return builder;
    }

    private boolean isAlive() {
        return ProcessHandle.of(running.process.pid())
                .filter(ProcessHandle::isAlive)
                .isPresent();
    }

    /// Tells the process to stop in order; what waits at a crash point goes on once it has begun to.
    void terminate() {
        running.process.terminate();
    }

    /// `kill -9`.
    void kill() {
        ProcessHandle.of(running.process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }

    /// A product of its own, one piece in each of the three warehouses.
    String stocked() {
        String sku = "THING-" + ++products;
        expect(200, put("/v1/products/" + sku, Map.of("title", "A thing", "price", price(1000))));
        for (String warehouse : WAREHOUSES) {
            expect(
                    201,
                    post(
                            "/v1/stock/" + sku + "/adjustments",
                            sku + "-stock-" + warehouse,
                            Map.of("warehouse", warehouse, "delta", 1, "reason", "opening stock")));
        }
        return sku;
    }

    long available(String sku) {
        return Long.parseLong(get("/v1/stock/" + sku).text("/available"));
    }

    /// All three pieces.
    Reply open(String sku) {
        return expect(
                201,
                post(
                        "/v1/checkouts",
                        sku + "-open-the-checkout",
                        Map.of(
                                "line_items",
                                List.of(Map.of("sku", sku, "quantity", WAREHOUSES.size())),
                                "currency",
                                "GBP",
                                "email",
                                sku.toLowerCase(Locale.ROOT) + "@example.com",
                                "shipping_option",
                                "free",
                                "shipping_address",
                                Map.of("name", "Ada", "line1", "12 Square", "city", "London", "country", "GB"))));
    }

    static String complete(Reply checkout) {
        return "/v1/checkouts/" + checkout.text("/id") + "/complete";
    }

    static Map<String, ?> payment(Reply checkout, String token) {
        return Map.of(
                "payment",
                Map.of("token", token),
                "expected_total",
                checkout.json().at("/totals/total"));
    }

    /// @param way which of several tries to pay
    Reply pay(Reply checkout, String token, String way) {
        return post(complete(checkout), checkout.text("/id") + "-pay-" + way, payment(checkout, token));
    }

    /// Waits until an order's money is as wanted.
    Reply orderOnce(String order, String paymentStatus) {
        return once("/v1/orders/" + order, "/payment_status", paymentStatus::equals);
    }

    /// Waits until something is as wanted.
    Reply once(String path, String pointer, Predicate<String> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Reply reply = get(path);
            if (wanted.test(reply.text(pointer))) return reply;
            if (System.nanoTime() > deadline) {
                throw new AssertionError(path + ": " + pointer + " stays " + reply.text(pointer));
            }
            pause();
        }
    }

    /// The merchant and the shopper speak with the same key: who may do what is another test's business.
    Reply post(String path, String key, @Nullable Map<String, ?> body) {
        Reply reply = insisted(path, key, body);
        Heard before = heard.putIfAbsent(key, new Heard(path, body, reply));
        if (before != null) assertThat(reply).usingRecursiveComparison().isEqualTo(before.reply);
        return reply;
    }

    /// Asks everything again that was answered under a key: it must be answered as before.
    void everyAnswerIsRepeated() {
        Map.copyOf(heard).forEach((key, before) -> post(before.path, key, before.body));
        heard.clear();
    }

    private Reply insisted(String path, String key, @Nullable Map<String, ?> body) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Reply> reply = say("POST", path, key, body);
            if (reply.isPresent() && !reply.get().isOpen()) return reply.get();
            if (reply.isPresent() && reply.get().text("/status").equals("requires_action")) meetChallenge(reply.get());
            if (System.nanoTime() > deadline) {
                throw new AssertionError(path + " has no final answer: "
                        + reply.map(last -> new String(last.bytes, UTF_8)).orElse("none"));
            }
            pause();
        }
    }

    private static void meetChallenge(Reply reply) {
        String page = reply.text("/next_action/url");
        try {
            HTTP.send(
                    HttpRequest.newBuilder(URI.create(page + "/pass"))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());
        } catch (IOException e) {
            // The sandbox died with its shop; the next page is another.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Reply get(String path) {
        return answered("GET", path, null);
    }

    private Reply put(String path, Map<String, ?> body) {
        return answered("PUT", path, body);
    }

    private Reply answered(String method, String path, @Nullable Map<String, ?> body) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<Reply> reply = say(method, path, null, body);
            if (reply.isPresent() && reply.get().status < 500) return reply.get();
            if (System.nanoTime() > deadline) throw new AssertionError(method + " " + path + " is not answered");
            pause();
        }
    }

    /// Once. Empty if no answer came; if that is because the process has died, it is there again by then.
    Optional<Reply> say(String method, String path, @Nullable String key, @Nullable Map<String, ?> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(running.url.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + KEY)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes(body)));
        if (body != null) request.header("Content-Type", "application/json");
        if (key != null) request.header("Idempotency-Key", key);
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            return Optional.of(new Reply(response.statusCode(), response.body()));
        } catch (IOException e) {
            reviveIfDead();
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Tells it something on a provider's behalf, again and again until it is acknowledged.
    void hears(String gateway, String event, String signature) {
        boolean heard = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!heard) {
            if (System.nanoTime() > deadline) throw new AssertionError("A webhook is not acknowledged");
            var request = HttpRequest.newBuilder(running.url.resolve("/v1/gateways/" + gateway + "/webhooks"))
                    .timeout(PATIENCE)
                    .header("Stripe-Signature", signature)
                    .POST(BodyPublishers.ofString(event));
            try {
                heard = HTTP.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException e) {
                reviveIfDead();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    synchronized void reviveIfDead() {
        for (int look = 0; look < 100 && isAlive(); look++) pause(); // It may be about to end.
        if (isAlive()) return;
        int exitCode = running.process.exitCode();
        assertThat(exitCode).as(String.join("\n", running.process.lines())).isIn(KILLED, KILLED + 6); // or by SIGTERM
        running = start();
    }

    static void pause() {
        try {
            new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, ?> price(int amount) {
        return Map.of("amount", amount, "currency", "GBP");
    }

    private static byte[] bytes(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    static Reply expect(int status, Reply reply) {
        assertThat(reply.status).as(new String(reply.bytes, UTF_8)).isEqualTo(status);
        return reply;
    }

    /// Which invariants are broken, of the database, and between its books and those of the provider.
    List<String> broken() {
        if (ledger != null) return broken(ledger);
        try {
            Path copy = data.resolve("sandbox.journal.copy"); // The journal belongs to the process that writes it.
            Files.copy(data.resolve("sandbox.journal"), copy, StandardCopyOption.REPLACE_EXISTING);
            try (var provider = SandboxProvider.open(copy)) {
                return broken(new SandboxLedger(provider));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> broken(ProviderLedger books) {
        return new Audit(null)
                .comparedWith(List.of(books)).atRest().findings(database).stream()
                        .filter(finding -> !finding.holds())
                        .map(finding -> finding.invariant().id() + " "
                                + finding.invariant().promise() + ": " + finding.examples())
                        .toList();
    }

    @Override
    public void close() {
        running.process.close();
        try (var files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
