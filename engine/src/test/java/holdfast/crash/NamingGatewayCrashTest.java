package holdfast.crash;

import static holdfast.crash.MortalShop.expect;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.api.SignedWebhook;
import holdfast.app.SandboxLedger;
import holdfast.crash.MortalShop.Reply;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Ids;
import holdfast.payment.stripe.StripeGateway;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server dies whose payments go to a provider of its own, which names them, outlives it, and tells of them
/// by webhooks.
@Tag("slow")
class NamingGatewayCrashTest {

    private static final String SECRET = "whsec_" + "crash".repeat(5);
    private static final Duration CLAIM_OVER = Duration.ofSeconds(61);

    private static final Director DIRECTOR = new Director();
    private static final TestDatabase DATABASE = TestDatabase.create(4);
    private static final SandboxProvider PROVIDER = SandboxProvider.inMemory();
    private static final SandboxServer SERVER = new SandboxServer(PROVIDER, "127.0.0.1", 0);
    private static MortalShop shop;

    @BeforeAll
    static void open() {
        var settings = Map.of(
                "HOLDFAST_DATABASE_URL",
                DATABASE.url(),
                "HOLDFAST_GATEWAY",
                "stripe",
                "HOLDFAST_STRIPE_SECRET_KEY",
                "sk_test_crash",
                "HOLDFAST_STRIPE_WEBHOOK_SECRETS",
                SECRET,
                "HOLDFAST_STRIPE_API_BASE",
                SERVER.address().toString());
        shop = new MortalShop(
                DIRECTOR, DATABASE.database(), settings, List.of(), new SandboxLedger(PROVIDER, StripeGateway.NAME));
    }

    @AfterAll
    static void close() {
        shop.close();
        SERVER.close();
        PROVIDER.close();
        DIRECTOR.close();
        DATABASE.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"K09", "K11", "K12", "K13", "K15", "K16", "K20"})
    void a_server_dies_while_a_payment_is_named_and_asked_for(CrashPoint point) {
        int deaths = DIRECTOR.deaths();
        String sku = shop.stocked();
        DIRECTOR.kill(1, point);

        paid(sku, "pm_card_visa");

        assertThat(DIRECTOR.deaths()).as("it was to die").isEqualTo(deaths + 1);
        allIsWell();
    }

    /// A refund that came back is known here by the webhook alone. The provider sends that until it is
    /// acknowledged, and once more.
    @ParameterizedTest
    @EnumSource(names = {"K30", "K31", "K32"})
    void a_server_dies_while_a_webhook_is_taken_in_and_worked_on(CrashPoint point) {
        String order = paid(shop.stocked(), "pm_card_refundFail");
        expect(
                201,
                shop.post(
                        "/v1/orders/" + order + "/refunds",
                        order + "-refund",
                        Map.of("amount", Map.of("amount", 700, "currency", "GBP"), "reason", "A scratch")));
        Reply refunded = shop.orderOnce(order, "partially_refunded");
        PROVIDER.endRefunds();
        int deaths = DIRECTOR.deaths();
        DIRECTOR.kill(1, point);

        String event = refundFailed(refunded.text("/payments/0/reference"));
        shop.hears("stripe", event, SignedWebhook.signature(event, SECRET));
        shop.hears("stripe", event, SignedWebhook.signature(event, SECRET));
        DIRECTOR.awaitDeaths(deaths + 1);
        shop.reviveIfDead();
        DATABASE.shiftClock(CLAIM_OVER);

        Reply after = shop.orderOnce(order, "captured");
        assertThat(after.text("/refunds/0/status")).isEqualTo("failed");
        shop.once("/v1/gateways/stripe/webhooks?limit=1", "/data/0/status", "done"::equals);
        allIsWell();
    }

    private static String paid(String sku, String card) {
        Reply paid = expect(200, shop.pay(shop.open(sku), card, "at-last"));
        String order = paid.text("/order/id");
        shop.orderOnce(order, "captured");
        assertThat(shop.available(sku)).isZero();
        return order;
    }

    private static String refundFailed(String reference) {
        return """
                {"id": "evt_%s", "object": "event", "type": "refund.failed", "created": 1795771800, "livemode": false,
                 "data": {"object": {"object": "refund", "id": "re_1", "payment_intent": "%s"}}}
                """.formatted(Ids.next(), reference);
    }

    private static void allIsWell() {
        DIRECTOR.rest();
        shop.everyAnswerIsRepeated();
        assertThat(shop.broken()).isEmpty();
    }
}
