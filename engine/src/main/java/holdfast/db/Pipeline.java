package holdfast.db;

import java.util.List;

/// The way of the hot writes: a caller submits a command, waits, and gets its result after the commit has
/// returned.
public interface Pipeline {

    /// Says who carries out commands of type `type`, and in which lane; once per type, before the first is
    /// submitted. Commands that wait together are carried out kind by kind, in the order of the registrations.
    <C extends Command<R>, R> void register(Class<C> type, Lane lane, Handler<C, R> handler);

    /// Says what is locked before a batch of several kinds of commands is carried out: what these would lock one
    /// kind after the other, and so not in the one order of all. A kind by itself locks in order.
    void lockFirst(LockFirst locks);

    /// Locks what a batch is about to lock anyway.
    @FunctionalInterface
    interface LockFirst {
        void lock(Tx tx, List<? extends Command<?>> batch);
    }

    /// Carries out one command and returns its result once it is committed. Throws what the handler throws.
    <R> R submit(Command<R> command);
}
