package holdfast.db;

import holdfast.kernel.Problem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/// A pipeline that gives each command a transaction of its own.
///
/// Few run at once, the others wait for their turn in the order they came: more transactions on the same hot
/// row would only wait for its lock, each with a connection in its hand.
public final class TransactionPerCommand implements Pipeline {

    private static final int AT_ONCE_MAX = 4;
    private static final int WAITING_MAX = 10_000;
    private static final int RETRY_AFTER_SECONDS = 1;

    private final Database database;
    private final Map<Class<?>, Handler<?, ?>> handlers = new ConcurrentHashMap<>();
    private final Semaphore turns = new Semaphore(AT_ONCE_MAX, true);

    public TransactionPerCommand(Database database) {
        this.database = database;
    }

    @Override
    public <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler) {
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new IllegalStateException(type.getSimpleName() + " has a handler already");
        }
    }

    @Override
    public void lockFirst(LockFirst locks) {} // No batch here has two kinds.

    /// Refuses with `unavailable` if too many wait already.
    @Override
    public <R> R submit(Command<R> command) {
        Handler<Command<R>, R> handler = handlerOf(command);
        if (turns.getQueueLength() >= WAITING_MAX) {
            throw Problem.UNAVAILABLE.refuse("Too many are waiting already").with("retry_after", RETRY_AFTER_SECONDS);
        }
        turns.acquireUninterruptibly();
        try {
            return database.inTransaction(
                    tx -> handler.handle(tx, List.of(command)).getFirst());
        } finally {
            turns.release();
        }
    }

    @SuppressWarnings("unchecked") // register() ties the type of a command to that of its handler.
    private <R> Handler<Command<R>, R> handlerOf(Command<R> command) {
        var handler = (Handler<Command<R>, R>) handlers.get(command.getClass());
        if (handler == null) throw new IllegalStateException("Nobody handles " + command.getClass());
        return handler;
    }
}
