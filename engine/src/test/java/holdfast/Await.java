package holdfast;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/// Waits for what is about to be so, and fails after ten seconds.
public final class Await {

    private static final int PATIENCE_SECONDS = 10;

    private Await() {}

    /// Until somebody has counted it down.
    public static void opened(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /// Until so many commands wait in the stock lane.
    public static void waiting(GroupCommit pipeline, int count) {
        long end = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        while (Objects.requireNonNull(pipeline.figures().get(Lane.STOCK)).waiting() < count) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
