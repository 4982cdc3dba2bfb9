package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.decimal;
import static holdfast.bench.Figures.times;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The same stream of orders, paid at a provider that answers at once and at one that takes two seconds for an
/// answer; and what everybody else waits beside it.
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
        var quick = new Stream.Watched();
        var slow = new Stream.Watched();
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

                Written by `./holdfast bench --slow-provider`: a steady stream of %s orders a second, paid at a
                provider that answers at once, and at one that takes two seconds for an answer, give or take a
                quarter, of which a checkout waits for two; and beside it %s reads a second, half of them of a cart
                and half of a product. They come whether or not those before them were answered, and the server has %d
                connections to the database. What is told is of %d rounds of each, in turn, taken together: every
                pause is in it. Wanted is that others wait at most × 1.2.

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
        System.gc(); // Whoever measures must not pause meanwhile; the server does as it likes.
        stream.flow(SETTLED); // until as many wait as will
        watched.waiting(provider.asked());
        stream.flow(TIME, watched);
        watched.waiting(provider.asked());
        return watched;
    }

    private static String table(Stream.Watched quick, Stream.Watched slow) {
        return """
                | the provider answers | at once | after two seconds | ratio |
                | --- | ---: | ---: | ---: |
                | orders a second | %s | %s | |
                | checkouts that wait for it | %s | %s | |
                """.formatted(perSecond(quick), perSecond(slow), count(quick.waiting()), count(slow.waiting()))
                + row("a cart, p50 ms", quick.carts(50), slow.carts(50))
                + row("a cart, p99 ms", quick.carts(99), slow.carts(99))
                + row("a product, p50 ms", quick.products(50), slow.products(50))
                + row("a product, p99 ms", quick.products(99), slow.products(99))
                + (others(quick) + others(slow) == 0
                        ? ""
                        : "| answered otherwise | %s | %s | |\n".formatted(count(others(quick)), count(others(slow))));
    }

    private static String perSecond(Stream.Watched watched) {
        return count(watched.orders() / TIME.multipliedBy(ROUNDS).toSeconds());
    }

    private static long others(Stream.Watched watched) {
        return watched.processing() + watched.failed();
    }

    private static String row(String what, double before, double beside) {
        return "| %s | %s | %s | %s |\n".formatted(what, decimal(before), decimal(beside), times(beside / before));
    }
}
