package holdfast.audit;

import holdfast.audit.Invariant.Needs;
import holdfast.db.Database;
import holdfast.db.Tx;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds the database, and the books of the payment providers, against every invariant.
///
/// ```java
/// new Audit(holdTtl).comparedWith(ledgers).atRest().findings(database)
/// ```
public final class Audit {

    /// All of them, in the order they are told in.
    public static final List<Invariant> INVARIANTS = Stream.of(
                    StockInvariants.ALL,
                    HoldInvariants.ALL,
                    OrderInvariants.ALL,
                    PaymentInvariants.ALL,
                    IdempotencyInvariants.ALL,
                    EventInvariants.ALL,
                    DiscountInvariants.ALL,
                    SagaInvariants.ALL,
                    AuditLogInvariants.ALL,
                    CardInvariants.ALL)
            .flatMap(List::stream)
            .toList();

    private static final int EXAMPLES_MAX = 3;

    /// Here every row is read, unlike anywhere else.
    private static final String PLANNER = """
            set local enable_seqscan = on;
            set local enable_hashjoin = on;
            set local enable_mergejoin = on;
            set local plan_cache_mode = auto;
            set local work_mem = '64MB'
            """;

    private final @Nullable Duration holdTtl;
    private final List<ProviderLedger> ledgers;
    private final @Nullable String noLedger;
    private final boolean atRest;

    /// @param holdTtl how long the shop lets a hold last while nobody pays; null where that is not known
    public Audit(@Nullable Duration holdTtl) {
        this(holdTtl, List.of(), "the provider's books were not asked for", false);
    }

    private Audit(@Nullable Duration holdTtl, List<ProviderLedger> ledgers, @Nullable String noLedger, boolean atRest) {
        this.holdTtl = holdTtl;
        this.ledgers = ledgers;
        this.noLedger = noLedger;
        this.atRest = atRest;
    }

    /// The same, compared with these books as well: all there are, of every gateway that is named here.
    public Audit comparedWith(List<ProviderLedger> all) {
        return new Audit(holdTtl, List.copyOf(all), null, atRest);
    }

    /// The same, without any provider's books.
    ///
    /// @param why for whoever asks
    public Audit withoutLedger(String why) {
        return new Audit(holdTtl, List.of(), why, atRest);
    }

    /// The same, of a shop where nothing is to be under way any more.
    public Audit atRest() {
        return new Audit(holdTtl, ledgers, noLedger, true);
    }

    /// What there is to say of each invariant, all of them at one moment.
    public List<Finding> findings(Database database) {
        return findings(database, () -> {});
    }

    /// As [#findings(Database)].
    ///
    /// @param step is told whenever an invariant was looked at
    public List<Finding> findings(Database database, Runnable step) {
        String unread = firstLook();
        Audit audit = unread == null ? this : withoutLedger(unread);
        return database.inOneMoment(tx -> {
            Worksheets.lay(tx);
            tx.execute("set transaction read only");
            return audit.findings(tx, step);
        });
    }

    /// Why a provider's books cannot be read, if they cannot.
    private @Nullable String firstLook() {
        try {
            ledgers.forEach(ProviderLedger::look);
            return null;
        } catch (UnreadableLedger e) {
            return e.getMessage();
        }
    }

    private List<Finding> findings(Tx tx, Runnable step) {
        Audit audit = this;
        try {
            copy(tx);
        } catch (UnreadableLedger e) {
            audit = withoutLedger(String.valueOf(e.getMessage()));
        }
        return audit.judge(tx, step);
    }

    /// Copies the providers' books onto the [Worksheets].
    void copy(Tx tx) {
        Worksheets.copy(tx, ledgers);
    }

    /// Fills in the rest of the [Worksheets], and looks at every invariant.
    List<Finding> judge(Tx tx, Runnable step) {
        tx.execute(PLANNER);
        Worksheets.work(tx);
        Map<String, Long> counted = new HashMap<>();
        return INVARIANTS.stream()
                .map(invariant -> {
                    Finding finding = finding(tx, invariant, counted);
                    step.run();
                    return finding;
                })
                .toList();
    }

    private Finding finding(Tx tx, Invariant invariant, Map<String, Long> counted) {
        if (invariant.needs() == Needs.LEDGER && noLedger != null) return Finding.unseen(invariant, noLedger);
        if (invariant.needs() == Needs.QUIET && !atRest) return Finding.unseen(invariant, "the shop is open");
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
                counted.computeIfAbsent(
                        invariant.rows(), sql -> tx.query(sql).mapTo(Long.class).one()),
                rows.isEmpty() ? 0 : rows.getFirst().violations,
                rows.stream().map(Row::what).toList(),
                null);
    }

    /// Whether nothing is under way in a shop.
    public static boolean isAtRest(Database database) {
        return database.read(tx -> !tx.query("select exists (" + SagaInvariants.AT_REST.sql() + ")")
                .mapTo(Boolean.class)
                .one());
    }
}
