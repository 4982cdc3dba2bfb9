package holdfast.admission;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Token buckets, one for each who ever came by lately: each is full at first, and fills again as time goes by.
///
/// Of each is kept only when it will be full again (the generic cell rate algorithm); one that is full is the
/// same as none. Of too many, the one that was asked for longest ago is forgotten: whoever wants theirs
/// forgotten has to come under a hundred thousand other names.
final class Buckets {

    static final int MOST = 100_000;

    private final long everyNanos;
    private final long withinNanos;
    private final int most;
    private final Map<String, Long> fullAt; // guarded by this

    Buckets(int times, Duration within) {
        this(times, within, MOST);
    }

    Buckets(int times, Duration within, int most) {
        this.withinNanos = within.toNanos();
        this.everyNanos = withinNanos / times;
        this.most = most;
        this.fullAt = new LinkedHashMap<>(16, 0.75f, true);
    }

    /// How long until there is a token; zero if there is one.
    synchronized Duration waitFor(String who, long now) {
        Long full = fullAt.get(who);
        if (full == null) return Duration.ZERO;
        if (full - now <= 0) {
            fullAt.remove(who);
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(0, full - now + everyNanos - withinNanos));
    }

    /// Takes a token, also where there is none left: then it takes the longer until there is one.
    synchronized void take(String who, long now) {
        Long full = fullAt.get(who);
        long missing = full == null ? 0 : Math.max(0, full - now);
        fullAt.put(who, now + Math.min(missing + everyNanos, 2 * withinNanos));
        if (fullAt.size() > most) {
            var eldest = fullAt.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    synchronized int size() {
        return fullAt.size();
    }
}
