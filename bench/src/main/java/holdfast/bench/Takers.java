package holdfast.bench;

import holdfast.catalog.SaleTerms;
import holdfast.db.Command;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.HoldRequest;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Clients who take holds of one unit, one after the other, without HTTP and without a checkout around them:
/// the hold, its line, its event, and the stock or what is promised of it in Redis.
final class Takers {

    private final Pipeline pipeline;
    private final int skus;

    private record Take(HoldRequest request) implements Command<Boolean> {}

    /// @param skus of how many SKUs each takes any
    Takers(Counter counter, int skus) {
        this.pipeline = counter.pipeline();
        this.skus = skus;
        pipeline.register(Take.class, Lane.STOCK, (tx, takes) -> take(tx, counter.holds(), takes));
    }

    private static List<Boolean> take(Tx tx, Holds holds, List<Take> takes) {
        List<HoldPlan> plans =
                holds.reserve(tx, takes.stream().map(Take::request).toList());
        holds.open(tx, HoldPlan.granted(plans), tx.now());
        return plans.stream().map(HoldPlan.Granted.class::isInstance).toList();
    }

    /// What came of it.
    ///
    /// @param waits how long a hold took, in microseconds
    record Outcome(double perSecond, Histogram waits) {

        double p50Millis() {
            return waits.getValueAtPercentile(50) / 1e3;
        }

        double p99Millis() {
            return waits.getValueAtPercentile(99) / 1e3;
        }
    }

    Outcome take(int clients, Duration time) throws InterruptedException {
        var waits = new ConcurrentHistogram(3);
        long began = System.nanoTime();
        long end = began + time.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var counts = new ArrayList<Future<Long>>();
            for (int i = 0; i < clients; i++) counts.add(threads.submit(() -> take(end, waits)));
            long taken = 0;
            for (Future<Long> count : counts) taken += count.get();
            return new Outcome(taken / ((System.nanoTime() - began) / 1e9), waits);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Somebody who takes holds has failed", e);
        }
    }

    private long take(long end, Histogram waits) {
        long taken = 0;
        for (long now = System.nanoTime(); now < end; ) {
            if (!pipeline.submit(new Take(request()))) throw new IllegalStateException("There is no stock left");
            taken++;
            long done = System.nanoTime();
            waits.recordValue((done - now) / 1_000);
            now = done;
        }
        return taken;
    }

    private HoldRequest request() {
        var wanted = new TreeMap<Sku, Long>();
        wanted.put(Sku.of("SKU-" + ThreadLocalRandom.current().nextInt(skus)), 1L);
        return new HoldRequest(CheckoutId.next(), wanted, null, Map.<Sku, SaleTerms>of());
    }
}
