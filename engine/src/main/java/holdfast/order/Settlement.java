package holdfast.order;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import holdfast.db.Command;
import holdfast.db.Database;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.RefundId;
import holdfast.order.SettlementJob.Verdict;
import holdfast.payment.CapturePolicy;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.trace.Span;
import holdfast.trace.Traces;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves the money of orders: takes what was set aside, lets go of it or gives it back when an order is
/// canceled, and carries out refunds.
///
/// What is to be done is read from the state that order, payment and refunds are in, again and again, until
/// nothing is left; nobody has to remember what somebody meant to do. Each round has three parts: *claim*
/// leases payments and writes the requests down, in one transaction; the gateway is asked, without a
/// connection; *record* writes down what came of it, in another transaction, which a later owner's fencing
/// number keeps from happening twice.
///
/// The capture of an order that was just placed needs no claim: it follows from the order, and is begun by
/// whoever placed that ([#begin]). The rounds find what was left behind.
///
/// ```
/// order     payment       is to be
/// live      authorized    captured, unless that awaits the shipment
/// canceled  authorized    voided, or refunded if it turns out to be captured
/// any       captured      refunded, as long as a refund is pending
/// ```
public final class Settlement implements OrderMoney, AutoCloseable {

    /// How many requests to gateways are under way for payments that are found to be due, and as many again for
    /// captures that begin; and how many payments are claimed at most.
    private static final int CONCURRENCY_MAX = 128;

    /// How many captures that begin may wait for their turn: those of two full batches. What is more is due when
    /// its lease is over.
    private static final int BEGINNING_MAX = 1_000;

    /// How often somebody looks for what others left behind.
    private static final Duration SWEEP = Duration.ofSeconds(1);

    /// How often [#awaitCapture] looks whether another server has captured.
    private static final Duration RECHECK = Duration.ofMillis(250);

    private static final String IS_PENDING =
            "select exists (select from orders where id = :order and status = 'pending')";

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final Database database;
    private final Pipeline pipeline;
    private final Map<String, Gateway> gateways;
    private final Canceling canceling;
    private final Outbox outbox;
    private final Transitions transitions;
    private final Refunds refunds;
    private final WorkList workList;
    private final CapturePolicy policy;
    private final Traces traces;

    private final Semaphore slots = new Semaphore(CONCURRENCY_MAX);
    private final Semaphore woken = new Semaphore(0);
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("settlement-", 0).factory());
    private final Turns beginning = new Turns(workers, CONCURRENCY_MAX, BEGINNING_MAX);
    private final Thread dispatcher = Thread.ofVirtual().name("settlement").unstarted(this::run);
    private volatile boolean closing;

    /// Somebody who wants to know whether an order was captured.
    private record Waiter(OrderId order, Semaphore told) {}

    /// @param gateways by their names
    public Settlement(
            Database database,
            Pipeline pipeline,
            Map<String, Gateway> gateways,
            Canceling canceling,
            Outbox outbox,
            WorkList workList,
            CapturePolicy policy,
            Traces traces) {
        this.database = database;
        this.pipeline = pipeline;
        this.gateways = Map.copyOf(gateways);
        this.canceling = canceling;
        this.outbox = outbox;
        this.transitions = new Transitions(outbox);
        this.refunds = new Refunds(outbox);
        this.workList = workList;
        this.policy = policy;
        this.traces = traces;
        pipeline.register(RecordCapture.class, Lane.BOOKS, this::capture);
    }

    /// Money was taken, as nearly all that is asked for: to be written down. The answer tells whether more is to be
    /// done about the payment at once.
    private record RecordCapture(SettlementJob job) implements Command<Boolean> {}

    /// Begins to work, in threads of its own, with what is there to be done already.
    public void start() {
        dispatcher.start();
    }

    /// There is something to do: call this after the commit that made it so.
    public void wake() {
        if (woken.availablePermits() == 0) woken.release();
    }

    /// Something of the order is to be shipped: takes its money if that awaited the shipment, and waits as
    /// [#awaitCapture] does.
    ///
    /// @param check refuses what cannot be shipped, before any money is taken for it
    public boolean captureToShip(OrderId order, Consumer<Tx> check, Duration atMost) {
        boolean awaited = database.inTransaction(tx -> {
            if (!SettlementTable.wantCapture(tx, order)) return false;
            check.accept(tx);
            return true;
        });
        if (awaited) wake();
        return awaitCapture(order, atMost);
    }

    /// Sees to a payment now that is to be seen to later, unless somebody is at it.
    public void hurry(PaymentId payment) {
        database.transact(tx -> SettlementTable.hurry(tx, payment));
        wake();
    }

    /// Waits until it is known whether the order's money was taken, at most `atMost`; returns whether it is
    /// known.
    public boolean awaitCapture(OrderId order, Duration atMost) {
        var waiter = new Waiter(order, new Semaphore(0));
        waiters.add(waiter);
        try {
            long end = System.nanoTime() + atMost.toNanos();
            for (long left = atMost.toNanos(); isPending(order); left = end - System.nanoTime()) {
                if (left <= 0) return false;
                if (waiter.told.tryAcquire(Math.min(left, RECHECK.toNanos()), TimeUnit.NANOSECONDS)) {
                    waiter.told.drainPermits();
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiters.remove(waiter);
        }
    }

    private boolean isPending(OrderId order) {
        return database.inTransaction(tx -> tx.query(IS_PENDING)
                .bind("order", order.value())
                .mapTo(Boolean.class)
                .one());
    }

    /// Takes on nothing new and waits for what is under way; what takes longer than its lease is left to
    /// others.
    @Override
    public void close() {
        closing = true;
        woken.release();
        try {
            if (dispatcher.isAlive()) dispatcher.join();
            workers.shutdown();
            workers.awaitTermination(Payments.LEASE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                if (!startDue()) {
                    woken.tryAcquire(SWEEP.toMillis(), TimeUnit.MILLISECONDS);
                    woken.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Somebody wants this thread to end.
        }
    }

    /// Claims as much as can be worked on and begins with it; returns whether more may be due.
    private boolean startDue() throws InterruptedException {
        slots.acquire();
        int free = 1 + slots.drainPermits();
        List<SettlementJob> jobs = List.of();
        try {
            jobs = claim(free);
            jobs.forEach(this::begin);
        } catch (RuntimeException e) { // The last handler of this thread: the next round may go better.
            LOG.warn("Could not look for payments to settle, and will try again: {}", e.toString());
        } finally {
            slots.release(free - jobs.size());
        }
        return jobs.size() == free;
    }

    /// Has a job done that has its slot, and frees that.
    private void begin(SettlementJob job) {
        workers.execute(() -> {
            try {
                settle(job);
            } finally {
                slots.release();
            }
        });
    }

    private void settle(SettlementJob job) {
        try {
            if (work(job)) wake();
        } catch (RuntimeException e) { // It is due again as soon as its lease is over.
            if (Database.isOutOfReach(e)) LOG.warn("{} could not be settled now: {}", job.key(), e.toString());
            else LOG.error("{} could not be settled now", job.key(), e);
        }
    }

    /// Does all that is due, in the calling thread.
    void settleDue() {
        List<SettlementJob> jobs = claim(CONCURRENCY_MAX);
        while (!jobs.isEmpty()) {
            jobs.forEach(this::work);
            jobs = claim(CONCURRENCY_MAX);
        }
    }

    @Override
    public CapturePolicy policy() {
        return policy;
    }

    @Override
    public void refundAnew(Tx tx, OrderId order) {
        refunds.anew(tx, LockedOrder.lock(tx, order));
    }

    @Override
    public void letGoByHand(Tx tx, OrderId id) {
        LockedOrder order = LockedOrder.lock(tx, id);
        if (SettlementTable.letGo(tx, order)) transitions.pay(tx, order, Order.PaymentStatus.VOIDED);
    }

    @Override
    public void begin(Capture capture) {
        if (closing || policy == CapturePolicy.SHIPMENT) return;
        if (!beginning.offer(Span.carried(() -> settle(capture.job())))) {
            LOG.debug(
                    "{} waits for the end of its lease: too many captures begin",
                    capture.job().key());
        }
    }

    private List<SettlementJob> claim(int limit) {
        return database.inTransaction(tx -> SettlementTable.claim(tx, limit));
    }

    /// Carries a request out and writes down what came of it; returns whether more is to be done at once.
    boolean work(SettlementJob job) {
        return traces.step("settle", job.checkout(), span -> {
            span.set("holdfast.operation", job.operation());
            span.set("holdfast.order.id", job.order());
            span.set("holdfast.payment.id", job.payment());
            return settled(job);
        });
    }

    private boolean settled(SettlementJob job) {
        job.operation().planned.reached();
        Verdict verdict = carryOut(job);
        job.operation().done.reached();
        boolean more = isTaken(job, verdict)
                ? pipeline.submit(new RecordCapture(job))
                : database.inTransaction(tx -> record(tx, job, verdict));
        for (Waiter waiter : waiters) {
            if (waiter.order.equals(job.order())) waiter.told.release();
        }
        return more;
    }

    private Verdict carryOut(SettlementJob job) {
        Gateway gateway = gateways.get(job.gateway());
        return gateway == null
                ? new Verdict.Unclear("no gateway of the name " + job.gateway() + " is configured")
                : job.carryOut(gateway);
    }

    private static boolean isTaken(SettlementJob job, Verdict verdict) {
        return verdict instanceof Verdict.Done && job.operation() == SettlementJob.Operation.CAPTURE;
    }

    private List<Boolean> capture(Tx tx, List<RecordCapture> taken) {
        Set<SettlementJob> refunding =
                captured(tx, taken.stream().map(RecordCapture::job).toList());
        return taken.stream().map(each -> refunding.contains(each.job)).toList();
    }

    /// Writes many captures down at once; returns those whose orders were canceled meanwhile, about which more
    /// is to be done.
    private Set<SettlementJob> captured(Tx tx, List<SettlementJob> captures) {
        List<SettlementJob> ours = SettlementTable.captured(tx, captures);
        CrashPoint.K25.reached();
        if (ours.size() < captures.size()) {
            LOG.info(
                    "{} captures came too late: somebody else has taken their payments over",
                    captures.size() - ours.size());
        }
        Set<OrderId> paid =
                transitions.paid(tx, ours.stream().map(SettlementJob::order).toList());
        var more = new HashSet<SettlementJob>();
        for (SettlementJob job : ours) {
            if (paid.contains(job.order())) continue;
            captured(tx, LockedOrder.lock(tx, job.order()));
            if (SettlementTable.release(tx, List.of(job.payment().value()))) more.add(job);
        }
        return more;
    }

    /// Writes down what else came of a request, which may lock whatever an order locks; returns whether more is to be
    /// done about the payment at once.
    private boolean record(Tx tx, SettlementJob job, Verdict verdict) {
        LockedOrder order = LockedOrder.lock(tx, job.order());
        LockedOrder.Payment payment = order.payment();
        if (payment == null || payment.fence() != job.fence()) {
            LOG.info("{} came too late: somebody else has taken the payment over", job.key());
            return false;
        }
        switch (verdict) {
            case Verdict.Done done -> {
                SettlementTable.answered(tx, job, "succeeded");
                done(tx, job, order, payment, done);
            }
            case Verdict.Taken() -> {
                SettlementTable.answered(tx, job, "declined");
                SettlementTable.settleCaptures(tx, job, "succeeded");
                SettlementTable.captured(tx, job);
                captured(tx, order);
            }
            case Verdict.NoEffect() -> SettlementTable.answered(tx, job, "declined"); // A new request follows.
            case Verdict.Refused(String code) -> {
                LOG.warn("{} was declined: {}", job.key(), code);
                SettlementTable.answered(tx, job, "declined");
                if (!refused(tx, job, order, code)) return false;
            }
            case Verdict.Unclear(String detail) -> {
                LOG.warn("{} is unclear: {}", job.key(), detail);
                SettlementTable.answered(tx, job, "unknown");
                SettlementTable.park(tx, job);
                return false;
            }
        }
        return SettlementTable.release(tx, List.of(job.payment().value()));
    }

    private void done(Tx tx, SettlementJob job, LockedOrder order, LockedOrder.Payment payment, Verdict.Done done) {
        switch (job.operation()) {
            case CAPTURE -> throw new IllegalStateException("Captures are written down together");
            case VOID -> {
                SettlementTable.voided(tx, job);
                SettlementTable.settleCaptures(tx, job, "declined");
                transitions.pay(tx, order, Order.PaymentStatus.VOIDED);
            }
            case REFUND -> refunded(tx, job, order, payment, done.reference());
        }
    }

    /// The order's money was taken.
    private void captured(Tx tx, LockedOrder order) {
        transitions.pay(tx, order, Order.PaymentStatus.CAPTURED);
        if (order.status() == Order.Status.PENDING) {
            transitions.move(tx, order, order.status(), Order.Status.PAID, null);
        } else if (order.status() == Order.Status.CANCELED) {
            refunds.addRest(tx, LockedOrder.lock(tx, order.id())); // Read again: now there is something to give back.
        }
    }

    private void refunded(
            Tx tx, SettlementJob job, LockedOrder order, LockedOrder.Payment payment, @Nullable String reference) {
        RefundId refund = requireNonNull(job.refund());
        SettlementTable.refunded(tx, job, refund, reference);
        tell(tx, job.order(), job.amount(), refund, "refund.succeeded");
        Money refunded = payment.refunded().plus(job.amount());
        Order.PaymentStatus reached = refunded.equals(payment.captured())
                ? Order.PaymentStatus.REFUNDED
                : Order.PaymentStatus.PARTIALLY_REFUNDED;
        if (reached != order.paymentStatus()) {
            transitions.pay(tx, order, reached);
            transitions.tell(tx, order, "order." + reached.code());
        }
    }

    /// Refunds of a payment failed after they were made: what they gave back is ours again, and not the
    /// shopper's. Somebody has to say how they get it.
    ///
    /// @param failed as the gateway tells them
    /// @return those of which that was not known
    public List<RefundId> cameBack(PaymentId payment, List<GivenBack.Refund> failed) {
        return database.inTransaction(tx -> SettlementTable.orderOf(tx, payment)
                .map(order -> cameBack(tx, LockedOrder.lock(tx, order), payment, failed))
                .orElse(List.of()));
    }

    private List<RefundId> cameBack(Tx tx, LockedOrder order, PaymentId payment, List<GivenBack.Refund> failed) {
        List<SettlementTable.CameBack> news = SettlementTable.cameBack(
                tx,
                order,
                payment,
                failed.stream().map(GivenBack.Refund::reference).toList());
        if (news.isEmpty()) return List.of();
        for (SettlementTable.CameBack each : news) {
            LOG.warn("Refund {} of order {} was made, and came back", each.refund(), order.id());
            tell(tx, order.id(), each.amount(), each.refund(), "refund.failed");
        }
        String detail = news.stream()
                .map(each -> "refund " + each.refund() + " of " + each.amount())
                .collect(joining(", ", "Was made, and came back: ", ""));
        workList.add(tx, payment, WorkList.Reason.REFUND_REFUSED, detail);
        LockedOrder now = LockedOrder.lock(tx, order.id()); // Read again: less is given back.
        boolean someIsBack = !requireNonNull(now.payment()).refunded().isZero();
        transitions.pay(tx, now, someIsBack ? Order.PaymentStatus.PARTIALLY_REFUNDED : Order.PaymentStatus.CAPTURED);
        return news.stream().map(SettlementTable.CameBack::refund).toList();
    }

    /// A request that the gateway will never carry out; returns whether what follows from it can begin at
    /// once.
    private boolean refused(Tx tx, SettlementJob job, LockedOrder order, String code) {
        return switch (job.operation()) {
            case CAPTURE -> {
                // No money, no order. What is still set aside is let go of next, as for every canceled order.
                if (order.status() == Order.Status.PENDING) canceling.cancel(tx, order, "capture declined: " + code);
                yield true;
            }
            case VOID -> {
                SettlementTable.park(tx, job);
                workList.add(tx, job.payment(), WorkList.Reason.VOID_REFUSED, "The gateway says " + code);
                yield false;
            }
            case REFUND -> {
                RefundId refund = requireNonNull(job.refund());
                SettlementTable.refundFailed(tx, job, refund);
                tell(tx, job.order(), job.amount(), refund, "refund.failed");
                String detail = "Refund " + refund + " of " + job.amount() + ": the gateway says " + code;
                workList.add(tx, job.payment(), WorkList.Reason.REFUND_REFUSED, detail);
                yield true;
            }
        };
    }

    private void tell(Tx tx, OrderId order, Money amount, RefundId refund, String type) {
        Map<String, Object> payload = Map.of(
                "order_id", order.toString(),
                "amount", amount.minor(),
                "currency", amount.currency().getCurrencyCode());
        outbox.append(tx, List.of(new Event("refund", refund.value(), type, payload)));
    }
}
