package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.payment.Detour;
import holdfast.payment.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A provider that does not answer, two thousand shoppers who wait for it, and a pool of ten connections: not
/// one of these is theirs meanwhile. What others wait beside them, `./holdfast bench --slow-provider` tells.
@Tag("slow")
class SlowProviderTest {

    private static final int SHOPPERS = 2_000;
    private static final int CONNECTIONS = 10;

    /// Longer than any machine takes for what is sure to come.
    private static final int PATIENCE_S = 300;

    private final SlowProvider provider = new SlowProvider();
    private final TestShop shop = new TestShop(gateway -> new Detour(gateway, provider), CONNECTIONS);

    @BeforeEach
    void sell() {
        shop.sellsMugs(10_000);
    }

    @AfterEach
    void close() {
        provider.answering.countDown();
        shop.close();
    }

    @Test
    void two_thousand_checkouts_that_wait_for_the_provider_have_no_connection_and_keep_nobody_waiting()
            throws Exception {
        Reply ordered = complete(open("grace@example.com"));
        List<Reply> opened = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) opened.add(open("ada" + i + "@example.com"));

        provider.slow = true;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Reply>> paying = opened.stream()
                    .map(each -> threads.submit(() -> {
                        provider.coming.acquireUninterruptibly();
                        return complete(each);
                    }))
                    .toList();
            assertThat(provider.waiting.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();

            takeEveryConnectionAtOnce();
            othersAreServed(ordered.text("/order/id"));
            assertThat(paying).noneMatch(Future::isDone);

            provider.answering.countDown();
            for (Future<Reply> paid : paying)
                assertThat(get(paid).text("/status")).isEqualTo("completed");
        }
        assertThat(shop.admin().get("/v1/stock/MUG").text("/allocated")).isEqualTo(Integer.toString(SHOPPERS + 1));
    }

    /// Each transaction ends when all have begun: none of them could if anybody else kept a connection.
    private void takeEveryConnectionAtOnce() throws Exception {
        var all = new CyclicBarrier(CONNECTIONS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> taken = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                taken.add(threads.submit(() -> shop.database().inTransaction(_ -> met(all))));
            }
            for (Future<Boolean> each : taken) assertThat(get(each)).isTrue();
        }
    }

    private static boolean met(CyclicBarrier all) {
        try {
            all.await(PATIENCE_S, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            return false;
        }
    }

    private void othersAreServed(String order) {
        Reply cart = shop.browser().post("/v1/carts", "{\"currency\": \"GBP\"}");
        TestClient guest = shop.guest(cart.text("/client_secret"));
        String path = "/v1/carts/" + cart.text("/id");
        assertThat(guest.post(path + "/items", "{\"sku\": \"MUG\", \"quantity\": 1}")
                        .status())
                .isEqualTo(200);
        assertThat(guest.get(path).status()).isEqualTo(200);
        assertThat(open("bob@example.com").status()).isEqualTo(201);
        assertThat(shop.admin().get("/v1/orders/" + order).status()).isEqualTo(200);
    }

    private Reply open(String email) {
        return shop.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "%s",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""".formatted(email));
    }

    private Reply complete(Reply opened) {
        return shop.guest(opened.text("/client_secret"))
                .keyed()
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}""");
    }

    private static <T> T get(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /// Once it is slow, sets no money aside until every shopper waits for that, and it is told to answer.
    private static final class SlowProvider implements Detour.Way {

        final CountDownLatch waiting = new CountDownLatch(SHOPPERS);

        /// So many are on their way to it at once.
        final Semaphore coming = new Semaphore(32);

        final CountDownLatch answering = new CountDownLatch(1);
        volatile boolean slow;

        @Override
        public Outcome moved(String operation, Supplier<Outcome> request) {
            if (slow && operation.equals("authorize")) {
                coming.release();
                waiting.countDown();
                try {
                    answering.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return request.get();
        }
    }
}
