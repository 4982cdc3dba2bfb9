package holdfast.admission;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/// How many may be inside at once so that each is through in good time: found out by looking how long they
/// take.
///
/// A rush is let in, as many as there are: they wait, and the pipeline is at its best with many. But a queue
/// that does not end does nobody any good. Where for a second even the quickest took longer than the goal,
/// fewer are let in, by as much as the goal was missed, a fifth at the most, ten times a second; and as soon
/// as somebody is in time again, more, a sixteenth at a time. By Little's law that ends where the goal is met,
/// whatever the shop can do: so many as are through in a second, times the goal. Beyond it nobody waits, they
/// are refused at once.
///
/// It goes by the quickest, not by what most have to wait: what makes all of them slow, as other programs on
/// the same machine do, does not end when fewer are inside, and a limit that thinks so shuts a shop that could
/// sell.
public final class ConcurrencyLimit {

    /// What a limit goes by.
    ///
    /// @param goal how long it may take in the end, where more come than can be served
    /// @param patience how long it may take longer than that before anything is done about it
    /// @param least never fewer may be inside
    /// @param most never more, and so many at the beginning
    public record Policy(Duration goal, Duration patience, int least, int most) {

        /// For what a database answers within a few milliseconds.
        public static final Policy DEFAULT = new Policy(Duration.ofMillis(100), Duration.ofSeconds(1), 64, 2_048);

        /// The same with another goal.
        public Policy to(Duration otherGoal) {
            return new Policy(otherGoal, patience, least, most);
        }

        /// Refuses what cannot be kept.
        public Policy {
            if (goal.isNegative() || goal.isZero() || patience.isNegative() || least < 1 || most < least) {
                throw new IllegalArgumentException("A limit of this kind lets nobody in");
            }
        }
    }

    /// What it has done so far.
    ///
    /// @param limit how many may be inside right now
    /// @param inside how many are
    public record Figures(int limit, int inside, long admitted, long refused) {}

    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(100).toNanos();
    private static final int RISE = 16; // by the sixteenth part
    private static final int FALL_MOST = 5; // by the fifth part

    private final Policy policy;
    private final LongSupplier nanoTime;
    private final AtomicInteger inside = new AtomicInteger();
    private final LongAdder admitted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private volatile int limit;

    // Since the last look; guarded by this.
    private long lookedAt;
    private long quickest = Long.MAX_VALUE;
    private int mostInside;
    private long inTimeAt; // when somebody last was

    public ConcurrencyLimit(Policy policy) {
        this(policy, System::nanoTime);
    }

    ConcurrencyLimit(Policy policy, LongSupplier nanoTime) {
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.limit = policy.most;
        this.lookedAt = nanoTime.getAsLong();
        this.inTimeAt = lookedAt;
    }

    /// Lets somebody in, who has to [#leave], or refuses.
    public boolean enter() {
        int now = inside.get();
        while (now < limit) {
            int seen = inside.compareAndExchange(now, now + 1);
            if (seen == now) {
                admitted.increment();
                return true;
            }
            now = seen;
        }
        refused.increment();
        return false;
    }

    /// Whether whoever came now would be refused; if so, they count as refused.
    public boolean refuses() {
        if (inside.get() < limit) return false;
        refused.increment();
        return true;
    }

    /// Somebody is through.
    ///
    /// @param tookNanos how long it took
    public void leave(long tookNanos) {
        int were = inside.getAndDecrement();
        synchronized (this) {
            quickest = Math.min(quickest, tookNanos);
            mostInside = Math.max(mostInside, were);
            long now = nanoTime.getAsLong();
            if (now - lookedAt >= LOOK_EVERY_NANOS) look(now);
        }
    }

    /// Called with the lock.
    private void look(long now) {
        int old = limit;
        long goal = policy.goal.toNanos();
        if (quickest <= goal) {
            inTimeAt = now;
            limit = Math.min(policy.most, old + Math.ceilDiv(old, RISE));
        } else if (now - inTimeAt >= policy.patience.toNanos() && mostInside > policy.least) {
            int were = Math.min(old, mostInside);
            long fewer = Math.max(were * goal / quickest, were - Math.ceilDiv(were, FALL_MOST));
            limit = (int) Math.max(policy.least, fewer);
        }
        lookedAt = now;
        quickest = Long.MAX_VALUE;
        mostInside = 0;
    }

    public Figures figures() {
        return new Figures(limit, inside.get(), admitted.sum(), refused.sum());
    }
}
