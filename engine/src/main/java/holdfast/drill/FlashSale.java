package holdfast.drill;

import holdfast.audit.Finding;
import holdfast.drill.SaleBooks.End;
import holdfast.drill.SaleReport.Check;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// Many shoppers after few units, over HTTP as everybody else, and the proof that nothing was sold twice,
/// nothing was lost, and nobody was refused for nothing.
///
/// Every shopper is a thread that waits until a lane into the shop is free; there are as many lanes as may
/// shop at the same time, spread over the servers.
public final class FlashSale {

    private final List<URI> servers;
    private final String key;
    private final FlashSalePlan plan;
    private final Audience audience;

    private FlashSale(List<URI> servers, String key, FlashSalePlan plan, Audience audience) {
        this.servers = servers;
        this.key = key;
        this.plan = plan;
        this.audience = audience;
    }

    /// Holds the sale and tells how it went. True if every promise was kept. Throws [DrillFailed] if it cannot
    /// be finished.
    ///
    /// @param servers such as `http://127.0.0.1:8080`; all of them on one database
    /// @param key a secret key with the scope `admin`
    /// @param audit asks the database whether every invariant holds; empty where it cannot be asked
    public static boolean run(
            List<URI> servers,
            String key,
            FlashSalePlan plan,
            Optional<Supplier<List<Finding>>> audit,
            Audience audience) {
        SaleReport report = new FlashSale(servers, key, plan, audience).hold(audit);
        audience.out().print(report.text());
        return report.holds();
    }

    private SaleReport hold(Optional<Supplier<List<Finding>>> audit) {
        try (var client = new ShopClient(servers, key)) {
            var counter = new SaleCounter(client, plan);
            counter.open();
            var books = new SaleBooks(plan);
            List<Shopper> shoppers = IntStream.range(0, plan.shoppers())
                    .mapToObj(number -> new Shopper(plan, counter, books, number))
                    .toList();
            long begun = System.nanoTime();
            try (var _ = new SalePicture(plan, books, audience)) {
                letIn(shoppers, books);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            counter.close();
            return new SaleReport(
                    servers,
                    plan,
                    books,
                    took,
                    checks(counter, books, shoppers),
                    audit.map(held -> new AuditReport(held.get())));
        }
    }

    private void letIn(List<Shopper> shoppers, SaleBooks books) {
        BlockingQueue<Lane> lanes = new ArrayBlockingQueue<>(plan.atOnce(), true);
        for (int lane = 0; lane < plan.atOnce(); lane++) lanes.add(new Lane(servers, lane, key, books::heard));
        try {
            new Crew(shoppers.size()).each(shoppers, shopper -> shopper.shop(lanes));
        } finally {
            lanes.forEach(Lane::close);
        }
    }

    private List<Check> checks(SaleCounter counter, SaleBooks books, List<Shopper> shoppers) {
        Set<String> inShop = counter.orders();
        Set<String> heardOf = new HashSet<>(books.orders());
        heardOf.retainAll(inShop);
        long baskets = Math.min(
                plan.units() / plan.quantity(),
                shoppers.stream().filter(shopper -> !shopper.abandons()).count());
        long mayBeMissing =
                books.timesLost() + books.count(End.FAILED) + Math.ceilDiv(counter.heldBefore(), plan.quantity());
        return List.of(
                Check.same(
                        "orders that a shopper was told of, and the shop has",
                        books.orders().size(),
                        heardOf.size()),
                Check.same("orders of this sale", books.orders().size(), inShop.size()),
                Check.same("units that went to them", books.unitsSold(), counter.unitsSold()),
                Check.between(
                        "units sold, of those there were buyers for",
                        Math.max(0, baskets - mayBeMissing) * plan.quantity(),
                        baskets * plan.quantity(),
                        counter.unitsSold()));
    }
}
