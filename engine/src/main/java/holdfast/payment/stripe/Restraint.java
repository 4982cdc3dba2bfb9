package holdfast.payment.stripe;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps all who ask Stripe from asking when that cannot help: as long as it wants to be left alone (429), and
/// where it does not take our key (401: nowhere; 403: not for this kind of request), but for a look now and
/// then. What is kept back was not sent.
final class Restraint {

    static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    /// How long it is left alone if it does not say how long, and at most.
    static final Duration PAUSE = Duration.ofSeconds(1);

    static final Duration PAUSE_MAX = Duration.ofSeconds(60);

    private static final String EVERYTHING = "everything";

    private final LongSupplier nanos;
    private final Map<String, Long> nextLook = new HashMap<>(); // guarded by this, as all below
    private boolean paused;
    private long pausedUntil;

    /// @param nanos tells the moment, from no particular origin
    Restraint(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /// Why Stripe is not to be asked now; null if it may be.
    ///
    /// @param kind of request: rights are given for kinds
    synchronized @Nullable String objection(String kind) {
        long now = nanos.getAsLong();
        if (paused && pausedUntil - now > 0) return "it asked to be left alone for a while";
        paused = false;
        for (String of : new String[] {EVERYTHING, kind}) {
            Long look = nextLook.get(of);
            if (look == null) continue;
            if (look - now > 0) return "it does not take our key";
            nextLook.put(of, now + LOOK_EVERY.toNanos()); // This one is the look.
        }
        return null;
    }

    /// What Stripe answered.
    ///
    /// @param retryAfter in how many seconds it may be asked again, if it said so
    synchronized void heard(String kind, int status, @Nullable String retryAfter) {
        long now = nanos.getAsLong();
        switch (status) {
            case 401 -> nextLook.put(EVERYTHING, now + LOOK_EVERY.toNanos());
            case 403 -> nextLook.put(kind, now + LOOK_EVERY.toNanos());
            case 429 -> {
                paused = true;
                pausedUntil = now + pause(retryAfter).toNanos();
            }
            default -> {
                if (status / 100 == 5) return; // That need not have been Stripe itself.
                nextLook.remove(EVERYTHING);
                nextLook.remove(kind);
            }
        }
    }

    /// Whether it does not take our key, for one kind of request at least.
    synchronized boolean isRefused() {
        return !nextLook.isEmpty();
    }

    private static Duration pause(@Nullable String retryAfter) {
        if (retryAfter == null || !retryAfter.strip().matches("[0-9]{1,6}")) return PAUSE;
        Duration asked = Duration.ofSeconds(Long.parseLong(retryAfter.strip()));
        return asked.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : asked;
    }
}
