package holdfast.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Shoppers who come when they come: so many a second, at random, whether or not those before them were
/// served. Each opens a checkout and pays for it, or goes away when told that the shop is full.
///
/// Time counts from when somebody was to come, not from when their request could be sent; so nothing is left
/// out when the server, or this thread, is late. Connections are kept for those who come later; where none is
/// free and there are very many, they wait for one.
final class Crowd implements Closeable {

    /// An order is worth something if the shopper has it so soon after coming.
    static final Duration IN_TIME = Duration.ofSeconds(1);

    private static final int CONNECTIONS_MAX = 3_000;
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);
    private static final double SECOND = 1e9;

    private final URI server;
    private final Wishes wishes;
    private final byte[] open;
    private final Selector selector = Selector.open();
    private final SplittableRandom random = new SplittableRandom(20_261_123);
    private final Deque<Shopper> idle = new ArrayDeque<>();
    private final Deque<Long> waiting = new ArrayDeque<>(); // when they came
    private Tally tally = new Tally();
    private int connections;

    Crowd(URI server, String key) throws IOException {
        this.server = server;
        this.wishes = new Wishes(server, key);
        this.open = wishes.open(0, 1);
    }

    /// What one second of it was like: of those who were served or refused in it.
    ///
    /// @param inTime orders that came [#IN_TIME]
    /// @param p99Millis of all orders, from coming to having it
    /// @param refusalP99Millis the same, of refusals
    record Second(long came, long orders, long inTime, long refused, double p99Millis, double refusalP99Millis) {}

    /// What came of all.
    ///
    /// @param ordering how long an order took, in microseconds
    /// @param refusing how long a refusal took
    /// @param others what else was answered
    /// @param cpuSeconds what playing them took of the CPU
    record Outcome(
            List<Second> seconds, Histogram ordering, Histogram refusing, Map<String, Long> others, double cpuSeconds) {

        double perSecond(ToLongFunction<Second> figure) {
            return seconds.stream().mapToLong(figure).average().orElse(0);
        }
    }

    /// Lets so many a second come for so long.
    Outcome come(double perSecond, Duration time) throws IOException {
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        var seconds = new ArrayList<Second>();
        var ordering = new Histogram(3);
        var refusing = new Histogram(3);
        var others = new TreeMap<String, Long>();
        long began = System.nanoTime();
        double next = began;
        tally = new Tally();
        for (int second = 1; second <= time.toSeconds(); second++) {
            long end = began + (long) (second * SECOND);
            while (System.nanoTime() < end) {
                while (next <= System.nanoTime() && next < end) {
                    arrive((long) next);
                    next += -Math.log(1 - random.nextDouble()) * SECOND / perSecond;
                }
                selector.select(this::read, 1);
            }
            Tally over = tally;
            tally = new Tally();
            seconds.add(over.second());
            ordering.add(over.ordering);
            refusing.add(over.refusing);
            over.others.forEach((name, count) -> others.merge(name, count, Long::sum));
        }
        cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;
        return new Outcome(seconds, ordering, refusing, others, cpu / SECOND);
    }

    /// Waits for those who are still being served.
    void rest() throws IOException {
        long end = System.nanoTime() + LAST_ANSWERS.toNanos();
        while (idle.size() < connections && System.nanoTime() < end) selector.select(this::read, 10);
    }

    private void arrive(long at) throws IOException {
        tally.came++;
        Shopper shopper = idle.poll();
        if (shopper == null && connections == CONNECTIONS_MAX) {
            waiting.add(at);
            return;
        }
        if (shopper == null) {
            shopper = new Shopper();
            shopper.connection = Connection.open(server, selector, shopper);
            connections++;
        }
        shopper.comes(at);
    }

    private void read(SelectionKey selected) {
        try {
            ((Shopper) selected.attachment()).read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) key.channel().close();
        selector.close();
    }

    private final class Shopper {

        private @Nullable Connection connection;
        private boolean paying;
        private long cameAt;

        void comes(long at) throws IOException {
            cameAt = at;
            paying = false;
            connected().send(open);
        }

        private Connection connected() {
            return Objects.requireNonNull(connection);
        }

        void read() throws IOException {
            Connection.Answer answer = connected().read();
            if (answer == null) return;
            if (!paying && answer.status() == 201) {
                paying = true;
                connected().send(wishes.pay(answer));
                return;
            }
            tally.answered(answer, paying, (System.nanoTime() - cameAt) / 1_000);
            Long next = waiting.poll();
            if (next == null) idle.push(this);
            else comes(next);
        }
    }

    private static final class Tally {

        private final Histogram ordering = new Histogram(3);
        private final Histogram refusing = new Histogram(3);
        private final Map<String, Long> others = new TreeMap<>();
        private long came;
        private long inTime;

        void answered(Connection.Answer answer, boolean paying, long micros) {
            if (paying && answer.status() == 200) {
                ordering.recordValue(micros);
                if (micros <= IN_TIME.toNanos() / 1_000) inTime++;
            } else if (!paying && answer.status() == 503) {
                refusing.recordValue(micros);
            } else {
                others.merge(answer.name(), 1L, Long::sum);
            }
        }

        Second second() {
            return new Second(
                    came,
                    ordering.getTotalCount(),
                    inTime,
                    refusing.getTotalCount(),
                    ordering.getValueAtPercentile(99) / 1e3,
                    refusing.getValueAtPercentile(99) / 1e3);
        }
    }
}
