package holdfast.drill;

import holdfast.drill.Invoice.Entry;
import holdfast.drill.Meaning.Item;
import holdfast.drill.Meaning.Return;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds the order that each line of a cancellation takes something back from.
///
/// A line matches an order that the same customer placed earlier and that has at least as many pieces of the
/// same code and price left; the newest, if there are several. A guest has no name to be found by, so nothing
/// matches a guest's cancellation. What matches is taken at once: the next line, or the next cancellation,
/// finds that much less.
///
/// Newest first also means that a replay of more days finds the same orders again: what comes to stand before
/// them is only asked where they could not help.
final class Returns {

    /// What one cancellation takes back from one order.
    ///
    /// @param due still to be given back
    /// @param done given back by an earlier replay
    /// @param wholeOrder nothing is left of the order after this
    record Match(Invoice cancellation, Invoice order, List<Entry> due, List<Entry> done, boolean wholeOrder) {}

    record Plan(List<Match> matches, List<Entry> unmatched) {}

    private final Map<String, List<Left>> byCustomer = new HashMap<>();
    private final Map<Invoice, Left> byOrder = new HashMap<>();

    /// Starts with these invoices as orders of which nothing was given back yet.
    Returns(List<Invoice> orders) {
        for (Invoice order : orders.stream().sorted(Invoice.BY_TIME).toList()) {
            var left = new Left(order);
            byOrder.put(order, left);
            byCustomer.computeIfAbsent(order.customer(), _ -> new ArrayList<>()).addFirst(left);
        }
    }

    /// Takes note of what the shop says was given back before, and for which cancellation: nobody else gets it.
    void givenBackBefore(Invoice order, String cancellation, Sku sku, long pieces) {
        Left left = byOrder.get(order);
        if (left == null) throw new IllegalArgumentException(order.number() + " is not among the orders");
        left.take(sku, pieces);
        left.before.computeIfAbsent(cancellation, _ -> new HashMap<>()).merge(sku, pieces, Long::sum);
    }

    Plan match(Invoice cancellation) {
        Map<Left, List<Entry>> due = new LinkedHashMap<>();
        Map<Left, List<Entry>> done = new LinkedHashMap<>();
        var unmatched = new ArrayList<Entry>();
        for (Entry entry : cancellation.returns()) {
            if (!(entry.meaning() instanceof Return(Item item))) continue;
            Optional<Left> before = first(cancellation, left -> left.hasGivenBack(cancellation, item));
            Optional<Left> now = before.isPresent() ? before : first(cancellation, left -> left.has(item));
            if (now.isEmpty()) {
                unmatched.add(entry);
                continue;
            }
            Left order = now.get();
            Map<Left, List<Entry>> entries = before.isPresent() ? done : due;
            entries.computeIfAbsent(order, _ -> new ArrayList<>()).add(entry);
            if (before.isPresent()) {
                order.settle(cancellation, item);
            } else {
                order.take(item.sku(), item.pieces());
            }
        }
        var orders = new LinkedHashSet<Left>(done.keySet());
        orders.addAll(due.keySet());
        List<Match> matches = orders.stream()
                .map(order -> new Match(
                        cancellation,
                        order.order,
                        due.getOrDefault(order, List.of()),
                        done.getOrDefault(order, List.of()),
                        order.isNothing()))
                .toList();
        return new Plan(matches, unmatched);
    }

    private Optional<Left> first(Invoice cancellation, Predicate<Left> serves) {
        if (cancellation.isGuest()) return Optional.empty();
        return byCustomer.getOrDefault(cancellation.customer(), List.of()).stream()
                .filter(left -> Invoice.BY_TIME.compare(left.order, cancellation) < 0)
                .filter(serves)
                .findFirst();
    }

    /// What is left of an order, piece by piece.
    private static final class Left {

        private final Invoice order;
        private final Map<Sku, Long> pieces = new HashMap<>();
        private final Map<String, Map<Sku, Long>> before = new HashMap<>();

        Left(Invoice order) {
            this.order = order;
            order.items().forEach(item -> pieces.put(item.sku(), item.pieces()));
        }

        void take(Sku sku, long taken) {
            pieces.merge(sku, -taken, Long::sum);
        }

        boolean has(Item item) {
            return pieces.getOrDefault(item.sku(), 0L) >= item.pieces();
        }

        boolean hasGivenBack(Invoice cancellation, Item item) {
            return before.getOrDefault(cancellation.number(), Map.of()).getOrDefault(item.sku(), 0L) >= item.pieces();
        }

        void settle(Invoice cancellation, Item item) {
            before.getOrDefault(cancellation.number(), new HashMap<>()).merge(item.sku(), -item.pieces(), Long::sum);
        }

        boolean isNothing() {
            return pieces.values().stream().allMatch(left -> left <= 0);
        }
    }
}
