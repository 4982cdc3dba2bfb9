package holdfast.drill;

import java.time.Duration;
import org.HdrHistogram.SynchronizedHistogram;

/// How long something took, each time it was done, to three digits. Written by many threads.
final class Timings {

    private static final int DIGITS = 3;

    private final SynchronizedHistogram micros = new SynchronizedHistogram(DIGITS);

    void add(Duration duration) {
        micros.recordValue(duration.toNanos() / 1000);
    }

    long count() {
        return micros.getTotalCount();
    }

    /// The time that so many percent of all did not exceed, the nearest rank; zero if there were none.
    Duration percentile(int percent) {
        return Duration.ofNanos(micros.getValueAtPercentile(percent) * 1000);
    }

    /// In short: `p50 8.3 ms, p99 41.9 ms`.
    @Override
    public String toString() {
        return count() == 0 ? "–" : "p50 " + Figures.told(percentile(50)) + ", p99 " + Figures.told(percentile(99));
    }
}
