package holdfast.bench;

import holdfast.catalog.SaleTerms;
import holdfast.db.Command;
import holdfast.db.Database;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.HoldRequest;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.HoldId;
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
/// the hold, its line, its event and the stock.
final class Takers {

    private final Pipeline pipeline;
    private final int skus;

    private record Take(HoldRequest request) implements Command<Boolean> {}

    Takers(Pipeline pipeline, int skus) {
        this.pipeline = pipeline;
        this.skus = skus;
        var holds = new Holds(HoldPolicy.DEFAULT, new LockingReservations(SourcingPolicy.FEWEST_PARCELS), new Outbox());
        pipeline.register(Take.class, Lane.STOCK, (tx, takes) -> take(tx, holds, takes));
    }

    private static List<Boolean> take(Tx tx, Holds holds, List<Take> takes) {
        List<HoldPlan> plans =
                holds.reserve(tx, takes.stream().map(Take::request).toList());
        holds.open(tx, HoldPlan.granted(plans), tx.now());
        return plans.stream().map(HoldPlan.Granted.class::isInstance).toList();
    }

    /// Puts plenty of each SKU on the shelf.
    static void stock(Database database, int skus) {
        database.transact(tx -> {
            tx.update("insert into warehouse (code, title, country) values ('main', 'Main', 'DE')")
                    .execute();
            tx.update("""
                            insert into product (sku, title, price_minor, currency)
                            select 'SKU-' || n, 'Mug number ' || n, 1900, 'EUR' from generate_series(0, :last) n
                            """).bind("last", skus - 1).execute();
            tx.update("""
                            insert into stock (sku, warehouse, on_hand)
                            select 'SKU-' || n, 'main', 1000000000 from generate_series(0, :last) n
                            """).bind("last", skus - 1).execute();
        });
    }

    /// What came of it.
    ///
    /// @param waits how long a hold took, in microseconds
    record Outcome(double perSecond, Histogram waits) {}

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
        return new HoldRequest(HoldId.next(), CheckoutId.next(), wanted, null, Map.<Sku, SaleTerms>of());
    }
}
