package holdfast.order;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.catalog.DiscountUses;
import holdfast.db.Database;
import holdfast.db.TransactionPerCommand;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.inventory.AllocatedStock;
import holdfast.inventory.Change;
import holdfast.inventory.HeldLine;
import holdfast.inventory.Movement;
import holdfast.inventory.StockRoom;
import holdfast.kernel.Address;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.KeyId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Quantity;
import holdfast.kernel.RefundId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.payment.Attempt;
import holdfast.payment.Authorization;
import holdfast.payment.CapturePolicy;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Outcome;
import holdfast.payment.Payments;
import holdfast.payment.Trouble;
import holdfast.payment.WorkList;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.psp.SandboxProvider;
import holdfast.trace.Traces;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// Tells what happens to orders: one step per line and, after an arrow, what comes of it. What the books must
/// always say is checked after every story.
///
/// ```
/// stock   LON MUG 5                    five mugs lie in London
/// limit   MUG 2                        so many mugs can be promised before they are there
/// receive LON MUG 5                    five more come in
/// transfer NYC LON MUG 1               one comes from New York
/// place   A MUG 2 × 10.00              order A, its money set aside, its mugs allocated
/// policy  shipment                     the money of the orders that follow awaits their shipment
/// capture A                            whoever placed it takes the money at once
/// settle                               the settlement does all that is due, as one who has not placed the
/// orders ship    A                            all that is left; or `A 1:2`, two pieces of line 1
/// arrive  A 1                          the first fulfillment
/// card    refundFail                   the card that the orders that follow are paid with
/// returns A                            refunds that its bank could not place come back, and the provider says
/// so refund  A 5.00                       or `A 1:2 restock`
/// cancel  A
/// next    capture lost_after           how the gateway goes wrong the next time
/// clock   10s                          time passes
/// order?  A                            status, payment status, captured, refunded
/// stock?  LON MUG                      what lies there, and how much of it is promised
/// allocations? A                       what is left to ship, and where it is
/// backordered? MUG                     how many mugs are promised that are not there
/// sweep                                who waits for backordered pieces gets what is available
/// stuck?  A                            why somebody has to look at its payment
/// anew    A                            refunds that were refused are asked for anew
/// watch                                whoever waits too long comes on the work list
/// calls?                               what the gateway was asked since this was last asked
/// ledger?                              what the provider says it moved
/// ```
final class OrderStory implements AutoCloseable {

    static final Currency GBP = Currency.getInstance("GBP");

    private static final Duration AUTHORIZED_FOR = Duration.ofDays(7);
    private static final Address ADDRESS =
            new Address("Ada Lovelace", null, "12 St James's Square", null, "London", null, "SW1Y 4JH", "GB", null);

    private final TestDatabase testDatabase;
    private final Map<String, OrderId> names = new HashMap<>();
    private final SandboxProvider provider = SandboxProvider.inMemory();

    final Database database;
    final Trouble trouble = new Trouble();
    private final SandboxGateway sandbox = new SandboxGateway(provider, URI.create("http://127.0.0.1"));
    final Gateway gateway = trouble.before(sandbox);
    final Outbox outbox = new Outbox();
    final WorkList workList = new WorkList(outbox);
    final BackorderFilling filling = new BackorderFilling(outbox);
    final StockRoom stockRoom = new StockRoom(filling);
    final AllocatedStock stock = new AllocatedStock(filling);
    final Canceling canceling = new Canceling(new DiscountUses(), stock, outbox);
    final Fulfilling fulfilling = new Fulfilling(stock, outbox);
    final Refunding refunding = new Refunding(canceling, stock, outbox);
    final Orders orders = new Orders();
    final Settlement settlement;
    private CapturePolicy policy = CapturePolicy.ORDER;
    private String card = "visa";

    OrderStory(TestDatabase testDatabase) {
        this.testDatabase = testDatabase;
        this.database = testDatabase.database();
        this.settlement = anotherSettlement();
        database.transact(tx -> tx.execute("""
                truncate product, warehouse, checkout, checkout_line, hold, payment, work_item,
                         gateway_operation, orders, order_line, allocation, order_transition, discount_code,
                         discount_use, outbox cascade
                """));
    }

    /// Another server on the same database and gateway.
    Settlement anotherSettlement() {
        return new Settlement(
                database,
                new TransactionPerCommand(database),
                Map.of(SandboxGateway.NAME, gateway),
                canceling,
                outbox,
                workList,
                CapturePolicy.ORDER,
                Traces.OFF);
    }

    void tell(String story) {
        for (String line : story.lines().toList()) {
            String[] sides = line.split("→", -1);
            List<String> words = List.of(sides[0].strip().split("\\s+", -1));
            String came = step(words.getFirst(), words.subList(1, words.size()));
            if (sides.length == 2) assertThat(came).as(line).isEqualTo(sides[1].strip());
        }
    }

    String url() {
        return testDatabase.url();
    }

    OrderId order(String name) {
        return requireNonNull(names.get(name), name);
    }

    String name(OrderId order) {
        return names.entrySet().stream()
                .filter(each -> each.getValue().equals(order))
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    Order read(String name) {
        return database.inTransaction(tx -> orders.find(tx, order(name)).orElseThrow());
    }

    private String step(String verb, List<String> words) {
        try {
            return switch (verb) {
                case "stock" -> put(words.get(0), words.get(1), Long.parseLong(words.get(2)));
                case "limit" -> limit(words.get(0), Integer.parseInt(words.get(1)));
                case "receive" -> receive(words.get(0), words.get(1), Integer.parseInt(words.get(2)));
                case "transfer" -> {
                    WarehouseCode from = WarehouseCode.of(words.get(0));
                    WarehouseCode to = WarehouseCode.of(words.get(1));
                    Quantity quantity = Quantity.of(Integer.parseInt(words.get(3)));
                    yield inTransaction(tx -> stockRoom.transfer(
                                            tx,
                                            Sku.of(words.get(2)),
                                            from,
                                            to,
                                            quantity,
                                            "transfer",
                                            "test:" + UUID.randomUUID()))
                                    .to()
                                    .allocated()
                            + " allocated there";
                }
                case "sweep" -> {
                    database.transact(filling::fillAll);
                    yield "";
                }
                case "allocations?" -> allocations(words.getFirst());
                case "backordered?" ->
                    Long.toString(inTransaction(tx -> stockRoom.stock(tx, Sku.of(words.getFirst())))
                            .backordered());
                case "place" -> place(words.getFirst(), String.join(" ", words.subList(1, words.size())));
                case "policy" -> {
                    policy = CapturePolicy.valueOf(words.getFirst().toUpperCase(Locale.ROOT));
                    yield "";
                }
                case "card" -> {
                    card = words.getFirst();
                    yield "";
                }
                case "returns" -> returns(words.getFirst());
                case "capture" -> capture(words.getFirst());
                case "settle" -> settle();
                case "ship" -> ship(words);
                case "arrive" -> arrive(words.get(0), Integer.parseInt(words.get(1)));
                case "refund" -> refund(words);
                case "cancel" -> {
                    Order canceled = inTransaction(tx -> canceling.cancel(tx, order(words.getFirst()), null));
                    yield canceled.status().code();
                }
                case "stuck?" -> stuck(words.getFirst());
                case "anew" -> {
                    database.transact(tx -> settlement.refundAnew(tx, order(words.getFirst())));
                    yield "";
                }
                case "watch" -> {
                    database.transact(workList::watch);
                    yield "";
                }
                case "next" -> fault(words.get(0), words.get(1));
                case "clock" -> {
                    testDatabase.shiftClock(Duration.parse("PT" + words.getFirst()));
                    yield "";
                }
                case "order?" -> told(read(words.getFirst()));
                case "stock?" -> stockOf(words.get(0), words.get(1));
                case "timeline?" -> timeline(words.getFirst());
                case "events?" -> events(words.getFirst());
                case "calls?" -> calls();
                case "ledger?" -> ledger();
                default -> throw new IllegalArgumentException("No such verb: " + verb);
            };
        } catch (Refusal refusal) {
            return told(refusal);
        }
    }

    private <T> T inTransaction(Function<Tx, T> work) {
        return database.inTransaction(work);
    }

    private String put(String warehouse, String sku, long pieces) {
        database.transact(tx -> {
            tx.update("insert into warehouse (code, title, country) values (:w, :w, 'GB') on conflict do nothing")
                    .bind("w", warehouse)
                    .execute();
            tx.update("""
                            insert into product (sku, title, price_minor, currency)
                            values (:sku, :sku, 1, 'GBP')
                            on conflict do nothing
                            """).bind("sku", sku).execute();
            tx.update("insert into stock (sku, warehouse, on_hand) values (:sku, :warehouse, :pieces)")
                    .bind("sku", sku)
                    .bind("warehouse", warehouse)
                    .bind("pieces", pieces)
                    .execute();
            tx.update("""
                            insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
                            select :sku, :warehouse, 'receive', :pieces, 'delivery', 'test' where :pieces > 0
                            """)
                    .bind("sku", sku)
                    .bind("warehouse", warehouse)
                    .bind("pieces", pieces)
                    .execute();
        });
        return "";
    }

    private String limit(String sku, int pieces) {
        database.transact(
                tx -> tx.update("""
                        insert into backorder (sku, backorder_limit)
                        values (:sku, :pieces)
                        on conflict (sku) do update set backorder_limit = excluded.backorder_limit
                        """).bind("sku", sku).bind("pieces", pieces).execute());
        return "";
    }

    private String receive(String warehouse, String sku, int pieces) {
        Movement moved = inTransaction(tx -> stockRoom.adjust(
                tx,
                Sku.of(sku),
                WarehouseCode.of(warehouse),
                new Change.By(pieces),
                "delivery",
                "test:" + UUID.randomUUID()));
        return moved.level().allocated() + " allocated there";
    }

    private String allocations(String name) {
        return String.join(
                ", ",
                read(name).allocations().stream()
                        .map(each -> each.left() + " of " + each.quantity() + " " + each.sku() + " "
                                + (each.isBackordered() ? "backordered" : "in " + each.warehouse()))
                        .toList());
    }

    /// `MUG 2 × 10.00, TEE 1 × 5.00 less 4.00 tax 2.10 shipping 3.95`
    private String place(String name, String what) {
        String[] parts = what.split(" (?=less|tax|shipping|code)", -1);
        String code = "";
        Money less = Money.zero(GBP);
        Money tax = Money.zero(GBP);
        Money shipping = Money.zero(GBP);
        for (String part : Arrays.asList(parts).subList(1, parts.length)) {
            String value = part.substring(part.indexOf(' ') + 1);
            switch (part.substring(0, part.indexOf(' '))) {
                case "less" -> less = money(value);
                case "tax" -> tax = money(value);
                case "shipping" -> shipping = money(value);
                default -> code = value;
            }
        }
        List<Order.Line> lines = lines(parts[0], less, tax);
        Money subtotal = Money.sum(GBP, lines.stream().map(Order.Line::total).toList());
        Money total = subtotal.minus(less).plus(shipping).plus(tax);
        var totals = new Order.Totals(subtotal, less, shipping, tax, total);
        names.put(name, place(lines, totals, code.isEmpty() ? List.of() : List.of(code)));
        return read(name).status().code();
    }

    private static List<Order.Line> lines(String what, Money less, Money tax) {
        var bare = new ArrayList<Order.Line>();
        for (String item : what.split(", *", -1)) {
            String[] words = item.strip().split("\\s+", -1);
            Quantity quantity = Quantity.of(Integer.parseInt(words[1]));
            Money price = money(words[3]);
            Money none = Money.zero(GBP);
            bare.add(new Order.Line(
                    bare.size() + 1,
                    Sku.of(words[0]),
                    words[0],
                    quantity,
                    price,
                    price.times(quantity),
                    none,
                    none,
                    0));
        }
        List<Long> weights = bare.stream().map(line -> line.total().minor()).toList();
        List<Money> discounts = less.allocate(weights);
        List<Money> taxes = tax.allocate(weights);
        return bare.stream()
                .map(line -> new Order.Line(
                        line.lineNo(),
                        line.sku(),
                        line.title(),
                        line.quantity(),
                        line.unitPrice(),
                        line.total(),
                        discounts.get(line.lineNo() - 1),
                        taxes.get(line.lineNo() - 1),
                        0))
                .toList();
    }

    /// All that the checkout does before an order stands, without the checkout.
    private OrderId place(List<Order.Line> lines, Order.Totals totals, List<String> codes) {
        CheckoutId checkout = CheckoutId.next();
        boolean free = totals.total().isZero();
        database.transact(tx -> {
            writeCheckout(tx, checkout, totals);
            codes.forEach(code -> useCode(tx, checkout, code));
        });
        Attempt attempt = free ? null : inTransaction(tx -> begin(tx, checkout, totals.total()));
        if (attempt != null) {
            Outcome outcome = sandbox.authorize(attempt.id().toString(), attempt.charge(), attempt.key("authorize"));
            assertThat(outcome).isInstanceOf(Outcome.Approved.class);
        }
        OrderId placed = inTransaction(tx -> {
            Order.PaidBy paidBy = attempt == null ? null : authorize(tx, attempt);
            List<HeldLine> held = allocate(tx, lines);
            writeHold(tx, checkout, held);
            var placement = new Placement(
                    OrderId.next(),
                    checkout,
                    paidBy,
                    Email.of("Ada@Example.org"),
                    ADDRESS,
                    "standard",
                    "Standard",
                    codes,
                    lines,
                    totals,
                    held,
                    new byte[] {1, 2, 3});
            return new OrderPlacing(outbox)
                    .place(tx, List.of(placement))
                    .getFirst()
                    .id();
        });
        inTransaction(new Payments()::freeAll); // Whoever placed it is gone before the money was taken.
        return placed;
    }

    private static void writeCheckout(Tx tx, CheckoutId checkout, Order.Totals totals) {
        tx.update("""
                        insert into checkout (id, currency, subtotal, discount, shipping, tax, total, catalog_revision,
                                              secret_sha256)
                        values (:id, 'GBP', :subtotal, :discount, :shipping, :tax, :total, 1, '\\x010203')
                        """)
                .bind("id", checkout.value())
                .bind("subtotal", totals.subtotal().minor())
                .bind("discount", totals.discount().minor())
                .bind("shipping", totals.shipping().minor())
                .bind("tax", totals.tax().minor())
                .bind("total", totals.total().minor())
                .execute();
    }

    private static void writeHold(Tx tx, CheckoutId checkout, List<HeldLine> held) {
        tx.update("""
                        insert into hold (checkout_id, state, created_at, expires_at, hard_deadline, closed_at,
                                          sourcing, skus, warehouses, quantities)
                        values (:checkout, 'committed', shop_clock(), shop_clock(), shop_clock(), shop_clock(), 'test',
                                :skus, :warehouses, :quantities)
                        """)
                .bind("checkout", checkout.value())
                .bind("skus", tx.texts(held, line -> line.sku().code()))
                .bind("warehouses", tx.texts(held, line -> line.warehouse().code()))
                .bind("quantities", tx.bigints(held, HeldLine::quantity))
                .execute();
    }

    private static void useCode(Tx tx, CheckoutId checkout, String code) {
        tx.update("""
                        insert into discount_code (code, ppm, uses_max, uses) values (:code, 100000, 1, 1)
                        """).bind("code", code).execute();
        tx.update("""
                        insert into discount_use (code, checkout_id, customer, state)
                        values (:code, :checkout, 'ada@example.org', 'used')
                        """).bind("code", code).bind("checkout", checkout.value()).execute();
    }

    private Attempt begin(Tx tx, CheckoutId checkout, Money total) {
        PaymentId id = PaymentId.next();
        var begun = new Payments.Begun(
                id, checkout, SandboxGateway.NAME, id.toString(), total, "pm_card_" + card, new KeyId(id.value()));
        return new Payments().begin(tx, List.of(begun)).getFirst();
    }

    private Order.PaidBy authorize(Tx tx, Attempt attempt) {
        String reference = attempt.id().toString();
        var authorization = new Authorization(reference, null, tx.now().plus(AUTHORIZED_FOR));
        new Payments().settle(tx, List.of(new Payments.Settled.Authorized(attempt.id(), authorization, policy)));
        Money none = Money.zero(attempt.amount().currency());
        return new Order.PaidBy(
                attempt.id(), attempt.gateway(), reference, "authorized", attempt.amount(), none, none, null);
    }

    private static List<HeldLine> allocate(Tx tx, List<Order.Line> lines) {
        var held = new ArrayList<HeldLine>();
        var wantedBySku = new TreeMap<Sku, Long>();
        lines.forEach(
                line -> wantedBySku.merge(line.sku(), (long) line.quantity().pieces(), Long::sum));
        for (var line : wantedBySku.entrySet()) {
            Sku sku = line.getKey();
            long wanted = line.getValue();
            var places = tx.query("""
                            select warehouse, on_hand - held - allocated as available
                              from stock
                             where sku = :sku
                             order by warehouse
                            """)
                    .bind("sku", sku.code())
                    .map((row, _) -> Map.entry(row.getString("warehouse"), row.getLong("available")))
                    .list();
            for (var place : places) {
                long taken = Math.min(wanted, place.getValue());
                if (taken == 0) continue;
                wanted -= taken;
                held.add(new HeldLine(sku, WarehouseCode.of(place.getKey()), taken));
                tx.update("""
                                update stock
                                   set allocated = allocated + :taken
                                 where sku = :sku and warehouse = :warehouse
                                """)
                        .bind("taken", taken)
                        .bind("sku", sku.code())
                        .bind("warehouse", place.getKey())
                        .execute();
            }
            if (wanted > 0) {
                held.add(new HeldLine(sku, WarehouseCode.NONE, wanted));
                backorder(tx, sku, wanted);
            }
        }
        return held;
    }

    private static void backorder(Tx tx, Sku sku, long pieces) {
        int counted = tx.update("update backorder set backordered = backordered + :pieces where sku = :sku")
                .bind("pieces", pieces)
                .bind("sku", sku.code())
                .execute();
        assertThat(counted).as("a limit for " + sku).isOne();
    }

    private String stuck(String name) {
        PaymentId payment = read(name).payments().getFirst().id();
        return inTransaction(tx -> workList.open(tx, List.of(payment))).values().stream()
                .flatMap(List::stream)
                .map(item -> item.reason().code())
                .collect(joining(", "));
    }

    private String capture(String name) {
        Order order = read(name);
        Attempt attempt = requireNonNull(inTransaction(tx -> new Payments().latest(tx, List.of(order.checkout())))
                .get(order.checkout()));
        settlement.work(Capture.of(attempt, attempt.id().toString(), order.id()).job());
        return "";
    }

    private String settle() {
        settlement.settleDue();
        return "";
    }

    private String ship(List<String> words) {
        OrderId order = order(words.getFirst());
        List<Pieces> pieces = words.size() == 1 ? null : pieces(words.subList(1, words.size()));
        settlement.captureToShip(order, tx -> fulfilling.requireThere(tx, order, pieces), Duration.ZERO);
        Order.Fulfillment shipped = inTransaction(
                tx -> fulfilling.ship(tx, order, FulfillmentId.next(), pieces, "Royal Mail", "RM123456785GB"));
        List<String> parts = shipped.lines().stream()
                .map(line -> line.quantity() + " " + line.sku() + " from " + line.warehouse())
                .toList();
        return String.join(", ", parts);
    }

    private String arrive(String name, int number) {
        FulfillmentId fulfillment = read(name).fulfillments().get(number - 1).id();
        inTransaction(tx -> fulfilling.delivered(tx, order(name), fulfillment));
        return read(name).status().code();
    }

    private String refund(List<String> words) {
        OrderId order = order(words.getFirst());
        RefundId id = RefundId.next();
        String cause = "test:" + id;
        Order.Refund refund;
        if (words.get(1).contains(":")) {
            boolean restock = words.getLast().equals("restock");
            List<Pieces> pieces = pieces(words.subList(1, words.size() - (restock ? 1 : 0)));
            refund = inTransaction(tx -> refunding.refund(tx, order, id, pieces, restock, "changed their mind", cause));
        } else {
            refund = inTransaction(tx -> refunding.refund(tx, order, id, money(words.get(1)), "goodwill", cause));
        }
        assertThat(read(words.getFirst()).refunds()).contains(refund);
        return refund.state() + " " + digits(refund.amount());
    }

    private String returns(String name) {
        provider.endRefunds();
        PaymentId payment = read(name).payments().getFirst().id();
        var given = (GivenBack.Refunds) sandbox.refunds(payment.toString());
        List<GivenBack.Refund> failed =
                given.all().stream().filter(GivenBack.Refund::failed).toList();
        assertThat(settlement.cameBack(payment, failed)).hasSizeLessThanOrEqualTo(failed.size());
        assertThat(settlement.cameBack(payment, failed)).as("told again").isEmpty();
        return "";
    }

    private String fault(String operation, String fault) {
        trouble.next(operation, Trouble.Fault.valueOf(fault.toUpperCase(Locale.ROOT)));
        return "";
    }

    private String calls() {
        String calls = String.join(", ", trouble.calls());
        trouble.calls().clear();
        return calls;
    }

    private String ledger() {
        return String.join(
                ", ",
                provider.ledger().stream()
                        .map(movement -> movement.kind() + " " + digits(movement.amount()))
                        .toList());
    }

    private String stockOf(String warehouse, String sku) {
        return inTransaction(tx -> tx.query("""
                        select on_hand || ' on hand, ' || allocated || ' allocated'
                          from stock
                         where sku = :sku and warehouse = :warehouse
                        """)
                .bind("sku", sku)
                .bind("warehouse", warehouse)
                .mapTo(String.class)
                .one());
    }

    private String timeline(String name) {
        return String.join(
                ", ",
                read(name).timeline().stream().map(each -> each.status().code()).toList());
    }

    private String events(String name) {
        return inTransaction(tx -> String.join(
                ", ",
                tx.query("select type from event where aggregate_id = :order order by outbox_id, position")
                        .bind("order", order(name).value())
                        .mapTo(String.class)
                        .list()));
    }

    private static String told(Order order) {
        String told = order.status().code() + ", " + order.paymentStatus().code();
        if (order.payments().isEmpty()) return told;
        Order.PaidBy payment = order.payments().getFirst();
        return told + ", captured " + digits(payment.captured()) + ", refunded " + digits(payment.refunded());
    }

    private static String told(Refusal refusal) {
        List<String> errors = refusal.errors().stream()
                .map(error -> error.field() + " " + error.code())
                .toList();
        String told = refusal.problem().code();
        if (!errors.isEmpty()) told += ": " + String.join(", ", errors);
        if (refusal.members().get("lines") instanceof List<?> lines) told += ": " + lines.size() + " short";
        if (refusal.members().get("refundable") instanceof Money refundable)
            told += ": " + digits(refundable) + " left";
        return told;
    }

    static List<Pieces> pieces(List<String> words) {
        return words.stream()
                .map(word -> word.split(":", 2))
                .map(pair -> new Pieces(Integer.parseInt(pair[0]), Quantity.of(Integer.parseInt(pair[1]))))
                .toList();
    }

    static Money money(String digits) {
        return Money.of(new BigDecimal(digits).movePointRight(2).longValueExact(), GBP);
    }

    private static String digits(Money amount) {
        return BigDecimal.valueOf(amount.minor(), 2).toPlainString();
    }

    /// What the books must say, whatever happened.
    @Override
    public void close() {
        settlement.close();
        for (var rule : RULES.entrySet()) {
            List<String> broken = inTransaction(
                    tx -> tx.query(rule.getValue()).mapTo(String.class).list());
            assertThat(broken).as(rule.getKey()).isEmpty();
        }
        provider.close();
    }

    private static final Map<String, String> RULES = Map.of(
            "backordered is what orders wait for",
            """
                    select b.sku
                      from backorder b
                     where b.backordered <> (select coalesce(sum(a.quantity - a.canceled), 0)
                                               from allocation a
                                               join order_line l using (order_id, line_no)
                                              where l.sku = b.sku and a.warehouse = '')
                    """,
            "allocated stock is what orders are still owed",
            """
                    select s.sku || ' in ' || s.warehouse
                      from stock s
                     where s.allocated <> (select coalesce(sum(a.quantity - a.shipped - a.canceled), 0)
                                             from allocation a
                                             join order_line l using (order_id, line_no)
                                            where l.sku = s.sku and a.warehouse = s.warehouse)
                    """,
            "on hand is the sum of its journal",
            """
                    select s.sku || ' in ' || s.warehouse
                      from stock s
                     where s.on_hand <> (select coalesce(sum(m.delta), 0)
                                           from stock_movement m
                                          where m.sku = s.sku and m.warehouse = s.warehouse)
                    """,
            "refunds are at most what was captured",
            """
                    select p.id::text
                      from payment p
                     where p.captured < (select coalesce(sum(r.amount), 0)
                                           from refund r
                                          where r.payment_id = p.id and r.state <> 'failed')
                    """,
            "refunded is the sum of the refunds that succeeded",
            """
                    select p.id::text
                      from payment p
                     where p.refunded <> (select coalesce(sum(r.amount), 0)
                                            from refund r
                                           where r.payment_id = p.id and r.state = 'succeeded')
                    """,
            "what was shipped is in fulfillments",
            """
                    select a.order_id || ' line ' || a.line_no
                      from allocation a
                     where a.shipped <> (select coalesce(sum(l.quantity), 0)
                                           from fulfillment_line l
                                           join fulfillment f on f.id = l.fulfillment_id
                                          where f.order_id = a.order_id and l.line_no = a.line_no
                                            and l.warehouse = a.warehouse)
                    """,
            "refunded pieces are in refunds",
            """
                    select l.order_id || ' line ' || l.line_no
                      from order_line l
                     where l.refunded <> (select coalesce(sum(rl.quantity), 0)
                                            from refund_line rl
                                            join refund r on r.id = rl.refund_id
                                           where r.order_id = l.order_id and rl.line_no = l.line_no)
                    """,
            "the timeline ends where the order is",
            """
                    select o.id::text
                      from orders o
                     where o.status <> coalesce((select t.status
                                                   from order_transition t
                                                  where t.order_id = o.id
                                                  order by t.seq desc
                                                  limit 1), 'pending')
                    """);
}
