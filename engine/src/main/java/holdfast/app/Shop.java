package holdfast.app;

import holdfast.access.ApiKeys;
import holdfast.access.AuditLog;
import holdfast.access.Sessions;
import holdfast.access.StaffMembers;
import holdfast.admission.RateLimits;
import holdfast.admission.WaitingRoom;
import holdfast.api.Answers;
import holdfast.api.HttpApi;
import holdfast.api.HttpFigures;
import holdfast.api.Operations;
import holdfast.api.Readiness;
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
import holdfast.db.CannotStart;
import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Pipeline;
import holdfast.db.TracedPipeline;
import holdfast.db.TransactionPerCommand;
import holdfast.event.Outbox;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.AllocatedStock;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.OptimisticReservations;
import holdfast.inventory.RedisReservations;
import holdfast.inventory.Reservations;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Strategy;
import holdfast.inventory.Warehouses;
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
import holdfast.payment.Gateway;
import holdfast.payment.MeasuredGateway;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import holdfast.storefront.Storefront;
import holdfast.trace.Traces;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The whole shop, wired by hand, in the order it depends on itself; taken down the other way round.
public final class Shop implements AutoCloseable {

    private static final Duration DEMO_SALE_IN = Duration.ofMinutes(5);

    /// With the twenty seconds of the pipeline, less than what the HTTP API gives requests that are under way.
    private static final Duration UNDER_WAY_MAX = Duration.ofSeconds(10);

    private final Parts parts;
    private final Database database;
    private final HttpApi.Modules modules;
    private final StaffMembers staff;
    private final URI url;
    private final URI gatewayUrl;
    private final List<ProviderLedger> ledgers;
    private final Duration drain;

    private Shop(
            Parts parts,
            Database database,
            HttpApi.Modules modules,
            StaffMembers staff,
            URI url,
            URI gatewayUrl,
            List<ProviderLedger> ledgers,
            Duration drain) {
        this.parts = parts;
        this.database = database;
        this.modules = modules;
        this.staff = staff;
        this.url = url;
        this.gatewayUrl = gatewayUrl;
        this.ledgers = ledgers;
        this.drain = drain;
    }

    /// Opens the shop: when this returns, it answers.
    ///
    /// @throws CannotStart with a sentence for whoever asked for it; then nothing is left running
    static Shop start(Config config, Progress progress) {
        var parts = new Parts();
        boolean open = false;
        try {
            Shop shop = wired(config, progress, parts);
            open = true;
            return shop;
        } catch (RuntimeException e) {
            if (e instanceof CannotStart || !Database.isOutOfReach(e)) throw e;
            throw new CannotStart("The database could be reached, and cannot any more: " + Storage.reason(e), e);
        } finally {
            if (!open) parts.close();
        }
    }

    private static Shop wired(Config config, Progress progress, Parts parts) {
        Listening.refuseIfTaken(config.bind(), config.port(), "--port");
        if (config.stripe() == null) Listening.refuseIfTaken(config.bind(), config.pspPort(), "--psp-port");
        Reservations reservations = reservations(config, parts);
        Traces traces = traces(config.tracing());
        parts.add("the traces", traces::close);
        var storage = Storage.open(config, progress, parts);
        Database database = storage.database();

        var outbox = new Outbox();
        Pipeline committing = pipeline(config.reservations(), storage.forPipeline(), database, parts);
        Pipeline pipeline = traces.isOn() ? new TracedPipeline(committing) : committing;
        var answers = new Answers();
        var idempotency = new Idempotency(database, answers::refused);
        var keys = new ApiKeys(database);

        var catalog = new Catalog();
        var taxRates = new TaxRates();
        var shippingRates = new ShippingRates();
        var discountCodes = new DiscountCodes();
        var discountUses = new DiscountUses();
        var carts = new Carts(catalog);

        var warehouses = new Warehouses();
        var backorders = new BackorderFilling(outbox);
        var stockRoom = new StockRoom(backorders);
        var holds = new Holds(config.holds(), reservations, outbox);
        var allocatedStock = new AllocatedStock(backorders);

        var payments = new Payments();
        var till = Till.open(config, storage.folder(), database, payments, parts);
        var gateway = new MeasuredGateway(till.gateway());
        Map<String, Gateway> gateways = Map.of(gateway.name(), gateway);

        var canceling = new Canceling(discountUses, allocatedStock, outbox);
        var workList = new WorkList(outbox);
        var settlement =
                new Settlement(database, pipeline, gateways, canceling, outbox, workList, config.capture(), traces);
        parts.add("the settlement", settlement::close);
        var checkout = CheckoutModule.of(
                database,
                pipeline,
                idempotency,
                carts,
                new Quotes(catalog, taxRates, shippingRates),
                discountUses,
                holds,
                payments,
                workList,
                new OrderPlacing(outbox),
                gateways,
                gateway.name(),
                answers,
                settlement,
                outbox,
                traces);
        parts.add("the recovery", checkout.recovery()::close);

        var reconciler = new Reconciler(database, gateways, checkout.recovery(), settlement);
        parts.add("the reconciler", reconciler::close);
        var webhooks = new Webhooks(database, till.webhooks(), reconciler, workList);
        parts.add("the webhooks", webhooks::close);

        var room = new WaitingRoom(database, pipeline, WaitingRoom.Policy.DEFAULT);
        var readiness = new Readiness();
        var figures = new HttpFigures();
        var rates = new RateLimits(config.rateLimits(), config.holds().ttl());
        var limits = Operations.Limits.of(config.admission());
        var metrics = new MetricsPage(new MetricsPage.Sources(
                database,
                Map.of("shared", database, "pipeline", storage.forPipeline()),
                committing instanceof GroupCommit shared ? shared : null,
                outbox,
                gateway,
                webhooks,
                answers,
                figures,
                rates,
                Map.of("beginning", limits.beginning(), "browsing", limits.browsing()),
                () -> redisOut(reservations),
                traces));

        var modules = new HttpApi.Modules(
                database,
                keys,
                new AuditLog(),
                idempotency,
                answers,
                catalog,
                new CsvImport(stockRoom),
                taxRates,
                shippingRates,
                discountCodes,
                warehouses,
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
                        config.metrics(),
                        limits,
                        rates,
                        config.trustedProxies(),
                        room,
                        readiness,
                        gateways.values(),
                        traces));
        Recovery recovery = checkout.recovery();
        recovery.start(storage.presence().alone());
        recovery.also("show our presence", storage.presence()::renew);
        recovery.also("fill backorders", () -> database.transact(backorders::fillAll));
        recovery.also("look at webhooks", webhooks::workDue);
        recovery.also("reconcile", reconciler::runDue);
        room.round();
        recovery.also("call in who waits", room::round);
        recovery.also("look whether the gateway is back", till.probe());
        settlement.start();

        Assets assets = assets();
        var site = new Site(config.shopName(), "/", assets, Database::isOutOfReach);
        var storefront = storefront(config, modules, site, till);
        var staff = new StaffMembers(modules.auditLog());
        var console = console(config, modules, assets, staff, till);
        var http =
                new HttpApi(modules).start(config.bind(), config.port(), assets, storefront, console, site.elsewhere());
        parts.add("the HTTP API", () -> LastAnswers.close(http::close, () -> closeShared(committing), UNDER_WAY_MAX));
        parts.add("what pages are told", storefront::close);
        URI url = Listening.address(config.bind(), http.port());
        storage.presence().announce(url, gateway.name(), till.address());
        parts.add("the announcement", storage.presence()::withdraw);
        return new Shop(parts, database, modules, staff, url, till.address(), till.ledgers(), config.drain());
    }

    private static Assets assets() {
        var files = new HashMap<>(Storefront.ASSETS);
        files.put("console.js", "/holdfast/console/console.js");
        return Assets.load(files);
    }

    private static Storefront storefront(Config config, HttpApi.Modules modules, Site site, Till till) {
        Operations operations = modules.operations();
        return new Storefront(
                site,
                new Storefront.Modules(
                        modules.database(),
                        modules.catalog(),
                        modules.shippingRates(),
                        modules.stockRoom(),
                        modules.carts(),
                        modules.checkout(),
                        modules.orders(),
                        operations.room(),
                        operations.rates(),
                        config.trustedProxies()),
                till.provider());
    }

    private static Console console(
            Config config, HttpApi.Modules modules, Assets assets, StaffMembers staff, Till till) {
        Database database = modules.database();
        Operations operations = modules.operations();
        return new Console(
                new Console.Modules(
                        database,
                        Console.Modules.once(database),
                        modules.auditLog(),
                        staff,
                        new Sessions(database, modules.auditLog()),
                        modules.keys(),
                        modules.catalog(),
                        modules.csvImport(),
                        modules.discountCodes(),
                        modules.warehouses(),
                        modules.stockRoom(),
                        modules.orders(),
                        modules.fulfilling(),
                        modules.canceling(),
                        modules.refunding(),
                        modules.settlement(),
                        modules.checkout().sagas(),
                        modules.webhooks(),
                        modules.reconciler(),
                        operations.room(),
                        config.trustedProxies(),
                        List.of(till.gateway().name()),
                        () -> new Audit(config.holds().ttl()).comparedWith(till.ledgers()),
                        () -> List.copyOf(operations.figures().took().values()),
                        ShownSettings.of(config, System.getenv())),
                new Site(config.shopName() + ", the console", Console.HOME, assets, Database::isOutOfReach));
    }

    /// Where the HTTP API answers, as seen from this machine.
    public URI url() {
        return url;
    }

    /// Where the gateway answers, as seen from this machine; a sandbox of ours shows its pages there.
    public URI gatewayUrl() {
        return gatewayUrl;
    }

    /// The books of the provider that takes its payments.
    List<ProviderLedger> ledgers() {
        return ledgers;
    }

    public Database database() {
        return database;
    }

    public ApiKeys keys() {
        return modules.keys();
    }

    public StaffMembers staff() {
        return staff;
    }

    /// Sells the demo's lantern, from soon on, to those who wait for it; unless that was planned before.
    void planDemoSale() {
        WaitingRoom room = modules.operations().room();
        if (room.sale(DemoShop.FLASH_SALE).isPresent()) return;
        database.transact(tx ->
                room.plan(tx, DemoShop.FLASH_SALE, tx.now().plus(DEMO_SALE_IN), DemoShop.FLASH_SALE_PER_CUSTOMER));
        room.round();
    }

    /// Fills an empty shop with what the demo sells.
    void openDemo() {
        database.transact(tx -> DemoShop.open(tx, modules));
    }

    /// Says that requests should go elsewhere, and waits until they do; lets what is being answered be
    /// answered, and stops everything.
    @Override
    public void close() {
        modules.operations().readiness().leave();
        try {
            new CountDownLatch(1).await(drain.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.close();
    }

    private static Pipeline pipeline(Strategy strategy, Database own, Database shared, Parts parts) {
        return switch (strategy) {
            case PESSIMISTIC, OPTIMISTIC -> new TransactionPerCommand(shared);
            case REDIS, BATCHED -> {
                var pipeline = new GroupCommit(own, GroupCommit.Limits.DEFAULT);
                parts.add("the pipeline", pipeline::close);
                yield pipeline;
            }
        };
    }

    /// One in which each command has a transaction of its own has nobody in hand.
    private static void closeShared(Pipeline pipeline) {
        if (pipeline instanceof GroupCommit shared) shared.close();
    }

    private static Traces traces(Config.@Nullable Tracing tracing) {
        return tracing == null ? Traces.OFF : Traces.to(tracing.endpoint(), tracing.share(), Main.version());
    }

    private static Reservations reservations(Config config, Parts parts) {
        return switch (config.reservations()) {
            case PESSIMISTIC, BATCHED -> new LockingReservations(config.sourcing());
            case OPTIMISTIC -> new OptimisticReservations(config.sourcing());
            case REDIS -> {
                String url = Objects.requireNonNull(config.redisUrl()).reveal();
                var redis = RedisReservations.connect(url, config.holds(), config.sourcing());
                parts.add("the connection to Redis", redis::close);
                yield redis;
            }
        };
    }

    private static OptionalInt redisOut(Reservations reservations) {
        return reservations instanceof RedisReservations redis
                ? OptionalInt.of(redis.isOut() ? 1 : 0)
                : OptionalInt.empty();
    }
}
