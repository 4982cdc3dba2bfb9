package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.api.TestClient.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What one customer can have of a SKU while a sale of it runs. Bought with the merchant's own key, which
/// nobody asks to wait.
class SaleLimitTest {

    private static final TestShop SHOP = new TestShop();
    private static final String LONG_SINCE = "2026-01-01T00:00:00Z";

    @BeforeAll
    static void openTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/shipping-rates/standard", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "weight"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void checkouts_of_one_customer_at_once_take_no_more_than_it_allows() throws Exception {
        sell("LAMP", "");
        plan("LAMP", LONG_SINCE, 2);
        List<Reply> replies = Parallel.all(IntStream.range(0, 20)
                .mapToObj(i ->
                        (Callable<Reply>) () -> open("LAMP", 1, i % 2 == 0 ? "ada@example.com" : "Ada@Example.com"))
                .toList());
        assertThat(replies.stream().filter(reply -> reply.status() == 201)).hasSize(2);

        Reply refused = open("LAMP", 1, "ada@example.com");
        assertThat(refused.text("/code")).isEqualTo("purchase_limit");
        assertThat(refused.text("/purchase_limits/0/purchase_limit")).isEqualTo("2");
        assertThat(refused.text("/purchase_limits/0/left")).isEqualTo("0");
        assertThat(open("LAMP", 3, null).text("/code"))
                .as("of somebody, whoever it is")
                .isEqualTo("purchase_limit");
        assertThat(open("LAMP", 2, "bob@example.com").status()).isEqualTo(201);
    }

    @Test
    void whoever_is_named_in_many_checkouts_at_once_has_no_more_than_it_allows() throws Exception {
        sell("KITE", "");
        plan("KITE", LONG_SINCE, 2);
        List<Reply> anonymous =
                IntStream.range(0, 10).mapToObj(_ -> open("KITE", 1, null)).toList();
        List<Integer> statuses = Parallel.all(anonymous.stream()
                .map(opened -> (Callable<Integer>) () -> SHOP.admin()
                        .patch("/v1/checkouts/" + opened.text("/id"), "{\"email\": \"eve@example.com\"}")
                        .status())
                .toList());
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(2);
    }

    @Test
    void of_a_limit_of_the_product_and_one_of_the_sale_the_stricter_counts() {
        sell("COAT", ", \"purchase_limit\": 3");
        plan("COAT", LONG_SINCE, 5);
        assertThat(open("COAT", 4, "ada@example.com").text("/purchase_limits/0/purchase_limit"))
                .isEqualTo("3");
        plan("COAT", LONG_SINCE, 1);
        assertThat(open("COAT", 4, "ada@example.com").text("/purchase_limits/0/purchase_limit"))
                .isEqualTo("1");
        plan("COAT", LONG_SINCE, null);
        assertThat(open("COAT", 3, "ada@example.com").status()).isEqualTo(201);
    }

    @Test
    void it_holds_from_the_beginning_of_the_sale_to_its_end() {
        sell("DROP", "");
        buy("DROP", 4, "ada@example.com");
        String soon =
                SHOP.database().read(tx -> tx.now().plus(Duration.ofMinutes(5))).toString();
        Reply planned = plan("DROP", soon, 2);
        assertThat(planned.text("/limit_per_customer")).isEqualTo("2");
        assertThat(planned.text("/begun")).isEqualTo("false");
        buy("DROP", 3, "ada@example.com");

        SHOP.testDatabase().shiftClock(Duration.ofMinutes(6));
        assertThat(open("DROP", 3, "ada@example.com").text("/code")).isEqualTo("purchase_limit");
        buy("DROP", 1, "ada@example.com");
        assertThat(open("DROP", 2, "ada@example.com").text("/purchase_limits/0/left"))
                .as("what was ordered before is not of this sale")
                .isEqualTo("1");

        SHOP.admin().delete("/v1/sales/DROP");
        assertThat(open("DROP", 10, "ada@example.com").status()).isEqualTo(201);
    }

    @Test
    void a_limit_that_comes_later_is_kept_before_any_money_is_asked_for() {
        sell("SHOE", "");
        Reply first = open("SHOE", 2, "ada@example.com");
        Reply second = open("SHOE", 1, "ada@example.com");
        plan("SHOE", LONG_SINCE, 2);
        assertThat(complete(first).text("/status")).isEqualTo("completed");
        assertThat(complete(second).text("/code")).isEqualTo("purchase_limit");
    }

    @Test
    void no_customer_can_be_allowed_nothing() {
        sell("HAT", "");
        assertThat(SHOP.admin()
                        .put(
                                "/v1/sales/HAT",
                                "{\"starts_at\": \"%s\", \"limit_per_customer\": 0}".formatted(LONG_SINCE))
                        .errors())
                .containsExactly("limit_per_customer: out_of_range");
    }

    private static void sell(String sku, String terms) {
        SHOP.admin().put("/v1/products/" + sku, """
                {"title": "A thing", "price": {"amount": 500, "currency": "GBP"}%s}""".formatted(terms));
        SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "LON", "delta": 1000, "reason": "Delivery"}""");
    }

    private static Reply plan(String sku, String startsAt, @Nullable Integer limit) {
        String limited = limit == null ? "" : ", \"limit_per_customer\": " + limit;
        Reply planned = SHOP.admin().put("/v1/sales/" + sku, "{\"starts_at\": \"" + startsAt + "\"" + limited + "}");
        assertThat(planned.status()).as(planned.body()).isEqualTo(200);
        return planned;
    }

    private static Reply open(String sku, int pieces, @Nullable String email) {
        String customer = email == null ? "" : "\"email\": \"" + email + "\",";
        return SHOP.admin().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "%s", "quantity": %d}], %s
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square", "city": "London",
                  "postal_code": "SW1Y 4JH", "country": "GB"}}""".formatted(sku, pieces, customer));
    }

    private static Reply complete(Reply opened) {
        return SHOP.admin().keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                        {"payment": {"token": "pm_card_visa"},
                         "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(
                        opened.text("/totals/total/amount")));
    }

    private static void buy(String sku, int pieces, String email) {
        Reply placed = complete(open(sku, pieces, email));
        assertThat(placed.text("/status")).as(placed.body()).isEqualTo("completed");
    }
}
