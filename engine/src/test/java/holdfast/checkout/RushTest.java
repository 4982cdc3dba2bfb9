package holdfast.checkout;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Many shoppers at the same moment.
class RushTest {

    @RegisterExtension
    final Floor floor = new Floor();

    @Test
    void five_hundred_buyers_of_a_hundred_units_make_a_hundred_orders_and_four_hundred_clear_refusals() {
        floor.stock("MUG", 60, "NORTH");
        floor.stock("MUG", 40, "SOUTH");
        Map<String, Long> heard = tally(atOnce(500, shopper -> () -> {
            CheckoutId checkout = CheckoutId.next();
            String opened = floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com");
            return opened.equals("open") ? floor.complete(checkout, "visa", "key-of-shopper-" + shopper, 1000) : opened;
        }));
        assertThat(heard).isEqualTo(Map.of("completed", 100L, "out_of_stock", 400L));
        assertThat(floor.count("orders")).isEqualTo(100);
        assertThat(floor.chargesStanding()).hasSize(100);
        assertThat(floor.stockOf("MUG")).isEqualTo("100 on hand, 0 held, 100 allocated");
    }

    @Test
    void sixty_four_first_calls_with_one_key_make_one_order_and_hear_one_answer_time_after_time() {
        int rounds = 20;
        floor.stock("MUG", rounds, "MAIN");
        for (int round = 1; round <= rounds; round++) {
            CheckoutId checkout = CheckoutId.next();
            floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com");
            String key = "key-of-round-number-" + round;
            assertThat(tally(atOnce(64, _ -> () -> floor.complete(checkout, "visa", key, 1000))))
                    .isEqualTo(Map.of("completed", 64L));
            assertThat(floor.count("orders")).isEqualTo(round);
            assertThat(floor.chargesStanding()).hasSize(round);
        }
    }

    @Test
    void two_tabs_with_two_keys_make_one_charge() {
        int rounds = 20;
        floor.stock("MUG", rounds, "MAIN");
        for (int round = 1; round <= rounds; round++) {
            CheckoutId checkout = CheckoutId.next();
            floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com");
            String key = "key-of-round-" + round + "-tab-";
            List<String> heard = atOnce(2, tab -> () -> floor.complete(checkout, "visa", key + tab, 1000));
            assertThat(heard).containsOnlyOnce("completed");
            assertThat(heard)
                    .allMatch(answer -> answer.equals("completed")
                            || answer.equals("payment_in_progress")
                            || answer.equals("checkout_completed"));
            assertThat(floor.chargesStanding()).hasSize(round);
        }
    }

    @Test
    void holds_of_several_skus_in_any_order_never_deadlock_never_oversell_and_lose_no_unit() {
        long seed = System.nanoTime();
        System.out.println("RushTest seed " + seed);
        List<String> skus = List.of("A", "B", "C", "D", "E");
        skus.forEach(sku -> floor.stock(sku, 30, "NORTH"));
        skus.forEach(sku -> floor.stock(sku, 20, "SOUTH"));
        var random = new SplittableRandom(seed);
        List<Map<String, Integer>> baskets = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            var basket = new TreeMap<String, Integer>();
            for (int line = 0; line < 3; line++) {
                basket.put(skus.get(random.nextInt(skus.size())), 1 + random.nextInt(3));
            }
            baskets.add(basket);
        }
        Map<String, Long> heard = tally(atOnce(
                baskets.size(),
                i -> () -> floor.open(CheckoutId.next(), baskets.get(i), List.of(), "ada@example.com")));
        assertThat(heard.keySet()).isSubsetOf("open", "out_of_stock");
        // Nobody was refused while there was enough: what is left of some SKU is less than the largest wish.
        skus.forEach(sku -> assertThat(floor.open(CheckoutId.next(), Map.of(sku, 51), List.of(), "b@example.com"))
                .isEqualTo("out_of_stock"));
    }

    @Test
    void two_servers_on_one_database_sell_every_unit_once_while_others_leave_and_lose_none() {
        List<CheckoutModule> servers = List.of(floor.module, floor.another());
        List<String> skus = List.of("A", "B", "C", "D");
        skus.forEach(sku -> floor.stock(sku, 30, "NORTH"));
        skus.forEach(sku -> floor.stock(sku, 20, "SOUTH"));
        List<String> heard = atOnce(400, shopper -> () -> {
            CheckoutModule server = servers.get(shopper % 2);
            CheckoutId checkout = CheckoutId.next();
            var basket = new TreeMap<>(Map.of(skus.get(shopper % 4), 1));
            basket.put(skus.get(shopper / 4 % 4), 1);
            String opened = floor.openAt(server, checkout, basket, List.of(), "ada@example.com");
            if (!opened.equals("open")) return opened;
            if (shopper % 3 == 0) return floor.cancel(checkout);
            return floor.completeAt(server, checkout, "visa", "key-of-shopper-" + shopper, 1000L * basket.size());
        });
        assertThat(heard).contains("completed").containsOnly("completed", "canceled", "out_of_stock");
        long completed = heard.stream().filter("completed"::equals).count();
        assertThat(floor.count("orders")).isEqualTo(completed);
        assertThat(floor.chargesStanding()).hasSize((int) completed);
        for (String sku : skus) {
            assertThat(floor.stockOf(sku)).contains(", 0 held,");
            int left = 50 - floor.allocated(sku);
            if (left > 0) {
                assertThat(floor.openAt(
                                servers.getLast(), CheckoutId.next(), Map.of(sku, left), List.of(), "b@example.com"))
                        .isEqualTo("open");
            }
            assertThat(floor.open(CheckoutId.next(), Map.of(sku, 1), List.of(), "c@example.com"))
                    .isEqualTo("out_of_stock");
        }
    }

    @Test
    void servers_that_sweep_at_the_same_moment_return_each_hold_once() {
        List<CheckoutModule> servers = List.of(floor.module, floor.another());
        int held = 1_500;
        floor.stock("MUG", held, "MAIN");
        assertThat(tally(atOnce(
                        held,
                        i -> () -> floor.openAt(
                                servers.get(i % 2),
                                CheckoutId.next(),
                                Map.of("MUG", 1),
                                List.of(),
                                "ada@example.com"))))
                .isEqualTo(Map.of("open", (long) held));
        floor.shiftClock(Duration.ofMinutes(11));
        List<String> swept = atOnce(
                8, i -> () -> Integer.toString(servers.get(i % 2).recovery().sweepHolds()));
        assertThat(swept.stream().mapToInt(Integer::parseInt).sum()).isEqualTo(held);
        assertThat(floor.stockOf("MUG")).isEqualTo(held + " on hand, 0 held, 0 allocated");
    }

    @Test
    void a_code_with_ten_uses_is_used_ten_times_by_sixty_four_shoppers() {
        floor.stock("MUG", 64, "MAIN");
        floor.tenPercent("TEN", 10);
        List<CheckoutId> checkouts = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            CheckoutId checkout = CheckoutId.next();
            checkouts.add(checkout);
            assertThat(floor.open(checkout, Map.of("MUG", 1), List.of("TEN"), "shopper" + i + "@example.com"))
                    .isEqualTo("open");
        }
        Map<String, Long> heard = tally(
                atOnce(64, i -> () -> floor.complete(checkouts.get(i), "visa", "key-of-shopper-number-" + i, 900)));
        assertThat(heard).isEqualTo(Map.of("completed", 10L, "discount_code_unavailable", 54L));
    }

    /// Starts them all at the same moment, and waits for what each hears.
    private static List<String> atOnce(int shoppers, IntFunction<Callable<String>> shopper) {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard = new ArrayList<Future<String>>();
            for (int i = 0; i < shoppers; i++) {
                Callable<String> task = shopper.apply(i);
                heard.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            start.countDown();
            return heard.stream().map(RushTest::get).toList();
        }
    }

    private static String get(Future<String> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Long> tally(List<String> heard) {
        return heard.stream().collect(groupingBy(answer -> answer, TreeMap::new, counting()));
    }
}
