package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Charge;
import holdfast.payment.GivenBack;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import holdfast.payment.Trouble;
import java.time.Duration;
import java.util.Currency;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is found when a provider's list is held against ours, and what becomes of it.
class ReconciliationTest {

    private static final Money PRICE = Money.of(1200, Currency.getInstance("GBP"));

    private final Trouble trouble = new Trouble();
    private final TestShop shop = new TestShop(trouble::before);

    @BeforeEach
    void stockTheShop() {
        shop.sellsMugs(100);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    @Test
    void paid_declined_refunded_and_canceled_orders_agree() {
        String paid = paid("visa").text("/order/id");
        paid("chargeDeclined");
        shop.admin().keyed().post("/v1/orders/" + paid + "/refunds", """
                {"amount": {"amount": 500, "currency": "GBP"}, "reason": "late"}""");
        String canceled = paid("mastercard").text("/order/id");
        shop.admin().keyed().post("/v1/orders/" + canceled + "/cancel", "{}");
        settled();

        Reply compared = compared();

        assertThat(compared.text("/status")).isEqualTo("clean");
        assertThat(compared.text("/checked")).isEqualTo("3");
        assertThat(compared.text("/agreed")).isEqualTo("3");
        assertThat(shop.admin().get("/v1/reconciliations?limit=1").text("/data/0/id"))
                .isEqualTo(compared.text("/id"));
    }

    @Test
    void an_authorization_that_nobody_here_knows_is_let_go_of() {
        PaymentId unknown = authorized(PaymentId.next());

        Reply first = compared();
        Reply second = compared();

        assertThat(first.text("/status")).isEqualTo("clean");
        assertThat(first.text("/findings/0/payment_id")).isEqualTo(unknown.toString());
        assertThat(first.text("/findings/0/detail")).isEqualTo("money was set aside for nothing, and was let go of");
        assertThat(first.text("/findings/0/resolved")).isEqualTo("true");
        assertThat(stateOf(unknown)).isEqualTo(Retrieved.State.CANCELED);
        assertThat(second.text("/findings/0/detail")).isEmpty();
    }

    @Test
    void a_capture_that_nobody_here_knows_is_left_to_a_person() {
        PaymentId unknown = authorized(PaymentId.next());
        shop.gateway.capture(unknown.toString(), PRICE, unknown + ":capture");

        Reply compared = compared();

        assertThat(compared.text("/status")).isEqualTo("unexplained");
        assertThat(compared.text("/findings/0/detail"))
                .isEqualTo("captured 12.00 GBP there, and nothing stands for it here");
        assertThat(stateOf(unknown)).isEqualTo(Retrieved.State.SUCCEEDED);
    }

    @Test
    void money_that_came_after_its_payment_had_ended_goes_back() {
        paid("chargeDeclined");
        PaymentId declined = authorized(thePayment("declined"));
        String after = shop.gateway.retrieve(declined.toString()).toString();
        assertThat(after).contains("REQUIRES_CAPTURE");

        assertThat(compared().text("/findings/0/resolved")).isEqualTo("true");

        assertThat(stateOf(declined)).isEqualTo(Retrieved.State.CANCELED);
    }

    @Test
    void money_that_was_even_taken_after_that_is_given_back() {
        paid("chargeDeclined");
        PaymentId declined = authorized(thePayment("declined"));
        shop.gateway.capture(declined.toString(), PRICE, declined + ":twice");

        Reply compared = compared();

        assertThat(compared.text("/findings/0/detail"))
                .isEqualTo("12.00 GBP was taken for nothing, and was given back");
        assertThat(((Retrieved.Found) shop.gateway.retrieve(declined.toString())).refunded())
                .isEqualTo(PRICE);
        assertThat(compared().text("/status")).isEqualTo("clean");
    }

    @Test
    void a_payment_whose_answer_was_lost_becomes_the_order_it_paid_for() {
        Reply opened = open();
        TestClient buyer = buyer(opened);
        assertThat(complete(buyer, opened, "answerLostAfterCharge").status()).isEqualTo(202);

        Reply compared = compared();

        assertThat(compared.text("/underway")).isEqualTo("1");
        assertThat(complete(buyer, opened, "answerLostAfterCharge").text("/status"))
                .isEqualTo("completed");
    }

    @Test
    void a_refund_that_came_back_is_found_and_shown_to_a_person() {
        String order = paid("refundFail").text("/order/id");
        settled();
        refunded(order);
        shop.returnRefunds();

        Reply compared = compared();

        assertThat(compared.text("/status")).isEqualTo("clean");
        assertThat(compared.text("/findings/0/detail")).isEqualTo("was given back, and came back");
        Reply after = shop.admin().get("/v1/orders/" + order);
        assertThat(after.text("/payment_status")).isEqualTo("captured");
        assertThat(after.text("/refunds/0/status")).isEqualTo("failed");
        assertThat(shop.admin().get("/v1/sagas?stuck=true").text("/data/0/stuck/0/reason"))
                .isEqualTo("refund_refused");
        assertThat(compared().text("/agreed")).isEqualTo("1");
        assertThat(shop.broken()).isEmpty();
    }

    @Test
    void the_money_of_a_canceled_order_that_came_back_breaks_no_promise_as_long_as_a_person_knows() {
        String order = paid("refundFail").text("/order/id");
        settled();
        shop.admin().keyed().post("/v1/orders/" + order + "/cancel", "{}");
        settled();
        shop.returnRefunds();
        assertThat(shop.broken()).as("nobody has heard of it yet").isEmpty();

        assertThat(compared().text("/findings/0/detail")).isEqualTo("was given back, and came back");
        assertThat(shop.broken()).as("a person was told").isEmpty();

        shop.testDatabase().shiftClock(Duration.ofHours(27));
        assertThat(shop.broken()).as("the person takes a day").isEmpty();
        shop.database().transact(tx -> tx.execute("delete from work_item where reason = 'refund_refused'"));
        assertThat(shop.broken()).anyMatch(broken -> broken.startsWith("P19"));
    }

    @Test
    void that_a_refund_came_back_has_to_be_known_after_a_day() {
        String order = paid("refundFail").text("/order/id");
        settled();
        refunded(order);
        shop.returnRefunds();
        assertThat(shop.broken()).as("nobody has heard of it yet").isEmpty();

        shop.testDatabase().shiftClock(Duration.ofHours(27));
        assertThat(shop.broken()).anyMatch(broken -> broken.startsWith("P09"));
    }

    @Test
    void money_for_nothing_that_cannot_be_given_back_is_told_until_somebody_sees_to_it() {
        paid("refundFail");
        settled();
        PaymentId payment = thePayment("captured");
        shop.database().transact(tx -> tx.execute("""
                update payment set state = 'declined', captured = 0, live = false"""));

        assertThat(compared().text("/findings/0/detail"))
                .isEqualTo("12.00 GBP was taken for nothing, and was given back");
        shop.returnRefunds();
        for (int again = 0; again < 2; again++) {
            Reply compared = compared();
            assertThat(compared.text("/status")).isEqualTo("unexplained");
            assertThat(compared.text("/findings/0/detail"))
                    .isEqualTo("12.00 GBP was taken for nothing, given back, and came back");
        }
        var given = (GivenBack.Refunds) shop.gateway.refunds(payment.toString());
        assertThat(given.all()).hasSize(1);
    }

    @Test
    void what_somebody_gave_back_at_the_provider_is_told() {
        paid("visa");
        settled();
        PaymentId payment = thePayment("captured");
        shop.gateway.refund(payment.toString(), Money.of(200, PRICE.currency()), "by hand");

        Reply compared = compared();

        assertThat(compared.text("/status")).isEqualTo("unexplained");
        assertThat(compared.text("/findings/0/detail"))
                .isEqualTo(
                        "here captured 12.00 GBP, refunded 0.00 GBP," + " there captured 12.00 GBP, refunded 2.00 GBP");
    }

    @Test
    void what_we_have_and_they_do_not_is_found_as_well() {
        paid("visa");
        settled();
        shop.database().transact(tx -> tx.execute("update payment set gateway_ref = 'pi_gone'"));

        Reply compared = compared();

        assertThat(compared.json().at("/findings").size()).isEqualTo(2);
        assertThat(compared.body())
                .contains("captured here, and unknown there")
                .contains("captured 12.00 GBP there, and nothing stands for it here");
    }

    @Test
    void what_cannot_be_listed_is_not_called_clean() {
        trouble.hides("all");

        assertThat(compared().text("/status")).isEqualTo("incomplete");
        assertThat(compared().text("/incomplete")).isEqualTo("the list cannot be had: it is dark");
    }

    @Test
    void only_what_began_since_then_is_compared() {
        authorized(PaymentId.next());

        Reply compared = compared("{\"since\": \"2099-01-01T00:00:00Z\"}");

        assertThat(compared.text("/checked")).isEqualTo("0");
    }

    private Reply compared() {
        return compared("{}");
    }

    private Reply compared(String request) {
        Reply begun = shop.admin().post("/v1/reconciliations", request);
        assertThat(begun.status()).isEqualTo(202);
        String path = "/v1/reconciliations/" + begun.text("/data/0/id");
        Reply compared = shop.admin().get(path);
        while (compared.text("/status").equals("running"))
            compared = shop.admin().get(path);
        return compared;
    }

    private PaymentId authorized(PaymentId payment) {
        var charge = new Charge(payment, CheckoutId.next(), PRICE, "pm_card_visa");
        Outcome outcome = shop.gateway.authorize(payment.toString(), charge, payment + ":elsewhere");
        assertThat(outcome).isInstanceOf(Outcome.Approved.class);
        return payment;
    }

    private Retrieved.State stateOf(PaymentId payment) {
        return ((Retrieved.Found) shop.gateway.retrieve(payment.toString())).state();
    }

    private PaymentId thePayment(String state) {
        return new PaymentId(shop.database()
                .inTransaction(tx -> tx.query("select id from payment where state = :state")
                        .bind("state", state)
                        .mapTo(java.util.UUID.class)
                        .one()));
    }

    /// Until no order waits for its money.
    private void settled() {
        boolean waiting = true;
        while (waiting) {
            waiting = shop.database()
                    .inTransaction(tx -> tx.query("select exists (select from payment where due_at is not null)")
                            .mapTo(Boolean.class)
                            .one());
        }
    }

    private void refunded(String order) {
        shop.admin().keyed().post("/v1/orders/" + order + "/refunds", """
                {"amount": {"amount": 500, "currency": "GBP"}, "reason": "late"}""");
        settled();
    }

    private Reply paid(String card) {
        Reply opened = open();
        return complete(buyer(opened), opened, card);
    }

    private TestClient buyer(Reply opened) {
        return shop.guest(opened.text("/client_secret")).keyed();
    }

    private Reply open() {
        return shop.browser().post("/v1/checkouts", """
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
