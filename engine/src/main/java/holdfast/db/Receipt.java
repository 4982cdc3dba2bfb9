package holdfast.db;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jdbi.v3.core.JdbiException;

/// Tells whether a transaction was committed, when the connection was lost before the answer to its commit
/// arrived.
///
/// A row with an id of its own is the first thing the transaction writes. Whoever wants to know tries to write
/// the same row: where the transaction is still about to commit, that waits for it; where it was committed, its
/// row is there; and where the row could be written, or was by an earlier question whose answer got lost, the
/// transaction can never commit any more. (Asking
/// `pg_xact_status` is no substitute: it was seen to answer *committed* for a transaction that was lost with
/// the server.)
final class Receipt {

    private static final int QUESTIONS_MAX = 5;

    private static final String WRITE = """
            insert into commit_receipt (id) values (:id) on conflict do nothing returning at
            """;

    private static final String ASK =
            "insert into commit_receipt (id, asked) values (:id, true) on conflict do nothing";

    private static final String IS_COMMITTED = "select not asked from commit_receipt where id = :id";

    private static final String FORGET_OLD = "delete from commit_receipt where at < shop_clock() - interval '1 hour'";

    private final Database database;
    private final UUID id = UUID.randomUUID();
    private boolean committing;

    Receipt(Database database) {
        this.database = database;
    }

    /// The transaction was not committed, and never will be.
    static final class NotCommitted extends Exception {

        private static final long serialVersionUID = 1;

        private final RuntimeException lost;

        NotCommitted(RuntimeException lost) {
            super(lost);
            this.lost = lost;
        }

        /// How it was lost.
        RuntimeException cause() {
            return lost;
        }
    }

    /// Runs `work` in a transaction and returns its result once that is committed, for certain.
    ///
    /// @throws NotCommitted if the connection was lost in its commit, and nothing of it was written
    /// @throws RuntimeException what `work` throws, or the database
    <T> T during(Function<Tx, T> work) throws NotCommitted {
        var result = new AtomicReference<T>();
        var transaction = new AtomicReference<Tx>();
        try {
            return database.inTransaction(tx -> {
                committing = false;
                transaction.set(tx);
                write(tx).ifPresent(tx::isAt);
                result.set(work.apply(tx));
                tx.flush();
                committing = true;
                return result.get();
            });
        } catch (JdbiException e) {
            if (!committing || !Database.isConnectionLost(e)) throw e;
            if (isCommitted()) {
                transaction.get().committed();
                return result.get();
            }
            throw new NotCommitted(e);
        }
    }

    /// When it was written; empty if it was there already.
    private Optional<Instant> write(Tx tx) {
        return tx.query(WRITE)
                .bind("id", id)
                .map((row, _) -> row.getTimestamp("at").toInstant())
                .findOne();
    }

    private boolean ask(Tx tx) {
        tx.update(ASK).bind("id", id).execute();
        return tx.query(IS_COMMITTED).bind("id", id).mapTo(Boolean.class).one();
    }

    /// Drops receipts that nobody can be waiting for any more.
    static void forgetOld(Tx tx) {
        tx.update(FORGET_OLD).execute();
    }

    /// May be asked again: the answer stays the same.
    boolean isCommitted() {
        for (int question = 1; ; question++) {
            try {
                return database.inTransaction(this::ask);
            } catch (JdbiException e) {
                if (question == QUESTIONS_MAX || !Database.isOutOfReach(e)) throw e;
            }
        }
    }
}
