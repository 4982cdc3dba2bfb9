package holdfast.order;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/// Work of which only so much is done at the same time. What waits for its turn is in a line, where it costs next to
/// nothing, and not a thread; the line has an end.
final class Turns {

    private final Executor workers;
    private final Semaphore free;
    private final Queue<Runnable> line;

    /// @param most how much is done at the same time
    /// @param waiting how much may wait for its turn
    Turns(Executor workers, int most, int waiting) {
        this.workers = workers;
        this.free = new Semaphore(most);
        this.line = new ArrayBlockingQueue<>(waiting);
    }

    /// Has it done by a worker when its turn comes; false: too much waits already, and it never will be.
    boolean offer(Runnable work) {
        if (!line.offer(work)) return false;
        if (free.tryAcquire()) workers.execute(this::work);
        return true;
    }

    /// Looks again after its turn: who came between the last look and its end found nobody free.
    private void work() {
        do {
            try {
                for (Runnable next = line.poll(); next != null; next = line.poll()) next.run();
            } finally {
                free.release(); // Whatever becomes of the work, its turn is over.
            }
        } while (!line.isEmpty() && free.tryAcquire());
    }
}
