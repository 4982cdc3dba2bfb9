package holdfast.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// A fixed number of workers that share a list of jobs, taken in order.
final class Crew {

    private final int workers;

    Crew(int workers) {
        this.workers = workers;
    }

    /// Returns when every job is done. If one fails, no other is begun, those under way are interrupted, and
    /// the failure is thrown.
    <T> void each(List<T> jobs, Consumer<T> work) {
        var next = new AtomicInteger();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var ended = new ExecutorCompletionService<Void>(executor);
            var shifts = new ArrayList<Future<Void>>();
            for (int worker = 0; worker < Math.min(workers, jobs.size()); worker++) {
                shifts.add(ended.submit(() -> {
                    for (int job = next.getAndIncrement(); job < jobs.size(); job = next.getAndIncrement()) {
                        work.accept(jobs.get(job));
                    }
                    return null;
                }));
            }
            try {
                for (int left = shifts.size(); left > 0; left--) ended.take().get();
            } catch (ExecutionException e) {
                executor.shutdownNow();
                throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
            } catch (InterruptedException e) {
                executor.shutdownNow();
                Thread.currentThread().interrupt();
                throw new DrillFailed("The drill was stopped", e);
            }
        }
    }
}
