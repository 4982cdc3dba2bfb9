package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.kernel.Ids;
import holdfast.payment.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a provider tells, or somebody who would like to be taken for it.
class WebhookTest {

    private static final Trouble TROUBLE = new Trouble();
    private static final TestShop SHOP = new TestShop(TROUBLE::before);

    @BeforeAll
    static void stockTheShop() {
        SHOP.sellsMugs(100);
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    static List<Arguments> bad() {
        SignedWebhook good = SignedWebhook.about("evt_bad", "payment_intent.succeeded", "pi_1");
        long now = Instant.now().getEpochSecond();
        String time = good.signature().replaceFirst(",.*", "");
        String v1 = good.signature().replaceFirst(".*,", "");
        Function<String, SignedWebhook> signed = SignedWebhook::of;
        return List.of(
                Arguments.of("forged", good.with(time + ",v1=" + "0".repeat(64))),
                Arguments.of("of another secret", SignedWebhook.of(good.body(), now, "whsec_" + "other".repeat(6))),
                Arguments.of("of another body", new SignedWebhook(good.body() + " ", good.signature())),
                Arguments.of("truncated body", new SignedWebhook(good.body().substring(9), good.signature())),
                Arguments.of("truncated signature", good.with(good.signature().substring(0, 40))),
                Arguments.of(
                        "signature in capitals",
                        good.with(time + "," + v1.toUpperCase(Locale.ROOT).replace("V1", "v1"))),
                Arguments.of("no time", good.with(v1)),
                Arguments.of("two times", good.with(time + "," + good.signature())),
                Arguments.of("no signature", good.with(time)),
                Arguments.of("another scheme", good.with(time + ",v0=" + v1.substring(3))),
                Arguments.of("junk", good.with("=,=,t=,v1=,,x")),
                Arguments.of("time is junk", good.with("t=soon," + v1)),
                Arguments.of("time is negative", SignedWebhook.of(good.body(), -1, TestShop.WEBHOOK_SECRET)),
                Arguments.of("time is huge", SignedWebhook.of(good.body(), Long.MAX_VALUE, TestShop.WEBHOOK_SECRET)),
                Arguments.of("301 s ago", SignedWebhook.of(good.body(), now - 303, TestShop.WEBHOOK_SECRET)),
                Arguments.of("in 301 s", SignedWebhook.of(good.body(), now + 330, TestShop.WEBHOOK_SECRET)),
                Arguments.of("no JSON", signed.apply("hello")),
                Arguments.of("nothing", signed.apply("")),
                Arguments.of("a list", signed.apply("[1, 2]")),
                Arguments.of("too deep", signed.apply("[".repeat(10_000))),
                Arguments.of("no id", signed.apply(good.body().replace("evt_bad", ""))),
                Arguments.of("an odd id", signed.apply(good.body().replace("evt_bad", "e\\u0000' or 1"))),
                Arguments.of(
                        "twice the id", signed.apply(good.body().replace("{\"id\"", "{\"id\": \"evt_2\", \"id\""))),
                Arguments.of("no type", signed.apply(good.body().replace("payment_intent.succeeded", ""))),
                Arguments.of("created is junk", signed.apply(good.body().replace("1795771800", "\"x\""))),
                Arguments.of("of real money", signed.apply(good.body().replace("false", "true"))),
                Arguments.of("of no mode", signed.apply(good.body().replace("false", "null"))),
                Arguments.of(
                        "of another account",
                        signed.apply(good.body().replace("{\"id\"", "{\"account\": \"acct_2\", \"id\""))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void what_is_not_to_be_believed_is_refused_and_not_kept(String what, SignedWebhook webhook) {
        Reply refused = webhook.sendTo(SHOP.anyone());

        assertThat(refused.status()).as(what).isEqualTo(400);
        assertThat(refused.errors()).containsExactly("Stripe-Signature: malformed");
        assertThat(SHOP.admin().get(SignedWebhook.PATH).body()).doesNotContain("evt_bad");
    }

    @Test
    void what_our_secret_signed_for_another_mode_is_counted_by_itself() {
        long before = foreign();
        SignedWebhook good = SignedWebhook.about("evt_bad", "payment_intent.succeeded", "pi_1");
        SignedWebhook.of(good.body().replace("false", "true")).sendTo(SHOP.anyone());
        good.with("t=1,v1=00").sendTo(SHOP.anyone());

        assertThat(foreign()).isEqualTo(before + 1);
    }

    private static long foreign() {
        String series = "holdfast_webhooks_total{result=\"foreign\"} ";
        return SHOP.anyone()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    @Test
    void without_a_signature_nothing_is_believed() {
        Reply refused = SHOP.anyone().post(SignedWebhook.PATH, "{}");

        assertThat(refused.status()).isEqualTo(400);
    }

    @Test
    void more_than_enough_signatures_are_refused() {
        SignedWebhook good = SignedWebhook.about("evt_many", "payment_intent.succeeded", "pi_1");
        String junk = (",v1=" + "0".repeat(64)).repeat(1_000);

        Reply refused = good.with(good.signature() + junk).sendTo(SHOP.anyone());

        assertThat(refused.status()).isBetween(400, 499);
        assertThat(SHOP.admin().get(SignedWebhook.PATH).body()).doesNotContain("evt_many");
    }

    @Test
    void one_of_several_signatures_is_enough_and_so_is_a_clock_that_is_four_minutes_off() {
        SignedWebhook late = SignedWebhook.of(
                SignedWebhook.about("evt_late", "balance.available", "-").body(),
                Instant.now().getEpochSecond() - 240,
                TestShop.WEBHOOK_SECRET);

        Reply taken =
                late.with(late.signature() + ",v1=" + "0".repeat(64) + ",v0=1").sendTo(SHOP.anyone());

        assertThat(taken.body()).isEqualTo("{\"received\":true}");
    }

    @Test
    void what_is_too_large_is_refused_and_what_nobody_sends_has_no_inbox() {
        assertThat(SignedWebhook.of("{\"a\": \"" + "a".repeat(256 * 1024) + "\"}")
                        .sendTo(SHOP.anyone())
                        .status())
                .isEqualTo(413);
        assertThat(SHOP.anyone().post("/v1/gateways/nobody/webhooks", "{}").status())
                .isEqualTo(404);
    }

    @Test
    void a_type_that_nobody_knows_is_kept_and_ignored() {
        SignedWebhook.of("""
                {"id": "evt_odd", "type": "weather.changed", "created": 1, "livemode": false,
                 "data": {"object": {}}}""").sendTo(SHOP.anyone());
        SignedWebhook.about("evt_foreign", "payment_intent.succeeded", "pi_of_somebody_else")
                .sendTo(SHOP.anyone());
        workAll();

        String ignored =
                SHOP.admin().get(SignedWebhook.PATH + "?status=ignored").body();
        assertThat(ignored).contains("evt_odd", "evt_foreign");
    }

    /// The payload lies: it says that the payment succeeded, over another amount. Only the provider is
    /// believed.
    @Test
    void what_comes_ten_times_in_any_order_settles_an_open_payment_once() {
        Reply opened = open();
        TestClient buyer = SHOP.guest(opened.text("/client_secret")).with("Idempotency-Key", "webhooks-overtake-1");
        Reply heard = complete(buyer, opened, "answerLostAfterCharge");
        assertThat(heard.status()).isEqualTo(202);
        String payment = buyer.get("/v1/checkouts/" + opened.text("/id")).text("/payment/id");

        List<SignedWebhook> told = new ArrayList<>();
        for (String type : List.of("requires_action", "amount_capturable_updated", "succeeded", "created")) {
            for (int again = 0; again < 10; again++) {
                told.add(SignedWebhook.about("evt_" + type, "payment_intent." + type, payment));
            }
        }
        Collections.shuffle(told, new Random(1));
        told.parallelStream()
                .forEach(webhook ->
                        assertThat(webhook.sendTo(SHOP.anyone()).status()).isEqualTo(200));
        workAll();

        Reply after = complete(buyer, opened, "answerLostAfterCharge");
        assertThat(after.text("/status")).isEqualTo("completed");
        assertThat(SHOP.rows("webhook_inbox where reference = '" + payment + "' and state = 'done'"))
                .isEqualTo(4);
        assertThat(SHOP.rows("payment where id = '" + payment + "' and state in ('authorized', 'captured')"))
                .isEqualTo(1);
        assertThat(SHOP.rows("orders where payment_id = '" + payment + "'")).isEqualTo(1);
    }

    @Test
    void what_cannot_be_looked_at_is_tried_eight_times_then_shown_and_looked_at_when_somebody_asks() {
        Reply opened = open();
        TestClient buyer = SHOP.guest(opened.text("/client_secret")).with("Idempotency-Key", "webhooks-in-the-dark");
        complete(buyer, opened, "answerLostAfterCharge");
        String payment = buyer.get("/v1/checkouts/" + opened.text("/id")).text("/payment/id");
        String event = "evt_" + Ids.next();
        TROUBLE.hides(payment);
        SignedWebhook.about(event, "payment_intent.succeeded", payment).sendTo(SHOP.anyone());

        for (int tries = 1; tries <= 8; tries++) {
            SHOP.webhooks.workDue();
            while (SHOP.rows("webhook_inbox where state = 'waiting' and detail is null") > 0) {
                SHOP.webhooks.workDue(); // or somebody else is at it
            }
            assertThat(SHOP.rows("webhook_inbox where event_id = '" + event + "' and tries = " + tries))
                    .isEqualTo(1);
            SHOP.database().transact(tx -> tx.execute("""
                    update webhook_inbox set due_at = shop_clock(), detail = null where due_at > shop_clock()"""));
        }

        Reply dead = SHOP.admin().get(SignedWebhook.PATH + "?status=dead");
        assertThat(dead.text("/data/0/id")).isEqualTo(event);
        assertThat(dead.text("/data/0/tries")).isEqualTo("8");
        assertThat(dead.text("/data/0/detail")).isEqualTo("it is dark");

        TROUBLE.hides(null);
        Reply again = SHOP.admin().send("POST", SignedWebhook.PATH + "/" + event + "/retry");
        assertThat(again.text("/status")).isEqualTo("waiting");
        workAll();
        assertThat(SHOP.admin().get(SignedWebhook.PATH + "?status=done").body()).contains(event);
        assertThat(complete(buyer, opened, "answerLostAfterCharge").text("/status"))
                .isEqualTo("completed");
    }

    /// Stripe tells it by `refund.failed`; older endpoints hear `charge.refund.updated`.
    @ParameterizedTest
    @ValueSource(strings = {"refund.failed", "charge.refund.updated"})
    void a_refund_that_came_back_is_written_down_whatever_the_webhook_says_of_it(String type) {
        Reply opened = open();
        TestClient buyer = SHOP.guest(opened.text("/client_secret")).keyed();
        String order = complete(buyer, opened, "refundFail").text("/order/id");
        String payment = SHOP.admin().get("/v1/orders/" + order).text("/payments/0/id");
        while (SHOP.rows("payment where id = '" + payment + "' and due_at is not null") > 0) Thread.onSpinWait();
        SHOP.admin().keyed().post("/v1/orders/" + order + "/refunds", """
                {"amount": {"amount": 500, "currency": "GBP"}, "reason": "late"}""");
        while (SHOP.rows("refund where payment_id = '" + payment + "' and state = 'pending'") > 0) Thread.onSpinWait();

        tellOfRefund(type, payment);
        assertThat(SHOP.admin().get("/v1/orders/" + order).text("/refunds/0/status"))
                .as("it lies")
                .isEqualTo("succeeded");

        SHOP.returnRefunds();
        tellOfRefund(type, payment);
        Reply after = SHOP.admin().get("/v1/orders/" + order);
        assertThat(after.text("/refunds/0/status")).isEqualTo("failed");
        assertThat(after.text("/payment_status")).isEqualTo("captured");
    }

    @Test
    void a_dispute_is_somebodys_work_until_it_is_resolved() {
        Reply opened = open();
        TestClient buyer = SHOP.guest(opened.text("/client_secret")).keyed();
        String order = complete(buyer, opened, "visa").text("/order/id");
        String payment = SHOP.admin().get("/v1/orders/" + order).text("/payments/0/id");
        for (String type : List.of("updated", "created", "created", "closed")) {
            SignedWebhook.of("""
                    {"id": "evt_%s", "object": "event", "type": "charge.dispute.%s", "created": 1795771800,
                     "livemode": false,
                     "data": {"object": {"object": "dispute", "id": "du_1", "amount": 1200, "payment_intent": "%s"}}}
                    """.formatted(Ids.next(), type, payment)).sendTo(SHOP.anyone());
        }
        workAll();

        String stuck = "work_item where payment_id = '" + payment + "' and reason = 'disputed' and resolved_at is null";
        assertThat(SHOP.rows(stuck)).isEqualTo(1);
        assertThat(SHOP.admin().get("/v1/sagas?stuck=true").body()).contains(payment, "disputed");
        Reply resolved = SHOP.admin().post("/v1/sagas/" + payment + "/resolve", "{\"note\": \"Evidence was sent\"}");
        assertThat(resolved.status()).isEqualTo(200);
        assertThat(SHOP.rows(stuck)).isZero();
    }

    private void tellOfRefund(String type, String payment) {
        SignedWebhook.of("""
                {"id": "evt_%s", "object": "event", "type": "%s", "created": 1795771800, "livemode": false,
                 "data": {"object": {"object": "refund", "id": "re_1", "status": "failed", "payment_intent": "%s"}}}
                """.formatted(Ids.next(), type, payment)).sendTo(SHOP.anyone());
        workAll();
    }

    @Test
    void the_list_goes_on_where_a_page_ends() {
        IntStream.range(0, 5)
                .forEach(i -> SignedWebhook.about("evt_page_" + i, "customer.created", "-")
                        .sendTo(SHOP.anyone()));
        var seen = new ArrayList<String>();
        String next = "";
        do {
            Reply page = SHOP.admin().get(SignedWebhook.PATH + "?limit=2" + next);
            page.json().at("/data").forEach(notice -> seen.add(notice.get("id").asString()));
            next = page.text("/next_cursor").isEmpty() ? "" : "&cursor=" + page.text("/next_cursor");
        } while (!next.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().contains("evt_page_0", "evt_page_4");
    }

    /// Until all that was told has been looked at, by us or by whoever was quicker.
    private static void workAll() {
        do {
            SHOP.webhooks.workDue();
        } while (SHOP.rows("webhook_inbox where state = 'waiting'") > 0);
    }

    private static Reply open() {
        return SHOP.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane",
                  "city": "Leeds", "country": "GB"}}""");
    }

    private static Reply complete(TestClient buyer, Reply opened, String card) {
        return buyer.post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                    {"payment": {"token": "pm_card_%s"}, "expected_total": {"amount": 1200, "currency": "GBP"}}
                    """.formatted(card));
    }
}
