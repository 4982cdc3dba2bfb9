package holdfast.bench;

import static holdfast.bench.Figures.count;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// What a request costs outside of the database, piece by piece, by JMH. The benchmarks lie in the packages of
/// what they measure.
final class Pieces {

    private static final List<String> CLASSES = List.of(
            "api.WirePieces", "catalog.PricingPieces", "inventory.SourcingPieces", "inventory.StockMovesPieces");
    private static final int ROUNDS = 3;
    private static final TimeValue ROUND = TimeValue.seconds(1);

    private Pieces() {}

    /// Measures them, and tells it in Markdown.
    static String page() throws RunnerException {
        var rows = new ArrayList<String>();
        for (String each : CLASSES) {
            for (RunResult result : measured(each)) {
                String row = row(result);
                rows.add(row);
                System.out.println(row);
            }
        }
        return """
                # The pieces

                Written by `./holdfast bench --pieces`: what a request costs outside of the database, in a fresh JVM for
                each piece, %d seconds of warming up and %d of measuring. The bytes are what is allocated.

                | piece | µs | bytes |
                | --- | ---: | ---: |
                """.formatted(ROUNDS, ROUNDS) + String.join("\n", rows) + "\n";
    }

    private static Collection<RunResult> measured(String name) throws RunnerException {
        var options = new OptionsBuilder()
                .include("holdfast\\." + name + "\\.")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.MICROSECONDS)
                .forks(1)
                .warmupIterations(ROUNDS)
                .warmupTime(ROUND)
                .measurementIterations(ROUNDS)
                .measurementTime(ROUND)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        return new Runner(options).run();
    }

    private static String row(RunResult result) {
        double micros = result.getPrimaryResult().getScore();
        String allocated = result.getSecondaryResults().keySet().stream()
                .filter(key -> key.endsWith("gc.alloc.rate.norm"))
                .findFirst()
                .orElseThrow();
        double bytes =
                requireNonNull(result.getSecondaryResults().get(allocated)).getScore();
        return String.format(Locale.ROOT, "| %s | %.2f | %s |", name(result.getParams()), micros, count(bytes));
    }

    private static String name(BenchmarkParams params) {
        String method = params.getBenchmark().replaceFirst(".*\\.", "").replace('_', ' ');
        var name = new StringBuilder(method);
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
