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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/// All of the [Results], in Markdown.
final class ResultsPage {

    private final Results results;
    private final StringBuilder page = new StringBuilder();

    private ResultsPage(Results results) {
        this.results = results;
    }

    /// @param folder where it will lie
    static String of(Results results, Path folder) {
        return new ResultsPage(results).write(folder);
    }

    private String write(Path folder) {
        page.append("""
                # How fast

                Written by `./holdfast bench`. Ratios first: what this machine can do differs from day to day, and each
                ratio is of two figures of the same run.

                """);
        for (String fact : results.facts()) page.append("- ").append(fact).append('\n');
        page.append("\n![The same as bars](latest.svg)\n");
        holds();
        orders();
        goals();
        more(folder);
        return page.toString();
    }

    private void holds() {
        page.append("""

                ## Holds

                Clients in one process take holds of one unit, each one after the other: the hold, its line, its event
                and the stock, written by the strategy as the shop does it, committed and on disk. There is no HTTP and
                no checkout around it. With `redis` the unit is promised in Redis, and PostgreSQL gets the hold without
                touching the stock. × is how many times as many as `pessimistic` for as many clients.
                """);
        for (int skus : Bench.RANGES) {
            page.append("\n### Holds ").append(on(skus)).append("\n\n");
            byStrategy("Holds a second", held(skus, this::speed));
            page.append('\n');
            byStrategy("p50 and p99 in ms", held(skus, held -> waits(held.p50Millis(), held.p99Millis())));
        }
    }

    private void orders() {
        page.append("""

                ## Whole orders over HTTP

                Shoppers who open a checkout, complete it and begin again: two requests an order, with everything on
                (hold, idempotency, payment at the sandbox, order, events, the capture afterwards). × is how many times
                as many as the yardstick: one transaction an order by plain JDBC, hand-written, 8 clients, the hot row
                last, no HTTP, no events, no history. A percentile is one of whole orders, each measured from asking for
                its checkout to having the order. What the load itself takes of the cores is not in the CPU of an order,
                nor is what Redis takes.
                """);
        for (int skus : Bench.RANGES) {
            page.append("\n### Orders ").append(on(skus)).append("\n\n");
            page.append("The yardstick: %s orders a second.\n\n"
                    .formatted(count(results.yardstick(skus).perSecond())));
            byStrategy(
                    "Orders a second",
                    ordered(skus, each -> "**" + times(each.ratio()) + "** · " + count(each.perSecond())));
            page.append('\n');
            byStrategy("p50 and p99 in ms", ordered(skus, each -> waits(each.p50Millis(), each.p99Millis())));
            page.append('\n');
            byStrategy(
                    "CPU of JVM · of PostgreSQL, in µs an order",
                    ordered(
                            skus,
                            each -> count(each.cpu().jvm()) + " · "
                                    + count(each.cpu().postgres())));
        }
        others();
    }

    /// What came instead of orders.
    private void others() {
        if (results.orders().stream().allMatch(each -> each.others().isEmpty())) {
            page.append("\nNothing else was answered than checkouts and orders.\n");
            return;
        }
        page.append("\nWhat else was answered, and how often; who heard it began anew:\n\n");
        for (Results.Ordered each : results.orders()) {
            if (each.others().isEmpty()) continue;
            String answers = each.others().entrySet().stream()
                    .map(other -> "`" + other.getKey() + "` × " + count(other.getValue()))
                    .collect(joining(", "));
            page.append("- `%s`, %s, %s: %s\n"
                    .formatted(Results.name(each.strategy()), skus(each.skus()), clients(each.clients()), answers));
        }
    }

    private void goals() {
        Results.Held hot = results.held(Strategy.BATCHED, 1, 512);
        Results.Ordered order = results.ordered(Strategy.BATCHED, 1, 512);
        page.append("""

                ## What we want of it

                | `batched`, on two cores, the load among them | wanted | measured |
                | --- | ---: | ---: |
                | holds ÷ those of `pessimistic`, one SKU, 64 clients | at least 15 | %s |
                | holds ÷ those of `pessimistic`, one SKU, 512 clients | at least 50 | %s |
                | holds a second, one SKU, 512 clients | at least 80,000 | %s |
                | p99 of a hold, one SKU, 512 clients | at most 25 ms | %s ms |
                | whole orders ÷ the yardstick, one SKU, 512 clients | at least 1.6 | %s |
                | whole orders a second, one SKU, 512 clients | at least 4,500 | %s |
                | whole orders ÷ the yardstick, 1,000 SKUs, 512 clients | at least 0.5 | %s |
                | CPU of an order, JVM and PostgreSQL, one SKU, 512 clients | at most 320 µs | %s µs |
                | one client, checkout and completion, p50 | at most 6 ms | %s ms |
                """.formatted(
                        results.ratio(results.held(Strategy.BATCHED, 1, 64)),
                        results.ratio(hot),
                        count(hot.perSecond()),
                        decimal(hot.p99Millis()),
                        times(order.ratio()),
                        count(order.perSecond()),
                        times(results.ordered(Strategy.BATCHED, Bench.SKUS, 512).ratio()),
                        count(order.cpu().both()),
                        decimal(results.ordered(Strategy.BATCHED, 1, 1).p50Millis())));
    }

    /// What was measured by itself, at some time or other.
    private void more(Path folder) {
        var pages = new LinkedHashMap<String, String>();
        pages.put("long-run.md", "Orders by the million: whether they get slower while the tables grow");
        pages.put("expiry.md", "A hundred thousand holds that expire at once");
        pages.put("overload.md", "More than it can do: twice, and ten times, as many as at the peak");
        pages.put("slow-provider.md", "A payment provider that takes two seconds, and what others wait meanwhile");
        pages.put("dead-provider.md", "A payment provider that is dead for minutes, and what waited for it");
        pages.put("pieces.md", "The pieces: what a request costs outside of the database");
        pages.keySet().removeIf(each -> !Files.exists(folder.resolve(each)));
        if (pages.isEmpty()) return;
        page.append("\n## More\n\n");
        pages.forEach((file, title) -> page.append("- [%s](%s)\n".formatted(title, file)));
    }

    /// A table with a column for each strategy and a row for as many clients.
    private void byStrategy(String what, BiFunction<Strategy, Integer, String> figure) {
        page.append("| ").append(what).append(" |");
        for (Strategy strategy : Strategy.values()) {
            page.append(" `").append(Results.name(strategy)).append("` |");
        }
        page.append("\n| --- |")
                .append(" ---: |".repeat(Strategy.values().length))
                .append('\n');
        for (int clients : Bench.CROWDS) {
            page.append("| ").append(clients(clients)).append(" | ");
            page.append(Arrays.stream(Strategy.values())
                            .map(strategy -> figure.apply(strategy, clients))
                            .collect(joining(" | ")))
                    .append(" |\n");
        }
    }

    private BiFunction<Strategy, Integer, String> held(int skus, Function<Results.Held, String> figure) {
        return (strategy, clients) -> figure.apply(results.held(strategy, skus, clients));
    }

    private BiFunction<Strategy, Integer, String> ordered(int skus, Function<Results.Ordered, String> figure) {
        return (strategy, clients) -> figure.apply(results.ordered(strategy, skus, clients));
    }

    private static String on(int skus) {
        return (skus == 1 ? "on " : "over ") + skus(skus);
    }

    private String speed(Results.Held held) {
        String ratio = results.ratio(held);
        return (ratio.isEmpty() ? "" : "**" + ratio + "** · ") + count(held.perSecond());
    }

    private static String waits(double p50Millis, double p99Millis) {
        return millis(p50Millis) + " · " + millis(p99Millis);
    }
}
