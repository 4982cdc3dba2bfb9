package holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Shoppers who open a checkout, pay for it, and begin again, each on a connection of its own. One thread
/// serves them all.
final class Shoppers {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final URI server;
    private final Wishes wishes;
    private final int count;
    private final int skus;

    /// @param key a secret key
    /// @param count how many shop at the same time
    /// @param skus of how many SKUs, `SKU-0`, `SKU-1`, …, each shopper picks the next
    Shoppers(URI server, String key, int count, int skus) {
        this.server = server;
        this.wishes = new Wishes(server, key);
        this.count = count;
        this.skus = skus;
    }

    /// What came of it.
    ///
    /// @param orders how many orders were placed
    /// @param ordering how long each took, in microseconds: from asking for its checkout to having it
    /// @param others what else was answered, and how often
    record Outcome(long orders, Duration took, Histogram ordering, Map<String, Long> others) {

        double perSecond() {
            return orders / (took.toNanos() / 1e9);
        }

        /// What a shopper waits for an order, in milliseconds: half of them less than that.
        double p50Millis() {
            return ordering.getValueAtPercentile(50) / 1e3;
        }

        double p99Millis() {
            return ordering.getValueAtPercentile(99) / 1e3;
        }
    }

    /// Shops for so long; what is under way then is not counted.
    Outcome shop(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        return shop(_ -> System.nanoTime() < end);
    }

    /// Shops until so many orders are placed.
    ///
    /// @throws IOException if no order is placed for a minute
    Outcome shop(long orders) throws IOException {
        return shop(day -> day.orders < orders);
    }

    private Outcome shop(Predicate<Day> goesOn) throws IOException {
        try (Selector selector = Selector.open()) {
            var day = new Day(selector);
            for (int i = 0; i < count; i++) {
                day.enter(i);
            }
            return day.run(goesOn);
        }
    }

    private final class Day {

        private final Selector selector;
        private final Histogram ordering = new Histogram(3);
        private final Map<String, Long> others = new TreeMap<>();
        private long orders;
        private long orderedAt;
        private long visits;

        Day(Selector selector) {
            this.selector = selector;
        }

        void enter(int number) throws IOException {
            var shopper = new Shopper(number);
            shopper.connection = Connection.open(server, selector, shopper);
            shopper.open();
        }

        Outcome run(Predicate<Day> goesOn) throws IOException {
            long began = System.nanoTime();
            orderedAt = began;
            while (goesOn.test(this)) {
                if (System.nanoTime() - orderedAt > PATIENCE.toNanos()) {
                    throw new IOException("Nobody has got an order for " + PATIENCE.toSeconds() + " s: " + others);
                }
                selector.select(
                        selected -> {
                            try {
                                ((Shopper) selected.attachment()).read();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        100);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            for (SelectionKey selected : selector.keys()) {
                selected.channel().close();
            }
            return new Outcome(orders, took, ordering, others);
        }

        private final class Shopper {

            private final int number;
            private @Nullable Connection connection;
            private boolean paying;
            private long cameAt;

            Shopper(int number) {
                this.number = number;
            }

            void open() throws IOException {
                paying = false;
                byte[] wish = wishes.open(visits++ % skus, number);
                cameAt = System.nanoTime();
                connected().send(wish);
            }

            private Connection connected() {
                return Objects.requireNonNull(connection);
            }

            void read() throws IOException {
                Connection.Answer answer = connected().read();
                if (answer != null) answered(answer);
            }

            private void answered(Connection.Answer answer) throws IOException {
                if (paying && answer.status() == 200) {
                    orderedAt = System.nanoTime();
                    ordering.recordValue((orderedAt - cameAt) / 1_000);
                    orders++;
                    open();
                } else if (!paying && answer.status() == 201) {
                    paying = true;
                    connected().send(wishes.pay(answer));
                } else {
                    others.merge(answer.name(), 1L, Long::sum);
                    open();
                }
            }
        }
    }
}
