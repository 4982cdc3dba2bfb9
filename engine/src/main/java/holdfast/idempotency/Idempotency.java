package holdfast.idempotency;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// Makes a request with a key happen once.
///
/// Work that fits into one transaction goes through [#once]: the key, the effect and the answer are committed
/// together, so
/// the key's row is also the receipt of the work. Work that takes several transactions claims its key in the
/// first ([#claim]) and stores the answer in the last ([#store]); who may go on with it is for that work's own
/// lease to say.
public final class Idempotency {

    /// How long a second caller waits for the first one's answer before it hears `idempotency_key_in_use`.
    public static final Duration WAIT_MAX = Duration.ofSeconds(2);

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    // In the order of the names, here and below: one lock order for everyone.
    private static final String INSERT = """
            insert into idempotency_key (scope, key, fingerprint, state, expires_at)
            select u.scope, u.key, u.fingerprint, 'in_progress', shop_clock() + make_interval(secs => u.retention)
              from unnest(:scopes::text[], :keys::text[], :fingerprints::bytea[], :retentions::bigint[])
                   as u (scope, key, fingerprint, retention)
             order by u.scope, u.key
            on conflict (scope, key) do nothing
            returning scope, key
            """;

    private static final String LOCK = """
            select k.scope, k.key, k.fingerprint, k.status, k.body
              from unnest(:scopes::text[], :keys::text[]) as u (scope, key)
              join idempotency_key k using (scope, key)
             order by k.scope, k.key
               for update of k
            """;

    private static final String READ = """
            select scope, key, fingerprint, status, body
              from idempotency_key
             where scope = :scope and key = :key
            """;

    private static final String STORE = """
            update idempotency_key k
               set state = 'done', status = u.status, body = u.body
              from unnest(:scopes::text[], :keys::text[], :statuses::int[], :bodies::bytea[])
                   as u (scope, key, status, body)
             where k.scope = u.scope and k.key = u.key and k.state = 'in_progress'
            """;

    private static final String FORGET = """
            delete from idempotency_key k
             using unnest(:scopes::text[], :keys::text[]) as u (scope, key)
             where k.scope = u.scope and k.key = u.key and k.state = 'in_progress'
            """;

    private static final String FORGET_EXPIRED = """
            delete from idempotency_key
             where (scope, key) in (select scope, key
                                      from idempotency_key
                                     where expires_at < shop_clock() and state = 'done'
                                     limit 1000
                                       for update skip locked)
            """;

    private final Database database;
    private final Function<Refusal, Answer> refusals;

    /// @param refusals renders a refusal as the answer that is stored under the key
    public Idempotency(Database database, Function<Refusal, Answer> refusals) {
        this.database = database;
        this.refusals = refusals;
    }

    /// Runs `work` in one transaction if this is the first use of the key, and answers what the first use
    /// answered otherwise. A refusal by `work` that is final (see [#isFinal]) is an answer like any other;
    /// after any other refusal the key is unused.
    ///
    /// @throws Refusal `idempotency_key_reused`, or `idempotency_key_in_use` if the first use takes more than
    /// two seconds
    public Answer once(KeyUse use, Function<Tx, Answer> work) {
        try {
            return database.inTransaction(tx -> {
                // The first use holds the row of its key, uncommitted, for as long as it works.
                tx.execute("set local lock_timeout = " + WAIT_MAX.toMillis());
                Claim claim = claim(tx, List.of(use)).getFirst();
                tx.execute("set local lock_timeout to default");
                return switch (claim) {
                    case Claim.Granted() -> {
                        Answer answer = answerOrRefusal(tx, work);
                        store(tx, Map.of(use.name(), answer));
                        yield answer;
                    }
                    case Claim.Answered(Answer answer) -> answer;
                    case Claim.Pending() -> throw inUse();
                    case Claim.Reused() -> throw reused();
                };
            });
        } catch (JdbiException e) {
            if (Database.sqlState(e).equals(LOCK_NOT_AVAILABLE)) throw inUse();
            throw e;
        }
    }

    private Answer answerOrRefusal(Tx tx, Function<Tx, Answer> work) {
        try {
            return tx.orElseUndone(() -> work.apply(tx));
        } catch (Refusal refusal) {
            if (!isFinal(refusal)) throw refusal;
            return refusals.apply(refusal);
        }
    }

    /// Whether a refusal is the outcome of the request, to be heard again by whoever repeats it: 402, and a
    /// 409 that waiting does not mend.
    public static boolean isFinal(Refusal refusal) {
        int status = refusal.problem().status();
        return (status == 402 || status == 409) && !refusal.problem().retryable();
    }

    public static Refusal reused() {
        return Problem.IDEMPOTENCY_KEY_REUSED.refuse(
                "Another request came with this key; a new request needs a new key");
    }

    public static Refusal inUse() {
        return Problem.IDEMPOTENCY_KEY_IN_USE
                .refuse("Send the same request again in a moment")
                .with("retry_after", 1);
    }

    /// Claims keys for work that begins, or goes on, in this transaction, and locks their rows: one verdict
    /// for each use,
    /// in order. Of two uses of one key in the same list the first is granted and the second is pending.
    public List<Claim> claim(Tx tx, List<KeyUse> uses) {
        List<KeyUse> inLockOrder =
                uses.stream().collect(toMap(KeyUse::name, identity(), (first, _) -> first)).values().stream()
                        .sorted((a, b) -> a.name().compareTo(b.name()))
                        .toList();
        Set<KeyName> inserted = insert(tx, inLockOrder);
        Map<KeyName, Row> known = lock(
                tx,
                inLockOrder.stream()
                        .map(KeyUse::name)
                        .filter(name -> !inserted.contains(name))
                        .toList());
        return uses.stream()
                .map(use -> inserted.remove(use.name()) ? new Claim.Granted() : verdict(use, known.get(use.name())))
                .toList();
    }

    /// The same where not every request names itself: one that does not is always granted.
    public List<Claim> claimWhereKeyed(Tx tx, List<Optional<KeyUse>> uses) {
        Iterator<Claim> claims =
                claim(tx, uses.stream().flatMap(Optional::stream).toList()).iterator();
        return uses.stream()
                .map(use -> use.isPresent() ? claims.next() : new Claim.Granted())
                .toList();
    }

    private static Claim verdict(KeyUse use, @Nullable Row row) {
        if (row == null) return new Claim.Pending();
        if (!MessageDigest.isEqual(row.fingerprint, use.fingerprint())) return new Claim.Reused();
        return row.answer == null ? new Claim.Pending() : new Claim.Answered(row.answer);
    }

    /// What a use of a key would hear now, without claiming anything; empty if the key is new.
    public Optional<Claim> look(Tx tx, KeyUse use) {
        return read(tx, use.name()).map(row -> verdict(use, row));
    }

    /// Locks the rows of keys that were claimed before, as the first thing of a transaction that will [#store].
    public void lockKeys(Tx tx, Collection<KeyName> names) {
        lock(tx, names.stream().sorted().toList());
    }

    private Set<KeyName> insert(Tx tx, List<KeyUse> uses) {
        if (uses.isEmpty()) return Set.of();
        return tx.query(INSERT)
                .bind("scopes", tx.texts(map(uses, KeyUse::scope)))
                .bind("keys", tx.texts(map(uses, KeyUse::key)))
                .bind("fingerprints", tx.byteas(map(uses, KeyUse::fingerprint)))
                .bind("retentions", tx.bigints(map(uses, use -> use.retention().toSeconds())))
                .map((row, _) -> new KeyName(row.getString("scope"), row.getString("key")))
                .collect(toSet());
    }

    private Map<KeyName, Row> lock(Tx tx, List<KeyName> names) {
        if (names.isEmpty()) return Map.of();
        return tx.query(LOCK)
                .bind("scopes", tx.texts(map(names, KeyName::scope)))
                .bind("keys", tx.texts(map(names, KeyName::key)))
                .map((row, _) -> Row.of(row))
                .collect(toMap(Row::name, identity()));
    }

    /// The answer that is stored under a key, if there is one.
    public Optional<Answer> answer(Tx tx, KeyName name) {
        return read(tx, name).flatMap(row -> Optional.ofNullable(row.answer));
    }

    private static Optional<Row> read(Tx tx, KeyName name) {
        return tx.query(READ)
                .bind("scope", name.scope())
                .bind("key", name.key())
                .map((row, _) -> Row.of(row))
                .findOne();
    }

    /// Stores final answers. A key that has its answer already keeps it.
    ///
    /// @throws IllegalArgumentException for a 5xx, which is never final: a replayed 500 would hide a success
    public void store(Tx tx, Map<KeyName, Answer> answers) {
        if (answers.isEmpty()) return;
        if (answers.values().stream().anyMatch(answer -> answer.status() >= 500)) {
            throw new IllegalArgumentException("A 5xx is never final");
        }
        var inLockOrder = new TreeMap<>(answers);
        Collection<KeyName> names = inLockOrder.keySet();
        Collection<Answer> given = inLockOrder.values();
        tx.update(STORE)
                .bind("scopes", tx.texts(map(names, KeyName::scope)))
                .bind("keys", tx.texts(map(names, KeyName::key)))
                .bind("statuses", tx.ints(map(given, Answer::status)))
                .bind("bodies", tx.byteas(map(given, Answer::body)))
                .execute();
    }

    /// Makes keys unused again whose work was not begun after all.
    public void forget(Tx tx, Collection<KeyName> names) {
        if (names.isEmpty()) return;
        List<KeyName> inLockOrder = names.stream().sorted().toList();
        tx.update(FORGET)
                .bind("scopes", tx.texts(map(inLockOrder, KeyName::scope)))
                .bind("keys", tx.texts(map(inLockOrder, KeyName::key)))
                .execute();
    }

    /// Drops up to 1,000 answers that were kept long enough, and tells how many.
    public int forgetExpired(Tx tx) {
        return tx.update(FORGET_EXPIRED).execute();
    }

    private static <A, B> List<B> map(Collection<A> list, Function<A, B> function) {
        return list.stream().map(function).toList();
    }

    private record Row(
            KeyName name, byte[] fingerprint, @Nullable Answer answer) {

        static Row of(java.sql.ResultSet row) throws java.sql.SQLException {
            byte[] body = row.getBytes("body");
            return new Row(
                    new KeyName(row.getString("scope"), row.getString("key")),
                    row.getBytes("fingerprint"),
                    body == null ? null : new Answer(row.getInt("status"), body, true));
        }
    }
}
