package holdfast.audit;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient;
import holdfast.api.TestClient.Reply;
import holdfast.api.TestShop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// In a small shop where everything happened once, every invariant holds; and each is the one to notice when
/// its promise, and no other, is broken behind the program's back.
class AuditTest {

    private static final TestShop SHOP = new TestShop();
    private static final Audit AUDIT = new Audit(Duration.ofMinutes(10));

    /// Sixty mugs came in, forty to London. Forty-five were ordered, of which three were shipped and one was
    /// refunded; two are held for somebody, one is being paid for, and one was, until its checkout was
    /// canceled. Caps were sold before they were there: three were ordered, of which one came in, and one is
    /// held.
    @BeforeAll
    static void openTheShop() {
        TestClient admin = SHOP.admin();
        admin.put("/v1/warehouses/LON", "{\"title\": \"London\", \"country\": \"GB\"}");
        admin.put("/v1/warehouses/LEI", "{\"title\": \"Leipzig\", \"country\": \"DE\"}");
        admin.put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
        admin.put("/v1/products/MUG", "{\"title\": \"A mug\", \"price\": {\"amount\": 100, \"currency\": \"GBP\"}}");
        receive("MUG", "LON", 40);
        receive("MUG", "LEI", 20);

        admin.put("/v1/products/CAP", """
                {"title": "A cap", "price": {"amount": 100, "currency": "GBP"}, "backorder_limit": 5}""");

        Reply order = complete(open(45), "pm_card_visa");
        String path = "/v1/orders/" + order.text("/order/id");
        created(path + "/fulfillments", """
                {"lines": [{"line": 1, "quantity": 3}], "carrier": "UPS", "tracking_number": "1Z9R5W69"}""");
        created(path + "/refunds", """
                {"lines": [{"line": 1, "quantity": 1}], "restock": true, "reason": "one too many"}""");
        open(2);
        assertThat(complete(open(1), "pm_card_threeDSecureRequired").text("/status"))
                .isEqualTo("requires_action");
        complete(open("CAP", 3), "pm_card_visa");
        receive("CAP", "LON", 1);
        open("CAP", 1);
        String canceled = open(1).text("/id");
        assertThat(keyed().send("POST", "/v1/checkouts/" + canceled + "/cancel").status())
                .isEqualTo(200);
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_shop_that_nobody_tampered_with_keeps_every_promise() {
        List<Finding> findings = SHOP.database().read(AUDIT::findings);
        assertThat(findings).extracting(Finding::invariant).containsExactlyElementsOf(Audit.INVARIANTS);
        assertThat(findings).allMatch(Finding::holds);
    }

    @Test
    void every_invariant_has_somebody_who_breaks_it() {
        assertThat(mutants().map(Mutant::breaks).distinct())
                .containsExactlyElementsOf(
                        Audit.INVARIANTS.stream().map(Invariant::id).toList());
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void what_breaks_one_promise_is_noticed_as_that(Mutant mutant) {
        var broken = after(mutant, AUDIT).stream()
                .filter(finding -> !finding.holds())
                .toList();
        assertThat(broken).extracting(finding -> finding.invariant().id()).containsExactly(mutant.breaks);
        assertThat(broken.getFirst().examples()).isNotEmpty().allMatch(example -> !example.isBlank());
    }

    @Test
    void how_long_a_hold_may_last_need_not_be_known() {
        var longer = new Mutant("H08", "update hold set expires_at = hard_deadline");
        assertThat(after(longer, new Audit(null))).allMatch(Finding::holds);
    }

    @Test
    void of_many_violations_the_first_are_told_and_all_are_counted() {
        var many = new Mutant("H07", "delete from hold_line");
        Finding finding = after(many, AUDIT).stream()
                .filter(each -> each.invariant().id().equals("H07"))
                .findFirst()
                .orElseThrow();
        assertThat(finding.violations()).isEqualTo(6);
        assertThat(finding.examples()).hasSize(3);
    }

    /// What to do to the database so that one invariant, and no other, is broken.
    record Mutant(String breaks, String sql) {}

    static Stream<Mutant> mutants() {
        return Stream.of(
                new Mutant("S01", """
                        insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                        select sku, warehouse, 'adjust', held + allocated - 1 - on_hand, 'lost', 'mutant'
                          from stock
                         where warehouse = 'LEI';
                        update stock set on_hand = held + allocated - 1 where warehouse = 'LEI'
                        """),
                new Mutant("S02", "update stock set held = held + 1 where sku = 'MUG' and warehouse = 'LON'"),
                new Mutant(
                        "S03", "update stock set allocated = allocated - 1 where warehouse = 'LON' and allocated > 0"),
                new Mutant("S04", "update stock set on_hand = on_hand + 1"),
                new Mutant("S05", """
                        insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                        values ('MUG', 'LEI', 'adjust', -100, 'gone', 'mutant 1'),
                               ('MUG', 'LEI', 'adjust', 100, 'back', 'mutant 2')
                        """),
                new Mutant("S06", "update stock_movement set kind = 'adjust' where kind = 'ship'"),
                new Mutant("S07", "update order_line set quantity = 1000, total = 1000 * unit_price"),
                new Mutant("S08", "update backorder set backordered = backordered - 1"),
                new Mutant("S08", "update backorder set backorder_limit = 1"),
                new Mutant("S08", "delete from backorder"),
                new Mutant("H01", """
                        update hold
                           set created_at = created_at - interval '16 minutes',
                               expires_at = expires_at - interval '16 minutes',
                               hard_deadline = hard_deadline - interval '16 minutes'
                         where state = 'active'
                        """),
                new Mutant("H02", """
                        update hold
                           set created_at = created_at - interval '1 hour',
                               expires_at = expires_at - interval '1 hour',
                               paying_deadline = paying_deadline - interval '1 hour',
                               hard_deadline = hard_deadline - interval '1 hour'
                         where state = 'paying'
                        """),
                new Mutant("H03", "update payment set state = 'declined' where state = 'requires_action'"),
                new Mutant("H04", "update hold set closed_at = shop_clock() where state = 'active'"),
                new Mutant("H05", "update hold set state = 'released' where state = 'committed'"),
                new Mutant("H05", "delete from hold where state = 'committed'"),
                new Mutant("H05", "update orders set checkout_id = gen_random_uuid()"),
                new Mutant("H06", """
                        update hold_line
                           set quantity = quantity + 1
                         where hold_id in (select id from hold where state = 'committed')
                        """),
                new Mutant("H06", """
                        update hold_line
                           set warehouse = 'ROM'
                         where warehouse = 'LON' and hold_id in (select id from hold where state = 'committed')
                        """),
                new Mutant("H07", """
                        delete from hold_line where hold_id = (select id from hold where state = 'released')
                        """),
                new Mutant("H08", "update hold set expires_at = expires_at + interval '1 minute'"),
                new Mutant("H08", "update hold set expires_at = hard_deadline + interval '1 minute'"),
                new Mutant("H08", "update product set hold_seconds = 60, updated_at = updated_at - interval '1 hour'"));
    }

    /// What is found after the damage, which is undone.
    private static List<Finding> after(Mutant mutant, Audit audit) {
        var findings = new ArrayList<Finding>();
        final class Undone extends RuntimeException {

            private static final long serialVersionUID = 1;
        }
        try {
            SHOP.database().transact(tx -> {
                tx.execute(WITHOUT_CHECKS);
                tx.execute(mutant.sql);
                findings.addAll(audit.findings(tx));
                throw new Undone();
            });
        } catch (Undone _) {
            return findings;
        }
        throw new AssertionError("The damage was done for good");
    }

    /// The database would not let itself be broken otherwise.
    private static final String WITHOUT_CHECKS = """
            do $$
            declare it record;
            begin
              for it in select conrelid::regclass as relation, conname
                          from pg_constraint
                         where connamespace = 'holdfast'::regnamespace and contype = 'c'
              loop
                execute format('alter table %s drop constraint %I', it.relation, it.conname);
              end loop;
            end $$
            """;

    private static void receive(String sku, String warehouse, int pieces) {
        created("/v1/stock/" + sku + "/adjustments", """
                {"warehouse": "%s", "delta": %d, "reason": "opening stock"}""".formatted(warehouse, pieces));
    }

    private static Reply open(int pieces) {
        return open("MUG", pieces);
    }

    private static Reply open(String sku, int pieces) {
        return created("/v1/checkouts", """
                {"line_items": [{"sku": "%s", "quantity": %d}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"}}
                """.formatted(sku, pieces));
    }

    private static Reply created(String path, String body) {
        Reply reply = keyed().post(path, body);
        assertThat(reply.status()).as(reply.body()).isEqualTo(201);
        return reply;
    }

    private static Reply complete(Reply opened, String token) {
        return keyed().post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "%s"}, "expected_total": {"amount": %s, "currency": "GBP"}}""".formatted(
                        token, opened.text("/totals/total/amount")));
    }

    private static TestClient keyed() {
        return SHOP.admin().keyed();
    }
}
