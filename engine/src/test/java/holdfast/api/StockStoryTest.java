package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.api.TestClient.Reply;
import holdfast.idempotency.Idempotency;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a merchant does about stock, and what shoppers notice of it, over HTTP.
class StockStoryTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void openTheWarehouses() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB", "priority": 10}""");
        SHOP.admin().put("/v1/warehouses/ROT", """
                {"title": "Rotterdam", "country": "NL", "priority": 20}""");
        SHOP.admin().put("/v1/shipping-rates/standard", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "weight"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    // ---------------------------------------------------------------- correcting and carrying

    @Test
    void a_correction_that_takes_away_what_is_promised_is_told_to_whom() {
        sell("MUG", 10);
        var held = open("MUG", 3, "ada@example.com");
        var order = buy("MUG", 2, "bob@example.com");

        var refused = SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                {"warehouse": "LON", "on_hand": 4, "reason": "Stocktaking"}""");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("stock_promised");
        assertThat(refused.text("/held")).isEqualTo("3");
        assertThat(refused.text("/allocated")).isEqualTo("2");
        assertThat(refused.text("/promised_to/hold_count")).isEqualTo("1");
        assertThat(refused.text("/promised_to/holds/0/checkout_id")).isEqualTo(held.text("/id"));
        assertThat(refused.text("/promised_to/holds/0/quantity")).isEqualTo("3");
        assertThat(refused.text("/promised_to/order_count")).isEqualTo("1");
        assertThat(refused.text("/promised_to/orders/0/order_id")).isEqualTo(order.text("/order/id"));
        assertThat(refused.text("/promised_to/orders/0/quantity")).isEqualTo("2");
        assertThat(refused.text("/detail"))
                .isEqualTo("Fewer pieces than are promised to shoppers, 3 held and 2 allocated: 3 to checkout "
                        + held.text("/id") + ", 2 to order " + order.text("/order/number"));

        var carried = SHOP.admin().keyed().post("/v1/stock/transfers", transfer("MUG", 6));
        assertThat(carried.text("/code")).isEqualTo("stock_promised");
        assertThat(carried.text("/promised_to/order_count")).isEqualTo("1");
        assertThat(SHOP.admin().get("/v1/stock/MUG").text("/on_hand")).isEqualTo("10");
    }

    @Test
    void only_the_oldest_are_named_but_all_are_counted() {
        sell("PIN", 30);
        for (int i = 0; i < 21; i++) open("PIN", 1, "ada@example.com");

        var refused = SHOP.admin().keyed().post("/v1/stock/PIN/adjustments", """
                {"warehouse": "LON", "on_hand": 0, "reason": "Stolen"}""");
        assertThat(refused.text("/promised_to/hold_count")).isEqualTo("21");
        assertThat(refused.json().at("/promised_to/holds")).hasSize(20);
        assertThat(refused.json().at("/promised_to/orders")).isEmpty();
        assertThat(refused.text("/detail")).endsWith(" and 18 more");
    }

    @Test
    void stock_is_carried_once_and_its_answer_repeated() {
        sell("CUP", 10);
        var keyed = SHOP.admin().keyed();
        var carried = keyed.post("/v1/stock/transfers", transfer("CUP", 4));
        assertThat(carried.status()).isEqualTo(201);
        assertThat(carried.text("/from/on_hand")).isEqualTo("6");
        assertThat(carried.text("/to/on_hand")).isEqualTo("4");
        assertThat(carried.text("/reason")).isEqualTo("Transfer");
        assertThat(keyed.post("/v1/stock/transfers", transfer("CUP", 4)).body()).isEqualTo(carried.body());
        assertThat(SHOP.admin().get("/v1/stock/CUP").text("/warehouses/1/on_hand"))
                .isEqualTo("4");
    }

    @Test
    void what_arrived_is_journalled_as_received_and_what_was_counted_as_adjusted() {
        sell("JAR", 1);
        var received = adjust("JAR", "\"kind\": \"receive\", \"delta\": 5");
        assertThat(received.status()).isEqualTo(201);
        assertThat(received.text("/kind")).isEqualTo("receive");
        assertThat(adjust("JAR", "\"kind\": \"adjust\", \"delta\": -1").text("/kind"))
                .isEqualTo("adjust");
        assertThat(adjust("JAR", "\"on_hand\": 7").text("/kind")).isEqualTo("adjust");
        assertThat(journal("JAR")).containsExactly("receive 1", "receive 5", "adjust -1", "adjust 2");
        assertThat(SHOP.admin().get("/v1/audit-log?limit=3").text("/data/2/deed"))
                .isEqualTo("stock.received");

        assertThat(adjust("JAR", "\"kind\": \"receive\", \"delta\": -5").errors())
                .containsExactly("delta: out_of_range");
        assertThat(adjust("JAR", "\"kind\": \"receive\", \"on_hand\": 5").errors())
                .singleElement()
                .asString()
                .startsWith("kind: ");
        assertThat(adjust("JAR", "\"kind\": \"ship\", \"delta\": 5").errors())
                .singleElement()
                .asString()
                .startsWith("kind: ");
    }

    @Test
    void a_key_that_moved_stock_moves_none_again_when_its_answer_is_forgotten() {
        sell("POT", 10);
        var adjusting = SHOP.admin().keyed();
        var carrying = SHOP.admin().keyed();
        String adjustment = "{\"warehouse\": \"LON\", \"delta\": 5, \"reason\": \"Delivery\"}";
        var first = adjusting.post("/v1/stock/POT/adjustments", adjustment);
        carrying.post("/v1/stock/transfers", transfer("POT", 4));

        SHOP.testDatabase().shiftClock(Duration.ofHours(47));
        forgetAnswers();
        assertThat(adjusting.post("/v1/stock/POT/adjustments", adjustment).body())
                .isEqualTo(first.body());

        SHOP.testDatabase().shiftClock(Duration.ofHours(2));
        forgetAnswers();
        assertThat(adjusting.post("/v1/stock/POT/adjustments", adjustment).text("/code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(adjusting
                        .post("/v1/stock/POT/adjustments", adjustment.replace("5", "-3"))
                        .text("/code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(carrying.post("/v1/stock/transfers", transfer("POT", 4)).text("/code"))
                .isEqualTo("idempotency_key_reused");
        assertThat(journal("POT")).containsExactly("receive 10", "adjust 5", "transfer -4", "transfer 4");
    }

    /// What a worker does now and then.
    private static void forgetAnswers() {
        var idempotency = new Idempotency(SHOP.database(), refusal -> {
            throw refusal;
        });
        SHOP.database().inTransaction(idempotency::forgetExpired);
    }

    private static Reply adjust(String sku, String change) {
        return SHOP.admin()
                .keyed()
                .post(
                        "/v1/stock/" + sku + "/adjustments",
                        "{\"warehouse\": \"LON\", \"reason\": \"Delivery\", " + change + "}");
    }

    private static List<String> journal(String sku) {
        return SHOP.database()
                .read(tx -> tx.query("select kind || ' ' || delta from stock_movement where sku = :sku order by id")
                        .bind("sku", sku)
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void a_transfer_that_makes_no_sense_is_refused_by_the_field() {
        sell("TEA", 10);
        for (String quantity : new String[] {"0", "-1", "2147483648", "1.5"}) {
            String json = transfer("TEA", 1).replace("1}", quantity + "}");
            assertThat(SHOP.admin().keyed().post("/v1/stock/transfers", json).text("/errors/0/field"))
                    .as(quantity)
                    .isEqualTo("quantity");
        }
        var same = SHOP.admin()
                .keyed()
                .post("/v1/stock/transfers", transfer("TEA", 1).replace("ROT", "LON"));
        assertThat(same.text("/errors/0/field")).isEqualTo("to");
    }

    // ---------------------------------------------------------------- holding

    @Test
    void a_change_that_is_refused_under_a_key_leaves_the_hold_as_it_was() {
        sell("JUG", 3);
        var opened = open("JUG", 2, "ada@example.com");
        var refused =
                SHOP.guest(opened.text("/client_secret")).keyed().patch("/v1/checkouts/" + opened.text("/id"), """
                        {"line_items": [{"sku": "JUG", "quantity": 4}]}""");
        assertThat(refused.text("/code")).isEqualTo("out_of_stock");
        assertThat(SHOP.admin().get("/v1/stock/JUG").text("/held")).isEqualTo("2");
        assertThat(open("JUG", 2, "bob@example.com").text("/code")).isEqualTo("out_of_stock");
    }

    @Test
    void a_product_is_held_as_long_as_it_says_and_several_as_long_as_the_shortest() {
        for (String sku : new String[] {"FLASH", "SOFA", "LAMP"}) sell(sku, 10);
        terms("FLASH", "\"hold_seconds\": 60");
        terms("SOFA", "\"hold_seconds\": 7200");
        assertThat(SHOP.anyone().get("/v1/products/SOFA").text("/hold_seconds")).isEqualTo("7200");

        assertThat(heldFor("FLASH")).isEqualTo(Duration.ofMinutes(1));
        assertThat(heldFor("SOFA")).isEqualTo(Duration.ofHours(2));
        assertThat(heldFor("SOFA", "LAMP")).isEqualTo(Duration.ofMinutes(10));
        assertThat(heldFor("SOFA", "LAMP", "FLASH")).isEqualTo(Duration.ofMinutes(1));
        assertThat(complete(open("SOFA", 1, "ada@example.com")).text("/status")).isEqualTo("completed");
    }

    private static Duration heldFor(String... skus) {
        String lines = Stream.of(skus)
                .map(sku -> "{\"sku\": \"" + sku + "\", \"quantity\": 1}")
                .collect(joining(","));
        var opened = SHOP.browser().post("/v1/checkouts", "{\"currency\": \"GBP\", \"line_items\": [" + lines + "]}");
        return Duration.between(
                Instant.parse(opened.text("/created_at")), Instant.parse(opened.text("/hold/expires_at")));
    }

    // ---------------------------------------------------------------- limiting

    @Test
    void a_customer_buys_no_more_than_the_limit_over_checkouts_and_orders() {
        sell("SHOE", 100);
        terms("SHOE", "\"purchase_limit\": 3");
        buy("SHOE", 1, "ada@example.com");
        var held = open("SHOE", 1, "Ada@Example.com");

        var refused = open("SHOE", 2, "ADA@example.com");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/code")).isEqualTo("purchase_limit");
        assertThat(refused.text("/purchase_limits/0/sku")).isEqualTo("SHOE");
        assertThat(refused.text("/purchase_limits/0/purchase_limit")).isEqualTo("3");
        assertThat(refused.text("/purchase_limits/0/left")).isEqualTo("1");
        assertThat(open("SHOE", 3, "bob@example.com").status()).isEqualTo(201);

        SHOP.guest(held.text("/client_secret")).send("POST", "/v1/checkouts/" + held.text("/id") + "/cancel");
        assertThat(open("SHOE", 2, "ADA@example.com").status()).isEqualTo(201);
    }

    @Test
    void what_is_canceled_can_be_bought_again() {
        sell("HAT", 100);
        terms("HAT", "\"purchase_limit\": 2");
        var order = "/v1/orders/" + buy("HAT", 2, "ada@example.com").text("/order/id");
        assertThat(open("HAT", 1, "ada@example.com").text("/code")).isEqualTo("purchase_limit");
        SHOP.admin().keyed().send("POST", order + "/cancel");
        assertThat(open("HAT", 2, "ada@example.com").status()).isEqualTo(201);
    }

    @Test
    void whoever_says_later_who_they_are_is_counted_then() {
        sell("BAG", 100);
        terms("BAG", "\"purchase_limit\": 2");
        String lines = "{\"currency\": \"GBP\", \"line_items\": [{\"sku\": \"BAG\", \"quantity\": %d}]}";
        assertThat(SHOP.browser().post("/v1/checkouts", lines.formatted(3)).text("/code"))
                .isEqualTo("purchase_limit");
        var first = SHOP.browser().post("/v1/checkouts", lines.formatted(2));
        var second = SHOP.browser().post("/v1/checkouts", lines.formatted(1));
        assertThat(say(first, "\"email\": \"eve@example.com\"").status()).isEqualTo(200);
        assertThat(say(second, "\"email\": \"eve@example.com\"").text("/code")).isEqualTo("purchase_limit");
        assertThat(say(second, "\"email\": \"eva@example.com\"").status()).isEqualTo(200);
        assertThat(say(second, "\"line_items\": [{\"sku\": \"BAG\", \"quantity\": 3}]")
                        .text("/code"))
                .isEqualTo("purchase_limit");
        assertThat(say(first, "\"line_items\": [{\"sku\": \"BAG\", \"quantity\": 1}]")
                        .status())
                .isEqualTo(200);
        assertThat(open("BAG", 1, "eve@example.com").status()).isEqualTo(201);
    }

    @Test
    void a_limit_that_comes_later_is_kept_before_any_money_is_asked_for() {
        sell("CAP", 100);
        var first = open("CAP", 2, "ada@example.com");
        var second = open("CAP", 2, "ada@example.com");
        terms("CAP", "\"purchase_limit\": 3");
        assertThat(complete(first).text("/status")).isEqualTo("completed");
        assertThat(complete(second).text("/code")).isEqualTo("purchase_limit");
    }

    @Test
    void of_many_checkouts_of_one_customer_at_once_as_many_are_opened_as_the_limit_allows() throws Exception {
        sell("RING", 1_000);
        terms("RING", "\"purchase_limit\": 5");
        List<Integer> statuses = Parallel.all(IntStream.range(0, 40)
                .mapToObj(_ -> (Callable<Integer>)
                        () -> open("RING", 1, "ada@example.com").status())
                .toList());
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(5);
        assertThat(SHOP.admin().get("/v1/stock/RING").text("/held")).isEqualTo("5");
    }

    private static Reply say(Reply opened, String change) {
        return SHOP.guest(opened.text("/client_secret"))
                .patch("/v1/checkouts/" + opened.text("/id"), "{" + change + "}");
    }

    // ---------------------------------------------------------------- how it is told

    private static void terms(String sku, String terms) {
        var put = SHOP.admin().put("/v1/products/" + sku, """
                {"title": "A thing", "price": {"amount": 500, "currency": "GBP"}, %s}""".formatted(terms));
        assertThat(put.status()).as(put.body()).isEqualTo(200);
    }

    private static void sell(String sku, int pieces) {
        String csv = "sku,title,price,currency,warehouse,on_hand\n" + sku + ",A thing,5.00,GBP,LON," + pieces + "\n";
        assertThat(SHOP.admin()
                        .with("Content-Type", "text/csv")
                        .send("POST", "/v1/products/import", csv.getBytes(UTF_8))
                        .status())
                .isEqualTo(200);
    }

    private static Reply open(String sku, int pieces, String email) {
        return SHOP.browser().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "%s", "quantity": %d}], "email": "%s",
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square", "city": "London",
                  "postal_code": "SW1Y 4JH", "country": "GB"}}""".formatted(sku, pieces, email));
    }

    private static Reply complete(Reply opened) {
        return SHOP.guest(opened.text("/client_secret"))
                .keyed()
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                        {"payment": {"token": "pm_card_visa"},
                         "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(
                                opened.text("/totals/total/amount")));
    }

    private static Reply buy(String sku, int pieces, String email) {
        Reply placed = complete(open(sku, pieces, email));
        assertThat(placed.text("/status")).as(placed.body()).isEqualTo("completed");
        return placed;
    }

    private static String transfer(String sku, int pieces) {
        return "{\"sku\": \"%s\", \"from\": \"LON\", \"to\": \"ROT\", \"quantity\": %d}".formatted(sku, pieces);
    }
}
