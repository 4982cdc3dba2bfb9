package holdfast.db;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/// What one lane of the pipeline has done since it was started.
///
/// @param commands how many commands were committed
/// @param batches in how many commits
/// @param waiting how many commands wait right now
/// @param busy how long the batches took altogether, from their first statement to the end of their commit
/// @param splits how many batches failed and were parted
/// @param lost how many commits never arrived, and were made again
public record LaneFigures(long commands, long batches, int waiting, Duration busy, long splits, long lost) {

    static final class Counter {

        private final LongAdder commands = new LongAdder();
        private final LongAdder batches = new LongAdder();
        private final LongAdder busyNanos = new LongAdder();
        private final LongAdder splits = new LongAdder();
        private final LongAdder lost = new LongAdder();

        void committed(int size, long nanos) {
            commands.add(size);
            batches.increment();
            busyNanos.add(nanos);
        }

        void split() {
            splits.increment();
        }

        void lost() {
            lost.increment();
        }

        LaneFigures now(int waiting) {
            return new LaneFigures(
                    commands.sum(),
                    batches.sum(),
                    waiting,
                    Duration.ofNanos(busyNanos.sum()),
                    splits.sum(),
                    lost.sum());
        }
    }
}
