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
import holdfast.console.Console;
import holdfast.db.CannotStart;
import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.TracedPipeline;
import holdfast.db.TransactionPerCommand;
import holdfast.drill.LedgerOverHttp;
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
import holdfast.payment.RetryingGateway;
import holdfast.payment.WebhookReader;
import holdfast.payment.WorkList;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.payment.stripe.MinorUnits;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeGateway;
import holdfast.payment.stripe.StripeWebhooks;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import holdfast.storefront.Provider;
import holdfast.storefront.Storefront;
import holdfast.trace.Traces;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/// The whole shop, wired by hand, in the order it depends on itself; taken down the other way round.
public final class Shop implements AutoCloseable {

    /// A batch takes milliseconds; who waits for one shall not wait for a network that has gone silent.
    private static final Duration BATCH_SILENCE_MAX = Duration.ofSeconds(15);

    private static final Duration DEMO_SALE_IN = Duration.ofMinutes(5);

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
        } finally {
            if (!open) parts.close();
        }
    }

    private static Shop wired(Config config, Progress progress, Parts parts) {
        refuseIfTaken(config.bind(), config.port(), "--port");
        if (config.stripe() == null) refuseIfTaken(config.bind(), config.pspPort(), "--psp-port");
        Reservations reservations = reservations(config, parts);
        var folder = DataFolder.open(config.data());
        parts.add("the data folder", folder::close);

        Traces traces = traces(config.tracing());
        parts.add("the traces", traces::close);
        String databaseUrl = progress.during("Starting PostgreSQL", () -> databaseUrl(config, folder, parts));
        int forPipeline = Lane.values().length; // its own, however many read at the same time
        var database = new Database(databaseUrl, config.databaseConnections() - forPipeline);
        parts.add("the connections to the database", database::close);
        var pipelineDatabase = new Database(databaseUrl, forPipeline, BATCH_SILENCE_MAX);
        parts.add("the pipeline's connections to the database", pipelineDatabase::close);
        progress.during("Bringing the database up to date", () -> migrated(database));
        var presence = Presence.enter(databaseUrl, database);
        parts.add("the presence", presence::close);

        var outbox = new Outbox();
        Pipeline committing = pipeline(config.reservations(), pipelineDatabase, database, parts);
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
        var till = config.stripe() == null
                ? sandbox(config, folder, parts)
                : stripe(config.stripe(), database, payments, parts);
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
                Map.of("shared", database, "pipeline", pipelineDatabase),
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
                        traces));
        checkout.recovery().start(presence.alone());
        checkout.recovery().also("show our presence", presence::renew);
        checkout.recovery().also("fill backorders", () -> database.transact(backorders::fillAll));
        checkout.recovery().also("look at webhooks", webhooks::workDue);
        checkout.recovery().also("reconcile", reconciler::runDue);
        room.round();
        checkout.recovery().also("call in who waits", room::round);
        checkout.recovery().also("look whether the gateway is back", till.probe());
        settlement.start();
        var files = new HashMap<>(Storefront.ASSETS);
        files.put("console.js", "/holdfast/console/console.js");
        var assets = Assets.load(files);
        var site = new Site(config.shopName(), "/", assets, Database::isOutOfReach);
        var storefront = new Storefront(
                site,
                new Storefront.Modules(
                        database,
                        catalog,
                        shippingRates,
                        stockRoom,
                        carts,
                        checkout,
                        modules.orders(),
                        room,
                        rates,
                        config.trustedProxies()),
                till.provider());
        var staff = new StaffMembers(modules.auditLog());
        var console = new Console(
                new Console.Modules(
                        database,
                        Console.Modules.once(database),
                        modules.auditLog(),
                        staff,
                        new Sessions(database, modules.auditLog()),
                        keys,
                        catalog,
                        modules.csvImport(),
                        discountCodes,
                        warehouses,
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
                        config.trustedProxies(),
                        List.of(gateway.name()),
                        () -> new Audit(config.holds().ttl()).comparedWith(till.ledgers()),
                        () -> List.copyOf(figures.took().values()),
                        ShownSettings.of(config, System.getenv())),
                new Site(config.shopName() + ", the console", Console.HOME, assets, Database::isOutOfReach));
        var http =
                new HttpApi(modules).start(config.bind(), config.port(), assets, storefront, console, site.elsewhere());
        parts.add("the HTTP API", http::close);
        parts.add("what pages are told", storefront::close);
        URI url = address(config.bind(), http.port());
        presence.announce(url, gateway.name(), till.address());
        parts.add("the announcement", presence::withdraw);
        return new Shop(parts, database, modules, staff, url, till.address(), till.ledgers(), config.drain());
    }

    /// Where the money is taken.
    ///
    /// @param provider what a page has to know of it
    /// @param webhooks who reads what the gateway tells on its own accord, by its name
    /// @param ledgers its own books
    /// @param probe looks whether the gateway is back, if it was down
    private record Till(
            Gateway gateway,
            Provider provider,
            Map<String, WebhookReader> webhooks,
            URI address,
            List<ProviderLedger> ledgers,
            Runnable probe) {}

    private static Till sandbox(Config config, DataFolder folder, Parts parts) {
        var provider = provider(folder.path().resolve("sandbox.journal"));
        parts.add("the sandbox's journal", provider::close);
        var sandbox = new SandboxServer(provider, config.bind(), config.pspPort());
        parts.add("the sandbox", sandbox::close);
        return new Till(
                new SandboxGateway(provider, sandbox.address()),
                sandboxed(sandbox.address()),
                Map.of(),
                sandbox.address(),
                List.of(new SandboxLedger(provider)),
                () -> {});
    }

    /// The sandbox, which has fields for a card, and a wallet with a test card in it.
    private static Provider sandboxed(URI address) {
        return new Provider.Sandbox(
                address, List.of(new Provider.Wallet("the sandbox’s wallet", "pm_card_visa_googlepay")));
    }

    /// What Stripe has in its books, for whoever looks at a shop that others run.
    static List<ProviderLedger> ledgers(Config.Stripe stripe, Database database, Parts parts) {
        return stripe(stripe, database, new Payments(), parts).ledgers();
    }

    private static Till stripe(Config.Stripe stripe, Database database, Payments payments, Parts parts) {
        UUID shop = database.inTransaction(
                tx -> tx.query("select id from shop").mapTo(UUID.class).one());
        var account = new StripeAccount(
                stripe.secretKey().reveal(), stripe.apiBase(), stripe.methods(), stripe.returnUrl(), shop);
        var gateway = new StripeGateway(account);
        parts.add("the connections to Stripe", gateway::close);
        var retrying = new RetryingGateway(
                gateway, new SecureRandom(), () -> database.inTransaction(tx -> payments.hurry(tx, gateway.name())));
        parts.add("what waits to ask Stripe again", retrying::close);
        var webhooks = new StripeWebhooks(
                account, stripe.webhookSecrets().stream().map(Secret::reveal).toList());
        return new Till(
                retrying,
                fields(stripe),
                Map.of(gateway.name(), webhooks),
                stripe.apiBase(),
                List.of(
                        isHere(stripe.apiBase())
                                ? new LedgerOverHttp(gateway.name(), stripe.apiBase())
                                : new GatewayLedger(retrying)),
                retrying::probe);
    }

    /// Whose fields for a card stand in the checkout page.
    private static Provider fields(Config.Stripe stripe) {
        if (stripe.publishableKey() != null) {
            return new Provider.Stripe(
                    stripe.publishableKey(), stripe.methods().stream().sorted().toList(), MinorUnits::of);
        }
        return isHere(stripe.apiBase()) ? sandboxed(stripe.apiBase()) : new Provider.WithoutFields("Stripe");
    }

    /// Whether a provider is on this machine, as only a sandbox is.
    private static boolean isHere(URI provider) {
        String host = String.valueOf(provider.getHost());
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
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
        database.transact(tx -> room.plan(tx, DemoShop.FLASH_SALE, tx.now().plus(DEMO_SALE_IN)));
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

    private static String databaseUrl(Config config, DataFolder folder, Parts parts) {
        if (config.databaseUrl() != null) {
            String url = config.databaseUrl().reveal();
            ExternalDatabase.check(url);
            return url;
        }
        var server = EmbeddedServer.start(folder, Durability.FULL);
        parts.add("PostgreSQL", server::close);
        return server.url();
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

    private static boolean migrated(Database database) {
        try {
            database.migrate();
            return true;
        } catch (FlywayException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason =
                    String.valueOf(cause.getMessage()).lines().findFirst().orElse("no reason given");
            throw new CannotStart("The database cannot be brought up to date: " + reason, e);
        }
    }

    static SandboxProvider provider(Path journal) {
        try {
            return SandboxProvider.open(journal);
        } catch (IOException e) {
            throw new CannotStart("The sandbox's journal " + journal + " cannot be used: " + e.getMessage(), e);
        }
    }

    /// Looked at before anything is started: most of all, this is what is in the way.
    static void refuseIfTaken(String bind, int port, String option) {
        InetSocketAddress address;
        try {
            address = new InetSocketAddress(InetAddress.getByName(bind), port);
        } catch (UnknownHostException e) {
            throw new CannotStart("HOLDFAST_BIND is \"" + bind + "\", and no such address is known", e);
        }
        try (var probe = new ServerSocket()) {
            probe.bind(address);
        } catch (IOException e) {
            throw new CannotStart(
                    "Cannot listen on port " + port + " of " + bind + " (" + e.getMessage()
                            + "): is another Holdfast running? Choose another port with " + option,
                    e);
        }
    }

    private static URI address(String bind, int port) {
        boolean everywhere = bind.equals("0.0.0.0") || bind.equals("::");
        String host = everywhere ? "127.0.0.1" : bind;
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }
}
