package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Subprocess;
import holdfast.TestDatabase;
import holdfast.inventory.Strategy;
import holdfast.inventory.TestRedis;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The flash sale as a user meets it: a process of its own, and the shop it works on, which may be several
/// processes.
class FlashSaleTest {

    private static final String KEY = "hf_sk_" + "k".repeat(43);
    private static final String KEPT =
            "Every unit was sold at most once, every order is there once, and no promise is broken.";

    @TempDir
    Path data;

    @Test
    void three_hundred_shoppers_buy_twenty_units_and_the_next_sale_begins_with_as_many() {
        for (int sale = 1; sale <= 2; sale++) {
            List<String> told = sell(Map.of(), "--shoppers", "300", "--units", "20");
            assertThat(told).contains(KEPT);
            assertThat(section(told, "SHOPPERS", 2)).isEqualTo("""
                    bought 20
                    refused: out of stock 280
                    """);
            assertThat(section(told, "ANSWERS", 3)).isEqualTo("""
                    complete 200 20
                    open 201 20
                    open 409 out_of_stock 280
                    """);
            assertThat(section(told, "PROOF", 4)).isEqualTo("""
                    orders that a shopper was told of, and the shop has 20 20 ok
                    orders of this sale 20 20 ok
                    units that went to them 20 20 ok
                    units sold, of those there were buyers for 20 20 ok
                    """);
            assertThat(section(told, "INVARIANTS", 15).lines()).hasSize(9).allMatch(line -> line.endsWith(" ok"));
        }
    }

    @Test
    void what_some_hold_and_never_pay_is_bought_by_those_who_come_back() {
        List<String> told = sell(
                Map.of(), "--shoppers", "60", "--units", "20", "--hold", "1", "--abandon", "25", "--come-back", "30");
        assertThat(told).contains(KEPT);
        assertThat(section(told, "SHOPPERS", 1)).isEqualTo("bought 20\n");
        assertThat(section(told, "ANSWERS", 9)).contains("open 409 out_of_stock");
    }

    @ParameterizedTest
    @EnumSource
    void however_stock_is_reserved_every_unit_is_sold_once(Strategy strategy) {
        try (var redis = TestRedis.start();
                var database = TestDatabase.create(4)) {
            String name = strategy.name().toLowerCase(Locale.ROOT);
            provesThatAllWereSold(
                    sell(withRedis(database, redis), "--shoppers", "60", "--units", "20", "--strategy", name));
            assertThat(redis.size() > 0).isEqualTo(strategy == Strategy.REDIS);
        }
    }

    private static void provesThatAllWereSold(List<String> told) {
        assertThat(told).contains(KEPT);
        assertThat(section(told, "SHOPPERS", 2)).isEqualTo("""
                bought 20
                refused: out of stock 40
                """);
        assertThat(section(told, "PROOF", 4)).isEqualTo("""
                orders that a shopper was told of, and the shop has 20 20 ok
                orders of this sale 20 20 ok
                units that went to them 20 20 ok
                units sold, of those there were buyers for 20 20 ok
                """);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void a_server_sells_as_well_as_before_while_its_redis_is(TestRedis.Accident accident) {
        try (var redis = TestRedis.start();
                var database = TestDatabase.create(4)) {
            var settings = withRedis(database, redis);
            settings.put("HOLDFAST_RESERVATIONS", "redis");
            try (var server = server(settings, "one")) {
                ready(server);
                provesThatAllWereSold(sell(settings, "--shoppers", "60", "--units", "20"));
                assertThat(redis.size()).isPositive();
                accident.begin(redis);
                provesThatAllWereSold(sell(settings, "--shoppers", "60", "--units", "20"));
                if (accident == TestRedis.Accident.KILLED || accident == TestRedis.Accident.FROZEN) {
                    server.awaitLine(line -> line.contains("Redis does not answer; stock is reserved in the database"));
                }
            }
        }
    }

    @Test
    void a_strategy_that_there_is_not_is_refused() {
        try (var process = start(Map.of(), "--strategy", "hopeful")) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.lines()).anyMatch(line -> line.contains("HOLDFAST_RESERVATIONS is \"hopeful\""));
        }
    }

    @Test
    void it_uses_every_server_that_runs_on_the_database_and_leaves_how_they_run_to_them() {
        try (var database = TestDatabase.create(4)) {
            var settings = settings(database);
            try (var one = server(settings, "one");
                    var other = server(settings, "other")) {
                String first = ready(one);
                String second = ready(other);
                List<String> told = sell(settings, "--shoppers", "60", "--units", "10");
                assertThat(told).contains(KEPT).anyMatch(line -> line.contains(first) && line.contains(second));
                assertThat(section(told, "INVARIANTS", 15)).startsWith("S stock 8 8 ok");

                told = sell(Map.of(), "--server", first, "--key", KEY, "--shoppers", "60", "--units", "10");
                assertThat(told)
                        .contains("Every unit was sold at most once, and every order is there once. The invariants were"
                                + " not looked at.");
                assertThat(section(told, "INVARIANTS", 15)).startsWith("not looked at");

                try (var process = start(settings, "--hold", "5")) {
                    assertThat(process.exitCode()).isEqualTo(1);
                    assertThat(process.lines().getLast()).startsWith("--hold and --strategy are for a private shop");
                }
            }
        }
    }

    @Test
    void a_sale_in_which_nobody_may_buy_has_not_sold_what_there_was() throws Exception {
        try (var database = TestDatabase.create(4);
                var server = server(settings(database), "one")) {
            String shop = ready(server);
            HttpRequest limited = HttpRequest.newBuilder(URI.create(shop + "/v1/products/LIMITED"))
                    .header("Authorization", "Bearer " + KEY)
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("""
                            {"title": "One each", "price": {"amount": 500, "currency": "EUR"}, "weight_grams": 100,
                             "tax_category": "standard", "purchase_limit": 1}"""))
                    .build();
            try (var client = HttpClient.newHttpClient()) {
                var put = client.send(limited, HttpResponse.BodyHandlers.ofString());
                assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
            }
            try (var sale = start(
                    settings(database), "--sku", "LIMITED", "--quantity", "2", "--shoppers", "20", "--units", "10")) {
                assertThat(sale.exitCode()).isEqualTo(1);
                assertThat(sale.lines()).contains("A PROMISE IS BROKEN.");
                assertThat(section(sale.lines(), "SHOPPERS", 3)).isEqualTo("""
                        bought 0
                        refused: out of stock 0
                        refused for another reason 20
                        """);
            }
        }
    }

    @Test
    @Tag("slow")
    void with_one_of_two_servers_killed_in_mid_sale_every_unit_is_sold_once() {
        try (var database = TestDatabase.create(4)) {
            var settings = settings(database);
            try (var one = server(settings, "one");
                    var other = server(settings, "other");
                    var sale = start(
                            settings,
                            "--server",
                            ready(one),
                            "--server",
                            ready(other),
                            "--key",
                            KEY,
                            "--shoppers",
                            "600",
                            "--units",
                            "300",
                            "--at-once",
                            "64",
                            "--come-back",
                            "90")) {
                sale.awaitLine(line -> line.matches(".* [1-9][0-9]* of 300 sold.*"));
                one.kill();
                assertThat(sale.exitCode()).as(String.join("\n", sale.lines())).isZero();
                assertThat(sale.lines()).contains(KEPT).anyMatch(line -> line.contains("no answer"));
                assertThat(section(sale.lines(), "SHOPPERS", 2)).isEqualTo("""
                        bought 300
                        refused: out of stock 300
                        """);
            }
        }
    }

    @Test
    void what_makes_no_sense_is_refused_before_anything_is_started() {
        assertThat(refused("--shoppers", "0")).isEqualTo("--shoppers must be from 1 to 1000000");
        assertThat(refused("--abandon", "101")).isEqualTo("--abandon must be from 0 to 100");
        assertThat(refused("--sku", "two words")).isEqualTo("--sku must be 1 to 64 of A-Z a-z 0-9 . _ ~ : -");
        assertThat(refused("--server", "https://shop.example", "--key", KEY))
                .isEqualTo("--server must be like http://127.0.0.1:8080: the shoppers speak plain HTTP");
        assertThat(refused("--server", "http://127.0.0.1:1", "--key", KEY, "--hold", "5"))
                .isEqualTo("--hold and --strategy are for a private shop");
        assertThat(data).isEmptyDirectory();
    }

    private String refused(String... options) {
        try (var process = start(Map.of(), options)) {
            assertThat(process.exitCode()).isEqualTo(2);
            return process.lines().getFirst();
        }
    }

    private List<String> sell(Map<String, String> settings, String... options) {
        try (var process = start(settings, options)) {
            int exitCode = process.exitCode();
            assertThat(exitCode).as(String.join("\n", process.lines())).isZero();
            return process.lines();
        }
    }

    private Subprocess start(Map<String, String> settings, String... options) {
        var arguments = new ArrayList<>(List.of("flashsale", "--data", data.toString()));
        arguments.addAll(List.of(options));
        return Subprocess.java(settings, Main.class, arguments.toArray(String[]::new));
    }

    private Subprocess server(Map<String, String> settings, String folder) {
        String own = data.resolve(folder).toString();
        return Subprocess.java(settings, Main.class, "start", "--port", "0", "--psp-port", "0", "--data", own);
    }

    private static Map<String, String> settings(TestDatabase database) {
        return Map.of(
                "HOLDFAST_DATABASE_URL",
                database.url(),
                "HOLDFAST_DATABASE_CONNECTIONS",
                "12",
                "HOLDFAST_ADMIN_KEY",
                KEY,
                "HOLDFAST_HOLD_TTL",
                "5s");
    }

    /// With holds that last as long as by default, and a Redis for whoever uses it.
    private static Map<String, String> withRedis(TestDatabase database, TestRedis redis) {
        var settings = new HashMap<>(settings(database));
        settings.remove("HOLDFAST_HOLD_TTL");
        settings.put("HOLDFAST_REDIS_URL", redis.url());
        return settings;
    }

    private static String ready(Subprocess server) {
        return server.awaitLine(line -> line.startsWith("READY ")).substring("READY ".length());
    }

    /// The first lines of a part of the report, with single blanks.
    private static String section(List<String> told, String title, int lines) {
        var section = new StringBuilder();
        told.stream()
                .dropWhile(line -> !line.startsWith(title))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .limit(lines)
                .forEach(line ->
                        section.append(line.strip().replaceAll("\\s+", " ")).append('\n'));
        return section.toString();
    }
}
