package holdfast.payment;

import holdfast.kernel.Money;
import holdfast.trace.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a gateway again where that may help: the one place where requests to gateways are repeated at once.
/// What is still open after that is looked at again by those who keep the attempts, from what is written down.
///
/// A call is made three times at most, after random waits that double (full jitter), and no try begins when the
/// first is more than five seconds ago: so a key is never sent again when a gateway may have forgotten it, and
/// the caller keeps its lease. All calls share a budget: a tenth of them may be repeated, and a few on top, so
/// that a gateway which is down is not asked more often than usual.
public final class RetryingGateway implements Gateway, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RetryingGateway.class);

    static final int TRIES_MAX = 3;
    static final Duration NO_TRY_AFTER = Duration.ofSeconds(5);
    private static final Duration FIRST_WAIT_MAX = Duration.ofMillis(500);

    /// What a call adds to the budget and a retry takes from it, and how much it can hold.
    private static final int OF_A_CALL = 1;

    private static final int OF_A_RETRY = 10;
    private static final int BUDGET_MAX = 100;

    /// So many calls in a row that nobody answered clearly: the gateway is down.
    private static final int DOWN_AFTER = 3;

    private final Gateway gateway;
    private final Waiting waiting;
    private final RandomGenerator random;
    private final Runnable whenBack;
    private final AtomicInteger unclear = new AtomicInteger();
    private volatile boolean isBack;
    private volatile Standing told = Standing.ANSWERS;
    private final AtomicInteger budget = new AtomicInteger(BUDGET_MAX);

    /// How to let time pass.
    interface Waiting extends AutoCloseable {

        /// Waits; false if there is no time for that any more.
        boolean await(Duration time);

        /// What a moment is, in nanoseconds of no particular origin.
        long now();

        @Override
        void close();
    }

    /// @param random decides how long to wait; used by many threads
    /// @param whenBack what is to be done, by [#probe], when the gateway answers again after it was down
    public RetryingGateway(Gateway gateway, RandomGenerator random, Runnable whenBack) {
        this(gateway, random, whenBack, new UntilClosed());
    }

    RetryingGateway(Gateway gateway, RandomGenerator random, Runnable whenBack, Waiting waiting) {
        this.gateway = gateway;
        this.random = random;
        this.whenBack = whenBack;
        this.waiting = waiting;
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public boolean takesOurReference() {
        return gateway.takesOurReference();
    }

    @Override
    public Standing standing() {
        Standing standing = gateway.standing();
        return standing == Standing.ANSWERS && unclear.get() >= DOWN_AFTER ? Standing.DOWN : standing;
    }

    @Override
    public Outcome create(Charge charge, String key) {
        return move(() -> gateway.create(charge, key));
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return move(() -> gateway.authorize(reference, charge, key));
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return move(() -> gateway.capture(reference, amount, key));
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return move(() -> gateway.cancel(reference, key));
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return move(() -> gateway.refund(reference, amount, key));
    }

    @Override
    public Retrieved retrieve(String reference) {
        return read(() -> gateway.retrieve(reference), Retrieved.Unreachable.class);
    }

    @Override
    public GivenBack refunds(String reference) {
        return read(() -> gateway.refunds(reference), GivenBack.Unreachable.class);
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return read(() -> gateway.list(from, until, page), Listing.Unreachable.class);
    }

    /// @param unreachable what the gateway is said to be when it could not be asked
    private <T> T read(Supplier<T> request, Class<? extends T> unreachable) {
        var tries = new Tries();
        while (true) {
            T said = request.get();
            boolean clear = !unreachable.isInstance(said);
            if (clear || !tries.another()) {
                note(clear);
                return said;
            }
        }
    }

    /// Looks whether a gateway that was down, or did not take our key, is back, and if it is, does what is to
    /// be done then. To be called again and again: those who wait for the gateway look ever more rarely.
    public void probe() {
        if (standing() != Standing.ANSWERS) {
            note(!(gateway.list(Instant.EPOCH, Instant.EPOCH, null) instanceof Listing.Unreachable));
        }
        tell(standing());
        if (isBack) {
            whenBack.run();
            isBack = false;
        }
    }

    /// Says how we stand with the gateway, each time that changes.
    private void tell(Standing now) {
        if (now == told) return;
        told = now;
        switch (now) {
            case ANSWERS -> LOG.info("The gateway {} answers again", name());
            case DOWN -> LOG.warn("The gateway {} does not answer: payments wait", name());
            case REFUSES_US ->
                LOG.error(
                        "The gateway {} does not take our key: payments wait until somebody puts it in order", name());
        }
    }

    private void note(boolean clear) {
        if (!clear) {
            unclear.incrementAndGet();
        } else if (unclear.getAndSet(0) >= DOWN_AFTER) {
            isBack = true;
        }
    }

    private Outcome move(Supplier<Outcome> call) {
        Outcome outcome = repeated(call);
        note(!(outcome instanceof Outcome.Unknown unknown) || unknown.doubt() == Outcome.Doubt.NOT_FOR_US);
        return outcome;
    }

    private Outcome repeated(Supplier<Outcome> call) {
        var tries = new Tries();
        boolean mayBeDone = false;
        while (true) {
            Outcome outcome = call.get();
            if (!(outcome instanceof Outcome.Unknown unknown)) return outcome;
            boolean repeatable = switch (unknown.doubt()) {
                case NOT_DONE, OPEN -> true;
                case ONLY_READABLE, NOT_FOR_US -> false;
            };
            if (!repeatable || !tries.another()) return mayBeDone ? openAtLeast(unknown) : unknown;
            mayBeDone |= unknown.doubt() == Outcome.Doubt.OPEN;
        }
    }

    /// That the last try was turned away says nothing about the one before.
    private static Outcome openAtLeast(Outcome.Unknown last) {
        return last.doubt() == Outcome.Doubt.NOT_DONE ? new Outcome.Unknown(last.detail()) : last;
    }

    /// The tries of one call.
    private final class Tries {

        private final long begin = waiting.now();
        private int made = 1;

        Tries() {
            budget.updateAndGet(left -> Math.min(left + OF_A_CALL, BUDGET_MAX));
        }

        /// Waits for the next; false if there is none.
        boolean another() {
            if (made == TRIES_MAX || !pay()) return false;
            long waitMax = FIRST_WAIT_MAX.toNanos() << (made - 1);
            Duration wait = Duration.ofNanos(random.nextLong(waitMax));
            made++;
            if (isLate(wait) || !waiting.await(wait) || isLate(Duration.ZERO)) return false;
            Span.here().event("asked again");
            Span.here().set("holdfast.gateway.retries", made - 1);
            return true;
        }

        private boolean isLate(Duration after) {
            return waiting.now() - begin + after.toNanos() > NO_TRY_AFTER.toNanos();
        }

        private boolean pay() {
            int before = budget.getAndUpdate(left -> left < OF_A_RETRY ? left : left - OF_A_RETRY);
            return before >= OF_A_RETRY;
        }
    }

    /// Lets nobody wait any longer.
    @Override
    public void close() {
        waiting.close();
    }

    private static final class UntilClosed implements Waiting {

        private final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public boolean await(Duration time) {
            try {
                return !closed.await(time.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public long now() {
            return System.nanoTime();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
