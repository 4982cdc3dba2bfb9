package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.millis;
import static holdfast.bench.Figures.skus;
import static holdfast.bench.Figures.times;

import holdfast.inventory.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What was measured in one run, told as it comes; a [ResultsPage] tells all of it.
final class Results {

    private final int expected;
    private final List<String> facts = new ArrayList<>();
    private final List<Held> holds = new ArrayList<>();
    private final List<Plain> yardsticks = new ArrayList<>();
    private final List<Ordered> orders = new ArrayList<>();

    /// @param expected how many figures there will be
    Results(int expected) {
        this.expected = expected;
    }

    /// Holds by one strategy.
    record Held(Strategy strategy, int skus, int clients, double perSecond, double p50Millis, double p99Millis) {}

    /// The yardstick of orders: plain JDBC.
    record Plain(int skus, double perSecond) {}

    /// Whole orders over HTTP.
    ///
    /// @param p50Millis of whole orders, each from asking for its checkout to having it
    /// @param others what else was answered, and how often
    record Ordered(
            Strategy strategy,
            int skus,
            int clients,
            double perSecond,
            double yardstick,
            double p50Millis,
            double p99Millis,
            Cpu.PerOrder cpu,
            Map<String, Long> others) {

        double ratio() {
            return perSecond / yardstick;
        }
    }

    void fact(String line) {
        facts.add(line);
        System.out.println(line);
    }

    void add(Held held) {
        holds.add(held);
        tell(
                "Holds, %s, %s, %s".formatted(name(held.strategy), skus(held.skus), clients(held.clients)),
                held.perSecond,
                ratio(held) + "  p50 " + millis(held.p50Millis) + " ms, p99 " + millis(held.p99Millis) + " ms");
    }

    void add(Plain yardstick) {
        yardsticks.add(yardstick);
        tell("Yardstick: plain JDBC orders, " + skus(yardstick.skus), yardstick.perSecond, "");
    }

    void add(Ordered ordered) {
        orders.add(ordered);
        tell(
                "Orders, %s, %s, %s".formatted(name(ordered.strategy), skus(ordered.skus), clients(ordered.clients)),
                ordered.perSecond,
                "%s  p50 %s ms, p99 %s ms; CPU an order: JVM %s µs, PostgreSQL %s µs%s"
                        .formatted(
                                times(ordered.ratio()),
                                millis(ordered.p50Millis),
                                millis(ordered.p99Millis),
                                count(ordered.cpu.jvm()),
                                count(ordered.cpu.postgres()),
                                ordered.others.isEmpty() ? "" : "; also answered: " + ordered.others));
    }

    private void tell(String what, double perSecond, String note) {
        int told = holds.size() + yardsticks.size() + orders.size();
        System.out.printf(Locale.ROOT, "%2d of %d  %-48s %8s/s  %s%n", told, expected, what, count(perSecond), note);
    }

    List<String> facts() {
        return facts;
    }

    List<Held> holds() {
        return holds;
    }

    List<Plain> yardsticks() {
        return yardsticks;
    }

    List<Ordered> orders() {
        return orders;
    }

    /// To the textbook's figure for as many SKUs and clients; empty for that itself.
    String ratio(Held held) {
        if (held.strategy == Strategy.PESSIMISTIC) return "";
        return times(held.perSecond / held(Strategy.PESSIMISTIC, held.skus, held.clients).perSecond);
    }

    static String name(Strategy strategy) {
        return strategy.name().toLowerCase(Locale.ROOT);
    }

    Held held(Strategy strategy, int skus, int clients) {
        return holds.stream()
                .filter(held -> held.strategy == strategy && held.skus == skus && held.clients == clients)
                .findFirst()
                .orElseThrow();
    }

    Ordered ordered(Strategy strategy, int skus, int clients) {
        return orders.stream()
                .filter(each -> each.strategy == strategy && each.skus == skus && each.clients == clients)
                .findFirst()
                .orElseThrow();
    }

    Plain yardstick(int skus) {
        return yardsticks.stream().filter(each -> each.skus == skus).findFirst().orElseThrow();
    }
}
