package holdfast.drill;

import holdfast.audit.Finding;
import holdfast.drill.Invoice.Entry;
import holdfast.drill.PlaceInvoice.Result;
import holdfast.drill.ReplayReport.GivenBack;
import holdfast.drill.ReplayReport.Speed;
import holdfast.drill.Returns.Match;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Puts the invoices of a real retailer through a shop: every invoice a cart, a checkout, a payment and an
/// order; every cancellation a cancellation or a refund. Then proves, penny by penny and piece by piece, that
/// what the shop has is what the files say.
///
/// May be interrupted anywhere and repeated as often as one likes: what was done is found done, and what is
/// left is done.
public final class Replay {

    private static final Duration SETTLING_MAX = Duration.ofSeconds(30);
    private static final Duration SETTLING_PAUSE = Duration.ofMillis(200);
    private static final String NOTHING_MATCHES = "no earlier order matches";

    private final ShopClient shop;
    private final ShopOrders orders;
    private final Crew crew;
    private final int shoppers;
    private final Audience audience;

    /// @param shoppers how many shop at the same time
    Replay(ShopClient shop, int shoppers, Audience audience) {
        this.shop = shop;
        this.orders = new ShopOrders(shop);
        this.crew = new Crew(shoppers);
        this.shoppers = shoppers;
        this.audience = audience;
    }

    /// Replays `files` at a shop, tells how it ended, and writes every line that was refused or skipped to
    /// `report`. True if everything reconciles. Throws [DrillFailed] if it cannot be finished.
    ///
    /// @param server such as `http://127.0.0.1:8080`
    /// @param key a secret key with the scope `admin`
    /// @param shoppers how many shop at the same time
    /// @param audit asks the database whether every invariant holds; empty where it cannot be asked
    public static boolean run(
            URI server,
            String key,
            int shoppers,
            List<Path> files,
            Path report,
            Optional<Supplier<List<Finding>>> audit,
            Audience audience) {
        InvoiceBook book = InvoiceBook.read(files);
        try (var shop = new ShopClient(server, key)) {
            ReplayReport told = new Replay(shop, shoppers, audience).replay(book, audit);
            audience.out().print(told.brief());
            Files.writeString(report, told.full());
            audience.out().println("All of it, line by line: " + report);
            return told.reconciles();
        } catch (IOException e) {
            throw new DrillFailed("The report cannot be written to " + report + ": " + e.getMessage(), e);
        }
    }

    ReplayReport replay(InvoiceBook book, Optional<Supplier<List<Finding>>> audit) {
        var ledger = new ReplayLedger();
        for (Entry entry : book.entries()) {
            if (entry.meaning() instanceof Meaning.Skipped(Skip reason)) ledger.book(entry, new Fate.Skipped(reason));
        }

        Map<Invoice, String> placed = new ConcurrentHashMap<>();
        List<Invoice> unplaced = lookForEarlierOrders(book.sales(), placed, ledger);
        int before = placed.size();
        var setUp = new SetUpShop(shop, crew);
        setUp(setUp, book, unplaced);
        Speed speed = place(unplaced, placed, ledger);
        List<Match> givenBack = giveBack(book, placed, ledger);
        Map<Invoice, List<ShopOrder>> seen = readBack(placed.keySet());
        if (!unplaced.isEmpty()) setUp.endOfSale();

        var fates = ledger.byFate(book.entries());
        var reconciliation = new Reconciliation(book, fates, seen, givenBack);
        return new ReplayReport(
                shop.server(),
                book,
                fates,
                before,
                new GivenBack(
                        givenBack.stream().filter(Match::wholeOrder).count(),
                        givenBack.stream().filter(match -> !match.wholeOrder()).count()),
                speed,
                reconciliation.checks(),
                reconciliation.others(),
                audit.map(held -> new AuditReport(held.get())));
    }

    /// Finds what earlier runs have placed, by the address that names the invoice, and returns what is left to
    /// do.
    private List<Invoice> lookForEarlierOrders(List<Invoice> sales, Map<Invoice, String> placed, ReplayLedger ledger) {
        Set<Invoice> unplaced = ConcurrentHashMap.newKeySet();
        part("Looking for earlier orders", sales, invoice -> {
            List<ShopOrder> found = orders.of(invoice);
            if (found.isEmpty()) {
                unplaced.add(invoice);
            } else if (found.stream().allMatch(order -> order.is(invoice))) {
                placed.put(invoice, found.getFirst().id());
                ledger.book(invoice.sales(), new Fate.Placed());
            } else {
                ledger.book(invoice.sales(), new Fate.Refused("the shop has it with other contents"));
            }
        });
        return sales.stream().filter(unplaced::contains).toList();
    }

    private void setUp(SetUpShop setUp, InvoiceBook book, List<Invoice> unplaced) {
        if (unplaced.isEmpty()) return;
        Set<?> wanted = SetUpShop.wanted(unplaced).keySet();
        var products = book.products().stream()
                .filter(product -> wanted.contains(product.sku()))
                .toList();
        try (var progress =
                Progress.of("Filling the shelves", products.size(), audience.progress(), audience.watched())) {
            setUp.forSale(products, unplaced, progress);
        }
    }

    private Speed place(List<Invoice> unplaced, Map<Invoice, String> placed, ReplayLedger ledger) {
        var flow = new Timings();
        var completing = new Timings();
        var shopper = new PlaceInvoice(shop, completing);
        long begun = System.nanoTime();
        part("Placing orders", unplaced, invoice -> {
            long entered = System.nanoTime();
            switch (shopper.place(invoice)) {
                case Result.Placed(String order) -> {
                    flow.add(Duration.ofNanos(System.nanoTime() - entered));
                    placed.put(invoice, order);
                    ledger.book(invoice.sales(), new Fate.Placed());
                }
                case Result.Refused(String reason, boolean _) -> ledger.book(invoice.sales(), new Fate.Refused(reason));
            }
        });
        return new Speed(flow.count(), Duration.ofNanos(System.nanoTime() - begun), shoppers, flow, completing);
    }

    /// Cancellations come after all sales, and one after the other: what one takes back is not there for the
    /// next.
    private List<Match> giveBack(InvoiceBook book, Map<Invoice, String> placed, ReplayLedger ledger) {
        List<Invoice> cancellations = book.cancellations();
        Set<String> customers = cancellations.stream()
                .filter(cancellation -> !cancellation.isGuest())
                .map(Invoice::customer)
                .collect(Collectors.toSet());
        Map<Invoice, ShopOrder> candidates = new ConcurrentHashMap<>();
        crew.each(List.copyOf(placed.keySet()), invoice -> {
            if (customers.contains(invoice.customer())) candidates.put(invoice, orders.byId(order(invoice, placed)));
        });
        var returns = new Returns(List.copyOf(candidates.keySet()));
        candidates.forEach((invoice, order) -> rememberRefunds(returns, invoice, order));

        var givenBack = new ArrayList<Match>();
        var desk = new GiveBack(shop);
        try (var progress = Progress.of("Giving back", cancellations.size(), audience.progress(), audience.watched())) {
            for (Invoice cancellation : cancellations) {
                Returns.Plan plan = returns.match(cancellation);
                ledger.book(plan.unmatched(), new Fate.Refused(NOTHING_MATCHES));
                for (Match match : plan.matches()) {
                    ShopOrder order = candidates.get(match.order());
                    if (order == null)
                        throw new IllegalStateException(match.order().number() + " is no candidate");
                    Optional<String> refusal = desk.giveBack(match, order);
                    ledger.book(match.done(), new Fate.GivenBack());
                    ledger.book(
                            match.due(), refusal.<Fate>map(Fate.Refused::new).orElseGet(Fate.GivenBack::new));
                    if (refusal.isEmpty()) givenBack.add(match);
                }
                progress.step();
            }
        }
        return givenBack;
    }

    private static void rememberRefunds(Returns returns, Invoice invoice, ShopOrder order) {
        for (ShopOrder.Refund refund : order.refunds()) {
            if (refund.isFailed()) continue;
            String cancellation = GiveBack.cancellation(refund).orElse("");
            invoice.items().forEach(item -> {
                long pieces = refund.pieces().getOrDefault(item.sku().code(), 0L);
                if (pieces > 0) returns.givenBackBefore(invoice, cancellation, item.sku(), pieces);
            });
        }
    }

    /// What the shop says now of every invoice that was placed, once the money has come to rest.
    private Map<Invoice, List<ShopOrder>> readBack(Set<Invoice> placed) {
        Map<Invoice, List<ShopOrder>> seen = new ConcurrentHashMap<>();
        long deadline = System.nanoTime() + SETTLING_MAX.toNanos();
        part("Comparing with the shop", placed.stream().sorted(Invoice.BY_TIME).toList(), invoice -> {
            List<ShopOrder> found = orders.of(invoice);
            while (found.stream().anyMatch(ShopOrder::isSettling) && System.nanoTime() < deadline) {
                ShopClient.pause(SETTLING_PAUSE);
                found = orders.of(invoice);
            }
            seen.put(invoice, found);
        });
        return seen;
    }

    private void part(String title, List<Invoice> invoices, Consumer<Invoice> work) {
        if (invoices.isEmpty()) return;
        try (var progress = Progress.of(title, invoices.size(), audience.progress(), audience.watched())) {
            crew.each(invoices, invoice -> {
                work.accept(invoice);
                progress.step();
            });
        }
    }

    private static String order(Invoice invoice, Map<Invoice, String> placed) {
        String order = placed.get(invoice);
        if (order == null) throw new IllegalStateException(invoice.number() + " was not placed");
        return order;
    }
}
