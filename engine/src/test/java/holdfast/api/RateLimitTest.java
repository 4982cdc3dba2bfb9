package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.admission.Rule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Robots at the door, as they see it.
class RateLimitTest {

    private static final TestShop SHOP = TestShop.limited(
            Rule.parse("reads_per_address=5/h,declines=2/h,declines_per_address=3/h,wrong_codes_per_address=2/h,"
                    + "holds_per_address=4"));

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/shipping-rates/gb-standard", """
                {"option": "standard", "title": "Standard", "country": "GB",
                 "price": {"amount": 0, "currency": "GBP"}, "basis": "weight"}""");
        SHOP.admin().put("/v1/products/MUG", """
                {"title": "Mug", "price": {"amount": 1450, "currency": "GBP"}}""");
        SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                {"warehouse": "LON", "delta": 100, "reason": "Opening"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void who_reads_too_much_is_told_when_to_come_back() {
        var robot = SHOP.anyone().with("X-Forwarded-For", "203.0.113.1");
        for (int i = 0; i < 5; i++)
            assertThat(robot.get("/v1/products").status()).isEqualTo(200);
        var refused = robot.get("/v1/products");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text("/code")).isEqualTo("rate_limited");
        assertThat(refused.header("Retry-After")).isEqualTo(refused.text("/retry_after"));
        assertThat(Integer.parseInt(refused.text("/retry_after"))).isBetween(600, 720);
        assertThat(robot.with("Authorization", "Bearer " + SHOP.storefrontKey)
                        .get("/v1/products")
                        .status())
                .as("a server of the merchant's")
                .isEqualTo(200);
        assertThat(SHOP.anyone()
                        .with("X-Forwarded-For", "203.0.113.2")
                        .get("/v1/products")
                        .status())
                .as("somebody else")
                .isEqualTo(200);
        assertThat(SHOP.anyone().get("/v1/products").status()).as("from here").isEqualTo(200);
    }

    @Test
    void who_tests_cards_is_stopped_at_the_checkout_and_then_at_the_door() {
        String address = "203.0.113.3";
        var first = open(address, 201);
        assertThat(pay(address, first)).isEqualTo(402);
        assertThat(pay(address, first)).isEqualTo(402);
        assertThat(pay(address, first)).isEqualTo(429);
        var second = open(address, 201);
        assertThat(pay(address, second)).isEqualTo(402);
        assertThat(pay(address, second)).isEqualTo(429);
        assertThat(pay("203.0.113.4", second)).as("from elsewhere").isEqualTo(402);
    }

    @Test
    void who_guesses_codes_is_stopped() {
        for (int i = 0; i < 2; i++) assertThat(guess("GUESS" + i)).isEqualTo(400);
        assertThat(guess("GUESS3")).isEqualTo(429);
        open("203.0.113.5", 201);
    }

    @Test
    void who_hoards_has_to_let_go_of_some() {
        String address = "203.0.113.6";
        var first = open(address, 201);
        for (int i = 0; i < 3; i++) open(address, 201);
        open(address, 429);
        SHOP.guest(first.text("/client_secret"))
                .with("X-Forwarded-For", address)
                .send("POST", "/v1/checkouts/" + first.text("/id") + "/cancel");
        open(address, 201);
    }

    private static TestClient.Reply open(String address, int status) {
        var opened = SHOP.browser().with("X-Forwarded-For", address).post("/v1/checkouts", lines(""));
        assertThat(opened.status()).as(opened.body()).isEqualTo(status);
        return opened;
    }

    private static int guess(String code) {
        return SHOP.browser()
                .with("X-Forwarded-For", "203.0.113.5")
                .post("/v1/checkouts", lines(", \"discount_codes\": [\"" + code + "\"]"))
                .status();
    }

    private static int pay(String address, TestClient.Reply checkout) {
        return SHOP.guest(checkout.text("/client_secret"))
                .with("X-Forwarded-For", address)
                .keyed()
                .post("/v1/checkouts/" + checkout.text("/id") + "/complete", """
                        {"payment": {"token": "pm_card_chargeDeclined"},
                         "expected_total": {"amount": 1450, "currency": "GBP"}}""")
                .status();
    }

    private static String lines(String more) {
        return """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}], "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square", "city": "London",
                                      "country": "GB"}%s}
                """.formatted(more);
    }
}
