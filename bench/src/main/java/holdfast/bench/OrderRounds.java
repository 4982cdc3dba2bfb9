package holdfast.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/// Whole orders a second over HTTP, right after what plain JDBC does on the same PostgreSQL.
final class OrderRounds {

    /// How many shop at the same time while the server gets warm.
    private static final int WARM_UP_CLIENTS = 512;

    /// Until the compiler has settled.
    static final Duration WARM_UP = Duration.ofSeconds(60);

    private final Lab lab;
    private final Results results;
    private final Duration time;

    OrderRounds(Lab lab, Results results, Duration time) {
        this.lab = lab;
        this.results = results;
        this.time = time;
    }

    void run(int skus, List<Integer> crowds) throws SQLException, IOException, InterruptedException {
        double yardstick = yardstick(skus);
        results.add(new Results.Plain(skus, yardstick));
        String name = "orders_" + skus;
        try (var server = ServerProcess.start(lab.folder(name), lab.fresh(name))) {
            OpenShop.open(server.url(), skus);
            new Shoppers(server.url(), ServerProcess.KEY, WARM_UP_CLIENTS, skus).shop(WARM_UP);
            lab.vacuum(name); // So that it does not happen while a single client is measured.
            for (int clients : crowds) results.add(measure(server, skus, clients, yardstick));
        }
    }

    private double yardstick(int skus) throws SQLException, InterruptedException {
        var yardstick = new Yardstick(lab.fresh("yardstick_" + skus), skus);
        yardstick.measure(time.dividedBy(2));
        return yardstick.measure(time);
    }

    private Results.Ordered measure(ServerProcess server, int skus, int clients, double yardstick) throws IOException {
        new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(time); // A crowd of another size is news.
        var cpu = new Cpu(server, lab);
        Shoppers.Outcome outcome = new Shoppers(server.url(), ServerProcess.KEY, clients, skus).shop(time);
        return new Results.Ordered(
                skus,
                clients,
                outcome.perSecond(),
                yardstick,
                outcome.p50Millis(),
                outcome.p99Millis(),
                cpu.since(outcome.orders()),
                outcome.others());
    }
}
