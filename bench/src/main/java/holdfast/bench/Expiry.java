package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.skus;

import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.HoldRequest;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Very many holds whose time is up in the same moment, and how long it takes until their stock can be had
/// again: returned by one server, and by two at once, each a process that looks every second.
final class Expiry {

    private static final int HOLDS = 100_000;
    private static final int AT_ONCE = 1_000;
    private static final int WARM_UP_HOLDS = 20_000;
    private static final Duration OPENED_WITHIN = Duration.ofSeconds(20);

    private static final String WAIT = "select pg_sleep(0.1)";
    private static final String OPEN = "select count(*) from hold where closed_at is null";
    private static final String HELD = "select sum(held) from stock";

    private static final String TOOK = """
            select extract(epoch from max(closed_at) - max(expires_at))
              from hold
             where checkout_id >= :first
            """;

    private final Lab lab;
    private final Holds holds;
    private final StringBuilder rows = new StringBuilder();

    Expiry(Lab lab) {
        this.lab = lab;
        this.holds =
                new Holds(HoldPolicy.DEFAULT, new LockingReservations(SourcingPolicy.FEWEST_PARCELS), new Outbox());
    }

    /// Measures it, and tells it in Markdown.
    String page() throws IOException, SQLException, InterruptedException {
        List<String> facts = lab.facts("");
        facts.forEach(System.out::println);
        String url = lab.fresh("expiry");
        try (Database database = Lab.connect(url)) {
            database.migrate();
            Shelf.stock(database, Bench.SKUS);
            try (var _ = ServerProcess.start(lab.folder("one"), url)) {
                expire(database, WARM_UP_HOLDS, Bench.SKUS);
                measure(database, 1);
                try (var _ = ServerProcess.start(lab.folder("other"), url)) {
                    measure(database, 2);
                }
            }
        }
        var page = new StringBuilder("""
                # %s holds that expire at once

                Written by `./holdfast bench --expiry`: from the moment in which the time of all of them is up until the
                stock of the last one can be had again. The servers look every second, so up to a second of it is
                waiting.

                """.formatted(count(HOLDS)));
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        return page.append("\n| held | returned by | seconds |\n| --- | --- | ---: |\n")
                .append(rows)
                .toString();
    }

    private void measure(Database database, int servers) {
        for (int skus : List.of(1, Bench.SKUS)) {
            double seconds = expire(database, HOLDS, skus);
            String by = servers == 1 ? "one server" : "two servers";
            String took = String.format(Locale.ROOT, "%.1f", seconds);
            rows.append("| %s | %s | %s |\n".formatted(skus(skus), by, took));
            System.out.printf("%s holds on %s are returned by %s in %s s%n", count(HOLDS), skus(skus), by, took);
        }
    }

    /// How many seconds it took.
    private double expire(Database database, int count, int skus) {
        CheckoutId first = CheckoutId.next();
        Instant deadline = database.inTransaction(Tx::now).plus(OPENED_WITHIN);
        Instant begin = deadline.minus(HoldPolicy.DEFAULT.ttl());
        for (int i = 0; i < count; i += AT_ONCE) {
            int from = i;
            database.transact(tx -> open(tx, begin, from, skus));
        }
        if (!database.inTransaction(Tx::now).isBefore(deadline)) {
            throw new IllegalStateException(count(count) + " holds could not be opened in " + OPENED_WITHIN);
        }
        while (read(database, OPEN) > 0) database.transact(tx -> tx.execute(WAIT));
        if (read(database, HELD) != 0) throw new IllegalStateException("Some of what was held is still held");
        return database.read(tx ->
                tx.query(TOOK).bind("first", first.value()).mapTo(Double.class).one());
    }

    private void open(Tx tx, Instant begin, int from, int skus) {
        var requests = new ArrayList<HoldRequest>();
        for (int i = from; i < from + AT_ONCE; i++) {
            var wanted = new TreeMap<Sku, Long>();
            wanted.put(Sku.of("SKU-" + i % skus), 1L);
            requests.add(new HoldRequest(CheckoutId.next(), wanted, null, Map.of()));
        }
        holds.open(tx, HoldPlan.granted(holds.reserve(tx, requests)), begin);
    }

    private static long read(Database database, String sql) {
        return database.read(tx -> tx.query(sql).mapTo(Long.class).one());
    }
}
