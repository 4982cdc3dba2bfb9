package holdfast.app;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.db.CannotStart;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.drill.Audience;
import holdfast.drill.DrillFailed;
import holdfast.drill.Torture;
import holdfast.drill.TorturePlan;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Kills, freezes and cuts whatever keeps a shop running, while shoppers shop.
@Command(
        name = "torture",
        description = {
            "Starts a shop of real processes with a link of ours between any two of them, kills, freezes and stops the"
                    + " processes, cuts, delays and loses what they say, while shoppers shop, click twice and change"
                    + " their minds; then leaves it in peace, and proves that no promise was broken.",
            "What happens is made of the seed: the same seed does the same again.",
            "Ends with exit code 1 if a promise is broken. What it needs to be looked into stays in a folder of its own"
                    + " in the data folder."
        })
final class TortureCommand implements Callable<Integer> {

    private static final String KEY = "hf_sk_" + "t".repeat(43);
    private static final Duration QUIET = Duration.ofSeconds(60);
    private static final int SEED_BOUND = 1_000_000_000;

    private static final String UNSETTLED = """
            select 'hold ' || checkout_id || ' is ' || state as what
              from hold
             where closed_at is null
             union all
            select 'payment ' || id || ' is ' || state
              from payment
             where state in ('begun', 'requires_action', 'unknown', 'authorized')
             union all
            select 'refund ' || id || ' is pending'
              from refund
             where state = 'pending'
             union all
            select 'order ' || number || ' is pending'
              from orders
             where status = 'pending'
             order by 1
            """;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "For how long there are harms (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int minutes;

    @Option(names = "--seconds", paramLabel = "N", description = "The same, shorter than a minute.")
    private @Nullable Integer seconds;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Decides what happens to whom and when, and what each shopper does (default: another one each"
                    + " time, which is told).")
    private @Nullable Long seed;

    @Option(
            names = "--at-once",
            paramLabel = "N",
            description = "How many shoppers are in the shop at the same time (default: ${DEFAULT-VALUE}).",
            defaultValue = "12")
    private int atOnce;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description = "How the shop reserves stock: pessimistic, optimistic, redis or batched; redis needs"
                    + " HOLDFAST_REDIS_URL, a Redis of which nobody minds what becomes of it.")
    private @Nullable String strategy;

    @Override
    public Integer call() {
        TorturePlan plan = plan();
        Config config = options.privateConfig(strategy == null ? Map.of() : Map.of(Setting.RESERVATIONS, strategy));
        Logging.configure(config.logLevel());
        if (config.databaseUrl() != null) {
            throw new CannotStart(
                    "A torture kills its PostgreSQL, and takes none of yours: unset HOLDFAST_DATABASE_URL");
        }
        Path folder = folder(config.data(), plan.seed());
        System.out.println("Seed " + plan.seed() + ", in " + folder);
        return Lifetime.of(
                () -> open(config, folder, plan.seed()), TortureStage::close, stage -> torture(stage, plan, folder));
    }

    private TorturePlan plan() {
        between(1, 24 * 60, "--minutes", minutes);
        if (seconds != null) between(1, 24 * 60 * 60, "--seconds", seconds);
        between(1, 500, "--at-once", atOnce);
        Duration length = seconds == null ? Duration.ofMinutes(minutes) : Duration.ofSeconds(seconds);
        long decided = seed == null ? new SplittableRandom().nextLong(SEED_BOUND) : seed;
        return new TorturePlan(length, decided, atOnce, QUIET);
    }

    private static Path folder(Path data, long seed) {
        String now = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").format(LocalDateTime.now(ZoneId.systemDefault()));
        Path folder = data.resolve("torture").resolve(now + "-seed-" + seed);
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CannotStart("The folder " + folder + " cannot be made: " + e.getMessage(), e);
        }
    }

    private static TortureStage open(Config config, Path folder, long seed) {
        URI redis =
                config.redisUrl() == null ? null : URI.create(config.redisUrl().reveal());
        String reservations = config.reservations().name().toLowerCase(Locale.ROOT);
        return Progress.onStandardError()
                .during("Starting the shop", () -> TortureStage.open(folder, KEY, seed, reservations, redis));
    }

    private static int torture(TortureStage stage, TorturePlan plan, Path folder) {
        var truth = new Torture.Truth(() -> asked(stage, TortureCommand::unsettled), () -> audited(stage));
        var audience = new Audience(System.out, System.err, Progress.isWatched());
        try {
            return Torture.run(stage, KEY, plan, truth, folder, audience) ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (DrillFailed e) {
            System.err.println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    private static List<Finding> audited(TortureStage stage) {
        return stage.withLedger(ledger -> {
            try (Database database = stage.database()) {
                return new Audit(TortureStage.HOLD_TTL)
                        .comparedWith(List.of(ledger))
                        .atRest()
                        .findings(database);
            }
        });
    }

    private static <T> T asked(TortureStage stage, Function<Tx, T> question) {
        try (Database database = stage.database()) {
            return database.read(question);
        }
    }

    private static List<String> unsettled(Tx tx) {
        return tx.query(UNSETTLED).mapTo(String.class).list();
    }

    private void between(int least, int most, String option, int value) {
        if (value >= least && value <= most) return;
        throw new ParameterException(spec.commandLine(), option + " must be from " + least + " to " + most);
    }
}
