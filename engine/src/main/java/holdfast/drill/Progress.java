package holdfast.drill;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far a part of the replay is: a bar on a terminal, a line every few seconds in a log.
interface Progress extends AutoCloseable {

    void step();

    @Override
    void close();

    /// Begins a part of `total` steps.
    static Progress of(String title, long total, PrintStream out, boolean terminal) {
        return terminal ? new Bar(title, total, out) : new Lines(title, total, out);
    }

    /// On a terminal.
    final class Bar implements Progress {

        private static final int WIDTH = 100;
        private static final int REDRAW_MILLIS = 100;

        private final ProgressBar bar;

        Bar(String title, long total, PrintStream out) {
            bar = new ProgressBarBuilder()
                    .setTaskName(title)
                    .setInitialMax(total)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REDRAW_MILLIS)
                    .setConsumer(new ConsoleProgressBarConsumer(out, WIDTH))
                    .showSpeed()
                    .build();
        }

        @Override
        public void step() {
            bar.step();
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    /// Where nobody watches.
    final class Lines implements Progress {

        private static final long EVERY_NANOS = Duration.ofSeconds(5).toNanos();

        private final String title;
        private final long total;
        private final PrintStream out;
        private final AtomicLong done = new AtomicLong();
        private final AtomicLong nextAt = new AtomicLong(System.nanoTime() + EVERY_NANOS);

        Lines(String title, long total, PrintStream out) {
            this.title = title;
            this.total = total;
            this.out = out;
        }

        @Override
        public void step() {
            long count = done.incrementAndGet();
            long due = nextAt.get();
            long now = System.nanoTime();
            if (now - due >= 0 && nextAt.compareAndSet(due, now + EVERY_NANOS)) {
                out.println(title + ": " + count + " of " + total);
            }
        }

        @Override
        public void close() {
            out.println(title + ": " + done.get() + " of " + total);
        }
    }
}
