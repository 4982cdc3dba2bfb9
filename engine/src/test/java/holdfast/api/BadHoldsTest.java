package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Who asks wrongly for stock hears which field is wrong, and holds nothing, not even of the lines that are
/// right.
class BadHoldsTest {

    private static final int LINES_MAX = 1_000;
    private static final List<String> NO_QUANTITIES =
            List.of("0", "-1", "2147483648", "-2147483649", "9223372036854775808", "1.5", "\"1\"", "null");

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        for (String sku : List.of("MUG", "TEE")) {
            SHOP.admin().put("/v1/products/" + sku, """
                    {"title": "A thing", "price": {"amount": 500, "currency": "GBP"}}""");
            SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                    {"warehouse": "LON", "delta": 10, "reason": "Delivery"}""");
        }
        String products = IntStream.range(0, LINES_MAX)
                .mapToObj(i -> "P%d,Product %d,1.00,GBP,LON,10\n".formatted(i, i))
                .collect(joining("", "sku,title,price,currency,warehouse,on_hand\n", ""));
        SHOP.admin().with("Content-Type", "text/csv").send("POST", "/v1/products/import", products.getBytes(UTF_8));
    }

    @AfterEach
    void nothing_is_held() {
        assertThat(count("select sum(held) from stock")).isZero();
        assertThat(count("select count(*) from hold where closed_at is null")).isZero();
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_quantity_is_a_whole_number_of_at_least_one() {
        for (String quantity : NO_QUANTITIES) {
            var refused =
                    open("{\"sku\": \"MUG\", \"quantity\": 1}, {\"sku\": \"TEE\", \"quantity\": " + quantity + "}");
            assertThat(refused.status()).as(quantity).isEqualTo(400);
            assertThat(refused.errors()).as(quantity).singleElement().asString().startsWith("line_items[1].quantity: ");
        }
    }

    @Test
    void every_line_that_is_wrong_is_named() {
        var refused = open("""
                {"sku": "NO-SUCH", "quantity": 1}, {"sku": "MUG", "quantity": 1}, {"sku": "GONE", "quantity": 1}""");
        assertThat(refused.errors()).containsExactly("line_items[0].sku: unknown", "line_items[2].sku: unknown");
    }

    @Test
    void one_sku_on_two_lines_is_wanted_as_often_as_both_say() {
        var refused = open("""
                {"sku": "MUG", "quantity": 6}, {"sku": "TEE", "quantity": 1}, {"sku": "MUG", "quantity": 5}""");
        assertThat(refused.text("/code")).isEqualTo("out_of_stock");
        assertThat(refused.text("/available/0/available")).isEqualTo("10");

        var opened = open("""
                {"sku": "MUG", "quantity": 6}, {"sku": "MUG", "quantity": 4}""");
        assertThat(opened.json().at("/line_items")).hasSize(2);
        assertThat(opened.text("/hold/lines/0/quantity")).isEqualTo("10");
        cancel(opened);
    }

    @Test
    void a_thousand_lines_are_held_all_of_them_or_none() {
        var opened = open(lines(LINES_MAX, _ -> 10));
        assertThat(opened.json().at("/hold/lines")).hasSize(LINES_MAX);

        var refused = open(lines(LINES_MAX, _ -> 1));
        assertThat(refused.text("/code")).isEqualTo("out_of_stock");
        assertThat(refused.json().at("/available")).hasSize(LINES_MAX);
        cancel(opened);

        var oneTooMany = open(lines(LINES_MAX, i -> i == LINES_MAX - 1 ? 11 : 1));
        assertThat(oneTooMany.text("/code")).isEqualTo("out_of_stock");
        assertThat(oneTooMany.text("/available/0/sku")).isEqualTo("P999");
        assertThat(oneTooMany.json().at("/available")).hasSize(1);

        assertThat(open(lines(LINES_MAX, _ -> 1) + ", {\"sku\": \"MUG\", \"quantity\": 1}")
                        .errors())
                .containsExactly("line_items: too_many");
    }

    @Test
    void a_change_that_is_wrong_leaves_the_hold_as_it_was() {
        var opened = open("{\"sku\": \"MUG\", \"quantity\": 2}");
        for (String wrong : List.of(
                "{\"sku\": \"MUG\", \"quantity\": 0}",
                "{\"sku\": \"MUG\", \"quantity\": 2147483648}",
                "{\"sku\": \"NO-SUCH\", \"quantity\": 1}")) {
            var refused = SHOP.admin().patch("/v1/checkouts/" + opened.text("/id"), """
                    {"line_items": [{"sku": "TEE", "quantity": 1}, %s]}""".formatted(wrong));
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(refused.errors()).as(wrong).singleElement().asString().startsWith("line_items[1].");
        }
        assertThat(count("select sum(held) from stock where sku = 'MUG'")).isEqualTo(2);
        assertThat(count("select sum(held) from stock")).isEqualTo(2);
        cancel(opened);
    }

    @Test
    void stock_is_in_a_warehouse_that_there_is() {
        assertThat(SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                                {"warehouse": "NOWHERE", "delta": 1, "reason": "Delivery"}""").errors())
                .containsExactly("warehouse: unknown");
        for (String end : List.of("from", "to")) {
            String transfer = """
                    {"sku": "MUG", "from": "LON", "to": "LON", "quantity": 1}""";
            var refused = SHOP.admin()
                    .keyed()
                    .post(
                            "/v1/stock/transfers",
                            transfer.replace("\"" + end + "\": \"LON\"", "\"" + end + "\": \"NOWHERE\""));
            assertThat(refused.errors()).containsExactly(end + ": unknown");
        }
        assertThat(SHOP.admin().get("/v1/stock/MUG").text("/on_hand")).isEqualTo("10");
    }

    @Test
    void a_limit_and_a_time_are_at_least_one() {
        for (String field : List.of("purchase_limit", "hold_seconds")) {
            for (String value : List.of("0", "-1", "2147483648")) {
                var refused = SHOP.admin().put("/v1/products/MUG", """
                        {"title": "Mug", "price": {"amount": 500, "currency": "GBP"}, "%s": %s}
                        """.formatted(field, value));
                assertThat(refused.errors()).as(field + " " + value).containsExactly(field + ": out_of_range");
            }
        }
        assertThat(SHOP.admin().get("/v1/holds?limit=0").errors()).containsExactly("limit: out_of_range");
        assertThat(SHOP.admin().get("/v1/products/MUG").json().has("purchase_limit"))
                .isFalse();
    }

    @Test
    void what_ends_does_so_after_it_begins() {
        var refused = SHOP.admin().put("/v1/discount-codes/LATE", """
                {"percent": "10", "starts_at": "2026-01-02T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}""");
        assertThat(refused.errors()).containsExactly("ends_at: out_of_range");

        SHOP.admin().put("/v1/discount-codes/OVER", """
                {"percent": "10", "ends_at": "2026-01-01T00:00:00Z"}""");
        var over = SHOP.admin().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}], "discount_codes": ["OVER"]}""");
        assertThat(over.errors()).containsExactly("discount_codes[0]: not_active");
    }

    private static Reply open(String lines) {
        return SHOP.admin().post("/v1/checkouts", "{\"currency\": \"GBP\", \"line_items\": [" + lines + "]}");
    }

    private static String lines(int count, IntFunction<Integer> quantity) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"sku\": \"P" + i + "\", \"quantity\": " + quantity.apply(i) + "}")
                .collect(joining(", "));
    }

    private static void cancel(Reply opened) {
        assertThat(SHOP.admin()
                        .send("POST", "/v1/checkouts/" + opened.text("/id") + "/cancel")
                        .status())
                .isEqualTo(200);
    }

    private static long count(String sql) {
        return SHOP.database()
                .inTransaction(tx -> tx.query(sql).mapTo(Long.class).one());
    }
}
