package holdfast.metrics;

import holdfast.db.Database;
import holdfast.db.Tx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is open in the database right now: for all servers together. However often it is asked for, the
/// database is asked every few seconds only.
final class OpenWork {

    private static final Duration GOOD_FOR = Duration.ofSeconds(5);

    private static final String HOLDS = """
            select state as what, count(*) as figure
              from hold
             where closed_at is null
             group by state
            """;

    private static final String PAYMENTS = """
            select state as what, count(*) as figure
              from payment
             where due_at is not null
             group by state
            """;

    private static final String OLDEST_PAYMENTS = """
            select state as what, greatest(extract(epoch from shop_clock() - min(created_at)), 0)::bigint as figure
              from payment
             where due_at is not null
             group by state
            """;

    private static final String WORK_ITEMS = """
            select reason as what, count(*) as figure
              from work_item
             where resolved_at is null
             group by reason
            """;

    private static final String WAITING_WEBHOOKS = """
            select gateway as what, count(*) as figure
              from webhook_inbox
             where due_at is not null
             group by gateway
            """;

    private static final String DEAD_WEBHOOKS = """
            select gateway as what, count(*) as figure
              from webhook_inbox
             where state = 'dead'
             group by gateway
            """;

    // Where none has ended for a day, an alarm is late anyway.
    private static final String LATEST_RECONCILIATIONS = """
            select distinct on (gateway) gateway as what, %s as figure
              from reconciliation
             where started_at > shop_clock() - interval '1 day' and ended_at is not null
             order by gateway, started_at desc
            """;
    private static final String UNEXPLAINED = LATEST_RECONCILIATIONS.formatted("unexplained");
    private static final String INCOMPLETE = LATEST_RECONCILIATIONS.formatted("(incomplete is not null)::int");
    private static final String AGE =
            LATEST_RECONCILIATIONS.formatted("greatest(extract(epoch from shop_clock() - ended_at), 0)::bigint");

    private final Database database;
    private @Nullable Seen seen; // guarded by this

    private record Seen(Optional<Figures> figures, long at) {}

    /// All of it, by state, reason or gateway; ages are in seconds.
    record Figures(
            Map<String, Long> holds,
            Map<String, Long> payments,
            Map<String, Long> oldestPayments,
            Map<String, Long> workItems,
            Map<String, Long> waitingWebhooks,
            Map<String, Long> deadWebhooks,
            Map<String, Long> unexplained,
            Map<String, Long> incomplete,
            Map<String, Long> reconciliationAges) {}

    OpenWork(Database database) {
        this.database = database;
    }

    /// Empty: the database cannot be asked.
    synchronized Optional<Figures> figures() {
        if (seen == null || System.nanoTime() - seen.at > GOOD_FOR.toNanos()) {
            seen = new Seen(ask(), System.nanoTime());
        }
        return seen.figures;
    }

    private Optional<Figures> ask() {
        try {
            return Optional.of(database.read(tx -> new Figures(
                    figures(tx, HOLDS),
                    figures(tx, PAYMENTS),
                    figures(tx, OLDEST_PAYMENTS),
                    figures(tx, WORK_ITEMS),
                    figures(tx, WAITING_WEBHOOKS),
                    figures(tx, DEAD_WEBHOOKS),
                    figures(tx, UNEXPLAINED),
                    figures(tx, INCOMPLETE),
                    figures(tx, AGE))));
        } catch (RuntimeException e) {
            if (Database.isOutOfReach(e)) return Optional.empty();
            throw e;
        }
    }

    private static Map<String, Long> figures(Tx tx, String sql) {
        var figures = new HashMap<String, Long>();
        tx.query(sql)
                .map((row, _) -> Map.entry(row.getString("what"), row.getLong("figure")))
                .forEach(row -> figures.put(row.getKey(), row.getValue()));
        return figures;
    }
}
