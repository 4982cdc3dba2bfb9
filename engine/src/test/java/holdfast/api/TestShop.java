package holdfast.api;

import holdfast.TestDatabase;
import holdfast.access.ApiKeys;
import holdfast.access.AuditLog;
import holdfast.access.Scope;
import holdfast.access.Sessions;
import holdfast.access.StaffMembers;
import holdfast.admission.ConcurrencyLimit;
import holdfast.admission.RateLimits;
import holdfast.admission.Rule;
import holdfast.admission.TrustedProxies;
import holdfast.admission.WaitingRoom;
import holdfast.app.GatewayLedger;
import holdfast.app.SandboxLedger;
import holdfast.audit.Audit;
import holdfast.audit.ProviderLedger;
import holdfast.cart.Carts;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.DiscountCodes;
import holdfast.catalog.DiscountUses;
import holdfast.catalog.Quotes;
import holdfast.catalog.ShippingRates;
import holdfast.catalog.TaxRates;
import holdfast.checkout.CheckoutModule;
import holdfast.checkout.Recovery;
import holdfast.console.Console;
import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Pipeline;
import holdfast.db.TracedPipeline;
import holdfast.event.Outbox;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.AllocatedStock;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.Reservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouses;
import holdfast.kernel.Ids;
import holdfast.metrics.MetricsPage;
import holdfast.order.BackorderFilling;
import holdfast.order.Canceling;
import holdfast.order.Fulfilling;
import holdfast.order.OrderPlacing;
import holdfast.order.Orders;
import holdfast.order.Refunding;
import holdfast.order.Settlement;
import holdfast.pages.Assets;
import holdfast.pages.Site;
import holdfast.payment.CapturePolicy;
import holdfast.payment.Gateway;
import holdfast.payment.MeasuredGateway;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeWebhooks;
import holdfast.psp.SandboxProvider;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import holdfast.trace.Traces;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A shop that listens on a port of its own, with a key of every kind.
public final class TestShop implements AutoCloseable {

    /// What webhooks are signed with here, in Stripe's manner.
    static final String WEBHOOK_SECRET = "whsec_" + "test".repeat(8);

    private static final StripeAccount ACCOUNT = new StripeAccount(
            "sk_test_1", URI.create("http://127.0.0.1"), Set.of("card"), URI.create("http://127.0.0.1"), Ids.next());

    private final TestDatabase testDatabase;
    private final ApiKeys keys;
    private final SandboxProvider provider = SandboxProvider.inMemory();
    private final Settlement settlement;
    private final GroupCommit committing;
    private final Recovery recovery;
    private final HttpApi api;
    private final StaffMembers staff;
    private final Console console;
    private final Reconciler reconciler;
    private final CheckoutModule checkout;
    final Webhooks webhooks;
    final Operations.Limits limits;
    final WaitingRoom room;
    final Readiness readiness = new Readiness();
    final Gateway gateway;

    final String adminKey;
    final String storefrontKey;
    final String publishableKey;

    public TestShop() {
        this(SourcingPolicy.FEWEST_PARCELS);
    }

    TestShop(SourcingPolicy sourcing) {
        this(new LockingReservations(sourcing));
    }

    TestShop(Reservations reservations) {
        this(reservations, UnaryOperator.identity(), TestDatabase.create());
    }

    /// With something between the shop and the provider.
    public TestShop(UnaryOperator<Gateway> wrapping) {
        this(new LockingReservations(SourcingPolicy.FEWEST_PARCELS), wrapping, TestDatabase.create());
    }

    /// With so many connections to the database.
    TestShop(UnaryOperator<Gateway> wrapping, int connections) {
        this(new LockingReservations(SourcingPolicy.FEWEST_PARCELS), wrapping, TestDatabase.create(connections));
    }

    private TestShop(Reservations reservations, UnaryOperator<Gateway> wrapping, TestDatabase testDatabase) {
        this(reservations, wrapping, testDatabase, Map.of(), Traces.OFF);
    }

    /// Which leaves traces.
    TestShop(UnaryOperator<Gateway> wrapping, Traces traces) {
        this(new LockingReservations(SourcingPolicy.FEWEST_PARCELS), wrapping, TestDatabase.create(), Map.of(), traces);
    }

    /// With these limits; the other shops have none.
    static TestShop limited(Map<Rule, Rule.Often> rules) {
        return new TestShop(
                new LockingReservations(SourcingPolicy.FEWEST_PARCELS),
                UnaryOperator.identity(),
                TestDatabase.create(),
                rules,
                Traces.OFF);
    }

    private TestShop(
            Reservations reservations,
            UnaryOperator<Gateway> wrapping,
            TestDatabase testDatabase,
            Map<Rule, Rule.Often> rules,
            Traces traces) {
        this.testDatabase = testDatabase;
        keys = new ApiKeys(database());
        var answers = new Answers();
        var idempotency = new Idempotency(database(), answers::refused);
        var outbox = new Outbox();
        var catalog = new Catalog();
        var taxRates = new TaxRates();
        var shippingRates = new ShippingRates();
        var discountUses = new DiscountUses();
        var backorders = new BackorderFilling(outbox);
        var stockRoom = new StockRoom(backorders);
        var allocatedStock = new AllocatedStock(backorders);
        var carts = new Carts(catalog);
        var canceling = new Canceling(discountUses, allocatedStock, outbox);
        var measured =
                new MeasuredGateway(wrapping.apply(new SandboxGateway(provider, URI.create("http://sandbox.test"))));
        gateway = measured;
        Map<String, Gateway> gateways = Map.of(gateway.name(), gateway);
        committing = new GroupCommit(database(), GroupCommit.Limits.DEFAULT);
        Pipeline pipeline = traces.isOn() ? new TracedPipeline(committing) : committing;
        var workList = new WorkList(outbox);
        settlement = new Settlement(
                database(), pipeline, gateways, canceling, outbox, workList, CapturePolicy.ORDER, traces);
        checkout = CheckoutModule.of(
                database(),
                pipeline,
                idempotency,
                carts,
                new Quotes(catalog, taxRates, shippingRates),
                discountUses,
                new Holds(HoldPolicy.DEFAULT, reservations, outbox),
                new Payments(),
                workList,
                new OrderPlacing(outbox),
                gateways,
                gateway.name(),
                answers,
                settlement,
                outbox,
                traces);
        recovery = checkout.recovery();
        settlement.start();
        reconciler = new Reconciler(database(), gateways, checkout.recovery(), settlement);
        webhooks = new Webhooks(
                database(),
                Map.of(gateway.name(), new StripeWebhooks(ACCOUNT, List.of(WEBHOOK_SECRET))),
                reconciler,
                workList);
        room = new WaitingRoom(database(), pipeline, WaitingRoom.Policy.DEFAULT);
        var figures = new HttpFigures();
        var rates = new RateLimits(rules, HoldPolicy.DEFAULT.ttl());
        limits = Operations.Limits.of(ConcurrencyLimit.Policy.DEFAULT);
        var metrics = new MetricsPage(new MetricsPage.Sources(
                database(),
                Map.of("shared", database()),
                committing,
                outbox,
                measured,
                webhooks,
                answers,
                figures,
                rates,
                Map.of("beginning", limits.beginning(), "browsing", limits.browsing()),
                OptionalInt::empty,
                traces));
        var modules = new HttpApi.Modules(
                database(),
                keys,
                new AuditLog(),
                idempotency,
                answers,
                catalog,
                new CsvImport(stockRoom),
                taxRates,
                shippingRates,
                new DiscountCodes(),
                new Warehouses(),
                stockRoom,
                carts,
                checkout,
                new Orders(),
                new Fulfilling(allocatedStock, outbox),
                canceling,
                new Refunding(canceling, allocatedStock, outbox),
                settlement,
                webhooks,
                reconciler,
                new Operations(
                        figures,
                        metrics::text,
                        Operations.Readers.PRIVATE,
                        limits,
                        rates,
                        TrustedProxies.parse("127.0.0.1"),
                        room,
                        readiness,
                        gateways.values(),
                        traces));
        staff = new StaffMembers(modules.auditLog());
        var assets = Assets.load(Map.of("console.js", "/holdfast/console/console.js"));
        console = new Console(
                new Console.Modules(
                        database(),
                        Console.Modules.once(database()),
                        modules.auditLog(),
                        staff,
                        new Sessions(database(), modules.auditLog()),
                        keys,
                        catalog,
                        modules.csvImport(),
                        modules.discountCodes(),
                        modules.warehouses(),
                        stockRoom,
                        modules.orders(),
                        modules.fulfilling(),
                        canceling,
                        modules.refunding(),
                        settlement,
                        checkout.sagas(),
                        webhooks,
                        reconciler,
                        room,
                        TrustedProxies.parse("127.0.0.1"),
                        List.of(gateway.name()),
                        () -> new Audit(HoldPolicy.DEFAULT.ttl()).comparedWith(List.of(ledger())),
                        () -> List.copyOf(figures.took().values()),
                        List.of(new Console.Setting("HOLDFAST_PORT", "8080", "The port"))),
                new Site("The console", Console.HOME, assets, Database::isOutOfReach));
        api = new HttpApi(modules).start("127.0.0.1", 0, assets, console);
        adminKey = database().inTransaction(tx -> keys.issueSecret(tx, "back office", Set.of(Scope.ADMIN)));
        storefrontKey = database().inTransaction(tx -> keys.issueSecret(tx, "storefront", Set.of(Scope.STOREFRONT)));
        publishableKey = database().inTransaction(tx -> keys.issuePublishable(tx, "browser"));
    }

    public Database database() {
        return testDatabase.database();
    }

    GroupCommit pipeline() {
        return committing;
    }

    /// The books of the provider that takes its payments.
    public ProviderLedger ledger() {
        return new SandboxLedger(provider);
    }

    /// As much of them as the gateway itself tells.
    public ProviderLedger listing() {
        return new GatewayLedger(gateway);
    }

    /// Banks send back the refunds that they could not place.
    void returnRefunds() {
        provider.endRefunds();
    }

    /// What an audit finds broken, the provider's books included.
    List<String> broken() {
        return new Audit(HoldPolicy.DEFAULT.ttl())
                .comparedWith(List.of(ledger())).findings(database()).stream()
                        .filter(finding -> !finding.holds())
                        .map(finding -> finding.invariant().id() + ": " + finding.examples())
                        .toList();
    }

    /// Lets that much time pass at once, and what was to happen meanwhile happen.
    public void later(Duration passed) {
        testDatabase.shiftClock(passed);
        recovery.sweepHolds();
        recovery.resumePayments();
    }

    TestDatabase testDatabase() {
        return testDatabase;
    }

    HttpApi api() {
        return api;
    }

    public StaffMembers staff() {
        return staff;
    }

    public Console console() {
        return console;
    }

    /// Where it listens.
    public int port() {
        return api.port();
    }

    /// A client with the merchant's own key.
    /// Has a mug for 12.00 GBP, so many of it in London, and asks nothing for the way.
    void sellsMugs(int pieces) {
        admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        admin().put("/v1/shipping-rates/free", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "total"}""");
        admin().put("/v1/products/MUG", """
                {"title": "Mug", "price": {"amount": 1200, "currency": "GBP"}}""");
        admin().keyed().post("/v1/stock/MUG/adjustments", """
                {"warehouse": "LON", "delta": %d, "reason": "opening stock"}""".formatted(pieces));
    }

    /// How many there are in a table, `orders`, or of some kind, `payment where state = 'captured'`.
    long rows(String from) {
        return database()
                .inTransaction(tx -> tx.query("select count(*) from " + from)
                        .mapTo(Long.class)
                        .one());
    }

    public TestClient admin() {
        return anyone().with("Authorization", "Bearer " + adminKey);
    }

    /// A client with the key of a browser.
    TestClient browser() {
        return anyone().with("Authorization", "Bearer " + publishableKey);
    }

    /// A client with nothing but the client secret of a shopper.
    TestClient guest(String clientSecret) {
        return anyone().with("Holdfast-Client-Secret", clientSecret);
    }

    public TestClient anyone() {
        return new TestClient(api.port());
    }

    /// Goes on with what nobody is at, from now on.
    void startRecovery() {
        checkout.recovery().start(false);
    }

    /// Goes on with what nobody is at.
    void recover() {
        checkout.recovery().resumePayments();
    }

    /// Closes it, and tells how many deadlocks PostgreSQL has ended in it.
    public long closeAndCountDeadlocks() {
        try (testDatabase) {
            closeAllButTheDatabase();
            return testDatabase.deadlocks();
        }
    }

    @Override
    public void close() {
        closeAllButTheDatabase();
        testDatabase.close();
    }

    private void closeAllButTheDatabase() {
        api.close();
        checkout.recovery().close();
        webhooks.close();
        reconciler.close();
        settlement.close();
        committing.close();
    }
}
