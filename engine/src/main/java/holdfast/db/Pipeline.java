package holdfast.db;

/// The way of the hot writes: a caller submits a command, waits, and gets its result after the commit has
/// returned.
public interface Pipeline {

    /// Says who carries out commands of type `type`; once per type, before the first is submitted.
    <C extends Command<R>, R> void register(Class<C> type, Handler<C, R> handler);

    /// Carries out one command and returns its result once it is committed. Throws what the handler throws.
    <R> R submit(Command<R> command);
}
