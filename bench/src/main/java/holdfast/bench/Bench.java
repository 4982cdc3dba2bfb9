package holdfast.bench;

import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import holdfast.db.GroupCommit;
import holdfast.db.Pipeline;
import holdfast.db.TransactionPerCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// Measures how fast the shop is, each time beside a yardstick on the same PostgreSQL, which writes everything
/// to disk before it says so. What is measured, what measures it and PostgreSQL share the machine.
public final class Bench {

    private static final int SKUS = 1_000;
    private static final int CONNECTIONS = 20;

    private final Results results = new Results();
    private final Path data;
    private final EmbeddedServer postgres;
    private final Duration time;
    private final Duration warmUp;

    private Bench(Path data, EmbeddedServer postgres, Duration time, Duration warmUp) {
        this.data = data;
        this.postgres = postgres;
        this.time = time;
        this.warmUp = warmUp;
    }

    /// Runs it.
    ///
    /// @param args where to write the results, and for how many seconds each thing is measured
    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        Duration time = Duration.ofSeconds(args.length > 1 ? Integer.parseInt(args[1]) : 20);
        Path data = Files.createTempDirectory("holdfast-bench-");
        try (DataFolder folder = DataFolder.open(data);
                EmbeddedServer postgres = EmbeddedServer.start(folder, Durability.FULL)) {
            var bench = new Bench(data, postgres, time, time.multipliedBy(2));
            bench.run();
            bench.results.write(Path.of(args[0]));
        } finally {
            delete(data);
        }
    }

    private void run() throws IOException, InterruptedException, SQLException {
        results.head(Instant.now().truncatedTo(ChronoUnit.SECONDS) + ", each for " + time.toSeconds() + " s after "
                + warmUp.toSeconds() + " s of warming up");
        results.head(machine());
        results.head("PostgreSQL " + setting("server_version") + ", fsync " + setting("fsync") + ", synchronous_commit "
                + setting("synchronous_commit"));
        double hot = yardstick("one SKU", 1);
        double wide = yardstick("1,000 SKUs", SKUS);
        holds();
        orders("one SKU", 1, List.of(1, 64, 512), hot);
        orders("1,000 SKUs", SKUS, List.of(512), wide);
    }

    private double yardstick(String on, int skus) throws SQLException, InterruptedException {
        String url = fresh("yardstick_" + skus);
        var yardstick = new Yardstick(url, skus);
        yardstick.measure(warmUp.dividedBy(4));
        double perSecond = yardstick.measure(time);
        results.add("Yardstick: plain JDBC orders, 8 clients, " + on, perSecond, 0, "");
        return perSecond;
    }

    private void holds() throws SQLException, InterruptedException {
        for (int clients : List.of(1, 64, 512)) {
            double alone;
            try (var database = migrated("pessimistic_" + clients)) {
                alone = holds("pessimistic", database, new TransactionPerCommand(database), clients, 1, 0);
            }
            try (var database = migrated("batched_" + clients);
                    var pipeline = new GroupCommit(database, GroupCommit.Limits.DEFAULT)) {
                holds("batched", database, pipeline, clients, 1, alone);
            }
        }
        try (var database = migrated("batched_wide");
                var pipeline = new GroupCommit(database, GroupCommit.Limits.DEFAULT)) {
            holds("batched", database, pipeline, 512, SKUS, 0);
        }
    }

    private double holds(
            String strategy, Database database, Pipeline pipeline, int clients, int skus, double measuredAgainst)
            throws InterruptedException {
        Takers.stock(database, skus);
        var takers = new Takers(pipeline, skus);
        takers.take(clients, warmUp.dividedBy(2));
        Takers.Outcome outcome = takers.take(clients, time);
        results.add(
                "Holds, %s, %s, %d %s"
                        .formatted(
                                strategy,
                                skus == 1 ? "one SKU" : "1,000 SKUs",
                                clients,
                                clients == 1 ? "client" : "clients"),
                outcome.perSecond(),
                measuredAgainst == 0 ? 0 : outcome.perSecond() / measuredAgainst,
                String.format(
                        Locale.ROOT,
                        "p50 %.1f ms, p99 %.1f ms",
                        outcome.waits().getValueAtPercentile(50) / 1e3,
                        outcome.waits().getValueAtPercentile(99) / 1e3));
        return outcome.perSecond();
    }

    private void orders(String on, int skus, List<Integer> crowds, double yardstick)
            throws SQLException, IOException, InterruptedException {
        Path folder = Files.createTempDirectory("holdfast-bench-server-");
        try (var server = ServerProcess.start(folder, fresh("orders_" + skus))) {
            openShop(server.url(), skus);
            new Shoppers(server.url(), ServerProcess.KEY, 512, skus).shop(warmUp.multipliedBy(2));
            for (int clients : crowds) {
                double jvm = server.jvmSeconds();
                double database = ServerProcess.postgresSeconds(data);
                Shoppers.Outcome outcome = new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(time);
                double jvmMicros = (server.jvmSeconds() - jvm) / outcome.orders() * 1e6;
                double databaseMicros = (ServerProcess.postgresSeconds(data) - database) / outcome.orders() * 1e6;
                results.add(
                        "Orders over HTTP, %s, %d %s".formatted(on, clients, clients == 1 ? "client" : "clients"),
                        outcome.perSecond(),
                        outcome.perSecond() / yardstick,
                        String.format(
                                Locale.ROOT,
                                "p50 %.1f ms, p99 %.1f ms; CPU an order: JVM %.0f µs, PostgreSQL %.0f µs%s",
                                outcome.p50Millis(),
                                outcome.p99Millis(),
                                jvmMicros,
                                databaseMicros,
                                outcome.others().isEmpty() ? "" : "; also answered: " + outcome.others()));
            }
        } finally {
            delete(folder);
        }
    }

    private static void openShop(URI server, int skus) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            send(http, server, "PUT", "/v1/warehouses/main", """
                    {"title": "Main", "country": "DE"}""");
            send(http, server, "PUT", "/v1/shipping-rates/standard", """
                    {"option": "standard", "title": "Standard", "price": {"amount": 495, "currency": "EUR"},
                     "basis": "total"}""");
            send(http, server, "PUT", "/v1/tax-rates/de", """
                    {"title": "USt", "country": "DE", "percent": "19", "on_shipping": true}""");
            for (int i = 0; i < skus; i++) {
                send(http, server, "PUT", "/v1/products/SKU-" + i, """
                        {"title": "Mug number %d", "price": {"amount": 1900, "currency": "EUR"}}""".formatted(i));
                send(http, server, "POST", "/v1/stock/SKU-" + i + "/adjustments", """
                        {"warehouse": "main", "on_hand": 1000000000, "reason": "Opening"}""");
            }
        }
    }

    private static void send(HttpClient http, URI server, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + ServerProcess.KEY)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IOException(method + " " + path + ": " + answer.body());
    }

    /// A database of its own, empty, on the one PostgreSQL.
    private String fresh(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return postgres.url().replace("/holdfast?", "/" + name + "?");
    }

    private Database migrated(String name) throws SQLException {
        var database = new Database(fresh(name), CONNECTIONS);
        database.migrate();
        return database;
    }

    private String setting(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static String machine() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        String model = Files.exists(cpu)
                ? Files.readAllLines(cpu).stream()
                        .filter(line -> line.startsWith("model name"))
                        .map(line -> line.substring(line.indexOf(':') + 1).strip())
                        .findFirst()
                        .orElse("unknown")
                : System.getProperty("os.arch");
        return Runtime.getRuntime().availableProcessors() + " cores (" + model + "), shared by PostgreSQL, the server"
                + " and the load; Java " + Runtime.version();
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
