package holdfast.drill;

import static holdfast.drill.Figures.told;

import holdfast.drill.Returns.Match;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// Compares the books of a replay with what the shop says, and the shop with itself.
final class Reconciliation {

    /// One comparison.
    ///
    /// @param books what the files and the replay's own books say
    /// @param shop what the shop says, or, for the first, what the books add up to
    record Check(String what, String books, String shop) {

        boolean holds() {
            return books.equals(shop);
        }
    }

    private final InvoiceBook book;
    private final Map<Fate, List<InvoiceLine>> fates;
    private final Map<Invoice, List<ShopOrder>> orders;
    private final Map<Invoice, List<Match>> givenBack = new HashMap<>();

    /// @param orders what the shop says about every invoice that was placed
    /// @param givenBack what was given back, in this run or before
    Reconciliation(
            InvoiceBook book,
            Map<Fate, List<InvoiceLine>> fates,
            Map<Invoice, List<ShopOrder>> orders,
            List<Match> givenBack) {
        this.book = book;
        this.fates = fates;
        this.orders = orders;
        givenBack.forEach(match -> this.givenBack
                .computeIfAbsent(match.order(), _ -> new ArrayList<>())
                .add(match));
    }

    List<Check> checks() {
        Sum all = fates.values().stream().map(Sum::of).reduce(Sum.ZERO, Sum::plus);
        Sum placed = Sum.of(fates.getOrDefault(new Fate.Placed(), List.of()));
        Sum back = Sum.of(fates.getOrDefault(new Fate.GivenBack(), List.of()));
        Others others = others();
        long pieces = each(ShopOrder::pieces);
        long shipped = each(ShopOrder::shipped);

        var checks = new ArrayList<Check>();
        checks.add(new Check(
                "lines in the files = lines with a fate", told(book.raw().lines()), told(all.lines())));
        checks.add(new Check(
                "pieces in the files = pieces with a fate", told(book.raw().pieces()), told(all.pieces())));
        checks.add(new Check(
                "pounds in the files = pounds with a fate", told(book.raw().pounds()), told(all.pounds())));
        checks.add(new Check("invoices placed = orders in the shop", told(orders.size()), told(all().size())));
        checks.add(new Check("orders that differ from their invoice", told(0), told(differing())));
        checks.add(new Check("pieces placed = pieces in the orders", told(placed.pieces()), told(pieces)));
        checks.add(new Check(
                "pieces placed = pieces taken from the warehouses",
                told(placed.pieces()),
                told(each(ShopOrder::allocated))));
        checks.add(new Check(
                "pounds placed = totals of the orders", told(placed.pounds()), pounds(each(ShopOrder::total))));
        checks.add(new Check(
                "pieces given back = pieces refunded or canceled",
                told(-back.pieces()),
                told(each(ShopOrder::piecesGivenBack) - others.pieces())));
        if (shipped == 0) {
            checks.add(new Check(
                    "pieces given back = pieces the warehouses keep",
                    told(-back.pieces()),
                    told(each(ShopOrder::unallocated) - others.pieces())));
        }
        checks.add(new Check(
                "pounds given back = money refunded or let go",
                told(back.pounds().negate()),
                pounds(each(ShopOrder::amountGivenBack) - others.pence())));
        checks.add(new Check(
                "pounds placed less given back = money kept",
                told(placed.pounds().add(back.pounds())),
                pounds(each(ShopOrder::amountKept) + others.pence())));
        return checks;
    }

    /// What was given back of these orders by somebody else: staff, or cancellations in files that are not part
    /// of this replay. It is nobody's fault, so it is told and taken out of the comparison.
    Others others() {
        return orders.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(order -> others(entry.getKey(), order)))
                .reduce(new Others(0, 0), Others::plus);
    }

    record Others(long pieces, long pence) {

        Others plus(Others more) {
            return new Others(pieces + more.pieces, pence + more.pence);
        }

        boolean isNothing() {
            return pieces == 0 && pence == 0;
        }
    }

    private Others others(Invoice invoice, ShopOrder order) {
        List<Match> ours = givenBack.getOrDefault(invoice, List.of());
        Set<String> cancellations =
                ours.stream().map(match -> match.cancellation().number()).collect(Collectors.toSet());
        boolean canceledByUs = ours.stream().anyMatch(Match::wholeOrder);
        List<ShopOrder.Refund> theirs = order.refunds().stream()
                .filter(refund -> !refund.isFailed())
                .filter(refund -> GiveBack.cancellation(refund)
                        .filter(cancellations::contains)
                        .isEmpty())
                // A cancellation gives the rest of the money back without naming pieces.
                .filter(refund -> !(canceledByUs && refund.pieces().isEmpty()))
                .toList();
        var refunded = new Others(
                theirs.stream().mapToLong(ShopOrder.Refund::count).sum(),
                theirs.stream().mapToLong(ShopOrder.Refund::amount).sum());
        return order.isCanceled() && !canceledByUs
                ? refunded.plus(new Others(order.pieces() - order.piecesRefunded(), order.voided()))
                : refunded;
    }

    private long differing() {
        return orders.entrySet().stream()
                .filter(entry -> entry.getValue().stream().anyMatch(order -> !order.is(entry.getKey())))
                .count();
    }

    private List<ShopOrder> all() {
        return orders.values().stream().flatMap(List::stream).toList();
    }

    private long each(ToLongFunction<ShopOrder> part) {
        return all().stream().mapToLong(part).sum();
    }

    private static String pounds(long pence) {
        return told(BigDecimal.valueOf(pence, Meaning.GBP.getDefaultFractionDigits()));
    }
}
