package holdfast.drill;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;

/// How long something took, each time it was done. Written by many threads.
final class Timings {

    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(Duration duration) {
        if (count == nanos.length) nanos = Arrays.copyOf(nanos, count * 2);
        nanos[count++] = duration.toNanos();
    }

    synchronized int count() {
        return count;
    }

    /// The time that so many percent of all did not exceed, the nearest rank; zero if there were none.
    synchronized Duration percentile(int percent) {
        if (count == 0) return Duration.ZERO;
        long[] sorted = LongStream.of(nanos).limit(count).sorted().toArray();
        int rank = Math.ceilDiv(percent * count, 100);
        return Duration.ofNanos(sorted[Math.max(rank, 1) - 1]);
    }
}
