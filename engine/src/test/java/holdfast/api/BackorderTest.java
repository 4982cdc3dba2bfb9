package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Selling what is not there yet, as a merchant and a shopper see it.
class BackorderTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void openTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void what_is_not_there_yet_is_sold_up_to_the_limit_and_shipped_when_it_is_there() {
        assertThat(product("MUG", "\"backorder_limit\": 3").text("/backorder_limit"))
                .isEqualTo("3");
        receive("MUG", 2);

        Reply opened = open("MUG", 4, "ada@example.com");
        assertThat(opened.json().at("/hold/lines")).hasToString("""
                [{"sku":"MUG","warehouse":"LON","quantity":2},{"sku":"MUG","kind":"backorder","quantity":2}]""");
        assertThat(opened.text("/hold/sourcing"))
                .isEqualTo("fewest-parcels: only LON has any of it; the rest is backordered");
        assertThat(stock("MUG").text("/backordered")).isEqualTo("2");
        Reply refused = open("MUG", 2, "bob@example.com");
        assertThat(refused.text("/code")).isEqualTo("out_of_stock");
        assertThat(refused.text("/available/0/available")).isEqualTo("1");

        Reply order = complete(opened);
        assertThat(order.json().at("/order/allocations")).hasToString("""
                [{"line":1,"sku":"MUG","warehouse":"LON","quantity":2,"shipped":0,"canceled":0},\
                {"line":1,"sku":"MUG","kind":"backorder","quantity":2,"shipped":0,"canceled":0}]""");
        String path = "/v1/orders/" + order.text("/order/id");

        Reply tooEarly = ship(path, "\"lines\": [{\"line\": 1, \"quantity\": 3}], ");
        assertThat(tooEarly.text("/code")).isEqualTo("not_in_stock_yet");
        assertThat(tooEarly.text("/lines/0/left")).isEqualTo("4");
        assertThat(tooEarly.text("/lines/0/backordered")).isEqualTo("2");
        assertThat(ship(path, "").text("/order_status")).isEqualTo("partially_shipped");
        assertThat(ship(path, "").text("/code")).isEqualTo("not_in_stock_yet");

        Reply arrived = receive("MUG", 5);
        assertThat(arrived.text("/allocated")).isEqualTo("2");
        assertThat(arrived.text("/available")).isEqualTo("3");
        assertThat(stock("MUG").text("/backordered")).isEqualTo("0");
        assertThat(SHOP.admin().get(path).json().at("/allocations")).hasToString("""
                [{"line":1,"sku":"MUG","warehouse":"LON","quantity":4,"shipped":2,"canceled":0}]""");
        assertThat(ship(path, "").text("/order_status")).isEqualTo("shipped");
    }

    @Test
    void staff_sees_who_holds_what_is_backordered() {
        product("HAT", "\"backorder_limit\": 3");
        receive("HAT", 1);
        String hold = open("HAT", 3, "ada@example.com").text("/hold/id");

        Reply first = SHOP.admin().get("/v1/holds?sku=HAT&limit=1");
        assertThat(first.text("/data/0/hold_id")).isEqualTo(hold);
        assertThat(first.text("/data/0/kind")).isEqualTo("backorder");
        assertThat(first.text("/data/0/quantity")).isEqualTo("2");
        Reply second = SHOP.admin().get("/v1/holds?sku=HAT&limit=1&cursor=" + first.text("/next_cursor"));
        assertThat(second.text("/data/0/warehouse")).isEqualTo("LON");
        assertThat(second.json().at("/next_cursor").isNull()).isTrue();
    }

    @Test
    void a_purchase_limit_counts_what_is_backordered() {
        product("RING", "\"backorder_limit\": 100, \"purchase_limit\": 3");
        assertThat(open("RING", 2, "ada@example.com").status()).isEqualTo(201);
        assertThat(open("RING", 2, "ada@example.com").text("/code")).isEqualTo("purchase_limit");
        assertThat(complete(open("RING", 1, "ada@example.com")).text("/status")).isEqualTo("completed");
        assertThat(open("RING", 1, "ada@example.com").text("/code")).isEqualTo("purchase_limit");
        SHOP.testDatabase().shiftClock(Duration.ofMinutes(11));
        assertThat(open("RING", 2, "ada@example.com").status()).isEqualTo(201);
    }

    @Test
    void a_checkout_that_is_canceled_gives_back_what_it_had_backordered() {
        product("BAG", "\"backorder_limit\": 2");
        Reply opened = open("BAG", 2, "ada@example.com");
        assertThat(opened.text("/hold/sourcing"))
                .isEqualTo("fewest-parcels: none of it is in stock yet; all of it is backordered");
        assertThat(open("BAG", 1, "bob@example.com").status()).isEqualTo(409);
        SHOP.admin().keyed().send("POST", "/v1/checkouts/" + opened.text("/id") + "/cancel");
        assertThat(open("BAG", 2, "bob@example.com").status()).isEqualTo(201);
    }

    private static Reply product(String sku, String terms) {
        return SHOP.admin().put("/v1/products/" + sku, """
                {"title": "A thing", "price": {"amount": 500, "currency": "GBP"}, %s}""".formatted(terms));
    }

    private static Reply receive(String sku, int pieces) {
        return SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "LON", "delta": %d, "reason": "Delivery"}""".formatted(pieces));
    }

    private static Reply stock(String sku) {
        return SHOP.admin().get("/v1/stock/" + sku);
    }

    private static Reply open(String sku, int pieces, String email) {
        return SHOP.admin().post("/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": %d}], "currency": "GBP", "email": "%s",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"}}
                """.formatted(sku, pieces, email));
    }

    private static Reply complete(Reply opened) {
        return SHOP.admin().keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": %s, "currency": "GBP"}}
                """.formatted(
                        opened.text("/totals/total/amount")));
    }

    private static Reply ship(String order, String lines) {
        return SHOP.admin().keyed().post(order + "/fulfillments", """
                {%s"carrier": "UPS", "tracking_number": "1Z9R5W69"}""".formatted(lines));
    }
}
