package holdfast.checkout;

import holdfast.db.Database;
import holdfast.db.Pipeline;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Holds;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.PaymentId;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.trace.Traces;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends what nobody else ends: holds whose time is up, payments whose owner is gone or whose outcome is open,
/// answers that were kept long enough. Runs on every node at once; each takes what no other has.
public final class Recovery implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration WATCH_EVERY = Duration.ofSeconds(10);
    private static final Duration FORGET_EVERY = Duration.ofMinutes(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);
    private static final int AT_ONCE_MAX = 128;

    private final Database database;
    private final Pipeline pipeline;
    private final Holds holds;
    private final Payments payments;
    private final WorkList workList;
    private final Idempotency idempotency;
    private final PlaceOrder placeOrder;
    private final Traces traces;
    private final List<Thread> loops = new CopyOnWriteArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore atOnce = new Semaphore(AT_ONCE_MAX);

    Recovery(
            Database database,
            Pipeline pipeline,
            Holds holds,
            Payments payments,
            WorkList workList,
            Idempotency idempotency,
            PlaceOrder placeOrder,
            Traces traces) {
        this.database = database;
        this.pipeline = pipeline;
        this.holds = holds;
        this.payments = payments;
        this.workList = workList;
        this.idempotency = idempotency;
        this.placeOrder = placeOrder;
        this.traces = traces;
    }

    /// Begins to work, every second.
    ///
    /// @param alone whether no other server works on this database: then whatever somebody was at is taken up
    /// at once
    public void start(boolean alone) {
        if (alone) {
            database.inTransaction(payments::freeAll);
            CrashPoint.K36.reached();
        }
        repeat("sweep", EVERY, this::sweepHolds);
        repeat("resume", EVERY, this::takeOverDue);
        repeat("watch", WATCH_EVERY, this::watchPayments);
        repeat("forget", FORGET_EVERY, this::forgetAnswers);
    }

    /// Does this as well, every second.
    public void also(String what, Runnable work) {
        repeat(what, EVERY, work);
    }

    private void repeat(String what, Duration every, Runnable work) {
        loops.add(Thread.ofPlatform().name("holdfast-" + what).daemon().start(() -> {
            do {
                try {
                    work.run();
                } catch (RuntimeException e) { // The last handler of this thread: the next round may go better.
                    LOG.warn("Could not {} now, will try again: {}", what, e.toString());
                }
            } while (!stopped(every));
        }));
    }

    private boolean stopped(Duration within) {
        try {
            return stop.await(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /// Expires all holds whose time is up; tells how many.
    public int sweepHolds() {
        long began = System.nanoTime();
        int swept = 0;
        int batch;
        do {
            // An idle shop writes nothing.
            batch = database.inTransaction(holds::isAnyDue) ? pipeline.submit(new ExpireHolds()) : 0;
            swept += batch;
        } while (batch == Holds.SWEEP_MAX);
        traces.told("expire holds", System.nanoTime() - began, "holdfast.holds", swept);
        return swept;
    }

    /// Puts on the work list what has been waiting for too long.
    void watchPayments() {
        database.transact(workList::watch);
    }

    /// Goes on with every payment that has no owner and is due, many at once; returns when each has been
    /// looked at.
    public void resumePayments() {
        takeOverDue().arriveAndAwaitAdvance();
    }

    /// Takes over as many as there is room for, and then as many as there is room for again, until none is due:
    /// after an outage there are thousands. Does not wait for the last of them: one provider that takes its
    /// time keeps nobody else waiting.
    ///
    /// @return to whom each reports that it has been looked at
    private Phaser takeOverDue() {
        placeOrder.giveBackDropped();
        var looking = new Phaser(1);
        boolean more = true;
        while (more && stop.getCount() > 0) {
            atOnce.acquireUninterruptibly();
            int free = 1 + atOnce.drainPermits();
            List<Attempt> taken = List.of();
            try {
                taken = database.inTransaction(tx -> payments.takeOverDue(tx, free));
            } finally {
                atOnce.release(free - taken.size());
            }
            looking.bulkRegister(taken.size());
            taken.forEach(attempt -> workers.execute(() -> resume(attempt, looking)));
            more = taken.size() == free;
        }
        return looking;
    }

    private void resume(Attempt attempt, Phaser looking) {
        try {
            resume(attempt);
        } catch (RuntimeException e) { // It is due again as soon as its lease is over.
            LOG.warn("Payment {} could not be resumed now: {}", attempt.id(), e.toString());
        } finally {
            atOnce.release();
            looking.arriveAndDeregister();
        }
    }

    private void resume(Attempt attempt) {
        CrashPoint.K36.reached();
        traces.step("resume", attempt.checkout(), span -> {
            span.set("holdfast.payment.id", attempt.id());
            return placeOrder.resume(attempt);
        });
    }

    /// Goes on with a payment now, unless it has an end or an owner; returns when it has been looked at.
    public void resume(PaymentId id) {
        try {
            database.inTransaction(tx -> payments.takeOver(tx, id)).ifPresent(this::resume);
        } catch (RuntimeException e) { // It is due again as soon as its lease is over.
            LOG.warn("Payment {} could not be resumed now: {}", id, e.toString());
        }
    }

    private void forgetAnswers() {
        while (database.inTransaction(idempotency::forgetExpired) > 0) {
            LOG.debug("Forgot answers that were kept long enough");
        }
        database.forgetReceipts();
    }

    /// Stops, once what is under way is done.
    @Override
    public void close() {
        stop.countDown();
        for (Thread loop : loops) {
            try {
                loop.join(CLOSE_MAX);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        workers.close();
    }
}
