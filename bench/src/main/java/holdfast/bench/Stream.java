package holdfast.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Orders and reads at a steady pace, whether or not those before them are answered. What is answered late is
/// late from the moment at which it was to be asked.
final class Stream implements AutoCloseable {

    /// So many a second.
    static final int READS = 200;

    private static final long TICK_MS = 1;

    private final Wishes wishes;
    private final int skus;
    private final Wire wire;
    private final int orders;
    private final String cart;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch never = new CountDownLatch(1);
    private final long beganAt = System.nanoTime();
    private long ordersBegun;
    private long readsBegun;
    private volatile @Nullable Watched watched;

    /// @param skus of how many SKUs, `SKU-0`, `SKU-1`, …, each order takes the next
    /// @param orders how many a second
    Stream(Wishes wishes, int skus, int orders) throws IOException {
        this.wishes = wishes;
        this.skus = skus;
        this.wire = new Wire(wishes.server());
        this.orders = orders;
        this.cart = wire.ask(wishes.cart()).string("\"id\":\"");
        var _ = clock.scheduleAtFixedRate(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    }

    /// What was seen of it.
    static final class Watched {

        private final Histogram carts = new ConcurrentHistogram(3);
        private final Histogram products = new ConcurrentHistogram(3);
        private final AtomicLong orders = new AtomicLong();
        private final AtomicLong processing = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private long waiting;
        private int looks;

        /// How many were seen to wait for the provider.
        void waiting(int seen) {
            waiting += seen;
            looks++;
        }

        double waiting() {
            return (double) waiting / looks;
        }

        /// Counts in what was seen at another time.
        void add(Watched other) {
            carts.add(other.carts);
            products.add(other.products);
            orders.addAndGet(other.orders());
            processing.addAndGet(other.processing());
            failed.addAndGet(other.failed());
            waiting += other.waiting;
            looks += other.looks;
        }

        long orders() {
            return orders.get();
        }

        /// How many were told that it is not known yet.
        long processing() {
            return processing.get();
        }

        /// How often something else was answered.
        long failed() {
            return failed.get();
        }

        /// In milliseconds.
        double carts(int percentile) {
            return carts.getValueAtPercentile(percentile) / 1e3;
        }

        double products(int percentile) {
            return products.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /// Lets it flow for so long.
    void flow(Duration time) throws InterruptedException {
        if (never.await(time.toMillis(), TimeUnit.MILLISECONDS)) throw new IllegalStateException("It has ended");
    }

    /// The same, and watches.
    void flow(Duration time, Watched by) throws InterruptedException {
        watch(by);
        flow(time);
        watch(null);
    }

    /// What is answered from now on is seen.
    void watch(@Nullable Watched by) {
        watched = by;
    }

    private void tick() {
        double seconds = (System.nanoTime() - beganAt) / 1e9;
        for (; ordersBegun < seconds * orders; ordersBegun++) {
            long visit = ordersBegun;
            threads.execute(() -> order(visit));
        }
        for (; readsBegun < seconds * READS; readsBegun++) {
            long number = readsBegun;
            long dueAt = beganAt + number * 1_000_000_000 / READS;
            threads.execute(() -> read(number, dueAt));
        }
    }

    private void order(long visit) {
        try {
            Connection.Answer opened = wire.ask(wishes.open(visit % skus, (int) visit));
            int status = opened.status() == 201 ? wire.ask(wishes.pay(opened)).status() : opened.status();
            Watched by = watched;
            if (by == null) return;
            switch (status) {
                case 200 -> by.orders.incrementAndGet();
                case 202 -> by.processing.incrementAndGet();
                default -> by.failed.incrementAndGet();
            }
        } catch (IOException e) {
            failed();
        }
    }

    private void read(long number, long dueAt) {
        boolean ofCart = number % 2 == 0;
        try {
            Connection.Answer answer = wire.ask(wishes.get(ofCart ? "/v1/carts/" + cart : "/v1/products/SKU-0"));
            long micros = (System.nanoTime() - dueAt) / 1_000;
            Watched by = watched;
            if (by == null) return;
            if (answer.status() == 200) (ofCart ? by.carts : by.products).recordValue(micros);
            else by.failed.incrementAndGet();
        } catch (IOException e) {
            failed();
        }
    }

    private void failed() {
        Watched by = watched;
        if (by != null) by.failed.incrementAndGet();
    }

    /// Waits for what was begun.
    @Override
    public void close() throws IOException {
        clock.shutdownNow();
        threads.close();
        wire.close();
    }
}
