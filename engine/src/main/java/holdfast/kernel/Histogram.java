package holdfast.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/// How large something was, each time it happened: counted in few buckets, cheap enough for every request.
public final class Histogram {

    private final long[] bounds;
    private final LongAdder[] buckets;
    private final LongAdder sum = new LongAdder();

    /// What was counted so far.
    ///
    /// @param bounds the largest that is still within each bucket but the last, which has no end
    /// @param counts one for each bucket, not summed up
    /// @param sum of all that was counted
    public record Figures(List<Long> bounds, List<Long> counts, long sum) {

        /// How often something was counted.
        public long count() {
            return counts.stream().mapToLong(Long::longValue).sum();
        }
    }

    /// @param bounds in rising order
    public Histogram(long... bounds) {
        this.bounds = bounds.clone();
        this.buckets = Stream.generate(LongAdder::new).limit(bounds.length + 1L).toArray(LongAdder[]::new);
    }

    public void count(long size) {
        int found = Arrays.binarySearch(bounds, size);
        buckets[found < 0 ? -found - 1 : found].increment();
        sum.add(size);
    }

    public Figures now() {
        return new Figures(
                Arrays.stream(bounds).boxed().toList(),
                Arrays.stream(buckets).map(LongAdder::sum).toList(),
                sum.sum());
    }
}
