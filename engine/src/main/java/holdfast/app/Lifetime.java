package holdfast.app;

import holdfast.db.CannotStart;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// From the start of something until the work with it is done, or the process is told to stop by Ctrl-C or SIGTERM:
/// then the work is interrupted and the thing closed in order, before the process ends.
final class Lifetime<T> {

    private final Consumer<T> close;
    private final Thread worker = Thread.currentThread();
    private final ReentrantLock changing = new ReentrantLock();
    private @Nullable T open;
    private volatile boolean ending;

    private Lifetime(Consumer<T> close) {
        this.close = close;
    }

    /// Starts something, works with it, and closes it. Returns what the work returns, or throws what keeps the thing
    /// from starting.
    static <T> int of(Supplier<T> start, Consumer<T> close, ToIntFunction<T> work) {
        var lifetime = new Lifetime<>(close);
        Runtime.getRuntime().addShutdownHook(new Thread(lifetime::end, "holdfast-end"));
        T opened = lifetime.begin(start);
        if (opened == null) {
            untilTheEnd();
            return 0;
        }
        try {
            return work.applyAsInt(opened);
        } finally {
            lifetime.close();
        }
    }

    /// Stays until the process is told to stop.
    static void untilTheEnd() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Null: we were told to stop meanwhile.
    private @Nullable T begin(Supplier<T> start) {
        changing.lock();
        try {
            open = start.get();
            return ending ? null : open;
        } catch (CannotStart e) {
            if (!ending) throw e;
            return null; // A Ctrl-C ended what the start was waiting for; nobody asks why it failed.
        } finally {
            changing.unlock();
        }
    }

    /// Waits for a start under way, which takes seconds at the most: half a server is harder to stop than a whole
    /// one.
    private void end() {
        ending = true;
        changing.lock();
        try {
            worker.interrupt();
            close();
        } finally {
            changing.unlock();
        }
    }

    private void close() {
        changing.lock();
        try {
            if (open != null) close.accept(open);
            open = null;
        } finally {
            changing.unlock();
        }
    }
}
