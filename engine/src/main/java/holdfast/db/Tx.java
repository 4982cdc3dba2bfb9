package holdfast.db;

import holdfast.kernel.CrashPoint;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// Proof of an open transaction. A method that takes a `Tx` takes part in it; a method that does not take one
/// does not touch the database on somebody else's behalf.
///
/// The isolation is READ COMMITTED, where every statement sees what was committed when it began; in
/// [Database#read] all of them see the same.
public final class Tx {

    private static final String SAVEPOINT = "work";

    /// So many single rows share a round trip; more than any step of a checkout has.
    private static final int WAITING_MAX = 16;

    private final Handle handle;
    private final Map<Class<?>, Deferred> deferred = new LinkedHashMap<>();
    private final List<Inserts.Single<?>> waiting = new ArrayList<>(); // for the next statement
    private final List<Runnable> afterwards = new ArrayList<>();
    private @Nullable Instant now;

    /// Changes that can wait until the end of their transaction: then those of many are made by one statement.
    public interface Deferred {

        /// Makes the changes. Called once, as the last thing of the transaction or of [Tx#orElseUndone].
        void flush(Tx tx);
    }

    Tx(Handle handle) {
        this.handle = handle;
    }

    public Query query(String sql) {
        sendWaiting();
        return handle.createQuery(sql);
    }

    public Update update(String sql) {
        sendWaiting();
        return handle.createUpdate(sql);
    }

    /// Inserts rows, as many as there are: before the next statement, or the end of the transaction.
    public <T> void insert(Inserts<T> into, Collection<T> rows) {
        if (rows.size() == 1) {
            if (waiting.size() == WAITING_MAX) sendWaiting();
            waiting.add(new Inserts.Single<>(into, rows.iterator().next()));
        } else if (!rows.isEmpty()) {
            sendWaiting();
            into.execute(handle.getConnection(), rows);
        }
    }

    private void sendWaiting() {
        CrashPoint.K18.reached();
        if (waiting.isEmpty()) return;
        List<Inserts.Single<?>> rows = List.copyOf(waiting);
        waiting.clear();
        Inserts.execute(handle.getConnection(), rows);
    }

    /// The changes of this kind that wait for the end of this transaction.
    public <D extends Deferred> D deferred(Class<D> kind, Supplier<D> none) {
        return kind.cast(deferred.computeIfAbsent(kind, _ -> none.get()));
    }

    /// Does this once the transaction is committed, and never if it is not: to count, or to tell somebody else who
    /// can do without hearing it, since a process may die in between.
    public void afterCommit(Runnable what) {
        afterwards.add(what);
    }

    void committed() {
        afterwards.forEach(Runnable::run);
        afterwards.clear();
    }

    /// Makes the changes that were deferred.
    void flush() {
        while (!deferred.isEmpty()) {
            List<Deferred> all = List.copyOf(deferred.values());
            deferred.clear();
            all.forEach(each -> each.flush(this));
        }
        sendWaiting();
    }

    /// What the shop's clock, which alone decides about money and stock, said when this transaction first asked
    /// it; in microseconds, as it is stored.
    public Instant now() {
        if (now == null) {
            now = query("select shop_clock() as now")
                    .map((row, _) -> row.getTimestamp("now").toInstant())
                    .one();
        }
        return now;
    }

    /// Saves this transaction from asking the clock.
    void isAt(Instant moment) {
        now = moment;
    }

    /// Runs statements without parameters or results, such as `set local …`.
    public void execute(String sql) {
        sendWaiting();
        handle.execute(sql);
    }

    /// Runs `work` so that what it throws undoes only what `work` itself has written; the exception comes out,
    /// and the transaction goes on.
    public <T> T orElseUndone(Supplier<T> work) {
        flush(); // What was deferred before is not undone with it,
        int before = afterwards.size();
        handle.savepoint(SAVEPOINT);
        try {
            T result = work.get();
            flush();
            handle.releaseSavepoint(SAVEPOINT);
            return result;
        } catch (RuntimeException e) {
            deferred.clear(); // and what it deferred itself is.
            waiting.clear();
            afterwards.subList(before, afterwards.size()).clear();
            if (!Database.isConnectionLost(e)) handle.rollbackToSavepoint(SAVEPOINT); // Else all of it is undone.
            throw e;
        }
    }

    /// Arrays for `unnest`, the way every set-based statement takes its rows. Of the types of their elements,
    /// so that the driver sends them in binary where it can.
    public Argument texts(Collection<String> values) {
        return array("text", values.toArray(String[]::new));
    }

    public Argument uuids(Collection<UUID> values) {
        return array("uuid", values.toArray());
    }

    public Argument bigints(Collection<Long> values) {
        return array("bigint", values.toArray(Long[]::new));
    }

    public Argument ints(Collection<Integer> values) {
        return array("int", values.toArray(Integer[]::new));
    }

    public Argument byteas(Collection<byte[]> values) {
        return array("bytea", values.toArray(byte[][]::new));
    }

    /// The same, of one property of each row; a null is a null in SQL.
    public <T> Argument texts(Collection<T> rows, Function<T, @Nullable String> property) {
        return array("text", rows.stream().map(property).toArray(String[]::new));
    }

    public <T> Argument uuids(Collection<T> rows, Function<T, @Nullable UUID> property) {
        return array("uuid", rows.stream().map(property).toArray());
    }

    public <T> Argument bigints(Collection<T> rows, Function<T, @Nullable Long> property) {
        return array("bigint", rows.stream().map(property).toArray(Long[]::new));
    }

    public <T> Argument ints(Collection<T> rows, Function<T, @Nullable Integer> property) {
        return array("int", rows.stream().map(property).toArray(Integer[]::new));
    }

    public <T> Argument bools(Collection<T> rows, Function<T, @Nullable Boolean> property) {
        return array("bool", rows.stream().map(property).toArray(Boolean[]::new));
    }

    public <T> Argument byteas(Collection<T> rows, Function<T, byte[]> property) {
        return array("bytea", rows.stream().map(property).toArray(byte[][]::new));
    }

    private Argument array(String type, Object[] values) {
        try {
            Array array = handle.getConnection().createArrayOf(type, values);
            return (position, statement, _) -> statement.setArray(position, array);
        } catch (SQLException e) {
            throw new IllegalStateException("The driver refused an array of " + type, e);
        }
    }
}
