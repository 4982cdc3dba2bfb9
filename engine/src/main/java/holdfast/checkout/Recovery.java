package holdfast.checkout;

import holdfast.db.Database;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Holds;
import holdfast.kernel.PaymentId;
import holdfast.payment.Payments;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what nobody else ends: holds whose time is up, payments whose owner is gone or whose outcome is open,
/// answers that were kept long enough. Runs on every node at once; each takes what no other has.
public final class Recovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    private static final int DUE_MAX = 100;
    private static final int AT_ONCE_MAX = 16;

    private final Database database;
    private final Holds holds;
    private final Payments payments;
    private final Idempotency idempotency;
    private final PlaceOrder placeOrder;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().name("holdfast-recovery-", 0).daemon().factory());
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(AT_ONCE_MAX);

    Recovery(Database database, Holds holds, Payments payments, Idempotency idempotency, PlaceOrder placeOrder) {
        this.database = database;
        this.holds = holds;
        this.payments = payments;
        this.idempotency = idempotency;
        this.placeOrder = placeOrder;
    }

    /// Begins to work, every second.
    ///
    /// @param alone whether no other server works on this database: then whatever somebody was at is taken up
    /// at once
    public void start(boolean alone) {
        if (alone) database.inTransaction(payments::freeAll);
        repeat("sweep", EVERY, this::sweepHolds);
        repeat("resume", EVERY, this::resumePayments);
        repeat("forget", FORGET_EVERY, this::forgetAnswers);
    }

    private void repeat(String what, Duration every, Runnable work) {
        clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (JdbiException e) {
                        LOG.warn("Cannot {} now, will try again: {}", what, e.getMessage());
                    }
                },
                0,
                every.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// Expires all holds whose time is up; tells how many.
    public int sweepHolds() {
        int swept = 0;
        int batch;
        do {
            batch = database.inTransaction(holds::expireDue);
            swept += batch;
        } while (batch == Holds.SWEEP_MAX);
        return swept;
    }

    /// Goes on with every payment that has no owner and is due, many at once; returns when each has been
    /// looked at.
    public void resumePayments() {
        var due = database.inTransaction(tx -> payments.due(tx, DUE_MAX)).keySet();
        var looked = new java.util.concurrent.CountDownLatch(due.size());
        for (PaymentId id : due) {
            atOnce.acquireUninterruptibly();
            workers.execute(() -> {
                try {
                    resume(id);
                } finally {
                    atOnce.release();
                    looked.countDown();
                }
            });
        }
        try {
            looked.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void resume(PaymentId id) {
        try {
            database.inTransaction(tx -> payments.takeOver(tx, id)).ifPresent(placeOrder::resume);
        } catch (JdbiException e) {
            LOG.warn("Payment {} could not be resumed now: {}", id, e.getMessage());
        }
    }

    private void forgetAnswers() {
        while (database.inTransaction(idempotency::forgetExpired) > 0) {
            LOG.debug("Forgot answers that were kept long enough");
        }
    }

    /// Stops, once what is under way is done.
    @Override
    public void close() {
        clock.shutdown();
        workers.close();
        try {
            if (!clock.awaitTermination(10, TimeUnit.SECONDS)) clock.shutdownNow();
        } catch (InterruptedException e) {
            clock.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
