package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.kernel.Ids;
import holdfast.payment.Detour;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Payments;
import holdfast.payment.Retrieved;
import holdfast.payment.RetryingGateway;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeGateway;
import holdfast.psp.Movement;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A provider that is away for ten minutes: nothing is lost, and what waited goes on at once when it is back.
@Tag("slow")
class ProviderOutageTest {

    private static final int SHOPPERS = 500;

    /// Longer than any machine takes for what is sure to come.
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final SandboxProvider provider = SandboxProvider.inMemory();
    private final SandboxServer server = new SandboxServer(provider, "127.0.0.1", 0);
    private final StripeGateway stripe = new StripeGateway(new StripeAccount(
            "sk_test_51Holdfast", server.address(), Set.of("card"), URI.create("https://shop.example"), Ids.next()));
    private final Outage outage = new Outage();
    private final RetryingGateway retrying =
            new RetryingGateway(new Detour(stripe, outage), new SplittableRandom(1), this::hurry);
    private final TestShop shop = new TestShop(_ -> retrying);
    private int hurried;

    private void hurry() {
        hurried += shop.database().inTransaction(tx -> new Payments().hurry(tx, stripe.name()));
    }

    @Test
    void what_waited_for_the_provider_goes_on_as_soon_as_it_is_back() {
        shop.sellsMugs(1_000);
        outage.isOn = true;
        List<Reply> opened = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) {
            opened.add(open());
            assertThat(complete(opened.getLast()).status()).isEqualTo(202);
        }
        tenMinutesPass();
        outage.isOn = false;

        retrying.probe();
        assertThat(hurried).isEqualTo(SHOPPERS);
        shop.recover();
        assertThat(shop.rows("orders")).isEqualTo(SHOPPERS);
        awaitCaptures();
        assertThat(opened)
                .allSatisfy(each -> assertThat(complete(each).text("/status")).isEqualTo("completed"));
        assertThat(charges(Movement.Kind.AUTH)).hasSize(SHOPPERS).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.CAPTURE)).hasSize(SHOPPERS).doesNotHaveDuplicates();
        assertThat(charges(Movement.Kind.VOID)).isEmpty();
        shop.close();
        stripe.close();
        server.close();
        provider.close();
    }

    private void awaitCaptures() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (shop.rows("orders where status = 'paid'") < SHOPPERS)
            assertThat(System.nanoTime()).isLessThan(end);
    }

    /// Everybody has asked in vain so often that they ask every five minutes only.
    private void tenMinutesPass() {
        shop.database().transact(tx -> tx.execute("update payment set due_at = shop_clock()"));
        shop.recover();
        retrying.probe();
        shop.database().transact(tx -> tx.execute("""
                update payment set tries = 9, due_at = shop_clock() + interval '5 minutes'"""));
        assertThat(shop.rows("orders")).isZero();
        assertThat(shop.rows("hold where state = 'paying'")).isEqualTo(SHOPPERS);
    }

    private Reply open() {
        return shop.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""");
    }

    private Reply complete(Reply opened) {
        return shop.guest(opened.text("/client_secret"))
                .with("Idempotency-Key", "once-" + opened.text("/id"))
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                        {"payment": {"token": "pm_card_visa"},
                         "expected_total": {"amount": 1200, "currency": "GBP"}}""");
    }

    private List<String> charges(Movement.Kind kind) {
        return provider.ledger().stream()
                .filter(movement -> movement.kind() == kind)
                .map(Movement::reference)
                .toList();
    }

    /// As long as it is on, every other request has its effect all the same, and nobody hears of it. Names are
    /// had until the very moment, so that money is asked for in the dark.
    private static final class Outage implements Detour.Way {

        private final AtomicInteger lost = new AtomicInteger();
        volatile boolean isOn;

        @Override
        public Outcome moved(String operation, Supplier<Outcome> request) {
            if (!isOn || operation.equals("create")) return request.get();
            if (lost.getAndIncrement() % 2 == 0) {
                var _ = request.get();
            }
            return new Outcome.Unknown("an outage", Outcome.Doubt.ONLY_READABLE);
        }

        @Override
        public Retrieved read(String reference, Supplier<Retrieved> request) {
            return isOn ? new Retrieved.Unreachable("an outage") : request.get();
        }

        @Override
        public Listing listed(Supplier<Listing> request) {
            return isOn ? new Listing.Unreachable("an outage") : request.get();
        }
    }
}
