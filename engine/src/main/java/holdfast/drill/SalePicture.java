package holdfast.drill;

import static holdfast.drill.Figures.told;

import holdfast.drill.SaleBooks.Now;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// How a flash sale goes, while it goes: on a terminal one picture that is drawn again and again, in a log a
/// line every second.
final class SalePicture implements AutoCloseable {

    private static final Duration REDRAW = Duration.ofMillis(250);
    private static final Duration LINE = Duration.ofSeconds(1);
    private static final int BAR = 40;
    private static final int ROWS = 7;
    private static final String BACK_TO_TOP = "\u001b[" + ROWS + "A";
    private static final String TO_END_OF_LINE = "\u001b[K%n";

    private final FlashSalePlan plan;
    private final SaleBooks books;
    private final PrintStream out;
    private final boolean terminal;
    private final CountDownLatch over = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private final Thread painter;
    private long answersBefore;
    private long paintedAt = begun;

    SalePicture(FlashSalePlan plan, SaleBooks books, Audience audience) {
        this.plan = plan;
        this.books = books;
        this.out = audience.progress();
        this.terminal = audience.watched();
        this.painter = Thread.ofVirtual().start(this::paint);
    }

    private void paint() {
        Duration pause = terminal ? REDRAW : LINE;
        try {
            boolean first = true;
            while (!over.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                show(first);
                first = false;
            }
            show(first);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void show(boolean first) {
        Now now = books.now();
        String rate = rate(now);
        if (terminal) {
            out.print((first ? "" : BACK_TO_TOP) + block(now, rate));
            out.flush();
        } else {
            out.println(line(now, rate));
        }
    }

    private String block(Now now, String rate) {
        int bar = plan.units() == 0 ? 0 : (int) (Math.min(now.sold(), plan.units()) * BAR / plan.units());
        var rows = new StringBuilder();
        String gauge = "[" + "#".repeat(bar) + " ".repeat(BAR - bar) + "]";
        row(rows, "sold", count(now.sold()) + " of " + told(plan.units()) + "  " + gauge);
        row(rows, "held", count(now.held()));
        row(rows, "refused", count(now.refused()));
        row(rows, "waiting", count(now.waiting()));
        row(rows, "answers", count(now.answers()) + ", " + rate + " a second");
        row(rows, "opening", books.opening.toString());
        row(rows, "completing", books.completing.toString());
        return rows.toString();
    }

    private static String count(long count) {
        return String.format("%9s", told(count));
    }

    private static void row(StringBuilder rows, String name, String value) {
        rows.append(String.format("  %-11s%s" + TO_END_OF_LINE, name, value));
    }

    private String line(Now now, String rate) {
        return "%s: %s of %s sold, %s held, %s refused, %s waiting, %s answers a second; opening %s; completing %s"
                .formatted(
                        told(Duration.ofNanos(paintedAt - begun)),
                        told(now.sold()),
                        told(plan.units()),
                        told(now.held()),
                        told(now.refused()),
                        told(now.waiting()),
                        rate,
                        books.opening,
                        books.completing);
    }

    /// Since it was last shown.
    private String rate(Now now) {
        long at = System.nanoTime();
        String rate = Figures.rate(now.answers() - answersBefore, Duration.ofNanos(at - paintedAt));
        answersBefore = now.answers();
        paintedAt = at;
        return rate;
    }

    /// Shows it for the last time.
    @Override
    public void close() {
        over.countDown();
        try {
            painter.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
