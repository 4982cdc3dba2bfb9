package holdfast.checkout;

import holdfast.idempotency.Answer;
import holdfast.kernel.KeyId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Which requests this process is working on, so that the same request asked again can wait for the first.
/// What another process works on is looked up now and then.
final class Underway {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Map<KeyId, CountDownLatch> working = new ConcurrentHashMap<>();

    /// Does `work`, and lets those who wait for this request look for its answer when it is done.
    <T> T during(KeyId name, Supplier<T> work) {
        var done = new CountDownLatch(1);
        boolean first = working.putIfAbsent(name, done) == null;
        try {
            return work.get();
        } finally {
            if (first) working.remove(name, done);
            done.countDown();
        }
    }

    /// Looks for an answer until there is one or the time is up.
    Optional<Answer> await(KeyId name, Duration most, Supplier<Optional<Answer>> look) {
        long deadline = System.nanoTime() + most.toNanos();
        while (true) {
            CountDownLatch done = working.get(name);
            Optional<Answer> answer = look.get();
            long left = deadline - System.nanoTime();
            if (answer.isPresent() || left <= 0) return answer;
            pause(done == null ? new CountDownLatch(1) : done, Math.min(left, LOOK_AGAIN.toNanos()));
        }
    }

    private static void pause(CountDownLatch done, long nanos) {
        try {
            if (done.await(nanos, TimeUnit.NANOSECONDS)) return; // Look at once.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while another request was at work", e);
        }
    }
}
