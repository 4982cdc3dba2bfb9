package holdfast.app;

import holdfast.drill.Audience;
import holdfast.drill.DrillFailed;
import holdfast.drill.ProviderComparison;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The provider's list against ours, in both directions.
@Command(
        name = "reconcile",
        description = {
            "Compares what the payment provider has with the payments that are written down here, in both directions."
                    + " Payments that are not decided go on, money that nothing stands for is let go of, and what no"
                    + " rule decides is listed.",
            "Works on the shop that runs on the data folder or database, or else starts it for that.",
            "Ends with exit code 1 if something is left unexplained."
        })
final class ReconcileCommand implements Callable<Integer> {

    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([mhd])");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @ArgGroup(exclusive = false)
    private @Nullable Elsewhere elsewhere;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "Payments that began since then: 90m, 24h or 7d ago, or a time such as 2026-11-23T00:00:00Z"
                    + " (default: ${DEFAULT-VALUE}).",
            defaultValue = "1h")
    private String since = "";

    /// A shop that somebody else runs.
    static final class Elsewhere {

        @Option(names = "--server", required = true, paramLabel = "URL", description = "Another shop, and")
        private URI server = URI.create("");

        @Option(names = "--key", required = true, paramLabel = "KEY", description = "its admin key.")
        private String key = "";
    }

    @Override
    public Integer call() {
        Instant from = from();
        Config config = options.privateConfig();
        Logging.configure(config.logLevel());
        if (elsewhere != null) return compare(elsewhere.server, elsewhere.key, from);
        return Lifetime.of(
                () -> DrillShop.open(config, "reconcile"),
                DrillShop::close,
                shop -> compare(shop.url(), shop.issueKey(), from));
    }

    private Instant from() {
        Matcher ago = AGO.matcher(since);
        if (ago.matches()) {
            long count = Long.parseLong(ago.group(1));
            return Instant.now()
                    .minus(
                            switch (ago.group(2)) {
                                case "m" -> Duration.ofMinutes(count);
                                case "h" -> Duration.ofHours(count);
                                default -> Duration.ofDays(count);
                            });
        }
        try {
            return Instant.parse(since);
        } catch (DateTimeParseException e) {
            throw new ParameterException(
                    spec.commandLine(), "--since must be like 90m, 24h, 7d or 2026-11-23T00:00:00Z", e);
        }
    }

    private static int compare(URI server, String key, Instant since) {
        try {
            var audience = new Audience(System.out, System.err, Progress.isWatched());
            return ProviderComparison.run(server, key, since, audience) ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (DrillFailed e) {
            System.err.println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }
}
