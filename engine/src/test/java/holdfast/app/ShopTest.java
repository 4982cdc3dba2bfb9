package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.TestDatabase;
import holdfast.api.Collector;
import holdfast.db.CannotStart;
import holdfast.db.DataFolder;
import holdfast.db.EmbeddedServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shop as it is wired, on a PostgreSQL that somebody else runs.
class ShopTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Progress SILENT = new Progress(new PrintStream(OutputStream.nullOutputStream()), false);

    @TempDir
    Path data;

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void it_answers_once_it_is_started_and_says_where() throws IOException, InterruptedException {
        Shop shop = start(Map.of());
        assertThat(status(shop.url().resolve("/readyz"))).isEqualTo(200);
        assertThat(status(shop.gatewayUrl())).isEqualTo(200);
        assertThat(Presence.servers(DATABASE.database()))
                .containsExactly(new Presence.Server(shop.url(), "sandbox", shop.gatewayUrl()));
        shop.close();
        assertThat(Presence.servers(DATABASE.database())).isEmpty();
        assertThatThrownBy(() -> status(shop.url())).isInstanceOf(IOException.class);
        DataFolder.open(data).close(); // is free again
    }

    @Test
    void it_tells_a_collector_what_it_did_before_it_is_gone() throws IOException, InterruptedException {
        try (var collector = new Collector()) {
            Shop shop =
                    start(Map.of("HOLDFAST_OTLP_ENDPOINT", collector.endpoint().toString()));
            status(shop.url().resolve("/v1/products"));
            shop.close();
            assertThat(collector.spans()).extracting(Collector.Seen::name).contains("GET /v1/products");
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("holdfast-traces");
    }

    @Test
    void who_comes_first_is_alone_and_clears_away_what_a_killed_server_left() {
        DATABASE.database().transact(tx -> tx.execute("""
                        insert into node values (gen_random_uuid(), 'http://killed:1', 'sandbox', 'http://killed:2')
                        """));
        try (var first = Presence.enter(DATABASE.url(), DATABASE.database())) {
            assertThat(first.alone()).isTrue();
            first.announce(URI.create("http://first:1"), "sandbox", URI.create("http://first:2"));
            try (var second = Presence.enter(DATABASE.url(), DATABASE.database())) {
                assertThat(second.alone()).isFalse();
                second.announce(URI.create("http://second:1"), "sandbox", URI.create("http://second:2"));
                assertThat(Presence.servers(DATABASE.database()))
                        .extracting(Presence.Server::url)
                        .containsExactly(URI.create("http://second:1"), URI.create("http://first:1"));
                second.withdraw();
            }
            first.withdraw();
        }
        try (var again = Presence.enter(DATABASE.url(), DATABASE.database())) {
            assertThat(again.alone()).isTrue();
            assertThat(Presence.servers(DATABASE.database())).isEmpty();
        }
    }

    @Test
    void a_taken_port_is_told_before_anything_is_started() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() -> start(Map.of("HOLDFAST_PSP_PORT", port)))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageStartingWith("Cannot listen on port " + port + " of 127.0.0.1")
                    .hasMessageEndingWith("--psp-port");
            assertThat(data).isEmptyDirectory();
        }
    }

    @Test
    void a_database_that_cannot_be_reached_is_told_soon_and_nothing_is_left_running() throws IOException {
        try (var deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "postgres://shop:hunter2@127.0.0.1:" + deaf.getLocalPort() + "/shop";
            var began = System.nanoTime();
            assertThatThrownBy(() -> start(Map.of("HOLDFAST_DATABASE_URL", url)))
                    .isInstanceOf(CannotStart.class)
                    .hasMessageStartingWith("The PostgreSQL at 127.0.0.1:" + deaf.getLocalPort() + "/shop")
                    .hasMessageNotContaining("hunter2");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
        }
        DataFolder.open(data).close();
    }

    @Test
    void a_refused_password_and_an_unknown_address_are_told_as_they_are() {
        String url = DATABASE.url().replaceFirst("password=.*", "password=guess");
        assertThatThrownBy(() -> start(Map.of("HOLDFAST_DATABASE_URL", url)))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> start(Map.of("HOLDFAST_BIND", "no.such.host.invalid")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("no.such.host.invalid");
    }

    @Test
    void a_database_with_too_few_connections_for_us_is_told_as_that() {
        DATABASE.database().transact(tx -> tx.execute("""
                create role narrow login password 'narrow' connection limit 2;
                do $$ begin execute format('grant %I to narrow', current_user); end $$
                """));
        String url =
                DATABASE.url().replaceFirst("user=[^&]*", "user=narrow").replaceFirst("password=.*", "password=narrow");
        assertThatThrownBy(() -> start(Map.of("HOLDFAST_DATABASE_URL", url)))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("too many connections for role");
        DATABASE.database().transact(tx -> tx.execute("drop role narrow"));
    }

    @Test
    void a_journal_that_is_none_is_named() throws IOException {
        Files.createDirectory(data.resolve("sandbox.journal"));
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("sandbox.journal");
        assertThat(Presence.servers(DATABASE.database())).isEmpty();
    }

    @Test
    void a_rehearsal_opens_a_shop_and_leaves_nothing_running() {
        assertThat(Main.run("rehearse", data.toString())).isZero();
        assertThat(EmbeddedServer.urlOfRunning(data)).isEmpty();
    }

    @Test
    void the_demo_fills_an_empty_shop_once() {
        try (Shop shop = start(Map.of())) {
            shop.openDemo();
            shop.openDemo();
            assertThat(number("select count(*) from product")).isGreaterThanOrEqualTo(200);
            assertThat(number("select count(*) - count(distinct title) from product"))
                    .isZero();
            assertThat(number("select count(*) from product where price_minor not between 500 and 30000"))
                    .isZero();
            assertThat(number("select count(*) from product where tax_category = 'reduced'"))
                    .isPositive();
            assertThat(number("select count(*) from stock where on_hand between 1 and 2"))
                    .isPositive();
            assertThat(number("select sum(on_hand) from stock where sku = 'LANTERN-100'"))
                    .isEqualTo(100);
            assertThat(number("select count(*) from warehouse")).isEqualTo(3);
            assertThat(number("select count(distinct country) from warehouse")).isEqualTo(3);
            assertThat(number("select ppm from tax_rate where region = 'NY'")).isEqualTo(88_750);
            assertThat(number("select count(distinct country) from tax_rate")).isGreaterThanOrEqualTo(4);
            assertThat(number("select count(distinct option) from shipping_rate"))
                    .isEqualTo(2);
            assertThat(number("select count(*) from discount_code")).isEqualTo(2);
        }
    }

    @Test
    void who_waits_for_what_is_there_gets_it_from_the_sweeper() {
        DATABASE.database().transact(tx -> tx.execute("""
                insert into product (sku, title, price_minor, currency) values ('LATE', 'Late', 1, 'GBP');
                insert into warehouse (code, title, country) values ('LON', 'London', 'GB');
                insert into stock (sku, warehouse, on_hand) values ('LATE', 'LON', 2);
                insert into backorder (sku, backordered, backorder_limit) values ('LATE', 2, 2);
                insert into orders (id, number, checkout_id, status, payment_status, email, shipping_address,
                                    shipping_option, shipping_title, currency, subtotal, discount, shipping, tax, total,
                                    secret_sha256, placed_at, updated_at)
                values (gen_random_uuid(), 1, gen_random_uuid(), 'paid', 'captured', 'a@b.example',
                        '{}', 'standard', 'Standard', 'GBP', 2, 0, 0, 0, 2, '', shop_clock(), shop_clock());
                insert into order_line (order_id, line_no, sku, title, quantity, unit_price, total, discount, tax)
                select id, 1, 'LATE', 'Late', 2, 1, 2, 0, 0 from orders;
                insert into allocation (order_id, line_no, warehouse, quantity) select id, 1, '', 2 from orders;
                """));
        try (Shop _ = start(Map.of())) {
            long end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (number("select backordered from backorder") > 0 && System.nanoTime() < end) Thread.onSpinWait();
            assertThat(number("select quantity from allocation where warehouse = 'LON'"))
                    .isEqualTo(2);
        } finally {
            DATABASE.database()
                    .transact(tx ->
                            tx.execute("truncate product, warehouse, orders, order_line, allocation, outbox cascade"));
        }
    }

    private Shop start(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "HOLDFAST_DATABASE_URL", DATABASE.url(),
                "HOLDFAST_DATABASE_CONNECTIONS", "5",
                "HOLDFAST_DATA", data.toString(),
                "HOLDFAST_PORT", "0",
                "HOLDFAST_PSP_PORT", "0"));
        environment.putAll(settings);
        return Shop.start(Config.from(environment, Map.of(), data), SILENT);
    }

    private static long number(String sql) {
        return DATABASE.database()
                .inTransaction(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private static int status(URI url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(url).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
