package holdfast.kernel;

import java.time.Duration;
import java.util.List;
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

    private final Histogram nanos = new Histogram(BOUNDS_NANOS);

    /// What was taken so far.
    ///
    /// @param counts one for each bucket, not summed up
    /// @param sum of all times
    public record Figures(List<Long> counts, Duration sum) {}

    /// Something took so long.
    public void took(long nanoseconds) {
        nanos.count(nanoseconds);
    }

    public Figures now() {
        Histogram.Figures now = nanos.now();
        return new Figures(now.counts(), Duration.ofNanos(now.sum()));
    }
}
