package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TurnsTest {

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger threads = new AtomicInteger();
    private final Turns turns = new Turns(this::begin, 2, 3);

    private final Semaphore begun = new Semaphore(0);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Semaphore done = new Semaphore(0);

    @AfterEach
    void close() {
        answered.countDown();
        workers.close();
    }

    @Test
    void only_so_much_is_done_at_once_and_what_waits_has_no_thread() {
        assertThat(turns.offer(this::stay)).isTrue();
        assertThat(turns.offer(this::stay)).isTrue();
        begun.acquireUninterruptibly(2);

        for (int i = 0; i < 3; i++) assertThat(turns.offer(this::stay)).isTrue();
        assertThat(turns.offer(this::stay)).as("the line is full").isFalse();
        assertThat(threads).hasValue(2);
        assertThat(begun.availablePermits()).isZero();

        answered.countDown();
        done.acquireUninterruptibly(5);
        assertThat(threads.get()).isLessThanOrEqualTo(4); // Who has just ended may have been too late for the next.
    }

    @Test
    void whoever_comes_while_the_last_one_ends_is_not_forgotten() {
        for (int i = 0; i < 10_000; i++) {
            while (!turns.offer(done::release)) Thread.onSpinWait();
        }
        done.acquireUninterruptibly(10_000);
    }

    @Test
    void work_that_fails_takes_no_turn_away() {
        for (int i = 0; i < 3; i++) {
            turns.offer(() -> {
                done.release();
                throw new AssertionError("as it is meant to");
            });
            done.acquireUninterruptibly();
        }
        turns.offer(done::release);
        done.acquireUninterruptibly();
    }

    private void stay() {
        begun.release();
        try {
            answered.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        done.release();
    }

    private void begin(Runnable worker) {
        threads.incrementAndGet();
        workers.execute(worker);
    }
}
