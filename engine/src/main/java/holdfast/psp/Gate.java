package holdfast.psp;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Where requests wait: while the provider is paused, and when they are to take longer. Nobody waits any more
/// once it is closed.
final class Gate implements AutoCloseable {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean paused;
    private boolean closed;

    void pause(boolean pause) {
        lock.lock();
        try {
            paused = pause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isPaused() {
        lock.lock();
        try {
            return paused;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the provider is not paused.
    void pass() {
        lock.lock();
        try {
            while (paused && !closed) changed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Lets time go by; false if it could not, because it was closed.
    boolean linger(Duration time) {
        if (time.isZero()) return true;
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !closed) left = changed.awaitNanos(left);
            return !closed;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Waits for longer than anybody will.
    void hang() {
        linger(Duration.ofDays(1));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
