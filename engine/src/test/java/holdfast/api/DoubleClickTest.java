package holdfast.api;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.kernel.Ids;
import holdfast.payment.RetryingGateway;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeGateway;
import holdfast.psp.Movement;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A thousand impatient shoppers, paid for through Stripe's protocol: one charge each.
@Tag("slow")
class DoubleClickTest {

    private static final String PAYMENT = """
            {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}""";

    private static final SandboxProvider PROVIDER = SandboxProvider.inMemory();
    private static final SandboxServer SERVER = new SandboxServer(PROVIDER, "127.0.0.1", 0);
    private static final StripeGateway STRIPE = new StripeGateway(new StripeAccount(
            "sk_test_51Holdfast", SERVER.address(), Set.of("card"), URI.create("https://shop.example"), Ids.next()));
    private static final TestShop SHOP =
            new TestShop(_ -> new RetryingGateway(STRIPE, new SplittableRandom(1), () -> {}));

    @BeforeAll
    static void stockTheShop() {
        SHOP.sellsMugs(1_000);
    }

    @AfterAll
    static void close() {
        assertThat(SHOP.closeAndCountDeadlocks()).isZero();
        STRIPE.close();
        SERVER.close();
        PROVIDER.close();
    }

    @Test
    void a_thousand_double_clicks_make_a_thousand_charges() {
        IntStream.range(0, 800).forEach(round -> clicks(2, _ -> "double-click-" + round));
        IntStream.range(0, 100).forEach(round -> clicks(16, _ -> "sixteen-clicks-" + round));
        IntStream.range(0, 100).forEach(round -> clicks(2, tab -> "two-tabs-" + round + "-" + tab));
        awaitCaptures();

        assertThat(SHOP.rows("orders")).isEqualTo(1_000);
        assertThat(SHOP.rows("payment where live")).isEqualTo(1_000);
        assertThat(charges(Movement.Kind.AUTH)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.CAPTURE)).hasSize(1_000).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.VOID)).isEmpty();
        assertThat(PROVIDER.ledger())
                .allSatisfy(movement -> assertThat(movement.amount().toString()).isEqualTo("12.00 GBP"));
    }

    /// One checkout, and so many requests to complete it at the same moment.
    private static void clicks(int count, IntFunction<String> key) {
        Reply opened = SHOP.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""");
        TestClient buyer = SHOP.guest(opened.text("/client_secret"));
        List<Reply> heard = atOnce(
                count,
                click -> buyer.with("Idempotency-Key", key.apply(click) + "-of-somebody")
                        .post("/v1/checkouts/" + opened.text("/id") + "/complete", PAYMENT));
        var byStatus = heard.stream().collect(groupingBy(Reply::status));
        assertThat(byStatus.getOrDefault(200, List.of()).stream()
                        .map(Reply::body)
                        .distinct())
                .as(heard.toString())
                .hasSize(1);
        assertThat(byStatus.keySet()).isSubsetOf(200, 409);
        assertThat(byStatus.getOrDefault(409, List.of()))
                .allSatisfy(refused -> assertThat(refused.text("/code"))
                        .isIn("payment_in_progress", "checkout_completed", "idempotency_key_in_use"));
    }

    private static List<String> charges(Movement.Kind kind) {
        return PROVIDER.ledger().stream()
                .filter(movement -> movement.kind() == kind)
                .map(Movement::reference)
                .toList();
    }

    private static void awaitCaptures() {
        long end = System.nanoTime() + 30_000_000_000L;
        while (SHOP.rows("orders where status = 'pending'") > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private static List<Reply> atOnce(int callers, IntFunction<Reply> call) {
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var heard = new ArrayList<Future<Reply>>();
            for (int i = 0; i < callers; i++) {
                int caller = i;
                heard.add(threads.submit(() -> {
                    start.await();
                    return call.apply(caller);
                }));
            }
            start.countDown();
            return heard.stream().map(DoubleClickTest::get).toList();
        }
    }

    private static Reply get(Future<Reply> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
