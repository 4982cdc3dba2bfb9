package holdfast.api;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Many shoppers at the same moment, each with a connection of their own.
class RushOverHttpTest {

    private static final int ROUNDS = 100;
    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
    }

    @AfterAll
    static void close() {
        assertThat(SHOP.closeAndCountDeadlocks()).isZero();
    }

    @Test
    void sixty_four_first_calls_with_one_key_hear_one_answer_a_hundred_times_in_a_row() {
        sell("ONE-KEY", ROUNDS);
        for (int round = 1; round <= ROUNDS; round++) {
            Reply opened = open("ONE-KEY");
            TestClient buyer = SHOP.guest(opened.text("/client_secret"))
                    .with("Idempotency-Key", "one-key-for-sixty-four-" + round);
            List<Reply> heard = atOnce(64, _ -> () -> complete(buyer, opened));
            assertThat(heard).allMatch(reply -> reply.status() == 200);
            assertThat(heard.stream().map(Reply::body).distinct()).hasSize(1);
            assertThat(heard.stream().filter(reply -> reply.header("Idempotent-Replayed") == null))
                    .hasSize(1);
            assertThat(SHOP.rows("orders o join order_line l on l.order_id = o.id where l.sku = 'ONE-KEY'"))
                    .isEqualTo(round);
        }
    }

    @Test
    void five_hundred_buyers_of_a_hundred_units_make_a_hundred_orders_and_four_hundred_clear_refusals() {
        sell("FLASH", 100);
        Map<String, Long> heard = atOnce(500, buyer -> () -> {
                    Reply opened = open("FLASH");
                    if (opened.status() != 201) return opened;
                    return complete(SHOP.guest(opened.text("/client_secret")).keyed(), opened);
                })
                .stream()
                .map(reply -> reply.status() == 200 ? reply.text("/status") : reply.text("/code"))
                .collect(groupingBy(answer -> answer, TreeMap::new, counting()));
        assertThat(heard).isEqualTo(Map.of("completed", 100L, "out_of_stock", 400L));
        assertThat(SHOP.rows("orders o join order_line l on l.order_id = o.id where l.sku = 'FLASH'"))
                .isEqualTo(100);
        assertThat(SHOP.admin().get("/v1/stock/FLASH").text("/available")).isEqualTo("0");
    }

    private static void sell(String sku, int pieces) {
        SHOP.admin().put("/v1/products/" + sku, """
                {"title": "Wanted by many", "price": {"amount": 1200, "currency": "GBP"}}""");
        Reply received = SHOP.admin().keyed().post("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "LON", "delta": %d, "reason": "opening stock"}""".formatted(pieces));
        assertThat(received.status()).isEqualTo(201);
    }

    private static Reply open(String sku) {
        return SHOP.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""".formatted(sku));
    }

    private static Reply complete(TestClient buyer, Reply opened) {
        return buyer.post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}""");
    }

    /// Starts them all at the same moment, and waits for what each hears.
    private static List<Reply> atOnce(int callers, IntFunction<Callable<Reply>> caller) {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard = new ArrayList<Future<Reply>>();
            for (int i = 0; i < callers; i++) {
                Callable<Reply> call = caller.apply(i);
                heard.add(threads.submit(() -> {
                    start.await();
                    return call.call();
                }));
            }
            start.countDown();
            return heard.stream().map(RushOverHttpTest::get).toList();
        }
    }

    private static Reply get(Future<Reply> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
