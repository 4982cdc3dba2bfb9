package holdfast.bench;

import static holdfast.bench.Figures.count;
import static holdfast.bench.Figures.decimal;

import holdfast.audit.Audit;
import holdfast.audit.Finding;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.drill.AuditReport;
import holdfast.drill.LedgerOverHttp;
import holdfast.inventory.HoldPolicy;
import holdfast.payment.stripe.StripeGateway;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Shoppers who keep paying while the payment provider is dead: how soon what waited for it is settled when it
/// is back, and whether anything was lost.
final class DeadProvider {

    private static final int SKUS = 100;
    private static final int ORDERS = 50; // a second
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration ALIVE = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(60);
    private static final Duration GIVE_UP = Duration.ofMinutes(10);

    private static final String OPEN = """
            select count(*)
              from payment
             where due_at is not null and created_at < :before
            """;

    /// What became of those that waited, and how soon the money of those was taken that became orders.
    private static final String WAITED = """
            select count(*) filter (where state = 'captured') as orders,
                   count(*) filter (where state <> 'captured') as others,
                   coalesce(extract(epoch from max(updated_at) - :before), 0) as settled,
                   coalesce(extract(epoch from percentile_disc(0.5) within group (order by updated_at)
                                                 filter (where state = 'captured') - :before), 0) as p50,
                   coalesce(extract(epoch from percentile_disc(0.99) within group (order by updated_at)
                                                 filter (where state = 'captured') - :before), 0) as p99
              from payment
             where created_at < :before and updated_at >= :before and due_at is null
            """;

    private static final String ENDED_BEFORE = """
            select count(*) from payment where state = 'failed' and updated_at < :before
            """;

    private final Lab lab;
    private final Duration time;
    private final Stream.Watched alive = new Stream.Watched();
    private final Stream.Watched dead = new Stream.Watched();
    private final Stream.Watched back = new Stream.Watched();
    private boolean nothingWasLost;

    /// @param time how long it is dead
    DeadProvider(Lab lab, Duration time) {
        this.lab = lab;
        this.time = time;
    }

    /// What was open when the provider was back.
    private record Waited(long orders, long others, double settled, double p50, double p99) {}

    /// Measures it, and tells it in Markdown.
    String page() throws IOException, SQLException, InterruptedException {
        List<String> facts = lab.facts("");
        facts.forEach(System.out::println);
        String url = lab.fresh("dead_provider");
        try (var provider = ProviderProcess.start(lab.folder("provider"));
                var server = ServerProcess.start(lab.folder("dead"), url, List.of(), settings(provider));
                Database database = Lab.connect(url)) {
            OpenShop.open(server.url(), SKUS);
            Instant returned;
            try (var stream = new Stream(new Wishes(server.url(), ServerProcess.KEY), SKUS, ORDERS)) {
                stream.flow(WARM_UP);
                stream.flow(ALIVE, alive);
                stream.watch(dead);
                provider.freeze();
                flow(stream, database, "frozen");
                provider.die();
                flow(stream, database, "gone");
                provider.startAgain();
                stream.watch(back);
                returned = now(database);
                awaitSettled(stream, database, returned);
            }
            Waited waited = waited(database, returned);
            long endedBefore = countBefore(database, ENDED_BEFORE, returned);
            List<Finding> findings = audit(provider, database);
            var report = new AuditReport(findings);
            System.out.print(report.full());
            nothingWasLost = report.holds() && countBefore(database, OPEN, returned) == 0;
            return page(facts, table(waited, endedBefore), findings);
        }
    }

    /// Whether all that waited has an end, and no promise is broken.
    boolean nothingWasLost() {
        return nothingWasLost;
    }

    private static Map<String, String> settings(ProviderProcess provider) {
        return Map.of(
                "HOLDFAST_GATEWAY",
                StripeGateway.NAME,
                "HOLDFAST_STRIPE_SECRET_KEY",
                "sk_test_bench",
                "HOLDFAST_STRIPE_API_BASE",
                provider.url().toString(),
                "HOLDFAST_LOG_LEVEL",
                "error");
    }

    private void flow(Stream stream, Database database, String how) throws InterruptedException {
        for (Duration left = time.dividedBy(2); left.isPositive(); left = left.minus(TICK)) {
            stream.flow(TICK);
            tell("%s, %d s to go".formatted(how, left.minus(TICK).toSeconds()), dead, database, now(database));
        }
    }

    private void awaitSettled(Stream stream, Database database, Instant returned) throws InterruptedException {
        for (Duration passed = TICK; passed.compareTo(GIVE_UP) <= 0; passed = passed.plus(TICK)) {
            stream.flow(TICK);
            if (tell("back for %d s".formatted(passed.toSeconds()), back, database, returned) == 0) return;
        }
    }

    private static long tell(String what, Stream.Watched watched, Database database, Instant before) {
        long open = countBefore(database, OPEN, before);
        System.out.printf(
                "%-22s %8s orders, %8s told to wait, %6s answered otherwise; %8s payments open%n",
                what, count(watched.orders()), count(watched.processing()), count(watched.failed()), count(open));
        return open;
    }

    private static long countBefore(Database database, String sql, Instant before) {
        return database.read(tx -> tx.query(sql)
                .bind("before", Timestamp.from(before))
                .mapTo(Long.class)
                .one());
    }

    private static Waited waited(Database database, Instant returned) {
        return database.read(tx -> tx.query(WAITED)
                .bind("before", Timestamp.from(returned))
                .map((row, _) -> new Waited(
                        row.getLong("orders"),
                        row.getLong("others"),
                        row.getDouble("settled"),
                        row.getDouble("p50"),
                        row.getDouble("p99")))
                .one());
    }

    private static Instant now(Database database) {
        return database.inTransaction(Tx::now);
    }

    /// When nobody shops any more.
    private static List<Finding> audit(ProviderProcess provider, Database database) throws InterruptedException {
        var never = new CountDownLatch(1);
        long end = System.nanoTime() + SETTLED_WITHIN.toNanos();
        while (!Audit.isAtRest(database) && System.nanoTime() < end) {
            if (never.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) break;
        }
        return new Audit(HoldPolicy.DEFAULT.ttl())
                .comparedWith(List.of(new LedgerOverHttp(StripeGateway.NAME, provider.url())))
                .atRest()
                .findings(database);
    }

    private String page(List<String> facts, String table, List<Finding> findings) {
        var page = new StringBuilder("""
                # A payment provider that is dead for %1$s

                Written by `./holdfast bench --dead-provider %2$d`: a steady stream of %3$d orders a second, and
                beside it %4$d reads, half of them of a cart and half of a product. They come whether or not those
                before them were answered. Half of the time the provider, a process of its own, is frozen: it takes
                connections and says nothing; then it is killed, and whoever connects is refused. Shoppers are told
                to wait, and go on coming when it is started again. Wanted is that what waited is settled within
                %5$d s, and that nothing is lost.

                """.formatted(
                        time.toMinutes() == 1 ? "a minute" : time.toMinutes() + " minutes",
                        time.toMinutes(),
                        ORDERS,
                        Stream.READS,
                        SETTLED_WITHIN.toSeconds()));
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        page.append('\n').append(table).append('\n').append(audited(findings));
        return page.toString();
    }

    private String table(Waited waited, long endedBefore) {
        String table = """
                | what waited | |
                | --- | ---: |
                | payments of which the outcome was open when the provider was back | %s |
                | all of them settled after | %s s |
                | of them orders that were paid | %s |
                | half of these paid after, 99 %% after | %s s, %s s |
                | ended without money, as their time was up | %s |
                | the same, before the provider was back | %s |

                | | before | while it was dead | when it was back |
                | --- | ---: | ---: | ---: |
                """.formatted(
                        count(waited.orders + waited.others),
                        decimal(waited.settled),
                        count(waited.orders),
                        decimal(waited.p50),
                        decimal(waited.p99),
                        count(waited.others),
                        count(endedBefore));
        return table
                + row("orders", alive.orders(), dead.orders(), back.orders())
                + row("told to wait", alive.processing(), dead.processing(), back.processing())
                + row("answered otherwise", alive.failed(), dead.failed(), back.failed())
                + row("a cart, p50 ms", alive.carts(50), dead.carts(50), back.carts(50))
                + row("a cart, p99 ms", alive.carts(99), dead.carts(99), back.carts(99))
                + row("a product, p99 ms", alive.products(99), dead.products(99), back.products(99));
    }

    private static String row(String what, long before, long meanwhile, long after) {
        return "| %s | %s | %s | %s |\n".formatted(what, count(before), count(meanwhile), count(after));
    }

    private static String row(String what, double before, double meanwhile, double after) {
        return "| %s | %s | %s | %s |\n".formatted(what, decimal(before), decimal(meanwhile), decimal(after));
    }

    private static String audited(List<Finding> findings) {
        List<Finding> broken =
                findings.stream().filter(finding -> !finding.holds()).toList();
        if (broken.isEmpty()) {
            long unseen = findings.stream()
                    .filter(finding -> finding.unseen() != null)
                    .count();
            return "Then nobody shops any more, and the audit holds the database and the provider's books against %d"
                            .formatted(findings.size() - unseen)
                    + " invariants:\nall of them hold.\n";
        }
        var told = new StringBuilder("The audit found broken:\n\n");
        broken.forEach(finding -> told.append("- ")
                .append(finding.invariant().id())
                .append(", ")
                .append(finding.invariant().promise())
                .append(": ")
                .append(finding.examples())
                .append('\n'));
        return told.toString();
    }
}
