package holdfast.checkout;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.cart.Carts;
import holdfast.catalog.Catalog;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.DiscountCodes;
import holdfast.catalog.DiscountUses;
import holdfast.catalog.NewProduct;
import holdfast.catalog.Quotes;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.ShippingRates;
import holdfast.catalog.TaxRates;
import holdfast.catalog.Wanted;
import holdfast.db.Command;
import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Handler;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.Receipt;
import holdfast.inventory.Reservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouse;
import holdfast.inventory.Warehouses;
import holdfast.kernel.Address;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.order.Capture;
import holdfast.order.Order;
import holdfast.order.OrderMoney;
import holdfast.order.OrderPlacing;
import holdfast.payment.CapturePolicy;
import holdfast.payment.Gateway;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.psp.Movement;
import holdfast.psp.SandboxProvider;
import holdfast.trace.Traces;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A shop without doors: everything from the cart to the order on a real database and the sandbox provider,
/// with answers in plain words. Registered as an extension, it closes after each story, and nothing is broken
/// then: nor has anybody waited in a circle.
final class Floor implements AutoCloseable, AfterEachCallback {

    static final Currency EUR = Currency.getInstance("EUR");
    static final Address BERLIN = new Address("Ada", null, "Torstr. 1", null, "Berlin", null, "10119", "DE", null);

    final TestDatabase databaseFile = TestDatabase.create(24);
    final Database database = databaseFile.database();
    final SandboxProvider provider = SandboxProvider.inMemory();
    final Catalog catalog = new Catalog();
    final Warehouses warehouses = new Warehouses();
    final StockRoom stockRoom = new StockRoom((_, _) -> {});
    private final Reservations reservations;
    private final ShippingRates shippingRates = new ShippingRates();
    private final List<GroupCommit> pipelines = new ArrayList<>();
    CheckoutModule module;
    Payments payments = new Payments();

    Floor() {
        this(UnaryOperator.identity(), UnaryOperator.identity());
    }

    Floor(Reservations reservations) {
        this(UnaryOperator.identity(), UnaryOperator.identity(), reservations);
    }

    Floor(UnaryOperator<Gateway> gateway, UnaryOperator<Pipeline> pipeline) {
        this(gateway, pipeline, new LockingReservations(SourcingPolicy.FEWEST_PARCELS));
    }

    private Floor(UnaryOperator<Gateway> gateway, UnaryOperator<Pipeline> pipeline, Reservations reservations) {
        this.reservations = reservations;
        module = wire(gateway, pipeline);
        database.transact(tx -> shippingRates.put(
                tx,
                new ShippingRate(
                        "free", "standard", "Standard", null, Money.zero(EUR), ShippingRate.Basis.TOTAL, 0, null)));
    }

    /// What a start of the program does: a new one on the same database and the same provider.
    void restart() {
        module = another();
        database.inTransaction(payments::freeAll);
    }

    private Pipeline pipeline() {
        var pipeline = new GroupCommit(database, GroupCommit.Limits.DEFAULT);
        pipelines.add(pipeline);
        return pipeline;
    }

    CheckoutModule wire(UnaryOperator<Gateway> gateway, UnaryOperator<Pipeline> pipeline) {
        var outbox = new Outbox();
        var holds = new Holds(HoldPolicy.DEFAULT, reservations, outbox);
        return CheckoutModule.of(
                database,
                pipeline.apply(pipeline()),
                new Idempotency(database, new PlainWords()::refused),
                new Carts(catalog),
                new Quotes(catalog, new TaxRates(), shippingRates),
                new DiscountUses(),
                holds,
                payments,
                new WorkList(outbox),
                new OrderPlacing(outbox),
                Map.of("sandbox", gateway.apply(new SandboxGateway(provider, URI.create("http://sandbox.test")))),
                "sandbox",
                new PlainWords(),
                new NoMoney(),
                outbox,
                Traces.OFF);
    }

    void product(String sku, long price) {
        database.transact(
                tx -> catalog.put(tx, new NewProduct(Sku.of(sku), "A " + sku, Money.of(price, EUR), 100, "standard")));
    }

    /// A discount code of ten percent that can be used so often.
    void tenPercent(String code, int uses) {
        var terms = new DiscountCode.Terms(new DiscountCode.Off.Percent(Rate.percent("10")), uses, null, null, null);
        database.transact(tx -> new DiscountCodes().put(tx, code, terms));
    }

    void stock(String sku, int pieces, String warehouse) {
        database.transact(tx -> {
            if (catalog.find(tx, Sku.of(sku)).isEmpty()) {
                catalog.put(tx, new NewProduct(Sku.of(sku), "A " + sku, Money.of(1000, EUR), 100, "standard"));
            }
            var code = WarehouseCode.of(warehouse);
            if (warehouses.find(tx, code).isEmpty()) {
                warehouses.put(tx, new Warehouse(code, warehouse, "DE", 100, true));
            }
            stockRoom.receive(
                    tx,
                    List.of(new Receipt(Sku.of(sku), code, Quantity.of(pieces))),
                    "opening stock",
                    "test:" + CheckoutId.next());
        });
    }

    /// Another server on the same database, beside the provider that they share.
    CheckoutModule another() {
        return wire(UnaryOperator.identity(), UnaryOperator.identity());
    }

    String open(CheckoutId id, Map<String, Integer> lines, List<String> codes, String customer) {
        return openAt(module, id, lines, codes, customer);
    }

    String openAt(
            CheckoutModule server, CheckoutId id, Map<String, Integer> lines, List<String> codes, String customer) {
        var request = new OpenRequest(
                new OpenRequest.Source.Lines(EUR, wanted(lines)), Email.of(customer), BERLIN, null, codes);
        return said(() -> server.checkouts().open(id, request, new byte[32], Optional.empty(), PlainWords::checkout));
    }

    String complete(CheckoutId id, String card, String key, long expectedTotal) {
        return completeAt(module, id, card, key, expectedTotal);
    }

    String completeAt(CheckoutModule server, CheckoutId id, String card, String key, long expectedTotal) {
        return said(() -> server.placeOrder()
                .complete(
                        new CompleteRequest(id, "pm_card_" + card, null, Money.of(expectedTotal, EUR)),
                        key(key, id + card + expectedTotal)));
    }

    String change(CheckoutId id, Map<String, Integer> lines) {
        var changes = new Changes(null, null, null, null, wanted(lines));
        return said(() -> database.inTransaction(
                tx -> PlainWords.checkout(module.checkouts().change(tx, id, changes))));
    }

    String cancel(CheckoutId id) {
        return said(() -> module.checkouts().cancel(id, Optional.empty(), PlainWords::checkout));
    }

    String linesOf(CheckoutId id) {
        return checkout(id).hold().lines().stream()
                .map(line -> line.sku() + " " + line.quantity() + " " + line.warehouse())
                .collect(joining(", "));
    }

    private static List<Wanted> wanted(Map<String, Integer> lines) {
        return lines.entrySet().stream()
                .map(line -> new Wanted(Sku.of(line.getKey()), Quantity.of(line.getValue())))
                .toList();
    }

    long total(CheckoutId id) {
        return checkout(id).totals().total().minor();
    }

    Checkout checkout(CheckoutId id) {
        return database.inTransaction(tx -> module.checkouts().find(tx, id)).orElseThrow();
    }

    static KeyUse key(String key, String content) {
        return new KeyUse("test", key, sha256(content), Duration.ofDays(30));
    }

    void shiftClock(Duration further) {
        databaseFile.shiftClock(further);
    }

    /// Of one SKU, over all warehouses.
    String stockOf(String sku) {
        return database.inTransaction(
                tx -> tx.query("""
                        select sum(on_hand) || ' on hand, ' || sum(held) || ' held, ' || sum(allocated) || ' allocated'
                          from stock where sku = :sku
                        """).bind("sku", sku).mapTo(String.class).one());
    }

    int allocated(String sku) {
        return database.inTransaction(tx -> tx.query("select sum(allocated) from stock where sku = :sku")
                .bind("sku", sku)
                .mapTo(Integer.class)
                .one());
    }

    long count(String table) {
        return database.inTransaction(tx ->
                tx.query("select count(*) from " + table).mapTo(Long.class).one());
    }

    /// What the provider set aside and never let go of.
    List<Movement> chargesStanding() {
        List<String> voided = provider.ledger().stream()
                .filter(movement -> movement.kind() == Movement.Kind.VOID)
                .map(Movement::reference)
                .toList();
        return provider.ledger().stream()
                .filter(movement -> movement.kind() == Movement.Kind.AUTH && !voided.contains(movement.reference()))
                .toList();
    }

    /// What holds in every moment, whatever happens: an empty list, or what is broken.
    List<String> broken() {
        return database.inTransaction(tx -> tx.query("""
                        select 'S01 oversold: ' || sku from stock where on_hand - held - allocated < 0
                        union all
                        select 'S02 held is not what open holds have: ' || s.sku || ' in ' || s.warehouse
                          from stock s
                         where s.held <> (select coalesce(sum(l.quantity), 0)
                                            from hold_line l
                                           where l.sku = s.sku and l.warehouse = s.warehouse and not l.soft
                                             and l.state in ('active', 'paying'))
                        union all
                        select 'S03 allocated is not what orders have: ' || s.sku || ' in ' || s.warehouse
                          from stock s
                         where s.allocated <> (select coalesce(sum(a.quantity - a.shipped - a.canceled), 0)
                                                 from allocation a join order_line l using (order_id, line_no)
                                                where l.sku = s.sku and a.warehouse = s.warehouse)
                        union all
                        select 'S04 on hand is not what the journal says: ' || s.sku || ' in ' || s.warehouse
                          from stock s
                         where s.on_hand <> (select coalesce(sum(m.delta), 0) from stock_movement m
                                              where m.sku = s.sku and m.warehouse = s.warehouse)
                        union all
                        select 'H03 paying without a live attempt: ' || h.checkout_id
                          from hold h
                         where h.state = 'paying'
                           and not exists (select 1 from payment p
                                            where p.checkout_id = h.checkout_id
                                              and p.state in ('begun', 'requires_action', 'unknown'))
                        union all
                        select 'H05 committed without its order, or the reverse: ' || h.checkout_id
                          from hold h left join orders o on o.checkout_id = h.checkout_id
                         where (h.state = 'committed') <> (o.id is not null)
                        """).mapTo(String.class).list());
    }

    private static String said(Supplier<Answer> call) {
        try {
            return new String(call.get().body(), StandardCharsets.UTF_8);
        } catch (Refusal refusal) {
            return PlainWords.words(refusal);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext story) {
        try (this) {
            assertThat(broken()).isEmpty();
            pipelines.forEach(GroupCommit::close);
            assertThat(databaseFile.deadlocks()).as("deadlocks").isZero();
        }
    }

    @Override
    public void close() {
        pipelines.forEach(GroupCommit::close);
        databaseFile.close();
        provider.close();
    }

    /// Answers a test can read.
    private static final class PlainWords implements Rendering {

        static Answer checkout(Checkout checkout) {
            return Answer.of(200, bytes(checkout.status().code()));
        }

        @Override
        public Answer completed(Order order) {
            return Answer.of(200, bytes("completed"));
        }

        @Override
        public Answer requiresAction(Checkout checkout) {
            return Answer.of(200, bytes("requires_action"));
        }

        @Override
        public Answer processing(Checkout checkout) {
            return Answer.of(202, bytes("processing"));
        }

        @Override
        public Answer refused(Refusal refusal) {
            return Answer.of(refusal.problem().status(), bytes(words(refusal)));
        }

        static String words(Refusal refusal) {
            String detail = switch (refusal.problem()) {
                case PAYMENT_DECLINED -> " " + refusal.members().get("decline_code");
                case PRICE_CHANGED -> " " + refusal.members().get("total");
                default -> "";
            };
            return refusal.problem().code() + detail;
        }

        private static byte[] bytes(String words) {
            return words.getBytes(StandardCharsets.UTF_8);
        }
    }

    /// The money is none of this test's business.
    private static final class NoMoney implements OrderMoney {

        @Override
        public CapturePolicy policy() {
            return CapturePolicy.ORDER;
        }

        @Override
        public void begin(Capture capture) {}

        @Override
        public void refundAnew(Tx tx, OrderId order) {}

        @Override
        public void letGoByHand(Tx tx, OrderId order) {}
    }

    /// A pipeline that lets a test step in before and after each command.
    record Watched(Pipeline pipeline, Watch watch) implements Pipeline {

        interface Watch {
            void before(Command<?> command);

            void after(Command<?> command);
        }

        @Override
        public <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler) {
            pipeline.register(type, lane, handler);
        }

        @Override
        public void lockFirst(LockFirst locks) {
            pipeline.lockFirst(locks);
        }

        @Override
        public <R> R submit(Command<R> command) {
            watch.before(command);
            R result = pipeline.submit(command);
            watch.after(command);
            return result;
        }
    }
}
