package holdfast.app;

import holdfast.audit.Finding;
import holdfast.db.CannotStart;
import holdfast.db.Database;
import holdfast.drill.Audience;
import holdfast.drill.DrillFailed;
import holdfast.drill.FlashSale;
import holdfast.drill.FlashSalePlan;
import holdfast.kernel.Sku;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Many shoppers after few units.
@Command(
        name = "flashsale",
        description = {
            "Lets many shoppers in at the same time, all after a few units of one product, over HTTP like any other;"
                    + " shows how it goes, and proves in the end that no unit was sold twice and no order was lost.",
            "Works on the shop that runs on the data folder or database, with all its servers, or else on a private"
                    + " one.",
            "Ends with exit code 1 if a promise is broken."
        })
final class FlashSaleCommand implements Callable<Integer> {

    private static final int DATABASE_CONNECTIONS = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @ArgGroup(exclusive = false)
    private @Nullable Elsewhere elsewhere;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            description = "How many shoppers there are (default: ${DEFAULT-VALUE}).",
            defaultValue = "10000")
    private int shoppers;

    @Option(
            names = "--units",
            paramLabel = "N",
            description = "How many units there are to be had (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int units;

    @Option(
            names = "--sku",
            paramLabel = "SKU",
            description =
                    "What is sold (default: ${DEFAULT-VALUE}). It is made if there is no such product, and exactly"
                            + " the units are put on hand, spread over the warehouses.",
            defaultValue = "FLASH-SALE")
    private String sku = "";

    @Option(
            names = "--quantity",
            paramLabel = "N",
            description = "How many units each shopper wants (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int quantity;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "How many are in the shop at the same time, each with a connection"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "512")
    private int atOnce;

    @Option(
            names = "--come-back",
            paramLabel = "N",
            description = "How often a shopper who was refused comes back, about a second later, as long as units may"
                    + " return (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int comeBack;

    @Option(
            names = "--abandon",
            paramLabel = "PERCENT",
            description = "How many shoppers hold what they want and never pay (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int abandon;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides who abandons and who comes back when (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Option(
            names = "--hold",
            paramLabel = "SECONDS",
            description = "How long the private shop holds what a checkout wants.")
    private @Nullable Integer hold;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description = "How the private shop reserves stock: pessimistic, optimistic, redis or batched.")
    private @Nullable String strategy;

    /// A shop that somebody else runs.
    static final class Elsewhere {

        @Option(
                names = "--server",
                required = true,
                paramLabel = "URL",
                description = "Another shop; repeated for each of its servers, that shoppers are spread over; and")
        private List<URI> servers = List.of();

        @Option(
                names = "--key",
                required = true,
                paramLabel = "KEY",
                description = "its admin key. Its database is looked at only if HOLDFAST_DATABASE_URL names it.")
        private String key = "";
    }

    @Override
    public Integer call() {
        FlashSalePlan plan = plan();
        Config config = options.privateConfig(privateSettings());
        Logging.configure(config.logLevel());
        if (elsewhere != null) return sell(plan, elsewhere, config.databaseUrl());
        return Lifetime.of(() -> open(config), DrillShop::close, shop -> sell(plan, shop, config));
    }

    private FlashSalePlan plan() {
        demand(Sku.isValid(sku), "--sku", "must be 1 to 64 of A-Z a-z 0-9 . _ ~ : -");
        between(1, 1_000_000, "--shoppers", shoppers);
        between(0, 1_000_000_000, "--units", units);
        between(1, 1_000_000, "--quantity", quantity);
        between(1, 10_000, "--at-once", atOnce);
        between(0, 1_000, "--come-back", comeBack);
        between(0, 100, "--abandon", abandon);
        if (hold != null) between(1, 86_400, "--hold", hold);
        if (elsewhere != null) {
            demand(hold == null && strategy == null, "--hold and --strategy", "are for a private shop");
            for (URI server : elsewhere.servers) {
                demand(
                        "http".equals(server.getScheme()) && server.getHost() != null,
                        "--server",
                        "must be like http://127.0.0.1:8080: the shoppers speak plain HTTP");
            }
        }
        return new FlashSalePlan(Sku.of(sku), shoppers, units, quantity, atOnce, comeBack, abandon, seed);
    }

    private Map<Setting, String> privateSettings() {
        Map<Setting, String> settings = new EnumMap<>(Setting.class);
        if (hold != null) settings.put(Setting.HOLD_TTL, hold + "s");
        if (strategy != null) settings.put(Setting.RESERVATIONS, strategy);
        return settings;
    }

    private DrillShop open(Config config) {
        DrillShop shop = DrillShop.open(config, "flashsale");
        if (shop.isPrivate() || (hold == null && strategy == null)) return shop;
        shop.close();
        throw new CannotStart("--hold and --strategy are for a private shop, and one is running at " + shop.url()
                + " already: choose another data folder with --data");
    }

    private int sell(FlashSalePlan plan, DrillShop shop, Config config) {
        return sell(shop.urls(), shop.issueKey(), plan, Optional.of(ShopAudit.of(shop, config)::findings));
    }

    /// @param databaseUrl null: nobody told us where the other shop has its data
    private static int sell(FlashSalePlan plan, Elsewhere shop, @Nullable Secret databaseUrl) {
        if (databaseUrl == null) return sell(shop.servers, shop.key, plan, Optional.empty());
        return Lifetime.of(
                () -> new Database(databaseUrl.reveal(), DATABASE_CONNECTIONS),
                Database::close,
                database -> sell(shop.servers, shop.key, plan, Optional.of(ShopAudit.of(database)::findings)));
    }

    private static int sell(
            List<URI> servers, String key, FlashSalePlan plan, Optional<Supplier<List<Finding>>> audit) {
        try {
            var audience = new Audience(System.out, System.err, Progress.isWatched());
            return FlashSale.run(servers, key, plan, audit, audience) ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (DrillFailed e) {
            System.err.println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private void between(int least, int most, String option, int value) {
        demand(value >= least && value <= most, option, "must be from " + least + " to " + most);
    }

    private void demand(boolean right, String option, String rule) {
        if (!right) throw wrong(option, rule);
    }

    private ParameterException wrong(String option, String rule) {
        return new ParameterException(spec.commandLine(), option + " " + rule);
    }
}
