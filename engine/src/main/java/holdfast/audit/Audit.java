package holdfast.audit;

import holdfast.db.Tx;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds the database against every invariant.
public final class Audit {

    /// All of them, in the order they are told in.
    public static final List<Invariant> INVARIANTS = Stream.of(StockInvariants.ALL, HoldInvariants.ALL)
            .flatMap(List::stream)
            .toList();

    private static final int EXAMPLES_MAX = 3;

    /// Here every row is read, unlike anywhere else.
    private static final String PLANNER = """
            set local enable_seqscan = on;
            set local enable_hashjoin = on;
            set local enable_mergejoin = on
            """;

    private final @Nullable Duration holdTtl;

    /// @param holdTtl how long the shop lets a hold last while nobody pays; null where that is not known
    public Audit(@Nullable Duration holdTtl) {
        this.holdTtl = holdTtl;
    }

    /// What there is to say of each invariant. In [holdfast.db.Database#read] all are looked at in one moment.
    public List<Finding> findings(Tx tx) {
        tx.execute(PLANNER);
        return INVARIANTS.stream().map(invariant -> finding(tx, invariant)).toList();
    }

    private Finding finding(Tx tx, Invariant invariant) {
        record Row(String what, long violations) {}
        String violations = """
                select what, count(*) over () as violations
                  from (%s) as violation (what)
                 order by what
                 limit :examples
                """.formatted(invariant.sql());
        List<Row> rows = tx.query(Books.SQL + violations)
                .bind("holdSeconds", holdTtl == null ? null : Long.valueOf(holdTtl.toSeconds()))
                .bind("examples", EXAMPLES_MAX)
                .map((row, _) -> new Row(row.getString("what"), row.getLong("violations")))
                .list();
        return new Finding(
                invariant,
                rows.isEmpty() ? 0 : rows.getFirst().violations,
                rows.stream().map(Row::what).toList());
    }
}
