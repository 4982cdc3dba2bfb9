package holdfast.bench;

import static holdfast.bench.Figures.count;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// What a request costs outside of the database, piece by piece, by JMH. The benchmarks lie in the packages of
/// what they measure.
final class Pieces {

    private static final List<Piece> PIECES = List.of(
            new Piece("api.WirePieces.render_a_checkout", "an open checkout of one line, as the JSON of its answer"),
            new Piece("api.WirePieces.parse_a_completion", "its JSON, read strictly into what is asked for"),
            new Piece("api.WirePieces.fingerprint_a_completion", "SHA-256 of method, path and body"),
            new Piece("api.WirePieces.look_for_a_card_number", "in a line of 80 characters that has none"),
            new Piece("catalog.PricingPieces.price_a_quote", "the lines, shipping, tax and total"),
            new Piece(
                    "inventory.SourcingPieces.decide_where_it_comes_from",
                    "which of five warehouses serve a checkout; three have each SKU"),
            new Piece(
                    "inventory.StockMovesPieces.merge_500_moves", "what the holds of a batch do to stock, summed up"));

    private static final int WARM_UP_ROUNDS = 3;
    private static final int ROUNDS = 5;
    private static final TimeValue ROUND = TimeValue.seconds(1);

    private Pieces() {}

    /// A benchmark.
    ///
    /// @param method with its class, within the packages of Holdfast
    /// @param what it does
    private record Piece(String method, String what) {

        Collection<RunResult> measured() throws RunnerException {
            var options = new OptionsBuilder()
                    .include("^holdfast\\." + method.replace(".", "\\.") + "$")
                    .mode(Mode.AverageTime)
                    .timeUnit(TimeUnit.MICROSECONDS)
                    .forks(1)
                    .warmupIterations(WARM_UP_ROUNDS)
                    .warmupTime(ROUND)
                    .measurementIterations(ROUNDS)
                    .measurementTime(ROUND)
                    .addProfiler(GCProfiler.class)
                    .verbosity(VerboseMode.SILENT)
                    .build();
            Collection<RunResult> results = new Runner(options).run();
            if (results.isEmpty()) throw new IllegalStateException("There is no benchmark " + method);
            return results;
        }
    }

    /// Measures them, and tells it in Markdown.
    static String page() throws IOException, RunnerException {
        var page = new StringBuilder("""
                # The pieces

                Written by `./holdfast bench --pieces`: what a request costs outside of the database, by JMH. Each piece
                is measured in a fresh JVM by one thread, %d rounds of %s after %d to get warm. The score is the mean
                time of one call, the error the half width of its confidence interval of 99.9 %%, and the bytes are
                what a call allocates.

                """.formatted(ROUNDS, ROUND, WARM_UP_ROUNDS));
        List<String> facts = Conditions.ofMachineAndJvm();
        facts.forEach(System.out::println);
        page.append("- ").append(Instant.now().truncatedTo(ChronoUnit.SECONDS)).append('\n');
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        page.append("""

                | piece | what it is | score | error | unit | bytes |
                | --- | --- | ---: | ---: | --- | ---: |
                """);
        for (int i = 0; i < PIECES.size(); i++) {
            Piece piece = PIECES.get(i);
            System.out.printf("%d of %d  %s%n", i + 1, PIECES.size(), name(piece.method));
            for (RunResult result : piece.measured()) {
                String row = row(piece, result);
                System.out.println(row);
                page.append(row).append('\n');
            }
        }
        return page.toString();
    }

    private static String row(Piece piece, RunResult result) {
        Result<?> time = result.getPrimaryResult();
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | ± %.2f | µs | %s |",
                name(result.getParams()),
                piece.what,
                time.getScore(),
                time.getScoreError(),
                count(allocated(result)));
    }

    private static double allocated(RunResult result) {
        String allocated = result.getSecondaryResults().keySet().stream()
                .filter(key -> key.endsWith("gc.alloc.rate.norm"))
                .findFirst()
                .orElseThrow();
        return requireNonNull(result.getSecondaryResults().get(allocated)).getScore();
    }

    private static String name(String method) {
        return method.replaceFirst(".*\\.", "").replace('_', ' ');
    }

    private static String name(BenchmarkParams params) {
        var name = new StringBuilder(name(params.getBenchmark()));
        for (String key : params.getParamsKeys()) {
            String value = params.getParam(key);
            name.append(", ").append(key.equals("policy") ? policy(value) : value + " " + plural(key, value));
        }
        return name.toString();
    }

    private static String policy(String name) {
        return "`" + name.toLowerCase(Locale.ROOT).replace('_', '-') + "`";
    }

    private static String plural(String key, String value) {
        String noun = key.equals("skus") ? "SKUs" : key;
        return value.equals("1") ? noun.substring(0, noun.length() - 1) : noun;
    }
}
