package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.seconds;

import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.inventory.Strategy;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Whole orders a second over HTTP, by each strategy, right after what plain JDBC does on the same PostgreSQL.
final class OrderRounds {

    /// How many shop at the same time while the server gets warm.
    private static final int WARM_UP_CLIENTS = 512;

    /// Until the compiler has settled.
    static final Duration WARM_UP = Duration.ofSeconds(60);

    /// So long everybody waits who comes: how many are served is asked here, not how soon the others are refused.
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lab lab;
    private final Results results;
    private final Duration time;
    private boolean settingsAreTold;

    OrderRounds(Lab lab, Results results, Duration time) {
        this.lab = lab;
        this.results = results;
        this.time = time;
    }

    /// How often [Results] hears of it: a yardstick for each range, and all else.
    static int count(List<Integer> ranges) {
        return ranges.size() * (1 + Strategy.values().length * Bench.CROWDS.size());
    }

    /// @param ranges of how many SKUs
    void run(List<Integer> ranges) throws SQLException, IOException, InterruptedException {
        for (int skus : ranges) {
            double yardstick = yardstick(skus);
            results.add(new Results.Plain(skus, yardstick));
            for (Strategy strategy : Strategy.values()) run(strategy, skus, yardstick);
        }
    }

    private double yardstick(int skus) throws SQLException, InterruptedException {
        var yardstick = new Yardstick(lab.fresh("yardstick_" + skus), skus);
        yardstick.measure(time.dividedBy(2));
        return yardstick.measure(time);
    }

    private void run(Strategy strategy, int skus, double yardstick)
            throws SQLException, IOException, InterruptedException {
        String name = "orders_" + Results.name(strategy) + "_" + skus;
        try (var redis = RealRedis.start();
                var server = start(strategy, redis, name)) {
            if (!settingsAreTold) tellSettings(server, redis);
            OpenShop.open(server.url(), skus);
            new Shoppers(server.url(), ServerProcess.KEY, WARM_UP_CLIENTS, skus).shop(WARM_UP);
            lab.vacuum(name); // So that it does not happen while a single client is measured.
            for (int clients : Bench.CROWDS) {
                // A crowd of another size is news.
                new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(time);
                results.add(measured(server, strategy, skus, clients, yardstick));
            }
        } finally {
            lab.drop(name);
        }
    }

    private ServerProcess start(Strategy strategy, RealRedis redis, String name) throws SQLException, IOException {
        Map<String, String> settings = Map.of(
                "HOLDFAST_RESERVATIONS",
                Results.name(strategy),
                "HOLDFAST_REDIS_URL",
                redis.url(),
                "HOLDFAST_LATENCY_GOAL",
                seconds(PATIENCE).replace(" ", ""));
        return ServerProcess.start(lab.folder(name), lab.fresh(name), List.of(), settings);
    }

    private Results.Ordered measured(ServerProcess server, Strategy strategy, int skus, int clients, double yardstick)
            throws IOException {
        var cpu = new Cpu(server, lab);
        Shoppers.Outcome outcome = new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(time);
        return new Results.Ordered(
                strategy,
                skus,
                clients,
                outcome.perSecond(),
                yardstick,
                outcome.p50Millis(),
                outcome.p99Millis(),
                cpu.since(outcome.orders()),
                outcome.others());
    }

    private void tellSettings(ServerProcess server, RealRedis redis) throws IOException, InterruptedException {
        settingsAreTold = true;
        String warm = clients(WARM_UP_CLIENTS) + " for " + seconds(WARM_UP);
        String pools = String.join(" and ", server.pools());
        results.fact(
                "orders: %1$s after another %1$s, in a server that %2$s have warmed".formatted(seconds(time), warm));
        results.fact("the server: connections %s; latency goal %s, so that nobody is refused; %s"
                .formatted(pools, seconds(PATIENCE), lanes()));
        results.fact("Redis " + redis.version() + ", which keeps nothing on disk");
    }

    private static String lanes() {
        var limits = GroupCommit.Limits.DEFAULT;
        return "%d lanes, in each of which %s commands may wait and at most %s share a commit"
                .formatted(Lane.values().length, Figures.count(limits.waiting()), Figures.count(limits.batch()));
    }
}
