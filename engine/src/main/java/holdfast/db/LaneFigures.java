package holdfast.db;

import holdfast.kernel.Histogram;
import holdfast.kernel.Timing;
import java.util.concurrent.atomic.LongAdder;

/// What one lane of the pipeline has done since it was started.
///
/// @param sizes how many commands each commit had
/// @param took how long each batch took, from its first statement to the end of its commit
/// @param waiting how many commands wait right now
/// @param splits how many batches failed and were parted
/// @param lost how many commits never arrived, and were made again
public record LaneFigures(Histogram.Figures sizes, Timing.Figures took, int waiting, long splits, long lost) {

    /// How many commands were committed.
    public long commands() {
        return sizes.sum();
    }

    /// In how many commits.
    public long batches() {
        return sizes.count();
    }

    static final class Counter {

        private final Histogram sizes = new Histogram(1, 2, 5, 10, 20, 50, 100, 200, 500);
        private final Timing took = new Timing();
        private final LongAdder splits = new LongAdder();
        private final LongAdder lost = new LongAdder();

        void committed(int size, long nanos) {
            sizes.count(size);
            took.took(nanos);
        }

        void split() {
            splits.increment();
        }

        void lost() {
            lost.increment();
        }

        LaneFigures now(int waiting) {
            return new LaneFigures(sizes.now(), took.now(), waiting, splits.sum(), lost.sum());
        }
    }
}
