package holdfast.db;

/// The way of the hot writes: a caller submits a command, waits, and gets its result after the commit has
/// returned.
public interface Pipeline {

    /// Says who carries out commands of type `type`, and in which lane; once per type, before the first is
    /// submitted. Commands that wait together are carried out kind by kind, in the order of the registrations.
    <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler);

    /// Carries out one command and returns its result once it is committed. Throws what the handler throws.
    <R> R submit(Command<R> command);
}
