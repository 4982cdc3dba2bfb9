package holdfast.kernel;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// How long something took, each time it was done: counted in few buckets, cheap enough for every request.
public final class Timing {

    /// The longest time that is still within each bucket but the last, which has no end.
    public static final List<Duration> BOUNDS = Stream.of(
                    1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)
            .map(Duration::ofMillis)
            .toList();

    private static final long[] BOUNDS_NANOS =
            BOUNDS.stream().mapToLong(Duration::toNanos).toArray();

    private final LongAdder[] buckets =
            Stream.generate(LongAdder::new).limit(BOUNDS.size() + 1L).toArray(LongAdder[]::new);
    private final LongAdder nanos = new LongAdder();

    /// What was taken so far.
    ///
    /// @param counts one for each bucket, not summed up
    /// @param sum of all times
    public record Figures(List<Long> counts, Duration sum) {}

    /// Something took so long.
    public void took(long nanoseconds) {
        int found = Arrays.binarySearch(BOUNDS_NANOS, nanoseconds);
        buckets[found < 0 ? -found - 1 : found].increment();
        nanos.add(nanoseconds);
    }

    public Figures now() {
        return new Figures(Arrays.stream(buckets).map(LongAdder::sum).toList(), Duration.ofNanos(nanos.sum()));
    }
}
