package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.api.TestClient.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What one customer can have of a SKU, whatever happens at once.
class PurchaseLimitTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        for (String sku : List.of("RING", "BAG", "HAT", "CAP")) {
            SHOP.admin().put("/v1/products/" + sku, """
                    {"title": "A thing", "price": {"amount": 500, "currency": "GBP"}, "purchase_limit": 3}""");
            SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                    {"warehouse": "LON", "delta": 1000, "reason": "Delivery"}""");
        }
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_hold_whose_time_is_up_counts_no_more_swept_or_not() {
        assertThat(open("RING 3", "ada@example.com").status()).isEqualTo(201);
        assertThat(open("RING 1", "ada@example.com").text("/code")).isEqualTo("purchase_limit");
        SHOP.testDatabase().shiftClock(Duration.ofMinutes(11));
        assertThat(open("RING 3", "ada@example.com").status()).isEqualTo(201);
    }

    @Test
    void whoever_names_one_customer_in_many_checkouts_at_once_gets_the_limit() throws Exception {
        List<Reply> anonymous =
                IntStream.range(0, 20).mapToObj(_ -> open("BAG 1", null)).toList();
        List<Integer> statuses = Parallel.all(anonymous.stream()
                .map(opened -> (Callable<Integer>) () -> SHOP.guest(opened.text("/client_secret"))
                        .patch("/v1/checkouts/" + opened.text("/id"), "{\"email\": \"eve@example.com\"}")
                        .status())
                .toList());
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(3);
        assertThat(Set.copyOf(statuses)).isEqualTo(Set.of(200, 409));
    }

    @Test
    void nobody_waits_in_a_circle_whichever_way_round_the_lines_are() throws Exception {
        List<Integer> statuses = Parallel.all(IntStream.range(0, 48)
                .mapToObj(i -> (Callable<Integer>)
                        () -> open(i % 2 == 0 ? "HAT 1, CAP 1" : "CAP 1, HAT 1", "c" + i % 6 + "@example.com")
                                .status())
                .toList());
        assertThat(statuses.stream().filter(status -> status == 201)).hasSize(6 * 3);
        assertThat(Set.copyOf(statuses)).isEqualTo(Set.of(201, 409));
    }

    private static Reply open(String lines, @Nullable String email) {
        String items = Stream.of(lines.split(", "))
                .map(line -> line.split(" "))
                .map(line -> "{\"sku\": \"" + line[0] + "\", \"quantity\": " + line[1] + "}")
                .toList()
                .toString();
        String customer = email == null ? "" : ", \"email\": \"" + email + "\"";
        return SHOP.browser()
                .post("/v1/checkouts", "{\"currency\": \"GBP\", \"line_items\": " + items + customer + "}");
    }
}
