package holdfast.bench;

import holdfast.db.CannotStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures how fast the shop is, each time beside a yardstick on the same PostgreSQL, which writes everything
/// to disk before it says so. What is measured, what measures it and PostgreSQL share the machine.
@Command(
        name = "./holdfast bench",
        description = {
            "Measures how fast the shop is, on a PostgreSQL of its own, and writes pages into bench/results.",
            "Without an option: holds and whole orders a second, by each strategy, each for so many SECONDS beside a"
                    + " yardstick; takes about eighteen minutes, and a minute and a half more for each further second."
        })
public final class Bench implements Callable<Integer> {

    static final int SKUS = 1_000;

    /// Of how many SKUs.
    static final List<Integer> RANGES = List.of(1, SKUS);

    /// How many clients there are at the same time.
    static final List<Integer> CROWDS = List.of(1, 64, 512);

    private static final int ORDERS_MIN = 10_000;
    private static final int OVERLOAD_SECONDS_MIN = 20; // the server takes a few to see what comes

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            paramLabel = "SECONDS",
            arity = "0..1",
            defaultValue = "5",
            description =
                    "How long each thing is measured, once it is warm (default: ${DEFAULT-VALUE}); with --overload"
                            + " at least 20. The others of these options have times of their own.")
    private int seconds;

    @ArgGroup
    private @Nullable Instead instead;

    @SuppressWarnings("UnusedVariable") // read by picocli
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Option(names = "--results", hidden = true)
    private Path folder = Path.of("bench", "results");

    /// What else can be measured.
    static final class Instead {

        @Option(
                names = "--orders",
                required = true,
                paramLabel = "N",
                description = "Instead: places so many orders on one SKU, into tables that are empty at first, and"
                        + " tells whether that gets slower; 5000000 take twenty minutes or more, and some 36 GB.")
        private int orders;

        @Option(
                names = "--expiry",
                required = true,
                description = "Instead: lets a hundred thousand holds expire at once, and tells how long it takes until"
                        + " one server, and two, have returned their stock.")
        private boolean expiry;

        @Option(
                names = "--slow-provider",
                required = true,
                description = "Instead: lets a payment provider take two seconds, with a pool of ten connections, and"
                        + " tells what others wait meanwhile; takes five minutes.")
        private boolean slowProvider;

        @Option(
                names = "--dead-provider",
                required = true,
                paramLabel = "MINUTES",
                description =
                        "Instead: lets a payment provider be dead for so long, frozen at first and then gone, while"
                                + " shoppers keep paying; tells how soon all is settled when it is back, and whether"
                                + " anything was lost.")
        private @Nullable Integer deadMinutes;

        @Option(
                names = "--overload",
                required = true,
                description = "Instead: lets more shoppers come than can be served, up to ten times as many, and tells"
                        + " how many get their order in time, how soon the others are refused, and how long it takes"
                        + " until everything is as before; takes four minutes.")
        private boolean overload;

        @Option(
                names = "--pieces",
                required = true,
                description =
                        "Instead: measures what a request costs outside of the database, piece by piece; takes three"
                                + " minutes.")
        private boolean pieces;
    }

    /// Runs it.
    public static void main(String[] arguments) {
        var line = new CommandLine(new Bench()).setExecutionExceptionHandler((failure, _, _) -> {
            if (!(failure instanceof CannotStart reason)) throw failure;
            System.err.println(reason.getMessage());
            return ExitCode.SOFTWARE;
        });
        System.exit(line.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException, RunnerException {
        if (seconds < 1) throw new ParameterException(spec.commandLine(), "SECONDS must be at least 1");
        if (instead == null) {
            all(Duration.ofSeconds(seconds));
        } else if (instead.expiry) {
            expiry();
        } else if (instead.slowProvider) {
            slowProvider();
        } else if (instead.deadMinutes != null) {
            return deadProvider(instead.deadMinutes);
        } else if (instead.overload) {
            overload(Duration.ofSeconds(Math.max(seconds, OVERLOAD_SECONDS_MIN)));
        } else if (instead.pieces) {
            write("pieces.md", Pieces.page());
        } else {
            longRun(instead.orders);
        }
        return ExitCode.OK;
    }

    private void all(Duration time) throws IOException, SQLException, InterruptedException {
        var results = new Results(HoldRounds.count(RANGES) + OrderRounds.count(RANGES));
        try (Lab lab = Lab.open()) {
            lab.facts(", one round of each").forEach(results::fact);
            new HoldRounds(lab, results, time).run(RANGES);
            new OrderRounds(lab, results, time).run(RANGES);
        }
        write("latest.md", ResultsPage.of(results, folder));
        write("latest.svg", Picture.of(results));
    }

    private void longRun(int orders) throws IOException, SQLException, InterruptedException {
        if (orders < ORDERS_MIN) {
            throw new ParameterException(spec.commandLine(), "--orders must be at least " + ORDERS_MIN);
        }
        try (Lab lab = Lab.open()) {
            new LongRun(lab, orders, folder).run();
        }
    }

    private void overload(Duration time) throws IOException, SQLException, InterruptedException {
        try (Lab lab = Lab.open()) {
            new Overload(lab, time, folder).run();
        }
    }

    private void expiry() throws IOException, SQLException, InterruptedException {
        try (Lab lab = Lab.open()) {
            write("expiry.md", new Expiry(lab).page());
        }
    }

    private void slowProvider() throws IOException, SQLException, InterruptedException {
        try (Lab lab = Lab.open()) {
            write("slow-provider.md", new SlowProvider(lab).page());
        }
    }

    private int deadProvider(int minutes) throws IOException, SQLException, InterruptedException {
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--dead-provider must be at least 1");
        }
        try (Lab lab = Lab.open()) {
            var deadProvider = new DeadProvider(lab, Duration.ofMinutes(minutes));
            write("dead-provider.md", deadProvider.page());
            return deadProvider.nothingWasLost() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name), text);
    }
}
