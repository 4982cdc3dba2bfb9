package holdfast.audit;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Something done to the database of a [BusyShop], or to our copy of the provider's books, behind the program's
/// back, and which promises are broken by it: one alone, wherever it can be broken alone.
record Mutant(Set<String> breaks, String sql) {

    private static Mutant of(String breaks, String sql) {
        return new Mutant(new TreeSet<>(Arrays.asList(breaks.split(" ", -1))), sql);
    }

    /// The order, the payment and the checkout of a customer.
    private static String order(String customer) {
        return "(select id from orders where email = '" + customer + "@example.com' order by number limit 1)";
    }

    private static String payment(String customer) {
        return """
               (select p.id
                  from payment p
                  join checkout c on c.id = p.checkout_id
                 where c.email = '%s@example.com'
                 order by p.created_at desc, p.id desc
                 limit 1)""".formatted(customer);
    }

    private static String checkout(String customer) {
        return "(select id from checkout where email = '" + customer + "@example.com' order by created_at, id limit 1)";
    }

    private static String tells(String type, String id) {
        String aggregate = type.substring(0, type.indexOf('.'));
        return """
               insert into outbox (events)
               select json_build_array(json_build_object('aggregateType', '%s', 'aggregateId', %s, 'type', '%s',
                                                         'payload', json_build_object()))
               """.formatted(aggregate, id, type);
    }

    /// Money of a customer's payment that moved at the provider.
    private static String moved(String kind, String customer, String amount, boolean early) {
        return """
               insert into movement (gateway, reference, kind, amount, currency, early)
               select gateway, gateway_ref, '%s', %s, currency, %s from payment where id = %s
               """.formatted(kind, amount, early, payment(customer));
    }

    /// The refund of a customer's payment failed after it was made, so long ago that we must have heard of it.
    private static String cameBack(String customer) {
        return """
               insert into movement (gateway, reference, kind, amount, currency, early, at)
               select gateway, reference, 'REFUND', -amount, currency, true, shop_clock() - interval '27 hours'
                 from movement
                where kind = 'REFUND' and reference = (select gateway_ref from payment where id = %s)
               """.formatted(payment(customer));
    }

    static Stream<Mutant> all() {
        return Stream.of(
                        stock(),
                        holds(),
                        orders(),
                        charges(),
                        payments(),
                        answers(),
                        events(),
                        discounts(),
                        sagas(),
                        auditLog(),
                        cardNumbers())
                .flatMap(each -> each);
    }

    private static Stream<Mutant> stock() {
        return Stream.of(
                of("S01", """
                        insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                        select sku, warehouse, 'adjust', held + allocated - 1 - on_hand, 'lost', 'mutant'
                          from stock
                         where sku = 'MUG' and warehouse = 'LEI';
                        update stock set on_hand = held + allocated - 1 where sku = 'MUG' and warehouse = 'LEI'
                        """),
                of("S02", "update stock set held = held + 1 where sku = 'GIFT'"),
                of("S03", "update stock set allocated = allocated - 1 where sku = 'GIFT'"),
                of("S04", "update stock set on_hand = on_hand + 1"),
                of("S05", """
                        insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                        values ('MUG', 'LEI', 'adjust', -100, 'gone', 'mutant 1'),
                               ('MUG', 'LEI', 'adjust', 100, 'back', 'mutant 2')
                        """),
                of("S06", "update stock_movement set kind = 'adjust' where kind = 'ship'"),
                of("O05 S07", """
                        update order_line set quantity = 1000 where sku = 'GIFT';
                        update checkout_line set quantity = 1000 where sku = 'GIFT'
                        """),
                of("S08", "update backorder set backordered = backordered - 1"),
                of("S08", "update backorder set backorder_limit = 1"),
                of("S08", "delete from backorder"));
    }

    private static Stream<Mutant> holds() {
        return Stream.of(
                of("G05 H01", """
                        update hold
                           set created_at = created_at - interval '16 minutes',
                               expires_at = expires_at - interval '16 minutes',
                               hard_deadline = hard_deadline - interval '16 minutes'
                         where state = 'active'
                        """),
                of("H02", """
                        update hold
                           set created_at = created_at - interval '1 hour',
                               expires_at = expires_at - interval '1 hour',
                               paying_deadline = paying_deadline - interval '1 hour',
                               hard_deadline = hard_deadline - interval '1 hour'
                         where state = 'paying'
                        """),
                of("H03", """
                        update hold
                           set state = 'paying', paying_deadline = expires_at
                         where checkout_id = %s
                        """.formatted(checkout("gia"))),
                of("H04", "update hold set closed_at = shop_clock() where state = 'active'"),
                of("E03 E04 H05", "update hold set state = 'released' where state = 'committed'"),
                of("E04 H05 H06 O08", "delete from hold where checkout_id = " + checkout("eve")),
                of("H05 H06 O06", """
                        update orders set checkout_id = gen_random_uuid() where id = %s
                        """.formatted(order("eve"))),
                of("H06", """
                        update hold set quantities[1] = quantities[1] + 1 where state = 'committed'
                        """),
                of("H06", """
                        update hold
                           set warehouses = array_replace(warehouses, 'LON', 'ROM')
                         where state = 'committed'
                        """),
                of("H07", """
                        update hold set skus = '{}', warehouses = '{}', quantities = '{}' where checkout_id = %s
                        """.formatted(checkout("kim"))),
                of("H08", """
                        update hold set expires_at = expires_at + interval '1 minute' where state = 'active'
                        """),
                of("H08", "update hold set expires_at = hard_deadline + interval '1 minute'"),
                of("H08", """
                        update product set hold_seconds = 60, updated_at = updated_at - interval '1 hour'
                        """));
    }

    private static Stream<Mutant> orders() {
        return Stream.of(
                of(
                        "O01",
                        """
                        create temporary table twin on commit drop as
                          select * from orders where id = %s;
                        update twin set id = gen_random_uuid(), number = 1;
                        insert into orders select * from twin;
                        create temporary table twin_line on commit drop as
                          select l.* from order_line l join orders o on o.id = l.order_id, twin
                           where o.checkout_id = twin.checkout_id;
                        update twin_line set order_id = (select id from twin);
                        insert into order_line select * from twin_line;
                        insert into allocation
                        select twin.id, a.line_no, a.warehouse, a.quantity, a.shipped, a.canceled
                          from allocation a join orders o on o.id = a.order_id, twin
                         where o.checkout_id = twin.checkout_id;
                        insert into order_transition
                        select twin.id, t.seq, t.status, t.at, t.reason
                          from order_transition t join orders o on o.id = t.order_id, twin
                         where o.checkout_id = twin.checkout_id;
                        """.formatted(order("bob"))
                                + Stream.of("order.placed", "order.paid", "order.canceled", "order.refunded")
                                        .map(type -> tells(type, "(select id from twin)"))
                                        .reduce("", (all, one) -> all + one + ";\n")
                                + "select 1"),
                of("O02", """
                        update orders set shipping = shipping + 1 where id = %1$s;
                        update checkout set shipping = shipping + 1 where id = %2$s
                        """.formatted(order("eve"), checkout("eve"))),
                of("O03", """
                        update orders set subtotal = subtotal + 1, tax = tax - 1 where id = %1$s;
                        update checkout set subtotal = subtotal + 1, tax = tax - 1 where id = %2$s
                        """.formatted(order("cyd"), checkout("cyd"))),
                of("O04", """
                        update order_line set unit_price = unit_price + 1;
                        update checkout_line set unit_price = unit_price + 1
                        """),
                of("O05", """
                        update order_line set quantity = 2 where sku = 'GIFT';
                        update checkout_line set quantity = 2 where sku = 'GIFT'
                        """),
                of("O05", """
                        update stock s
                           set allocated = s.allocated + 1
                          from allocation a
                         where s.sku = 'MUG' and s.warehouse = a.warehouse and a.order_id = %1$s;
                        update allocation set canceled = canceled - 1 where order_id = %1$s
                        """.formatted(order("bob"))),
                of("O05", """
                        update stock s
                           set allocated = s.allocated - 1
                          from allocation a
                         where s.sku = 'MUG' and s.warehouse = a.warehouse and a.order_id = %1$s;
                        update allocation set canceled = canceled + 1 where order_id = %1$s
                        """.formatted(order("cyd"))),
                of("O06", "update checkout set email = 'someone@example.com' where id = " + checkout("cyd")),
                of("O06", "update checkout_line set sku = 'CAP' where checkout_id = " + checkout("cyd")),
                of("O08", """
                        insert into checkout_line (checkout_id, line_no, sku, title, quantity, unit_price, total)
                        values (gen_random_uuid(), 1, 'MUG', 'A mug', 1, 1, 1)
                        """),
                of("O08", """
                        insert into order_line (order_id, line_no, sku, title, quantity, unit_price, total, discount,
                                                tax)
                        values (gen_random_uuid(), 1, 'MUG', 'A mug', 1, 1, 1, 0, 0)
                        """),
                of("O08", "insert into allocation values (gen_random_uuid(), 1, 'LON', 1)"),
                of("O08", """
                        insert into discount_use values ('TEN', gen_random_uuid(), 'zoe@example.com', 'returned')
                        """),
                of("O08", """
                        insert into gateway_operation (key, payment_id, operation, request, state)
                        values ('mutant:void:1', gen_random_uuid(), 'void', '{}', 'planned')
                        """),
                of("E03 O08", """
                        insert into order_transition values (gen_random_uuid(), 2, 'paid', shop_clock())
                        """),
                of("O09", "update order_transition set seq = seq + 1 where order_id = " + order("cyd")),
                of("O09", "update orders set status = 'shipped' where id = " + order("dan")),
                of("O09", """
                        update order_transition set at = at - interval '1 hour' where order_id = %s
                        """.formatted(order("cyd"))),
                of("O10", "update orders set payment_status = 'voided' where id = " + order("cyd")));
    }

    private static Stream<Mutant> charges() {
        return Stream.of(
                of("P01 P10", """
                        insert into payment (id, checkout_id, gateway, gateway_ref, amount, currency, token, state,
                                             asked, live, due_at, created_at)
                        select gen_random_uuid(), checkout_id, gateway, 'another', amount, currency, token,
                               'requires_action', asked, true, shop_clock() + interval '1 hour', created_at
                          from payment
                         where id = %s;
                        insert into movement
                        select gateway, gateway_ref, 'AUTH', amount, currency, id || ':authorize:1', true
                          from payment
                         where gateway_ref = 'another'
                        """.formatted(payment("cyd"))),
                of(
                        "P01 P05 P08 P09",
                        """
                        delete from movement
                         where kind = 'AUTH' and reference = (select gateway_ref from payment where id = %s);
                        """.formatted(payment("cyd"))
                                + """
                        delete from movement
                         where kind = 'CAPTURE' and reference = (select gateway_ref from payment where id = %s);
                        """.formatted(payment("cyd"))
                                + moved("CAPTURE", "cyd", "1", false)),
                of("P02", """
                        update movement
                           set amount = amount + 1
                         where kind = 'AUTH' and reference = (select gateway_ref from payment where id = %s)
                        """.formatted(payment("cyd"))),
                of("P02", """
                        update movement
                           set currency = 'EUR'
                         where reference = (select gateway_ref from payment where id = %s)
                        """.formatted(payment("cyd"))),
                of("P03", moved("AUTH", "gus", "amount", true)),
                of("P04", "insert into movement values ('sandbox', 'pi_unheard_of', 'AUTH', 1, 'GBP', null, true)"),
                of("P04", """
                        update intent set payment = gen_random_uuid() where payment = %s
                        """.formatted(payment("cyd"))),
                of("P05", moved("CAPTURE", "cyd", "0", true)),
                of("P06", moved("REFUND", "bob", "1", false)),
                of("P07", moved("VOID", "cyd", "amount", false)),
                of("P08 P09", """
                        update movement
                           set amount = amount - 1
                         where kind = 'CAPTURE' and reference = (select gateway_ref from payment where id = %s)
                        """.formatted(payment("cyd"))),
                of("P09", "update payment set captured = captured - 1 where id = " + payment("cyd")),
                of("P09", moved("REFUND", "cyd", "1", true)),
                of("P09", cameBack("dan")),
                of("P10", """
                        insert into payment (id, checkout_id, gateway, gateway_ref, amount, currency, token, state,
                                             asked, due_at, created_at)
                        select gen_random_uuid(), checkout_id, gateway, 'another', amount, currency, token, state,
                               asked, due_at, created_at
                          from payment
                         where id = %s;
                        insert into movement
                        select gateway, gateway_ref, 'AUTH', amount, currency, id || ':authorize:1', true
                          from payment
                         where state = 'requires_action'
                        """.formatted(payment("fay"))),
                of("P14", """
                        update movement
                           set key = 'another'
                         where kind = 'AUTH' and reference = (select gateway_ref from payment where id = %s)
                        """.formatted(payment("cyd"))),
                of("P14", "delete from gateway_operation where operation = 'refund'"),
                of("P15", """
                        insert into movement values ('sandbox', 'one', 'VOID', 1, 'GBP', 'twice', true),
                                                    ('sandbox', 'other', 'VOID', 1, 'GBP', 'twice', true)
                        """),
                of("P19 P09", """
                        delete from movement
                         where kind = 'REFUND' and reference = (select gateway_ref from payment where id = %s)
                        """.formatted(payment("bob"))),
                of("P09 P19", cameBack("bob")));
    }

    private static Stream<Mutant> payments() {
        return Stream.of(
                of("G05 P11", """
                        update payment
                           set state = 'unknown', created_at = created_at - interval '25 hours'
                         where state = 'requires_action'
                        """),
                of("G02 P12", """
                        update payment
                           set state = 'authorized', live = true, updated_at = updated_at - interval '1 hour',
                               due_at = shop_clock() + interval '1 hour'
                         where id = %s;
                        """.formatted(payment("gus")) + moved("AUTH", "gus", "amount", true)),
                of("G02 P13", """
                        update payment
                           set state = 'authorized', live = true, capture_before = shop_clock() - interval '1 hour',
                               due_at = shop_clock() + interval '1 hour'
                         where id = %s;
                        """.formatted(payment("gus")) + moved("AUTH", "gus", "amount", true)),
                of("P16", "update gateway_operation set last_sent_at = first_sent_at + interval '21 hours'"),
                of("P17", """
                        update refund set amount = amount - 1 where payment_id = %s
                        """.formatted(payment("bob"))),
                of("P17 P18", """
                        update refund set amount = amount + 1 where payment_id = %s
                        """.formatted(payment("bob"))));
    }

    private static Stream<Mutant> answers() {
        return Stream.of(
                of("I01", "delete from idempotency_key where scope like '%/cancel'"),
                of("I02", "update idempotency_answer set status = 500 where status = 402"),
                of("I03", "delete from idempotency_answer where status = 402"),
                of("I04", """
                        update idempotency_key
                           set expires_at = expires_at - interval '1 day'
                         where scope like '%/complete'
                        """),
                of("I04", """
                        delete from idempotency_key where id = (select asked from payment where id = %1$s);
                        delete from idempotency_answer where id = (select asked from payment where id = %1$s)
                        """.formatted(payment("cyd"))),
                of("I05", """
                        update idempotency_answer
                           set body = convert_to(replace(convert_from(body, 'UTF8'), %s::text, %s::text), 'UTF8')
                         where id = (select asked from payment where id = %s)
                        """.formatted(order("cyd"), order("dan"), payment("cyd"))),
                of("I06", """
                        update idempotency_answer
                           set body = convert_to(replace(convert_from(body, 'UTF8'), %s::text, gen_random_uuid()::text),
                                                 'UTF8')
                         where id = (select asked from payment where id = %s)
                        """.formatted(order("cyd"), payment("cyd"))));
    }

    private static Stream<Mutant> events() {
        String hold = "(select checkout_id from hold where checkout_id = " + checkout("gia") + ")";
        String refund = "(select id from refund where state = 'succeeded' order by id limit 1)";
        return Stream.of(
                of("E01", """
                        update outbox
                           set events = replace(events, '"hold.created"', '"hold.changed"')
                         where events like '%' || {hold} || '%';
                        """.replace("{hold}", hold) + tells("hold.created", hold)),
                of("E01", tells("refund.succeeded", refund)),
                of("E01", tells("hold.reopened", hold)),
                of("E02", tells("hold.created", hold)),
                of("E03", """
                        update outbox
                           set events = replace(events, '"refund.succeeded"', '"refund.praised"')
                        """),
                of("E01 E02 E03", """
                        update outbox
                           set events = replace(events, '"order.delivered"', '"order.paid"')
                        """),
                of("E04", tells("order.placed", "gen_random_uuid()")),
                of("E04", tells("refund.failed", refund)),
                of("E08", """
                        update webhook_inbox set state = 'waiting', due_at = shop_clock() - interval '6 minutes'
                        """));
    }

    private static Stream<Mutant> discounts() {
        return Stream.of(
                of("C01", "update discount_code set uses = uses + 1"),
                of("C01", "update discount_code set uses_max = 1"),
                of("C02", """
                        update discount_code set uses_per_customer = 1, updated_at = updated_at - interval '1 hour'
                        """),
                of("C03", "update discount_use set state = 'taken' where state = 'used'"),
                of("C03", "update discount_use set state = 'used' where state = 'taken'"),
                of("C03", """
                        delete from discount_use where checkout_id = %s;
                        update discount_code set uses = uses - 1
                        """.formatted(checkout("ada"))));
    }

    private static Stream<Mutant> sagas() {
        return Stream.of(
                of("G01", """
                        update payment set due_at = due_at - interval '1 hour' where state = 'requires_action'
                        """),
                of("G01", "update payment set due_at = null where state = 'requires_action'"),
                of("G02 P03 P14", "update orders set payment_id = null where id = " + order("cyd")),
                of("G02 P12", """
                        update payment
                           set state = 'authorized', live = true, updated_at = updated_at - interval '1 hour',
                               due_at = shop_clock() + interval '1 hour'
                         where id = %s;
                        """.formatted(payment("gus")) + moved("AUTH", "gus", "amount", true)),
                of("G03", "update payment set due_at = shop_clock() + interval '1 hour' where state = 'declined'"),
                of("G03", "update payment set live = true where state = 'failed'"),
                of("G05", """
                        update payment set leased_until = shop_clock() + interval '1 minute' where id = %s
                        """.formatted(payment("cyd"))));
    }

    private static Stream<Mutant> auditLog() {
        String asOwner = "alter table audit_log disable trigger all;\n";
        return Stream.of(
                of("G04", asOwner + "update audit_log set actor_id = gen_random_uuid() where seq = 3"),
                of("G04", asOwner + """
                        update audit_log set after = after || '{"status": "paid"}' where deed = 'order.canceled'
                        """),
                of("G04", asOwner + "delete from audit_log where seq = 3"),
                of("G04", asOwner + "delete from audit_log where seq = (select max(seq) from audit_log)"),
                // The chain below the head was made anew.
                of("G04", asOwner + """
                        update audit_log a
                           set at = at - interval '1 day'
                         where seq = (select max(seq) from audit_log);
                        update audit_log a
                           set hash = audit_log_hash(a)
                         where seq = (select max(seq) from audit_log)
                        """));
    }

    private static Stream<Mutant> cardNumbers() {
        return Stream.of(
                of("X01", """
                        update checkout
                           set shipping_address = jsonb_set(shipping_address, '{name}', '"4242 4242 4242 4242"')
                         where id = %s
                        """.formatted(checkout("gia"))),
                of("X01", """
                        update idempotency_answer
                           set body = convert_to('{"number": "5555-5555-5555-4444"}', 'UTF8')
                         where status = 402
                        """),
                of("X01", "update warehouse set title = '378282246310005'"));
    }
}
