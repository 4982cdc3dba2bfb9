package holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/// Shoppers who open a checkout, pay for it, and begin again, each on a connection of its own.
///
/// One thread serves them all without blocking, and reads of an answer no more than it needs: the load shares
/// two cores with what it measures.
final class Shoppers {

    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(ISO_8859_1);

    private final URI server;
    private final int count;
    private final Wording wording;

    /// @param key a secret key
    /// @param count how many shop at the same time
    /// @param skus of how many SKUs, `SKU-0`, `SKU-1`, …, each shopper picks the next
    Shoppers(URI server, String key, int count, int skus) {
        this.server = server;
        this.count = count;
        this.wording = new Wording(server, key, skus);
    }

    /// What came of it.
    ///
    /// @param orders how many orders were placed
    /// @param opening how long it took to open a checkout, in microseconds
    /// @param completing how long it took to complete one
    /// @param others what else was answered, and how often
    record Outcome(long orders, Duration took, Histogram opening, Histogram completing, Map<String, Long> others) {

        double perSecond() {
            return orders / (took.toNanos() / 1e9);
        }

        /// What a shopper waits for an order, in milliseconds: half of them less than that.
        double p50Millis() {
            return (opening.getValueAtPercentile(50) + completing.getValueAtPercentile(50)) / 1e3;
        }

        double p99Millis() {
            return (opening.getValueAtPercentile(99) + completing.getValueAtPercentile(99)) / 1e3;
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
        private final Histogram opening = new Histogram(3);
        private final Histogram completing = new Histogram(3);
        private final Map<String, Long> others = new TreeMap<>();
        private long orders;
        private long orderedAt;
        private long visits;

        Day(Selector selector) {
            this.selector = selector;
        }

        void enter(int number) throws IOException {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            var shopper = new Shopper(channel, number);
            channel.register(selector, SelectionKey.OP_READ, shopper);
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
            return new Outcome(orders, took, opening, completing, others);
        }

        private final class Shopper {

            private final SocketChannel channel;
            private final int number;
            private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
            private boolean paying;
            private long sentAt;

            Shopper(SocketChannel channel, int number) {
                this.channel = channel;
                this.number = number;
            }

            void open() throws IOException {
                paying = false;
                send(wording.open(visits++, number));
            }

            private void pay(String checkout) throws IOException {
                paying = true;
                send(wording.pay(checkout));
            }

            private void send(String request) throws IOException {
                ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(ISO_8859_1));
                sentAt = System.nanoTime();
                while (bytes.hasRemaining()) {
                    channel.write(bytes); // A request is smaller than any socket's buffer.
                }
            }

            void read() throws IOException {
                if (channel.read(answer) < 0) throw new IOException("The server has closed a connection");
                int body = bodyStart();
                if (body < 0) return;
                int length = contentLength(body);
                if (answer.position() < body + length) return;
                long micros = (System.nanoTime() - sentAt) / 1_000;
                int status = (answer.get(9) - '0') * 100 + (answer.get(10) - '0') * 10 + answer.get(11) - '0';
                String told = new String(answer.array(), body, length, ISO_8859_1);
                answer.clear();
                answered(status, told, micros);
            }

            private void answered(int status, String told, long micros) throws IOException {
                if (paying && status == 200) {
                    completing.recordValue(micros);
                    orders++;
                    orderedAt = System.nanoTime();
                    open();
                } else if (!paying && status == 201) {
                    opening.recordValue(micros);
                    pay(told);
                } else {
                    others.merge(
                            status + " " + (told.contains("\"code\"") ? Wording.string(told, "\"code\":\"") : ""),
                            1L,
                            Long::sum);
                    open();
                }
            }

            private int bodyStart() {
                byte[] bytes = answer.array();
                for (int i = 3; i < answer.position(); i++) {
                    if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') return i + 1;
                }
                return -1;
            }

            private int contentLength(int end) throws IOException {
                byte[] bytes = answer.array();
                for (int i = 0; i < end - CONTENT_LENGTH.length; i++) {
                    if (startsWithContentLength(bytes, i)) {
                        int length = 0;
                        for (int j = i + CONTENT_LENGTH.length; bytes[j] != '\r'; j++) {
                            if (bytes[j] != ' ') length = length * 10 + bytes[j] - '0';
                        }
                        return length;
                    }
                }
                throw new IOException("An answer without Content-Length");
            }

            private static boolean startsWithContentLength(byte[] bytes, int at) {
                for (int i = 0; i < CONTENT_LENGTH.length; i++) {
                    if (Character.toLowerCase(bytes[at + i]) != CONTENT_LENGTH[i]) return false;
                }
                return true;
            }
        }
    }
}
