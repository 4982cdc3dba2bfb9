package holdfast.drill;

import static holdfast.drill.Figures.told;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// How a torture goes, while it goes: on a terminal one line that is drawn again and again, with every harm
/// above it as it begins; in a log a line every few seconds.
final class TorturePicture implements AutoCloseable {

    private static final Duration REDRAW = Duration.ofMillis(500);
    private static final Duration LINE = Duration.ofSeconds(5);
    private static final String ERASE_LINE = "\r\u001b[K";

    private final TorturePlan plan;
    private final TortureBooks books;
    private final PrintStream out;
    private final boolean terminal;
    private final Collection<Harm> harms = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final long begun = System.nanoTime();
    private final Thread painter;
    private volatile String phase = "harming";

    TorturePicture(TorturePlan plan, TortureBooks books, Audience audience) {
        this.plan = plan;
        this.books = books;
        this.out = audience.progress();
        this.terminal = audience.watched();
        this.painter = Thread.ofVirtual().start(this::paint);
    }

    void begins(Harm harm) {
        harms.add(harm);
        if (terminal) say(ERASE_LINE + harm + System.lineSeparator());
    }

    void ends(Harm harm) {
        harms.remove(harm);
    }

    /// What is done now.
    void phase(String now) {
        phase = now;
    }

    private void paint() {
        try {
            while (!over.await((terminal ? REDRAW : LINE).toMillis(), TimeUnit.MILLISECONDS)) {
                say(terminal ? ERASE_LINE + line() : line() + System.lineSeparator());
            }
            if (terminal) say(ERASE_LINE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void say(String words) {
        out.print(words);
        out.flush();
    }

    private String line() {
        String now = harms.isEmpty()
                ? "nobody is harmed"
                : harms.stream()
                        .map(harm -> harm.victim() + " " + harm.kind().name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        return "%s of %s, %s: %s orders, %s answers, %s in vain; %s"
                .formatted(
                        told(Duration.ofNanos(System.nanoTime() - begun)),
                        told(plan.length()),
                        phase,
                        told(books.orders().size()),
                        told(books.answers()),
                        told(books.inVain()),
                        now);
    }

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
