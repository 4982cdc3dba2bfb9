package holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.Role;
import holdfast.api.TestClient;
import holdfast.api.TestClient.Reply;
import holdfast.api.TestShop;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import java.time.Duration;

/// A shop with mugs and caps, in London and Leipzig, and one of the staff of every role.
final class ConsoleShop implements AutoCloseable {

    static final String PASSWORD = "correct horse battery";

    private final TestShop shop = new TestShop();

    ConsoleShop() {
        for (Role role : Role.values()) {
            shop.database()
                    .transact(tx ->
                            shop.staff().add(tx, Ids.next(), role.code() + " Lovelace", email(role), role, PASSWORD));
        }
        TestClient admin = shop.admin();
        admin.put("/v1/warehouses/LON", "{\"title\": \"London\", \"country\": \"GB\"}");
        admin.put("/v1/warehouses/LEI", "{\"title\": \"Leipzig\", \"country\": \"DE\"}");
        admin.put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
        admin.put("/v1/products/MUG", """
                {"title": "A mug <b>&", "price": {"amount": 1250, "currency": "GBP"}}""");
        admin.put("/v1/products/CAP", "{\"title\": \"A cap\", \"price\": {\"amount\": 900, \"currency\": \"GBP\"}}");
        receive("MUG", 100);
        receive("CAP", 10);
    }

    private void receive(String sku, int pieces) {
        assertThat(shop.admin()
                        .keyed()
                        .post("/v1/stock/" + sku + "/adjustments", """
                        {"warehouse": "LON", "delta": %d, "reason": "opening stock"}""".formatted(pieces))
                        .status())
                .isEqualTo(201);
    }

    static Email email(Role role) {
        return Email.of(role.code() + "@example.com");
    }

    TestShop shop() {
        return shop;
    }

    Browser stranger() {
        return new Browser(shop.port());
    }

    /// Signed in.
    Browser as(Role role) {
        Browser browser = stranger();
        assertThat(browser.signIn(email(role).address(), PASSWORD).path()).isEqualTo(Console.HOME);
        return browser;
    }

    Reply checkout(String sku, int pieces) {
        Reply opened = shop.admin().keyed().post("/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": %d}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"}}
                """.formatted(sku, pieces));
        assertThat(opened.status()).as(opened.body()).isEqualTo(201);
        return opened;
    }

    /// The id of an order of mugs that is paid.
    String order(int pieces) {
        Reply opened = checkout("MUG", pieces);
        Reply completed = shop.admin().keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(
                        opened.text("/totals/total/amount")));
        assertThat(completed.status()).as(completed.body()).isEqualTo(200);
        String id = completed.text("/order/id");
        await(id, "/status", "paid");
        return id;
    }

    void await(String order, String pointer, String wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!shop.admin().get("/v1/orders/" + order).text(pointer).equals(wanted)) {
            assertThat(System.nanoTime()).as(order + " " + wanted).isLessThan(end);
        }
    }

    /// How often the audit log says this of a subject.
    long logged(String deed, String subject) {
        return shop.database()
                .read(tx -> tx.query("""
                                select count(*)
                                  from audit_log
                                 where deed = :deed and subject_id = :subject and actor_kind = 'staff'
                                """)
                        .bind("deed", deed)
                        .bind("subject", subject)
                        .mapTo(Long.class)
                        .one());
    }

    @Override
    public void close() {
        shop.close();
    }
}
