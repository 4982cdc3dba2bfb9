package holdfast.event;

import static java.util.stream.Collectors.toSet;

import holdfast.db.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// Reads on in the [Outbox], for one who listens: all that is committed, each once, and what is told of one
/// thing in the order in which it happened.
///
/// A row gets its number before its transaction commits, so a lower number may show up after a higher one. One
/// that is missing is looked for until all transactions that may bring it are over.
public final class Feed {

    /// How many transactions are read at a time.
    private static final int ROWS_MAX = 500;

    /// Numbers further back than this are not waited for: nothing is under way for so long.
    private static final int MISSING_MAX = 10_000;

    private static final String MOMENT = """
            select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as over,
                   pg_snapshot_xmax(pg_current_snapshot())::text::bigint as begun
            """;

    private static final String NUMBERS = "select id from outbox order by id desc limit :max";

    private static final String READ = """
            select o.id, e.event ->> 'type' as type, e.event ->> 'aggregateType' as aggregate_type,
                   e.event ->> 'aggregateId' as aggregate_id, e.event -> 'payload' as payload, o.created_at
              from (select id, events, created_at from outbox where id = any (:missing)
                     union all
                    (select id, events, created_at from outbox where id > :last order by id limit :max)) o
             cross join lateral json_array_elements(o.events::json) with ordinality as e (event, position)
             order by o.id, e.position
            """;

    /// Each with the first transaction that cannot bring it any more.
    private final SortedMap<Long, Long> missing = new TreeMap<>();

    private long last;

    private Feed(long last) {
        this.last = last;
    }

    /// What was told after a [Notice#position]; after 0, all there is.
    public static Feed after(long position) {
        return new Feed(position);
    }

    /// What is committed from now on.
    ///
    /// @param tx that sees one moment: [holdfast.db.Database#read]
    public static Feed fromNow(Tx tx) {
        List<Long> numbers =
                tx.query(NUMBERS).bind("max", MISSING_MAX).mapTo(Long.class).list();
        if (numbers.isEmpty()) return new Feed(0);
        var feed = new Feed(numbers.getLast());
        feed.seen(new HashSet<>(numbers), Moment.of(tx));
        return feed;
    }

    /// How far the transactions are.
    ///
    /// @param over all before this one have ended
    /// @param begun none from this one on has begun
    private record Moment(long over, long begun) {

        static Moment of(Tx tx) {
            return tx.query(MOMENT)
                    .map((row, _) -> new Moment(row.getLong("over"), row.getLong("begun")))
                    .one();
        }
    }

    /// What has come since the last time, of at most some hundred transactions; empty if nothing has.
    ///
    /// @param tx that sees one moment: [holdfast.db.Database#read]
    public List<Notice> next(Tx tx) {
        List<Notice> read = tx.query(READ)
                .bind("missing", tx.bigints(missing.keySet()))
                .bind("last", last)
                .bind("max", ROWS_MAX)
                .map((row, _) -> notice(row))
                .list();
        seen(read.stream().map(Notice::position).collect(toSet()), Moment.of(tx));
        long settled = missing.isEmpty() ? last : missing.firstKey() - 1;
        return read.stream()
                .map(notice -> notice.at(Math.min(notice.position(), settled)))
                .toList();
    }

    private void seen(Set<Long> numbers, Moment moment) {
        missing.keySet().removeAll(numbers);
        missing.values().removeIf(end -> end <= moment.over);
        long newest =
                Math.max(last, numbers.stream().mapToLong(Long::longValue).max().orElse(last));
        for (long number = Math.max(last, newest - MISSING_MAX) + 1; number < newest; number++) {
            if (!numbers.contains(number)) missing.put(number, moment.begun);
        }
        last = newest;
    }

    private static Notice notice(ResultSet row) throws SQLException {
        return new Notice(
                row.getLong("id"),
                row.getString("type"),
                row.getString("aggregate_type"),
                UUID.fromString(row.getString("aggregate_id")),
                row.getString("payload"),
                row.getTimestamp("created_at").toInstant());
    }
}
