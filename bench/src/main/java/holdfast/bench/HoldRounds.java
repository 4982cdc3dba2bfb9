package holdfast.bench;

import static holdfast.bench.Figures.clients;
import static holdfast.bench.Figures.seconds;

import holdfast.db.Database;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.Strategy;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Holds a second by each strategy, one right after the other for the same number of clients, each on a
/// database of its own.
final class HoldRounds {

    private static final int WARM_UP_CLIENTS = 512;

    private final Lab lab;
    private final Results results;
    private final Duration time;

    HoldRounds(Lab lab, Results results, Duration time) {
        this.lab = lab;
        this.results = results;
        this.time = time;
    }

    /// How often [Results] hears of it.
    static int count(List<Integer> ranges) {
        return ranges.size() * Bench.CROWDS.size() * Strategy.values().length;
    }

    /// @param ranges of how many SKUs
    void run(List<Integer> ranges) throws SQLException, IOException, InterruptedException {
        results.fact("holds: %s after %s, once %s have warmed each strategy; a pool of %d connections"
                .formatted(seconds(time), seconds(time.dividedBy(2)), clients(WARM_UP_CLIENTS), Lab.CONNECTIONS));
        for (int skus : ranges) {
            try (Database database = Lab.connect(lab.fresh(template(skus)))) {
                database.migrate();
                Shelf.stock(database, skus);
            }
        }
        for (Strategy strategy : Strategy.values()) {
            measure(strategy, ranges.getFirst(), WARM_UP_CLIENTS, time);
        }
        for (int skus : ranges) {
            for (int clients : Bench.CROWDS) {
                for (Strategy strategy : Strategy.values()) {
                    Takers.Outcome outcome = measure(strategy, skus, clients, time);
                    results.add(new Results.Held(
                            strategy, skus, clients, outcome.perSecond(), outcome.p50Millis(), outcome.p99Millis()));
                }
            }
        }
    }

    private Takers.Outcome measure(Strategy strategy, int skus, int clients, Duration time)
            throws SQLException, IOException, InterruptedException {
        String name = "holds";
        String url = lab.copy(name, template(skus));
        try (var redis = RealRedis.start();
                Database database = Lab.connect(url);
                var counter = new Counter(strategy, HoldPolicy.DEFAULT, database, redis.url())) {
            var takers = new Takers(counter, skus);
            takers.take(clients, time.dividedBy(2));
            return takers.take(clients, time);
        } finally {
            lab.drop(name);
        }
    }

    private static String template(int skus) {
        return "shelf_" + skus;
    }
}
