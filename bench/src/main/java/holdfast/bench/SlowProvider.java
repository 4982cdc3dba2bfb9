package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.decimal;
import static holdfast.bench.Figures.times;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The same stream of orders, paid at a provider that answers at once and at one that takes two seconds for
/// each answer; and what everybody else waits beside it.
final class SlowProvider {

    private static final int SKUS = 100;
    private static final int CONNECTIONS = 10;

    /// Each waits for the provider twice, two seconds long: two thousand at once.
    private static final int ORDERS_MAX = 500;

    /// Of what the server can do at most, so much is asked of it.
    private static final double SHARE = 0.6;

    private static final int CROWD = 256;
    private static final int ROUNDS = 7;

    /// Before they count: until the compiler knows both ways.
    private static final int WARM_UP_ROUNDS = 2;

    private static final Duration LATENCY = Duration.ofSeconds(2);
    private static final Duration SETTLED = LATENCY.multipliedBy(2).plusSeconds(1);
    private static final Duration TIME = Duration.ofSeconds(6);

    private static final Map<String, String> SETTINGS = Map.of(
            "HOLDFAST_GATEWAY", "stripe",
            "HOLDFAST_STRIPE_SECRET_KEY", "sk_test_bench",
            "HOLDFAST_DATABASE_CONNECTIONS", Integer.toString(CONNECTIONS));

    private final Lab lab;

    SlowProvider(Lab lab) {
        this.lab = lab;
    }

    /// Measures it, and tells it in Markdown.
    String page() throws IOException, SQLException, InterruptedException {
        List<String> facts = lab.facts("");
        facts.forEach(System.out::println);
        var quick = new ArrayList<Stream.Watched>();
        var slow = new ArrayList<Stream.Watched>();
        int orders;
        try (var provider = LeanProcess.start();
                var server = ServerProcess.start(
                        lab.folder("slow"), lab.fresh("slow_provider"), List.of(), settings(provider))) {
            OpenShop.open(server.url(), SKUS);
            var crowd = new Shoppers(server.url(), ServerProcess.KEY, CROWD, SKUS);
            crowd.shop(OrderRounds.WARM_UP);
            orders = (int) Math.min(ORDERS_MAX, crowd.shop(TIME).perSecond() * SHARE);
            System.out.printf("%s orders a second, and %s reads%n", count(orders), count(Stream.READS));
            try (var stream = new Stream(new Wishes(server.url(), ServerProcess.KEY), SKUS, orders)) {
                for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
                    Stream.Watched atOnce = measured(stream, provider, Duration.ZERO);
                    Stream.Watched late = measured(stream, provider, LATENCY);
                    System.out.printf(
                            "%s a cart, p99: %s ms, and %s beside the slow one, for which %s wait%n",
                            round < 0 ? "Warming up:" : "Round " + (round + 1) + ":",
                            decimal(atOnce.carts(99)),
                            decimal(late.carts(99)),
                            count(late.waiting()));
                    if (round < 0) continue;
                    quick.add(atOnce);
                    slow.add(late);
                }
            }
        }
        String table = table(quick, slow);
        System.out.print(table);
        var page = new StringBuilder("""
                # A payment provider that takes two seconds

                Written by `./holdfast bench --slow-provider`: a steady stream of %s orders a second, paid at a provider
                that answers at once, and at one that takes two seconds for each answer, of which a checkout waits for
                two; and beside it %s reads a second, half of them of a cart and half of a product. They come whether or
                not those before them were answered, and the server has %d connections to the database. %d rounds of
                each, in turn; what is told is the median of the rounds, since other work on the machine makes some of
                them slow. Wanted is that others wait at most × 1.2.

                """.formatted(count(orders), count(Stream.READS), CONNECTIONS, ROUNDS));
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        return page.append('\n').append(table).toString();
    }

    private static Map<String, String> settings(LeanProcess provider) {
        var settings = new HashMap<>(SETTINGS);
        settings.put("HOLDFAST_STRIPE_API_BASE", provider.url().toString());
        return settings;
    }

    private static Stream.Watched measured(Stream stream, LeanProcess provider, Duration latency)
            throws IOException, InterruptedException {
        var watched = new Stream.Watched();
        provider.takes(latency);
        stream.flow(SETTLED); // until as many wait as will
        watched.waiting(provider.asked());
        stream.flow(TIME, watched);
        watched.waiting(provider.asked());
        return watched;
    }

    private static String table(List<Stream.Watched> quick, List<Stream.Watched> slow) {
        return """
                | the provider answers | at once | after two seconds | ratio |
                | --- | ---: | ---: | ---: |
                | orders a second | %s | %s | |
                | checkouts that wait for it | %s | %s | |
                """.formatted(
                                count(median(quick, Stream.Watched::orders) / TIME.toSeconds()),
                                count(median(slow, Stream.Watched::orders) / TIME.toSeconds()),
                                count(median(quick, Stream.Watched::waiting)),
                                count(median(slow, Stream.Watched::waiting)))
                + row("a cart, p50 ms", quick, slow, each -> each.carts(50))
                + row("a cart, p99 ms", quick, slow, each -> each.carts(99))
                + row("a product, p50 ms", quick, slow, each -> each.products(50))
                + row("a product, p99 ms", quick, slow, each -> each.products(99))
                + (others(quick) + others(slow) == 0
                        ? ""
                        : "| answered otherwise | %s | %s | |\n".formatted(count(others(quick)), count(others(slow))));
    }

    private static double median(List<Stream.Watched> rounds, ToDoubleFunction<Stream.Watched> figure) {
        return rounds.stream()
                .mapToDouble(figure)
                .sorted()
                .skip(rounds.size() / 2)
                .findFirst()
                .orElseThrow();
    }

    private static long others(List<Stream.Watched> rounds) {
        return rounds.stream()
                .mapToLong(each -> each.processing() + each.failed())
                .sum();
    }

    private static String row(
            String what,
            List<Stream.Watched> quick,
            List<Stream.Watched> slow,
            ToDoubleFunction<Stream.Watched> figure) {
        double before = median(quick, figure);
        double beside = median(slow, figure);
        return "| %s | %s | %s | %s |\n".formatted(what, decimal(before), decimal(beside), times(beside / before));
    }
}
