package holdfast.audit;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient;
import holdfast.api.TestClient.Reply;
import holdfast.api.TestShop;
import holdfast.db.Database;
import java.time.Duration;

/// A small shop where everything happened once. Every customer has a story, and goes by it:
///
/// | | |
/// | --- | --- |
/// | ada | ordered 45 mugs, with a code: three were shipped, one of these came back; and one more, with the
/// same code |
/// | bob | ordered two mugs, with a code, and canceled when they were paid for |
/// | cyd | ordered a mug; the answer of the payment provider got lost |
/// | dan | was declined, tried again, and has got the mug; for a scratch some of the money was given back |
/// | eve | ordered a gift, for nothing |
/// | fay | is asked by her bank, with a code taken |
/// | gus | was asked by his bank, and went away; hal opened a checkout and went away: half an hour ago |
/// | ian | ordered three caps, of which there was none; one has come in |
/// | jim | holds a cap that is not there yet, gia two mugs, and kim did until she canceled her checkout |
final class BusyShop implements AutoCloseable {

    private final TestShop shop = new TestShop();

    BusyShop() {
        furnish();
        complete(open("gus", "MUG", 1), "pm_card_threeDSecureRequired");
        open("hal", "MUG", 1);
        shop.later(Duration.ofMinutes(30));

        String ada = order(open("ada", "MUG", 45, "TEN"), "pm_card_visa");
        created(ada + "/fulfillments", """
                {"lines": [{"line": 1, "quantity": 3}], "carrier": "UPS", "tracking_number": "1Z9R5W69"}""");
        created(ada + "/refunds", """
                {"lines": [{"line": 1, "quantity": 1}], "restock": true, "reason": "one too many"}""");
        order(open("ada", "MUG", 1, "TEN"), "pm_card_visa");

        String bob = order(open("bob", "MUG", 2, "TEN"), "pm_card_visa");
        await(bob, "/status", "paid");
        assertThat(shop.admin().keyed().send("POST", bob + "/cancel").status()).isEqualTo(200);

        assertThat(complete(open("cyd", "MUG", 1), "pm_card_answerLostAfterCharge")
                        .status())
                .isEqualTo(202);
        shop.later(Duration.ofSeconds(5));

        Reply opened = open("dan", "MUG", 1);
        assertThat(complete(opened, "pm_card_chargeDeclined").status()).isEqualTo(402);
        String dan = order(opened, "pm_card_visa");
        String parcel = created(dan + "/fulfillments", "{\"carrier\": \"UPS\", \"tracking_number\": \"1Z9R5W70\"}")
                .text("/id");
        assertThat(shop.admin()
                        .send("POST", dan + "/fulfillments/" + parcel + "/delivered")
                        .status())
                .isEqualTo(200);
        created(dan + "/refunds", """
                {"amount": {"amount": 20, "currency": "GBP"}, "restock": false, "reason": "scratched"}""");

        order(open("eve", "GIFT", 1), "pm_card_visa");
        assertThat(complete(open("fay", "MUG", 1, "TEN"), "pm_card_threeDSecureRequired")
                        .text("/status"))
                .isEqualTo("requires_action");
        open("gia", "MUG", 2);
        order(open("ian", "CAP", 3), "pm_card_visa");
        receive("CAP", "LON", 1);
        open("jim", "CAP", 1);
        String canceled = open("kim", "MUG", 1).text("/id");
        assertThat(shop.admin()
                        .keyed()
                        .send("POST", "/v1/checkouts/" + canceled + "/cancel")
                        .status())
                .isEqualTo(200);
        rest();
        database().transact(tx -> tx.execute("""
                insert into webhook_inbox (gateway, event_id, type, created_at, state)
                values ('sandbox', 'evt_1', 'payment_intent.succeeded', shop_clock(), 'done')
                """));
    }

    private void furnish() {
        TestClient admin = shop.admin();
        admin.put("/v1/warehouses/LON", "{\"title\": \"London\", \"country\": \"GB\"}");
        admin.put("/v1/warehouses/LEI", "{\"title\": \"Leipzig\", \"country\": \"DE\"}");
        admin.put("/v1/tax-rates/gb", "{\"title\": \"VAT\", \"country\": \"GB\", \"percent\": \"20\"}");
        admin.put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
        admin.put("/v1/discount-codes/TEN", "{\"percent\": \"10\", \"uses_max\": 5, \"uses_per_customer\": 2}");
        admin.put("/v1/products/MUG", "{\"title\": \"A mug\", \"price\": {\"amount\": 100, \"currency\": \"GBP\"}}");
        admin.put("/v1/products/GIFT", "{\"title\": \"A gift\", \"price\": {\"amount\": 0, \"currency\": \"GBP\"}}");
        admin.put("/v1/products/CAP", """
                {"title": "A cap", "price": {"amount": 100, "currency": "GBP"}, "backorder_limit": 5}""");
        receive("MUG", "LON", 40);
        receive("MUG", "LEI", 60);
        receive("GIFT", "LON", 5);
    }

    /// Does what is due, as the shop's servers do every second.
    void work() {
        shop.later(Duration.ZERO);
    }

    Database database() {
        return shop.database();
    }

    ProviderLedger ledger() {
        return shop.ledger();
    }

    ProviderLedger listing() {
        return shop.listing();
    }

    private Reply open(String customer, String sku, int pieces, String... codes) {
        return created(
                "/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": %d}], "currency": "GBP", "email": "%s@example.com",
                 "shipping_address": {"name": "A name", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"},
                 "discount_codes": [%s]}
                """.formatted(sku, pieces, customer, codes.length == 0 ? "" : "\"" + codes[0] + "\""));
    }

    private Reply complete(Reply opened, String token) {
        return shop.admin().keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "%s"}, "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(
                        token, opened.text("/totals/total/amount")));
    }

    /// The path of the order that comes of it.
    private String order(Reply opened, String token) {
        Reply completed = complete(opened, token);
        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        return "/v1/orders/" + completed.text("/order/id");
    }

    private void receive(String sku, String warehouse, int pieces) {
        created("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "%s", "delta": %d, "reason": "opening stock"}""".formatted(warehouse, pieces));
    }

    private Reply created(String path, String body) {
        Reply reply = shop.admin().keyed().post(path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply;
    }

    private void await(String path, String pointer, String wanted) {
        await(() -> shop.admin().get(path).text(pointer).equals(wanted), path + " " + wanted);
    }

    private void rest() {
        await(() -> Audit.isAtRest(database()), "nothing under way");
    }

    private static void await(java.util.function.BooleanSupplier wanted, String what) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!wanted.getAsBoolean()) assertThat(System.nanoTime()).as(what).isLessThan(end);
    }

    @Override
    public void close() {
        shop.close();
    }
}
