package holdfast.app;

import java.io.Console;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Says what is being waited for, once it takes longer than a second. In a terminal that is one line that
/// counts and goes away; elsewhere a line now and then.
final class Progress {

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int QUIET_TICKS = 10;
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final boolean terminal;

    Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /// Tells a person on standard error: standard output belongs to what the command has to say.
    static Progress onStandardError() {
        return new Progress(System.err, isWatched());
    }

    /// Whether a person sits at a terminal.
    static boolean isWatched() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    <T> T during(String what, Supplier<T> work) {
        var done = new CountDownLatch(1);
        Thread teller = Thread.ofVirtual().start(() -> tell(what, done));
        try {
            return work.get();
        } finally {
            done.countDown();
            join(teller); // Nothing may be said after its line is gone.
        }
    }

    private void tell(String what, CountDownLatch done) {
        try {
            long ticks = 0;
            while (!done.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                ticks++;
                if (terminal) {
                    out.print("\r" + what + ": " + ticks + " s ");
                    out.flush();
                } else if (ticks == 1 || ticks % QUIET_TICKS == 0) {
                    out.println(what + ": " + ticks + " s");
                }
            }
            if (terminal && ticks > 0) {
                out.print(ERASE_LINE);
                out.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
