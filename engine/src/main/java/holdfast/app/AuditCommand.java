package holdfast.app;

import holdfast.drill.Audience;
import holdfast.drill.Auditing;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Every promise, held against the database.
@Command(
        name = "audit",
        description = {
            "Holds the database, and the payment provider's own books, against every promise of the shop, all of them"
                    + " at one moment, and shows the first rows that break one. Writes nothing.",
            "Works on the shop that runs on the data folder or database, which may be in the middle of a rush, or else"
                    + " on a private one, which first finishes what an earlier run left half-way.",
            "Ends with exit code 1 if a promise is broken."
        })
final class AuditCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(
            names = "--quiet",
            description = "Nobody shops any more: waits up to a minute until nothing is under way, and counts what is"
                    + " then as broken. So it is with a private shop.")
    private boolean quiet;

    @Option(names = "--json", description = "Tells it as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Config config = options.privateConfig();
        Logging.configure(config.logLevel());
        return Lifetime.of(() -> DrillShop.open(config, "audit"), DrillShop::close, shop -> audit(shop, config));
    }

    private int audit(DrillShop shop, Config config) {
        ShopAudit audit = ShopAudit.of(shop, config);
        ShopAudit wanted = quiet ? audit.quiet() : audit;
        var audience = new Audience(System.out, System.err, Progress.isWatched());
        return Auditing.run(wanted::findings, audience, json) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
