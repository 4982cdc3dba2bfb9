package holdfast.idempotency;

import static java.util.function.Function.identity;
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Database;
import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.KeyId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    // In one order for everyone.
    private static final String CLAIM = """
            insert into idempotency_key (id, scope, key, fingerprint, expires_at)
            select u.id, u.scope, u.key, u.fingerprint, shop_clock() + make_interval(secs => u.retention)
              from unnest(:ids::uuid[], :scopes::text[], :keys::text[], :fingerprints::bytea[], :retentions::bigint[])
                   as u (id, scope, key, fingerprint, retention)
             order by u.id
            on conflict (id) do nothing
            returning id
            """;

    private static final String READ = """
            select k.id, k.fingerprint, a.status, a.body
              from idempotency_key k
              left join idempotency_answer a on a.id = k.id
             where k.id = any (:ids)
            """;

    private record Stored(KeyId key, Answer answer) {}

    private static final Inserts<Stored> STORE = Inserts.<Stored>into("idempotency_answer")
            .uuid("id", each -> each.key.value())
            .integer("status", each -> each.answer.status())
            .bytes("body", each -> each.answer.body());

    private static final String FORGET = "delete from idempotency_key where id = any (:ids)";

    private static final String FORGET_EXPIRED = """
            with expired as (
              delete from idempotency_key
               where id in (select k.id
                              from idempotency_key k
                              join idempotency_answer a on a.id = k.id
                             where k.expires_at < shop_clock()
                             limit 1000
                               for update of k skip locked)
              returning id
            )
            delete from idempotency_answer a
             using expired e
             where a.id = e.id
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
                        store(tx, Map.of(use.id(), answer));
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

    /// Claims keys for work that begins in this transaction: one verdict for each use, in order. Of two uses of
    /// one key in the same list the first is granted and the second is pending.
    public List<Claim> claim(Tx tx, List<KeyUse> uses) {
        var firsts = new LinkedHashMap<KeyId, KeyUse>();
        List<KeyId> ids = uses.stream().map(KeyUse::id).toList();
        for (int i = 0; i < uses.size(); i++) firsts.putIfAbsent(ids.get(i), uses.get(i));
        Set<KeyId> claimed = insert(tx, firsts);
        CrashPoint.K02.reached();
        Map<KeyId, Row> known =
                read(tx, firsts.keySet().stream().filter(not(claimed::contains)).toList());
        var claims = new ArrayList<Claim>(uses.size());
        for (int i = 0; i < uses.size(); i++) {
            KeyId id = ids.get(i);
            claims.add(claimed.remove(id) ? new Claim.Granted() : verdict(uses.get(i), known.get(id)));
        }
        return claims;
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
        return Optional.ofNullable(read(tx, List.of(use.id())).get(use.id())).map(row -> verdict(use, row));
    }

    private static Set<KeyId> insert(Tx tx, Map<KeyId, KeyUse> uses) {
        if (uses.isEmpty()) return Set.of();
        Collection<KeyUse> each = uses.values();
        return tx.query(CLAIM)
                .bind("ids", tx.uuids(uses.keySet(), KeyId::value))
                .bind("scopes", tx.texts(each, KeyUse::scope))
                .bind("keys", tx.texts(each, KeyUse::key))
                .bind("fingerprints", tx.byteas(each, KeyUse::fingerprint))
                .bind("retentions", tx.bigints(each, use -> use.retention().toSeconds()))
                .map((row, _) -> new KeyId(row.getObject("id", UUID.class)))
                .collect(toSet());
    }

    private static Map<KeyId, Row> read(Tx tx, Collection<KeyId> ids) {
        if (ids.isEmpty()) return Map.of();
        return tx.query(READ)
                .bind("ids", tx.uuids(ids, KeyId::value))
                .map((row, _) -> Row.of(row))
                .collect(toMap(Row::id, identity()));
    }

    /// The answer that is stored under a key, if there is one.
    public Optional<Answer> answer(Tx tx, KeyId key) {
        return Optional.ofNullable(read(tx, List.of(key)).get(key)).flatMap(row -> Optional.ofNullable(row.answer));
    }

    /// Stores final answers, for keys that have none yet.
    ///
    /// @throws IllegalArgumentException for a 5xx, which is never final: a replayed 500 would hide a success
    public void store(Tx tx, Map<KeyId, Answer> answers) {
        if (answers.values().stream().anyMatch(answer -> answer.status() >= 500)) {
            throw new IllegalArgumentException("A 5xx is never final");
        }
        tx.insert(
                STORE,
                answers.entrySet().stream()
                        .map(each -> new Stored(each.getKey(), each.getValue()))
                        .toList());
    }

    /// Makes keys unused again that were claimed in this transaction for work that was not begun after all.
    public void forget(Tx tx, Collection<KeyId> keys) {
        if (keys.isEmpty()) return;
        tx.update(FORGET).bind("ids", tx.uuids(keys, KeyId::value)).execute();
    }

    /// Drops up to 1,000 answers that were kept long enough, and tells how many.
    public int forgetExpired(Tx tx) {
        return tx.update(FORGET_EXPIRED).execute();
    }

    private record Row(
            KeyId id, byte[] fingerprint, @Nullable Answer answer) {

        static Row of(ResultSet row) throws SQLException {
            byte[] body = row.getBytes("body");
            return new Row(
                    new KeyId(row.getObject("id", UUID.class)),
                    row.getBytes("fingerprint"),
                    body == null ? null : new Answer(row.getInt("status"), body, true));
        }
    }
}
