package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a shop does all day, over HTTP.
class ShopStoryTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/tax-rates/gb-vat", """
                {"title": "VAT", "country": "GB", "percent": "20", "on_shipping": true}""");
        SHOP.admin().put("/v1/shipping-rates/gb-standard", """
                {"option": "standard", "title": "Standard", "country": "GB",
                 "price": {"amount": 495, "currency": "GBP"}, "basis": "weight"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void from_a_cart_to_an_order_that_is_delivered_and_partly_refunded() {
        sell("MUG", 1450, 10);
        var cart = SHOP.browser().post("/v1/carts", "{\"currency\": \"GBP\"}");
        assertThat(cart.status()).isEqualTo(201);
        var shopper = SHOP.browser().with("Holdfast-Client-Secret", cart.text("/client_secret"));
        var filled = shopper.post("/v1/carts/" + cart.text("/id") + "/items", "{\"sku\": \"MUG\", \"quantity\": 2}");
        assertThat(filled.text("/subtotal/amount")).isEqualTo("2900");

        var opened = shopper.post("/v1/checkouts", "{\"cart_id\": \"" + cart.text("/id") + "\"}");
        assertThat(opened.status()).isEqualTo(201);
        var buyer = SHOP.guest(opened.text("/client_secret"));
        String checkout = "/v1/checkouts/" + opened.text("/id");
        var quoted = buyer.patch(checkout, """
                {"email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square",
                  "city": "London", "country": "GB"}}""");
        assertThat(quoted.text("/totals/total/amount")).isEqualTo("4074"); // (29.00 + 4.95) * 1.2

        var placed = buyer.keyed().post(checkout + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 4074, "currency": "GBP"}}""");
        assertThat(placed.text("/status")).isEqualTo("completed");
        String order = "/v1/orders/" + placed.text("/order/id");
        assertThat(buyer.get(order).text("/email")).isEqualTo("ada@example.com");

        var shipped = SHOP.admin().keyed().post(order + "/fulfillments", """
                {"carrier": "Royal Mail", "tracking_number": "4111111111111111"}""");
        assertThat(shipped.status()).isEqualTo(201);
        assertThat(shipped.text("/order_status")).isEqualTo("shipped");
        var delivered = SHOP.admin().send("POST", order + "/fulfillments/" + shipped.text("/id") + "/delivered");
        assertThat(delivered.text("/order_status")).isEqualTo("delivered");

        var refund = SHOP.admin().keyed().post(order + "/refunds", """
                {"lines": [{"line": 1, "quantity": 1}], "restock": true, "reason": "Handle chipped"}""");
        assertThat(refund.status()).isEqualTo(201);
        assertThat(refund.text("/amount/amount")).isEqualTo("1740");
        assertThat(SHOP.admin().get("/v1/stock/MUG").text("/on_hand")).isEqualTo("9");
        assertThat(SHOP.admin().get("/v1/orders?email=ADA@example.com").text("/data/0/id"))
                .isEqualTo(placed.text("/order/id"));
    }

    @Test
    void a_declined_payment_leaves_the_hold_and_a_new_key_tries_again() {
        sell("CUP", 900, 1);
        var opened = open("CUP", 1);
        String complete = "/v1/checkouts/" + opened.text("/id") + "/complete";
        String total = opened.text("/totals/total/amount");
        var buyer = SHOP.guest(opened.text("/client_secret"));
        var declined = buyer.keyed().post(complete, pay("pm_card_chargeDeclinedInsufficientFunds", total));
        assertThat(declined.status()).isEqualTo(402);
        assertThat(declined.text("/decline_code")).isEqualTo("insufficient_funds");
        assertThat(declined.text("/replay")).isEqualTo("new_key");
        assertThat(buyer.keyed().post(complete, pay("pm_card_visa", total)).status())
                .isEqualTo(200);
    }

    @Test
    void what_is_not_there_is_not_sold() {
        sell("VASE", 5000, 3);
        var refused = SHOP.browser().post("/v1/checkouts", lines("VASE", 4));
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text("/available/0/sku")).isEqualTo("VASE");
        assertThat(refused.text("/available/0/available")).isEqualTo("3");
    }

    @Test
    void a_challenge_is_told_until_it_is_met() {
        sell("BOWL", 700, 1);
        var opened = open("BOWL", 1);
        var waiting = SHOP.guest(opened.text("/client_secret"))
                .keyed()
                .post(
                        "/v1/checkouts/" + opened.text("/id") + "/complete",
                        pay("pm_card_threeDSecureRequired", opened.text("/totals/total/amount")));
        assertThat(waiting.status()).isEqualTo(200);
        assertThat(waiting.text("/status")).isEqualTo("requires_action");
        assertThat(waiting.text("/next_action/url")).startsWith("http://sandbox.test/challenge/");
    }

    @Test
    void a_checkout_that_is_canceled_gives_its_stock_back() {
        sell("JUG", 700, 1);
        var opened = open("JUG", 1);
        assertThat(SHOP.admin().get("/v1/holds?sku=JUG").text("/data/0/checkout_id"))
                .isEqualTo(opened.text("/id"));
        var canceled = SHOP.guest(opened.text("/client_secret"))
                .send("POST", "/v1/checkouts/" + opened.text("/id") + "/cancel");
        assertThat(canceled.text("/status")).isEqualTo("canceled");
        assertThat(SHOP.admin().get("/v1/stock/JUG").text("/available")).isEqualTo("1");
    }

    @Test
    void a_cancellation_under_the_key_of_another_one_releases_nothing() {
        sell("EWER", 700, 2);
        var first = open("EWER", 1);
        var second = open("EWER", 1);
        var merchant = SHOP.admin().with("Idempotency-Key", "cancel-the-first-of-them");

        assertThat(merchant.send("POST", "/v1/checkouts/" + first.text("/id") + "/cancel")
                        .status())
                .isEqualTo(200);
        var refused = merchant.send("POST", "/v1/checkouts/" + second.text("/id") + "/cancel");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text("/code")).isEqualTo("idempotency_key_reused");
        assertThat(SHOP.admin().get("/v1/checkouts/" + second.text("/id")).text("/status"))
                .isEqualTo("open");
        assertThat(SHOP.admin().get("/v1/stock/EWER").text("/available")).isEqualTo("1");
    }

    @Test
    void an_order_that_is_canceled_gives_stock_and_money_back() {
        sell("DISH", 700, 1);
        var opened = open("DISH", 1);
        var buyer = SHOP.guest(opened.text("/client_secret"));
        var placed = buyer.keyed()
                .post(
                        "/v1/checkouts/" + opened.text("/id") + "/complete",
                        pay("pm_card_visa", opened.text("/totals/total/amount")));
        String order = "/v1/orders/" + placed.text("/order/id");
        var canceled = buyer.keyed().send("POST", order + "/cancel");
        assertThat(canceled.text("/status")).isEqualTo("canceled");
        assertThat(SHOP.admin().get("/v1/stock/DISH").text("/available")).isEqualTo("1");
        assertThat(SHOP.admin().keyed().post(order + "/fulfillments", """
                {"carrier": "Royal Mail", "tracking_number": "1"}""").status())
                .isEqualTo(409);
    }

    @Test
    void products_come_from_a_file() {
        var imported = SHOP.admin()
                .with("Content-Type", "text/csv")
                .keyed()
                .send("POST", "/v1/products/import", """
                sku,title,price,currency,warehouse,on_hand
                PLATE,"Plate, white",12.50,GBP,LON,7
                """.getBytes(UTF_8));
        assertThat(imported.status()).isEqualTo(200);
        assertThat(imported.text("/imported")).isEqualTo("1");
        assertThat(SHOP.anyone().get("/v1/products/PLATE").text("/price/amount"))
                .isEqualTo("1250");
        assertThat(SHOP.admin().get("/v1/stock/PLATE").text("/on_hand")).isEqualTo("7");
        assertThat(SHOP.anyone().get("/v1/products?q=white").text("/data/0/sku"))
                .isEqualTo("PLATE");
    }

    @Test
    void a_list_goes_on_where_its_cursor_says() {
        sell("TRAY-1", 100, 1);
        sell("TRAY-2", 100, 1);
        var first = SHOP.anyone().get("/v1/products?q=tray&limit=1");
        assertThat(first.text("/data/0/sku")).isEqualTo("TRAY-1");
        var second = SHOP.anyone().get("/v1/products?q=tray&limit=1&cursor=" + first.text("/next_cursor"));
        assertThat(second.text("/data/0/sku")).isEqualTo("TRAY-2");
        assertThat(second.json().get("next_cursor").isNull()).isTrue();
    }

    @Test
    void what_the_merchant_makes_can_be_read_listed_and_removed() {
        SHOP.admin().put("/v1/discount-codes/spring10", "{\"percent\": \"10\", \"uses_max\": 5}");
        assertThat(SHOP.admin().get("/v1/discount-codes/SPRING10").text("/percent"))
                .isEqualTo("10");
        assertThat(SHOP.admin().get("/v1/discount-codes").text("/data/0/code")).isEqualTo("SPRING10");
        assertThat(SHOP.admin().delete("/v1/discount-codes/Spring10").status()).isEqualTo(204);
        assertThat(SHOP.admin().delete("/v1/discount-codes/Spring10").status()).isEqualTo(404);
        assertThat(SHOP.admin().get("/v1/warehouses").text("/data/0/code")).isEqualTo("LON");
        assertThat(SHOP.admin().get("/v1/tax-rates/gb-vat").text("/percent")).isEqualTo("20");
        assertThat(SHOP.admin().get("/v1/shipping-rates").text("/data/0/basis")).isEqualTo("weight");
    }

    private static void sell(String sku, long price, int pieces) {
        SHOP.admin().put("/v1/products/" + sku, """
                {"title": "%s", "price": {"amount": %d, "currency": "GBP"},
                 "weight_grams": 300}""".formatted(sku, price));
        SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "LON", "delta": %d, "reason": "Delivery"}""".formatted(pieces));
    }

    private static Reply open(String sku, int quantity) {
        return SHOP.browser().post("/v1/checkouts", lines(sku, quantity));
    }

    private static String lines(String sku, int quantity) {
        return """
                {"line_items": [{"sku": "%s", "quantity": %d}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Main St",
                  "city": "London", "country": "GB"}}""".formatted(sku, quantity);
    }

    private static String pay(String token, String total) {
        return """
                {"payment": {"token": "%s"},
                 "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(token, total);
    }
}
