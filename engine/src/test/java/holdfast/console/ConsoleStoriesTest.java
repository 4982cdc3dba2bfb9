package holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.Role;
import holdfast.api.TestClient;
import holdfast.api.TestClient.Reply;
import holdfast.console.Browser.Page;
import holdfast.kernel.Email;
import holdfast.kernel.Ids;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What the staff do all day.
class ConsoleStoriesTest {

    private static final ConsoleShop SHOP = new ConsoleShop();

    @AfterAll
    static void close() {
        SHOP.close();
    }

    // ------------------------------------------------------------------------------------------- signing in

    @Test
    void whoever_signs_in_is_known_until_they_sign_out() {
        Browser browser = SHOP.stranger();
        assertThat(browser.get("/console/orders").path()).isEqualTo("/console/login");
        Page refused = browser.signIn("staff@example.com", "not my password");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.text()).contains("Nobody has this e-mail address with this password.");
        assertThat(browser.cookies()).doesNotContainKey("hf_console");

        Page home = browser.signIn("staff@example.com", ConsoleShop.PASSWORD);
        assertThat(home.path()).isEqualTo("/console");
        assertThat(home.text()).contains("staff Lovelace").doesNotContain("API keys");
        var session = Map.copyOf(browser.cookies());

        assertThat(browser.submit("/console/logout").path()).isEqualTo("/console/login");
        browser.cookies().putAll(session);
        assertThat(browser.get("/console").path()).as("with the old cookie").isEqualTo("/console/login");
    }

    @Test
    void whoever_guesses_passwords_is_told_to_come_back_later() {
        Browser browser = SHOP.stranger();
        for (int i = 0; i < 10; i++) {
            assertThat(browser.signIn("nobody@example.com", "guess " + i).status())
                    .isEqualTo(422);
        }
        Page refused = browser.signIn("nobody@example.com", "guess");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text()).contains("Too many tries. Come back in a quarter of an hour.");
    }

    @Test
    void a_password_can_be_changed_by_whoever_knows_it() {
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/staff");
        Page added = admin.submit("/console/staff", "name", "Grace", "email", "grace@example.com", "role", "viewer");
        String first = told(added);
        Browser grace = SHOP.stranger();
        assertThat(grace.signIn("grace@example.com", first).path()).isEqualTo("/console");
        grace.get("/console/me");
        assertThat(grace.submit("/console/me", "password", "wrong", "new_password", "a very fine secret")
                        .text())
                .contains("That is not your password");
        assertThat(grace.submit("/console/me", "password", first, "new_password", "short")
                        .text())
                .contains("at least 12 characters");
        assertThat(grace.submit("/console/me", "password", first, "new_password", "a very fine secret")
                        .path())
                .isEqualTo("/console/login");
        assertThat(grace.signIn("grace@example.com", "a very fine secret").path())
                .isEqualTo("/console");
    }

    @Test
    void a_form_that_is_sent_twice_makes_one_key_and_tells_it_both_times() {
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/keys");
        var form = admin.hidden("/console/keys");
        form.putAll(Map.of("title", "Sent twice", "may", "run", "days", ""));
        String key = told(admin.post("/console/keys", form));
        assertThat(told(admin.post("/console/keys", form))).isEqualTo(key);
        assertThat(count("select count(*) from api_key where title = 'Sent twice'"))
                .isEqualTo(1);
        assertThat(SHOP.shop()
                        .anyone()
                        .with("Authorization", "Bearer " + key)
                        .get("/v1/stock/MUG")
                        .status())
                .isEqualTo(200);
        admin.get("/console/keys");
        var next = admin.hidden("/console/keys");
        next.putAll(Map.of("title", "Another", "may", "sell", "days", ""));
        assertThat(told(admin.post("/console/keys", next))).isNotEqualTo(key);
    }

    @Test
    void somebody_is_let_in_once_with_one_password_however_often_the_form_is_sent() {
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/staff");
        var form = admin.hidden("/console/staff");
        form.putAll(Map.of("name", "Joan", "email", "joan@example.com", "role", "viewer"));
        String password = told(admin.post("/console/staff", form));
        assertThat(told(admin.post("/console/staff", form))).isEqualTo(password);
        assertThat(count("select count(*) from staff where email = 'joan@example.com'"))
                .isEqualTo(1);
        assertThat(SHOP.stranger().signIn("joan@example.com", password).path()).isEqualTo("/console");

        String id = SHOP.shop()
                .database()
                .read(tx -> tx.query("select id from staff where email = 'joan@example.com'")
                        .mapTo(UUID.class)
                        .one()
                        .toString());
        admin.get("/console/staff");
        var renewed = admin.hidden("/console/staff/" + id + "/password");
        String other = told(admin.post("/console/staff/" + id + "/password", renewed));
        assertThat(other).isNotEqualTo(password);
        assertThat(told(admin.post("/console/staff/" + id + "/password", renewed)))
                .isEqualTo(other);
        assertThat(SHOP.logged("staff.password_set", id)).isEqualTo(1);
        assertThat(SHOP.stranger().signIn("joan@example.com", other).path()).isEqualTo("/console");
    }

    private static long count(String sql) {
        return SHOP.shop().database().read(tx -> tx.query(sql).mapTo(Long.class).one());
    }

    private static String told(Page page) {
        var told = Pattern.compile("<code class=\"breaks told\"[^>]*>([^<]*)</code>")
                .matcher(page.html());
        assertThat(told.find()).as(page.text()).isTrue();
        return told.group(1);
    }

    @Test
    void another_role_ends_what_they_are_signed_in_to() {
        UUID id = Ids.next();
        SHOP.shop()
                .database()
                .transact(tx -> SHOP.shop()
                        .staff()
                        .add(tx, id, "Hedy", Email.of("hedy@example.com"), Role.ADMIN, ConsoleShop.PASSWORD));
        Browser hedy = SHOP.stranger();
        hedy.signIn("hedy@example.com", ConsoleShop.PASSWORD);
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/staff");
        admin.submit("/console/staff/" + id, "name", "Hedy", "role", "viewer");
        assertThat(hedy.get("/console/keys").path()).isEqualTo("/console/login");
        assertThat(SHOP.logged("staff.changed", id.toString())).isEqualTo(1);
    }

    // ---------------------------------------------------------------------------------------------- orders

    @Test
    void an_order_is_shipped_in_parts_and_arrives() {
        String id = SHOP.order(3);
        Browser staff = SHOP.as(Role.STAFF);
        Page order = staff.get("/console/orders/" + id);
        assertThat(order.text()).contains("A mug <b>&").contains("£37.50").contains("LON: 3");
        Page shipped = staff.submit(
                "/console/orders/" + id + "/ship",
                "line_1",
                "2",
                "carrier",
                "UPS",
                "tracking_number",
                "1Z9R5W690312345672");
        assertThat(shipped.text()).contains("2 pieces are on the way with UPS.").contains("Partially shipped");
        Page rest = staff.submit(
                "/console/orders/" + id + "/ship", "line_1", "1", "carrier", "UPS", "tracking_number", "2");
        assertThat(rest.text()).contains("1 piece is on the way").doesNotContain("Ship these");
        for (int parcel = 0; parcel < 2; parcel++) staff.submit("/console/orders/" + id + "/delivered");
        assertThat(staff.here().text()).contains("Delivered").doesNotContain("It has arrived");
        assertThat(SHOP.logged("order.shipped", id)).isEqualTo(2);
        assertThat(SHOP.logged("order.delivered", id)).isEqualTo(2);
    }

    @Test
    void money_goes_back_by_piece_or_by_amount_and_never_more_than_was_taken() {
        String id = SHOP.order(2);
        String refund = "/console/orders/" + id + "/refund";
        Browser staff = SHOP.as(Role.STAFF);
        assertThat(staff.get("/console/orders/" + id).text()).contains("Up to £25.00 can go back.");
        assertThat(staff.submit(refund, "line_1", "1", "reason", "One too many").text())
                .contains("£12.50 go back to the shopper.")
                .contains("Up to £12.50 can go back.");
        Map<String, String> form = byAmount(staff, refund);
        form.putAll(Map.of("amount", "100", "reason", "A scratch"));
        assertThat(staff.post(refund, form).status()).isEqualTo(303);
        assertThat(staff.get("/console/orders/" + id).text()).contains("Up to £12.50 can go back.");
        Map<String, String> scratch = byAmount(staff, refund);
        scratch.putAll(Map.of("amount", "2.50", "reason", "A scratch"));
        staff.post(refund, scratch);
        staff.post(refund, scratch); // A double click.
        assertThat(staff.get("/console/orders/" + id).text()).contains("Up to £10.00 can go back.");
        assertThat(SHOP.logged("order.refunded", id)).isEqualTo(2);
        Reply log = SHOP.shop().admin().get("/v1/audit-log?deed=order.refunded&subject_id=" + id);
        assertThat(log.text("/data/0/after/refunds")).isEqualTo("1500");
        assertThat(log.text("/data/0/before/refunds")).isEqualTo("1250");
        assertThat(log.body()).doesNotContain("ada@example.com").doesNotContain("Mill Lane");
    }

    private static Map<String, String> byAmount(Browser staff, String refund) {
        Map<String, String> form = staff.hidden(refund);
        form.put("once", UUID.randomUUID().toString());
        return form;
    }

    @Test
    void an_order_is_canceled_before_it_is_shipped() {
        String id = SHOP.order(1);
        Browser staff = SHOP.as(Role.STAFF);
        staff.get("/console/orders/" + id);
        Page canceled = staff.submit("/console/orders/" + id + "/cancel", "reason", "Ordered by mistake");
        assertThat(canceled.text()).contains("The order is canceled").contains("Canceled");
        SHOP.await(id, "/payment_status", "refunded");
    }

    @Test
    void orders_are_found_by_what_people_know_of_them() {
        String id = SHOP.order(1);
        String number = SHOP.shop().admin().get("/v1/orders/" + id).text("/number");
        Browser viewer = SHOP.as(Role.VIEWER);
        assertThat(viewer.get("/console/orders?q=%23" + number).path()).isEqualTo("/console/orders/" + id);
        assertThat(viewer.here().html())
                .as("for a viewer")
                .doesNotContain("/ship\"")
                .doesNotContain("/refund\"");
        assertThat(viewer.get("/console/orders?q=ADA%40example.com").text()).contains("#" + number);
        assertThat(viewer.get("/console/orders?q=MUG&status=paid").text()).contains("#" + number);
        assertThat(viewer.get("/console/orders?q=CAP").text()).contains("Nothing like that");
        assertThat(viewer.get("/console/orders?q=%3Cscript%3E").html()).doesNotContain("<script>&");
        assertThat(viewer.get("/console/orders/" + UUID.randomUUID()).status()).isEqualTo(404);
    }

    // ------------------------------------------------------------------------------------------- inventory

    @Test
    void a_delivery_goes_where_the_most_of_it_is_and_where_there_is_none_somebody_chooses() {
        SHOP.shop().admin().put("/v1/products/POT", """
                {"title": "A pot", "price": {"amount": 900, "currency": "GBP"}}""");
        Browser staff = SHOP.as(Role.STAFF);
        staff.get("/console/inventory/of/POT");
        assertThat(staff.here().chosenIn("receive-warehouse")).isEmpty();
        staff.submit("/console/inventory/of/POT/receive", "warehouse", "LEI", "pieces", "2", "reason", "Delivery");
        assertThat(staff.here().chosenIn("receive-warehouse")).isEqualTo("LEI");
        staff.submit("/console/inventory/of/POT/receive", "warehouse", "LON", "pieces", "3", "reason", "Delivery");
        for (String field : List.of("receive-warehouse", "adjust-warehouse", "transfer-from")) {
            assertThat(staff.here().chosenIn(field)).isEqualTo("LON");
        }
        assertThat(staff.here().chosenIn("transfer-to")).isEmpty();
    }

    @Test
    void stock_is_received_counted_and_carried() {
        SHOP.checkout("CAP", 2);
        Browser staff = SHOP.as(Role.STAFF);
        Page cap = staff.get("/console/inventory/of/CAP");
        assertThat(cap.text()).contains("ada@example.com").contains("Active");
        String at = "/console/inventory/of/CAP/";
        assertThat(staff.submit(at + "receive", "warehouse", "LON", "pieces", "20", "reason", "Delivery")
                        .text())
                .contains("20 pieces received in LON.");
        assertThat(staff.submit(at + "adjust", "warehouse", "LON", "how", "to", "pieces", "28", "reason", "Counted")
                        .text())
                .contains("On hand in LON: 28.");
        assertThat(staff.submit(at + "transfer", "from", "LON", "to", "LEI", "pieces", "5", "reason", "Needed there")
                        .text())
                .contains("5 pieces carried from LON to LEI.");
        assertThat(staff.submit(at + "adjust", "warehouse", "LON", "how", "to", "pieces", "1", "reason", "Stolen")
                        .text())
                .contains("promised");
        assertThat(staff.get("/console/inventory?q=cap").text()).contains("28");
        Page csv = staff.peek("/console/inventory/export");
        assertThat(csv.html())
                .startsWith("sku,title,warehouse,on_hand,held,allocated,available\r\n")
                .contains("CAP,\"A cap\",LEI,5,0,0,5\r\n")
                .contains("CAP,\"A cap\",LON,23,2,0,21\r\n");
        assertThat(SHOP.logged("stock.transferred", "CAP")).isEqualTo(1);
    }

    @Test
    void who_would_take_away_what_is_promised_is_told_to_whom_it_is() {
        TestClient admin = SHOP.shop().admin();
        admin.put("/v1/products/PEN", "{\"title\": \"A pen\", \"price\": {\"amount\": 100, \"currency\": \"GBP\"}}");
        admin.keyed().post("/v1/stock/PEN/adjustments", """
                {"warehouse": "LON", "kind": "receive", "delta": 20, "reason": "Delivery"}""");
        String first = SHOP.checkout("PEN", 2).text("/id");
        for (int i = 0; i < 4; i++) SHOP.checkout("PEN", 1);
        Browser staff = SHOP.as(Role.STAFF);
        staff.get("/console/inventory/of/PEN");
        String whose = "promised to shoppers, 6 held and 0 allocated: 2 to checkout " + first + ", 1 to checkout ";
        String at = "/console/inventory/of/PEN/";

        assertThat(staff.submit(at + "adjust", "warehouse", "LON", "how", "to", "pieces", "1", "reason", "Stolen")
                        .text())
                .contains(whose)
                .contains(" and 2 more");
        assertThat(staff.submit(at + "transfer", "from", "LON", "to", "LEI", "pieces", "15", "reason", "Lorry")
                        .text())
                .contains(whose);
        staff.get("/console/inventory/import");
        assertThat(staff.upload("/console/inventory/import/preview", """
                                sku,title,price,currency,warehouse,on_hand
                                PEN,A pen,1.00,GBP,LON,5
                                """).text())
                .contains(whose)
                .contains(" and 2 more");
    }

    @Test
    void a_file_is_looked_at_before_it_is_imported() {
        String csv = """
                sku,title,price,currency,warehouse,on_hand
                BOWL,A bowl,14.00,GBP,LON,3
                PLATE,A plate,twelve,GBP,LON,3
                BOWL,Another bowl,14.00,GBP,LON,3
                """;
        Browser staff = SHOP.as(Role.STAFF);
        staff.get("/console/inventory/import");
        Page preview = staff.upload("/console/inventory/import/preview", csv);
        assertThat(preview.text())
                .contains("1 good row, 2 bad ones.")
                .contains("price")
                .contains("same SKU");
        assertThat(SHOP.shop().admin().get("/v1/products/BOWL").status()).isEqualTo(404);
        assertThat(staff.upload("/console/inventory/import", csv).text()).contains("1 product is imported.");
        assertThat(SHOP.shop().admin().get("/v1/products/BOWL").status()).isEqualTo(200);
        assertThat(staff.upload("/console/inventory/import/preview", "what is this")
                        .text())
                .contains("No such column");
        assertThat(staff.upload("/console/inventory/import/preview", csv.replace("A bowl", "4242 4242 4242 4242"))
                        .text())
                .contains("card number");
    }

    @Test
    void discount_codes_come_and_go() {
        Browser staff = SHOP.as(Role.STAFF);
        assertThat(staff.get("/console/discounts").text()).contains("No codes yet");
        assertThat(staff.submit("/console/discounts", "code", "spring", "kind", "percent", "value", "10")
                        .text())
                .contains("SPRING is good now.")
                .contains("10%");
        assertThat(staff.submit(
                                "/console/discounts",
                                "code",
                                "FIVER",
                                "kind",
                                "amount",
                                "value",
                                "5",
                                "currency",
                                "GBP",
                                "ends_at",
                                "2030-01-31")
                        .text())
                .contains("£5.00");
        assertThat(staff.submit("/console/discounts", "code", "BAD", "kind", "percent", "value", "200")
                        .text())
                .contains("Must be a percentage");
        staff.submit("/console/discounts/delete");
        assertThat(staff.here().text()).contains("FIVER is gone.");
    }

    // ------------------------------------------------------------------------------------ work list, checks

    @Test
    void what_is_stuck_is_dealt_with() {
        Reply opened = SHOP.checkout("MUG", 1);
        SHOP.shop().admin().keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_answerLostAfterCharge"}, "expected_total": {"amount": %s,
                 "currency": "GBP"}}""".formatted(
                        opened.text("/totals/total/amount")));
        String payment =
                SHOP.shop().admin().get("/v1/checkouts/" + opened.text("/id")).text("/payment/id");
        SHOP.shop()
                .database()
                .transact(
                        tx -> tx.update("insert into work_item values (:payment, 'outcome_unknown', 'Unknown', now())")
                                .bind("payment", UUID.fromString(payment))
                                .execute());
        SHOP.shop().database().transact(tx -> tx.execute("""
                insert into webhook_inbox (gateway, event_id, type, created_at, state, detail)
                values ('sandbox', 'evt_1', 'charge.refunded', now(), 'dead', 'Nobody answered')
                """));
        Browser staff = SHOP.as(Role.STAFF);
        assertThat(staff.get("/console/work").text())
                .contains("Outcome unknown")
                .contains("1 to look at")
                .contains("Nobody answered");
        staff.submit("/console/webhooks/retry");
        assertThat(staff.here().text()).contains("will be looked at again");
        staff.get("/console/payments/" + payment);
        assertThat(staff.submit("/console/payments/" + payment + "/retry").text())
                .contains("being looked at now");
        assertThat(staff.submit("/console/payments/" + payment + "/resolve", "note", "Asked the bank")
                        .text())
                .contains("Resolved: Asked the bank")
                .contains("Nothing to do");
        assertThat(SHOP.logged("saga.resolved", payment)).isEqualTo(1);
        assertThat(SHOP.logged("webhook.retried", "sandbox/evt_1")).isEqualTo(1);
    }

    @Test
    void the_books_are_compared_and_audited() {
        Browser staff = SHOP.as(Role.STAFF);
        assertThat(staff.get("/console/checks").text()).contains("Not audited yet");
        staff.submit("/console/checks/reconcile");
        awaits(staff, "0 discrepancies checked");
        staff.submit("/console/checks/audit");
        awaits(staff, "promises are kept audited");
    }

    private static void awaits(Browser browser, String text) {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!browser.get("/console/checks").text().contains(text)) {
            assertThat(System.nanoTime()).as(browser.here().text()).isLessThan(end);
        }
    }

    // ---------------------------------------------------------------------------------------------- access

    @Test
    void a_key_is_made_told_once_and_revoked() {
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/keys");
        Page made = admin.submit("/console/keys", "title", "Kiosk", "may", "run");
        String key = told(made);
        var kiosk = SHOP.shop().anyone().with("Authorization", "Bearer " + key);
        assertThat(kiosk.get("/v1/warehouses").status()).isEqualTo(200);
        assertThat(admin.get("/console/keys").html()).contains("Kiosk").doesNotContain(key);
        admin.submit("/console/keys/revoke");
        assertThat(admin.here().text()).contains("The key is revoked.");
        assertThat(admin.submit("/console/keys", "title", " ", "may", "run").text())
                .contains("Must not be blank");
    }

    @Test
    void the_log_shows_who_did_what() {
        Browser admin = SHOP.as(Role.ADMIN);
        admin.get("/console/discounts");
        admin.submit("/console/discounts", "code", "LOGGED", "kind", "percent", "value", "10");
        Page log = admin.get("/console/log?subject=LOGGED");
        assertThat(log.text())
                .contains("admin Lovelace")
                .contains("discount_code.put")
                .contains("\"ppm\": 100000");
        assertThat(admin.get("/console/log?deed=session.opened").text()).contains("admin Lovelace");
        assertThat(admin.get("/console/settings").text()).contains("HOLDFAST_PORT");
    }

    @Test
    void a_sale_with_a_queue_is_planned_and_ended() {
        Browser staff = SHOP.as(Role.STAFF);
        String item = "/console/inventory/of/MUG";
        staff.get(item);
        assertThat(staff.submit(item + "/sale", "starts_at", "tomorrow").text())
                .contains("Must be a time such as 2027-01-31T12:00");
        staff.submit(item + "/sale", "starts_at", "2027-01-31T12:00");
        assertThat(staff.here().text()).contains("The sale is planned").contains("31 Jan 2027, 12:00 UTC");
        assertThat(staff.here().text()).doesNotContain("Each customer can buy");
        assertThat(staff.submit(item + "/sale", "starts_at", "2027-01-31T12:00:30", "limit_per_customer", "0")
                        .text())
                .contains("Must be a whole number from 1");
        staff.submit(item + "/sale", "starts_at", "2027-01-31T12:00:30", "limit_per_customer", "2");
        assertThat(staff.here().text()).contains("Each customer can buy at most 2 in it.");
        assertThat(staff.submit(item + "/end-sale").text()).contains("Anybody can buy it again");
        assertThat(staff.get(item).text()).doesNotContain("31 Jan 2027");
    }

    @Test
    void the_dashboard_tells_how_it_goes() {
        SHOP.order(1);
        Browser viewer = SHOP.as(Role.VIEWER);
        Page now = viewer.get("/console");
        assertThat(now.text())
                .contains("Orders this hour")
                .containsPattern("99 of 100 API answers \\d+ ms")
                .contains("A mug <b>&")
                .contains("£");
        assertThat(viewer.peek("/console/figures").text()).contains("Holds open");
        assertThat(now.html()).doesNotContain("style=").doesNotContain(" onclick");
    }
}
