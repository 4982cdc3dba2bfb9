package holdfast;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Many who do something in the same moment.
public final class Parallel {

    private Parallel() {}

    /// Runs all tasks at once, each in a thread of its own, and returns what they return, in their order.
    public static <T> List<T> all(List<Callable<T>> tasks) throws Exception {
        var ready = new CountDownLatch(tasks.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> started = tasks.stream()
                    .map(task -> threads.submit(() -> {
                        ready.countDown();
                        ready.await();
                        return task.call();
                    }))
                    .toList();
            var results = new ArrayList<T>();
            for (Future<T> task : started) results.add(task.get());
            return results;
        }
    }
}
