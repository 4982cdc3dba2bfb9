package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.millis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/// More shoppers than the shop can serve, and how many it serves all the same: at its peak, twice and ten
/// times that, with quiet times between.
final class Overload {

    private static final int CLIENTS = 512;
    private static final double QUIET = 0.5;
    private static final Duration QUIET_TIME = Duration.ofSeconds(15);
    private static final List<Double> STORMS = List.of(1.0, 2.0, 10.0);

    /// How much of what comes in a second is served when everything is as before, at least.
    private static final double AS_BEFORE = 0.95;

    private final Lab lab;
    private final Duration time;
    private final Path folder;
    private final List<Phase> phases = new ArrayList<>();

    Overload(Lab lab, Duration time, Path folder) {
        this.lab = lab;
        this.time = time;
        this.folder = folder;
    }

    /// A time of one rate.
    ///
    /// @param times of the peak
    /// @param serverSeconds the CPU that server and PostgreSQL took
    record Phase(double times, double perSecond, Crowd.Outcome outcome, double serverSeconds) {

        double goodput() {
            return outcome.perSecond(Crowd.Second::inTime);
        }

        boolean isQuiet() {
            return times == QUIET;
        }
    }

    void run() throws IOException, SQLException, InterruptedException {
        List<String> facts = lab.facts(", each rate for " + time.toSeconds() + " s");
        facts.forEach(System.out::println);
        double peak;
        try (var server = ServerProcess.start(lab.folder("overload"), lab.fresh("overload"))) {
            OpenShop.open(server.url(), 1);
            new Shoppers(server.url(), ServerProcess.KEY, CLIENTS, 1).shop(OrderRounds.WARM_UP);
            try (var crowd = new Crowd(server.url(), ServerProcess.KEY)) {
                crowd.come(1_000, QUIET_TIME); // connections are opened, and the code of this gets warm
            }
            peak = new Shoppers(server.url(), ServerProcess.KEY, CLIENTS, 1)
                    .shop(time)
                    .perSecond();
            System.out.println("Peak: " + count(peak) + " orders a second, " + CLIENTS + " clients");
            try (var crowd = new Crowd(server.url(), ServerProcess.KEY)) {
                phase(server, crowd, peak, QUIET, QUIET_TIME);
                for (double times : STORMS) {
                    phase(server, crowd, peak, times, time);
                    phase(server, crowd, peak, QUIET, QUIET_TIME);
                }
                crowd.rest();
            }
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("overload.md"), page(facts, peak));
        Files.writeString(folder.resolve("overload.svg"), new OverloadPicture(phases, peak).draw());
    }

    private void phase(ServerProcess server, Crowd crowd, double peak, double times, Duration duration)
            throws IOException {
        double before = server.jvmSeconds() + lab.postgresSeconds();
        Crowd.Outcome outcome = crowd.come(times * peak, duration);
        double took = server.jvmSeconds() + lab.postgresSeconds() - before;
        var phase = new Phase(times, times * peak, outcome, took / duration.toSeconds());
        phases.add(phase);
        System.out.printf(
                Locale.ROOT,
                "%4.1f x  %8s come, %6s orders in time, p99 %s ms; %8s refused, p99 %s ms;"
                        + " CPU: %.2f, of the load %.2f%n",
                times,
                count(outcome.perSecond(Crowd.Second::came)),
                count(phase.goodput()),
                millis(outcome.ordering().getValueAtPercentile(99) / 1e3),
                count(outcome.perSecond(Crowd.Second::refused)),
                millis(outcome.refusing().getValueAtPercentile(99) / 1e3),
                phase.serverSeconds,
                outcome.cpuSeconds() / duration.toSeconds());
    }

    private String page(List<String> facts, double peak) {
        var page = new StringBuilder("""
                # More than it can do

                Written by `./holdfast bench --overload`: shoppers come at random, so many a second, whether or not
                those before them were served; open a checkout and pay for it, or go away when they are refused. Times
                count from when somebody was to come. *In time* is an order within %d s of that; the peak is what %d
                clients get who wait for each other.

                """.formatted(Crowd.IN_TIME.toSeconds(), CLIENTS));
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        page.append("- peak: ").append(count(peak)).append(" orders a second\n");
        page.append("""

                ![Orders in time, second by second](overload.svg)

                | come | a second | orders in time | of the peak | p99 of an order | refused | p50, p99 of a refusal | \
                cores taken by the shop | by the load | as before after |
                | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            if (phase.isQuiet()) continue;
            var outcome = phase.outcome;
            page.append("| × %s | %s | %s | %s %% | %s ms | %s | %s | %s | %s | %s |\n"
                    .formatted(
                            count(phase.times),
                            count(outcome.perSecond(Crowd.Second::came)),
                            count(phase.goodput()),
                            count(100 * phase.goodput() / peak),
                            millis(outcome.ordering().getValueAtPercentile(99) / 1e3),
                            count(outcome.perSecond(Crowd.Second::refused)),
                            refusal(outcome),
                            decimals(phase.serverSeconds),
                            decimals(outcome.cpuSeconds() / outcome.seconds().size()),
                            asBeforeAfter(phases.get(i + 1))));
        }
        others(page);
        return page.toString();
    }

    private static String refusal(Crowd.Outcome outcome) {
        Histogram refusing = outcome.refusing();
        if (refusing.getTotalCount() == 0) return "–";
        return millis(refusing.getValueAtPercentile(50) / 1e3) + ", " + millis(refusing.getValueAtPercentile(99) / 1e3)
                + " ms";
    }

    private void others(StringBuilder page) {
        for (Phase phase : phases) {
            if (!phase.outcome.others().isEmpty()) {
                page.append("\nAlso answered at × ")
                        .append(phase.times)
                        .append(": ")
                        .append(phase.outcome.others())
                        .append('\n');
            }
        }
    }

    /// From which second of the quiet time on everybody who comes is served in time.
    private static String asBeforeAfter(Phase quiet) {
        List<Crowd.Second> seconds = quiet.outcome.seconds();
        int last = seconds.size();
        while (last > 0
                && seconds.get(last - 1).inTime()
                        >= AS_BEFORE * seconds.get(last - 1).came()) last--;
        return last == seconds.size() ? "–" : last + 1 + " s";
    }

    private static String decimals(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }
}
