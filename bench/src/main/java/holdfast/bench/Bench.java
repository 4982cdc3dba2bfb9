package holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Whole orders through HTTP.
public final class Bench {

    private Bench() {}

    /// Runs it: `clients skus seconds rounds [jvm flags]`.
    public static void main(String[] args) throws IOException, InterruptedException {
        int clients = Integer.parseInt(args[0]);
        int skus = Integer.parseInt(args[1]);
        int seconds = Integer.parseInt(args[2]);
        int rounds = Integer.parseInt(args[3]);
        List<String> flags = Arrays.asList(args).subList(4, args.length);
        Path data = System.getenv("BENCH_DATA") != null
                ? Path.of(System.getenv("BENCH_DATA"))
                : Files.createTempDirectory("holdfast-bench");
        try (var server = ServerProcess.start(data, flags, Map.of("HOLDFAST_LOG_LEVEL", "warn"))) {
            stock(server.url(), skus);
            for (int round = 0; round < rounds; round++) {
                double jvm = server.jvmSeconds();
                double postgres = server.postgresSeconds();
                var outcome =
                        new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(Duration.ofSeconds(seconds));
                double jvmMicros = (server.jvmSeconds() - jvm) / outcome.orders() * 1e6;
                double postgresMicros = (server.postgresSeconds() - postgres) / outcome.orders() * 1e6;
                System.out.printf(
                        "%d clients, %d SKUs: %.0f orders/s, CPU per order: JVM %.0f + PostgreSQL %.0f µs; open p50 %.1f p99 %.1f, complete p50 %.1f p99 %.1f ms %s%n",
                        clients,
                        skus,
                        outcome.perSecond(),
                        jvmMicros,
                        postgresMicros,
                        outcome.opening().getValueAtPercentile(50) / 1e3,
                        outcome.opening().getValueAtPercentile(99) / 1e3,
                        outcome.completing().getValueAtPercentile(50) / 1e3,
                        outcome.completing().getValueAtPercentile(99) / 1e3,
                        outcome.others());
            }
        }
    }

    private static void stock(URI server, int skus) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            send(http, server, "PUT", "/v1/warehouses/main", "application/json", """
                    {"title": "Main", "country": "DE"}""");
            send(http, server, "PUT", "/v1/shipping-rates/standard", "application/json", """
                    {"option": "standard", "title": "Standard", "price": {"amount": 495, "currency": "EUR"},
                     "basis": "total"}""");
            send(http, server, "PUT", "/v1/tax-rates/de", "application/json", """
                    {"title": "USt", "country": "DE", "percent": "19", "on_shipping": true}""");
            for (int i = 0; i < skus; i++) {
                send(http, server, "PUT", "/v1/products/SKU-" + i, "application/json", """
                        {"title": "Mug number %d", "price": {"amount": 1900, "currency": "EUR"}}""".formatted(i));
                send(http, server, "POST", "/v1/stock/SKU-" + i + "/adjustments", "application/json", """
                        {"warehouse": "main", "on_hand": 1000000000, "reason": "Opening"}""");
            }
        }
    }

    private static void send(HttpClient http, URI server, String method, String path, String type, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + ServerProcess.KEY)
                        .header("Content-Type", type)
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IOException(method + " " + path + ": " + answer.body());
    }
}
