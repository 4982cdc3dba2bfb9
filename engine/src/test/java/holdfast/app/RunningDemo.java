package holdfast.app;

import holdfast.TestDatabase;
import holdfast.access.Scope;
import holdfast.db.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The demo's shop as it is wired, on a database of its own whose clock can be moved.
public final class RunningDemo implements AutoCloseable {

    private static final String KEY = "hf_sk_" + "browser".repeat(6) + "0";

    private final TestDatabase testDatabase = TestDatabase.create(30);
    private final Shop shop;
    private final HttpClient client = HttpClient.newHttpClient();

    public RunningDemo() {
        this(Map.of());
    }

    /// @param more settings, besides those of the demo
    public RunningDemo(Map<String, String> more) {
        var settings = new HashMap<>(Map.of(
                "HOLDFAST_DATABASE_URL",
                testDatabase.url(),
                "HOLDFAST_SHOP_NAME",
                DemoShop.NAME,
                "HOLDFAST_PORT",
                "0",
                "HOLDFAST_PSP_PORT",
                "0"));
        settings.putAll(more);
        Config config = Config.from(settings, Map.of(), folder());
        shop = Shop.start(config, new Progress(new PrintStream(OutputStream.nullOutputStream()), false));
        shop.database().transact(tx -> shop.keys().adoptSecret(tx, "browser tests", Set.of(Scope.ADMIN), KEY));
        shop.openDemo();
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("holdfast-browser-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public URI url() {
        return shop.url();
    }

    public Database database() {
        return shop.database();
    }

    /// Sells the lantern to those who wait for it, from five minutes from now on.
    public void planSale() {
        shop.planDemoSale();
    }

    /// Lets that much time pass at once; what was to happen meanwhile happens within a second or two.
    public void later(Duration passed) {
        testDatabase.shiftClock(passed);
    }

    /// Puts something on the shelf whose name has no place to break in, and whose price needs ten digits.
    public void offerSomethingLong(String sku) {
        String title = "Long " + "Donaudampfschiff".repeat(5);
        api("PUT", "/v1/products/" + sku, """
                {"title": "%s", "weight_grams": 400,
                 "price": {"amount": 1234567890, "currency": "USD"}}""".formatted(title));
        api("POST", "/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "newark", "on_hand": 50, "reason": "A delivery"}""");
    }

    /// Asks the HTTP API, with a key that may do everything.
    public String api(String method, String path, String json) {
        var request = HttpRequest.newBuilder(url().resolve(path))
                .method(method, BodyPublishers.ofString(json))
                .header("Authorization", "Bearer " + KEY)
                .header("Idempotency-Key", "browser-" + System.nanoTime())
                .header("Content-Type", "application/json")
                .build();
        try {
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() >= 300) throw new IllegalStateException(response.body());
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        shop.close();
        testDatabase.close();
    }
}
