package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.decimal;
import static holdfast.bench.Figures.millis;
import static holdfast.bench.Figures.skus;
import static holdfast.bench.Figures.times;
import static java.util.stream.Collectors.joining;

import holdfast.inventory.Strategy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// What was measured in one run; told as it comes, and as a page.
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
    /// @param others what else was answered, and how often
    record Ordered(
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

    void facts(List<String> lines) {
        facts.addAll(lines);
        lines.forEach(System.out::println);
        System.out.println();
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
                "Orders over HTTP, %s, %s".formatted(skus(ordered.skus), clients(ordered.clients)),
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
        return times(held.perSecond / find(Strategy.PESSIMISTIC, held.skus, held.clients).perSecond);
    }

    static String name(Strategy strategy) {
        return strategy.name().toLowerCase(Locale.ROOT);
    }

    private Held find(Strategy strategy, int skus, int clients) {
        return holds.stream()
                .filter(held -> held.strategy == strategy && held.skus == skus && held.clients == clients)
                .findFirst()
                .orElseThrow();
    }

    /// In Markdown.
    ///
    /// @param folder where it will lie
    String page(Path folder) {
        var page = new StringBuilder("""
                # How fast

                Written by `./holdfast bench`. Ratios first: what this machine can do differs from day to day, and each
                ratio is of two figures of the same run.

                """);
        for (String fact : facts) page.append("- ").append(fact).append('\n');
        page.append("""

                ![The same as bars](latest.svg)

                ## Holds

                Clients in one process take holds of one unit, each one after the other: the hold, its line, its event
                and the stock, written by the strategy as the shop does it, committed and on disk. There is no HTTP and
                no checkout around it. With `redis` the unit is promised in Redis, and PostgreSQL gets the hold without
                touching the stock. × is how many times as many as `pessimistic` for as many clients.
                """);
        holds.stream().map(Held::skus).distinct().forEach(skus -> {
            page.append("\n### ")
                    .append(skus == 1 ? "On one SKU" : "Over " + skus(skus))
                    .append("\n\n");
            page.append(byStrategy(skus, "Holds a second", this::speed));
            page.append('\n').append(byStrategy(skus, "p50 and p99 in ms", Results::waits));
        });
        page.append("""

                ## Whole orders over HTTP

                Shoppers who open a checkout, complete it and begin again: two requests an order, with everything on
                (hold, idempotency, payment at the sandbox, order, events, the capture afterwards). × is how many times
                as many as the yardstick: one transaction an order by plain JDBC, hand-written, 8 clients, the hot row
                last, no HTTP, no events, no history. What the load itself takes of the two cores is not in the CPU of
                an order.

                | | × yardstick | orders a second | yardstick | p50 ms | p99 ms | CPU of JVM | of PostgreSQL |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        for (Ordered each : orders) {
            page.append("| %s, %s | %s | %s | %s | %s | %s | %s µs | %s µs |\n"
                    .formatted(
                            skus(each.skus),
                            clients(each.clients),
                            times(each.ratio()),
                            count(each.perSecond),
                            count(each.yardstick),
                            millis(each.p50Millis),
                            millis(each.p99Millis),
                            count(each.cpu.jvm()),
                            count(each.cpu.postgres())));
        }
        return page.append(goals()).append(more(folder)).toString();
    }

    /// What was measured by itself, at some time or other.
    private static String more(Path folder) {
        var pages = new LinkedHashMap<String, String>();
        pages.put("long-run.md", "Orders by the million: whether they get slower while the tables grow");
        pages.put("expiry.md", "A hundred thousand holds that expire at once");
        pages.put("overload.md", "More than it can do: twice, and ten times, as many as at the peak");
        pages.put("slow-provider.md", "A payment provider that takes two seconds, and what others wait meanwhile");
        pages.put("dead-provider.md", "A payment provider that is dead for minutes, and what waited for it");
        pages.put("pieces.md", "The pieces: what a request costs outside of the database");
        pages.keySet().removeIf(page -> !Files.exists(folder.resolve(page)));
        if (pages.isEmpty()) return "";
        var more = new StringBuilder("\n## More\n\n");
        pages.forEach((page, title) -> more.append("- [%s](%s)\n".formatted(title, page)));
        return more.toString();
    }

    private String byStrategy(int skus, String what, Function<Held, String> figure) {
        var table = new StringBuilder("| " + what + " |");
        for (Strategy strategy : Strategy.values())
            table.append(" `").append(name(strategy)).append("` |");
        table.append("\n| --- |")
                .append(" ---: |".repeat(Strategy.values().length))
                .append('\n');
        for (int clients : HoldRounds.CROWDS) {
            table.append("| ").append(clients(clients)).append(" | ");
            table.append(Arrays.stream(Strategy.values())
                            .map(strategy -> figure.apply(find(strategy, skus, clients)))
                            .collect(joining(" | ")))
                    .append(" |\n");
        }
        return table.toString();
    }

    private String speed(Held held) {
        String ratio = ratio(held);
        return (ratio.isEmpty() ? "" : "**" + ratio + "** · ") + count(held.perSecond);
    }

    private static String waits(Held held) {
        return millis(held.p50Millis) + " · " + millis(held.p99Millis);
    }

    private String goals() {
        Ordered hot = ordered(1, 512);
        return """

                ## What we want of it

                | on two cores, the load among them | wanted | measured |
                | --- | ---: | ---: |
                | `batched` ÷ `pessimistic`, one SKU, 64 clients | at least 15 | %s |
                | `batched` ÷ `pessimistic`, one SKU, 512 clients | at least 50 | %s |
                | holds a second, one SKU, 512 clients | at least 80,000 | %s |
                | p99 of a hold, one SKU, 512 clients | at most 25 ms | %s ms |
                | whole orders ÷ the yardstick, one SKU | at least 1.6 | %s |
                | whole orders a second, one SKU | at least 4,500 | %s |
                | whole orders ÷ the yardstick, 1,000 SKUs | at least 0.5 | %s |
                | CPU of an order, JVM and PostgreSQL | at most 320 µs | %s µs |
                | one client, checkout and completion, p50 | at most 6 ms | %s ms |
                """.formatted(
                        ratio(find(Strategy.BATCHED, 1, 64)),
                        ratio(find(Strategy.BATCHED, 1, 512)),
                        count(find(Strategy.BATCHED, 1, 512).perSecond),
                        decimal(find(Strategy.BATCHED, 1, 512).p99Millis),
                        times(hot.ratio()),
                        count(hot.perSecond),
                        times(ordered(Bench.SKUS, 512).ratio()),
                        count(hot.cpu.both()),
                        decimal(ordered(1, 1).p50Millis));
    }

    private Ordered ordered(int skus, int clients) {
        return orders.stream()
                .filter(each -> each.skus == skus && each.clients == clients)
                .findFirst()
                .orElseThrow();
    }
}
