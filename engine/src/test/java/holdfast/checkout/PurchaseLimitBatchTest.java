package holdfast.checkout;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Await;
import holdfast.catalog.NewProduct;
import holdfast.catalog.SaleTerms;
import holdfast.db.Command;
import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is said of a purchase limit to those who share a batch of the pipeline: a customer may be kept out by
/// what they hold, not by what they only asked for.
class PurchaseLimitBatchTest {

    private static final String ADA = "ada@example.com";
    private static final String BOB = "bob@example.com";

    private @Nullable GroupCommit pipeline;

    @RegisterExtension
    final Floor floor = new Floor(UnaryOperator.identity(), this::withDawdler);

    /// Keeps the lane busy until the test lets go of it.
    private record Dawdle(CountDownLatch began, CountDownLatch end) implements Command<Boolean> {}

    /// Somebody who wants pieces.
    private record Wish(String customer, Map<String, Integer> lines) {

        static Wish of(String customer, String sku, int pieces) {
            return new Wish(customer, Map.of(sku, pieces));
        }
    }

    @Test
    void what_could_not_be_had_is_not_held_against_the_next() {
        sell("RING", 1, 2);
        assertThat(together(Wish.of(ADA, "RING", 2), Wish.of(ADA, "RING", 1))).containsExactly("out_of_stock", "open");
        assertThat(floor.stockOf("RING")).isEqualTo("1 on hand, 1 held, 0 allocated");
    }

    @Test
    void the_limit_is_kept_by_those_who_ask_again_too() {
        sell("RING", 3, 3);
        sell("HAT", 0, 3);
        Wish withHat = new Wish(ADA, new TreeMap<>(Map.of("RING", 3, "HAT", 1)));
        assertThat(together(withHat, Wish.of(ADA, "RING", 2), Wish.of(ADA, "RING", 2), Wish.of(ADA, "RING", 1)))
                .containsExactly("out_of_stock", "open", "purchase_limit", "open");
        assertThat(together(Wish.of(ADA, "RING", 1))).containsExactly("purchase_limit");
    }

    @Test
    void who_wants_what_just_ran_out_hears_that() {
        sell("RING", 0, 1);
        Wish[] wishes = new Wish[20];
        for (int i = 0; i < wishes.length; i++) wishes[i] = Wish.of(i % 2 == 0 ? ADA : BOB, "RING", 1);
        assertThat(together(wishes)).hasSize(20).containsOnly("out_of_stock");
    }

    @Test
    void who_really_is_over_the_limit_hears_that() {
        sell("RING", 10, 2);
        assertThat(together(Wish.of(ADA, "RING", 2), Wish.of(ADA, "RING", 1), Wish.of(BOB, "RING", 2)))
                .containsExactly("open", "purchase_limit", "open");
    }

    private void sell(String sku, int pieces, int limit) {
        var terms = new SaleTerms(limit, null, 0);
        floor.database.transact(tx -> floor.catalog.put(
                tx, new NewProduct(Sku.of(sku), "A " + sku, Money.of(1000, Floor.EUR), 100, "standard", terms)));
        if (pieces > 0) floor.stock(sku, pieces, "MAIN");
    }

    /// Lets all of them into one batch, in this order, and tells what each heard.
    private List<String> together(Wish... wishes) {
        var dawdle = new Dawdle(new CountDownLatch(1), new CountDownLatch(1));
        try (var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> dawdling = shoppers.submit(() -> pipeline().submit(dawdle));
            Await.opened(dawdle.began);
            var heard = new ArrayList<Future<String>>();
            for (Wish wish : wishes) {
                heard.add(shoppers.submit(() -> floor.open(CheckoutId.next(), wish.lines, List.of(), wish.customer)));
                Await.waiting(pipeline(), heard.size());
            }
            dawdle.end.countDown();
            assertThat(get(dawdling)).isTrue();
            return heard.stream().map(PurchaseLimitBatchTest::get).toList();
        }
    }

    private Pipeline withDawdler(Pipeline floors) {
        pipeline = (GroupCommit) floors;
        floors.register(
                Dawdle.class,
                Lane.STOCK,
                (_, dawdles) -> dawdles.stream()
                        .map(dawdle -> {
                            dawdle.began.countDown();
                            Await.opened(dawdle.end);
                            return true;
                        })
                        .toList());
        return floors;
    }

    private GroupCommit pipeline() {
        return Objects.requireNonNull(pipeline);
    }

    private static <T> T get(Future<T> outcome) {
        try {
            return outcome.get(10, SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
