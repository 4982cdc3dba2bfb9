package holdfast.db;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Those who wait for their turn: so many at most, and nobody new once it is closed.
final class WaitingLine<T> {

    private final int most;
    private final Queue<T> waiting = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean closed;

    WaitingLine(int most) {
        this.most = most;
    }

    /// Whether there was room for one more; in a closed line there is none.
    boolean offer(T one) {
        lock.lock();
        try {
            if (closed || waiting.size() == most) return false;
            waiting.add(one);
            changed.signal();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// All who wait, the first `count` of them at most; waits for somebody to come. Nobody: it is closed, and all
    /// who came were taken.
    List<T> take(int count) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) changed.awaitUninterruptibly();
            var taken = new ArrayList<T>(Math.min(count, waiting.size()));
            while (taken.size() < count && !waiting.isEmpty()) taken.add(waiting.remove());
            return taken;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
