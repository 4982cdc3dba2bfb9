package holdfast.db;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A pipeline that gives each command a transaction of its own.
public final class TransactionPerCommand implements Pipeline {

    private final Database database;
    private final Map<Class<?>, Handler<?, ?>> handlers = new ConcurrentHashMap<>();

    public TransactionPerCommand(Database database) {
        this.database = database;
    }

    @Override
    public <C extends Command<R>, R> void register(Class<C> type, Handler<C, R> handler) {
        if (handlers.putIfAbsent(type, handler) != null) {
            throw new IllegalStateException(type.getSimpleName() + " has a handler already");
        }
    }

    @Override
    public <R> R submit(Command<R> command) {
        Handler<Command<R>, R> handler = handlerOf(command);
        return database.inTransaction(tx -> handler.handle(tx, List.of(command)).getFirst());
    }

    @SuppressWarnings("unchecked") // register() ties the type of a command to that of its handler.
    private <R> Handler<Command<R>, R> handlerOf(Command<R> command) {
        var handler = (Handler<Command<R>, R>) handlers.get(command.getClass());
        if (handler == null) throw new IllegalStateException("Nobody handles " + command.getClass());
        return handler;
    }
}
