package holdfast.app;

import holdfast.audit.Finding;
import holdfast.drill.Audience;
import holdfast.drill.DrillFailed;
import holdfast.drill.Replay;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Real invoices, through the whole checkout.
@Command(
        name = "replay",
        description = {
            "Puts the invoice lines of a real retailer through the shop, and proves that every penny and every piece is"
                    + " accounted for and no promise is broken. May be interrupted and repeated: it goes on where it"
                    + " stopped.",
            "Works on the shop that runs on the data folder or database, or else on a private one.",
            "Ends with exit code 1 if the sums do not reconcile, or a promise is broken."
        })
final class ReplayCommand implements Callable<Integer> {

    private static final String REPORT = "replay-report.txt";

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "CSV with the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,"
                    + " CustomerID, Country.")
    private List<Path> files = List.of();

    @ArgGroup(exclusive = false)
    private @Nullable Elsewhere elsewhere;

    @Option(
            names = "--shoppers",
            paramLabel = "N",
            description = "How many shop at the same time (default: ${DEFAULT-VALUE}).",
            defaultValue = "16")
    private int shoppers;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Where every line that was refused or skipped is listed (default: " + REPORT
                    + " in the data folder).")
    private @Nullable Path report;

    /// A shop that somebody else runs.
    static final class Elsewhere {

        @Option(names = "--server", required = true, paramLabel = "URL", description = "Another shop, and")
        private URI server = URI.create("");

        @Option(names = "--key", required = true, paramLabel = "KEY", description = "its admin key.")
        private String key = "";
    }

    @Override
    public Integer call() {
        Config config = options.privateConfig();
        Logging.configure(config.logLevel());
        if (elsewhere != null) return replay(elsewhere.server, elsewhere.key, Path.of(REPORT), Optional.empty());
        return Lifetime.of(
                () -> DrillShop.open(config, "replay"),
                DrillShop::close,
                shop -> replay(
                        shop.url(),
                        shop.issueKey(),
                        config.data().resolve(REPORT),
                        Optional.of(ShopAudit.of(shop, config)::findings)));
    }

    private int replay(URI server, String key, Path defaultReport, Optional<Supplier<List<Finding>>> audit) {
        try {
            Path told = report == null ? defaultReport : report;
            var audience = new Audience(System.out, System.err, Progress.isWatched());
            boolean reconciles = Replay.run(server, key, shoppers, files, told, audit, audience);
            return reconciles ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (DrillFailed e) {
            System.err.println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }
}
