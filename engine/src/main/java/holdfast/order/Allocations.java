package holdfast.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import holdfast.db.Tx;
import holdfast.inventory.HeldLine;
import holdfast.kernel.OrderId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/// Which warehouse owes which pieces of a locked order, line by line and, within a line, in the order of the
/// warehouses, after what none has yet: so it is shipped, and so it is taken back.
final class Allocations {

    private static final String READ = """
            select a.line_no, l.sku, a.warehouse, a.quantity, a.shipped, a.canceled
              from allocation a
              join order_line l using (order_id, line_no)
             where a.order_id = :order
             order by a.line_no, a.warehouse
            """;

    private static final String CHANGE = """
            update allocation a
               set shipped = a.shipped + u.shipped, canceled = a.canceled + u.canceled
              from unnest(:lineNos::int[], :warehouses::text[], :shipped::bigint[], :canceled::bigint[])
                   as u (line_no, warehouse, shipped, canceled)
             where a.order_id = :order and a.line_no = u.line_no and a.warehouse = u.warehouse
               and a.shipped + a.canceled + u.shipped + u.canceled <= a.quantity
            """;

    private final OrderId order;
    private final SortedMap<Integer, List<Order.Allocation>> byLine;

    private Allocations(OrderId order, List<Order.Allocation> allocations) {
        this.order = order;
        this.byLine = allocations.stream().collect(groupingBy(Order.Allocation::lineNo, TreeMap::new, toList()));
    }

    /// Some pieces of an allocation.
    record Portion(Order.Allocation of, long quantity) {

        HeldLine pieces() {
            return new HeldLine(of.sku(), of.warehouse(), quantity);
        }
    }

    static Allocations of(Tx tx, OrderId order) {
        return new Allocations(
                order,
                tx.query(READ)
                        .bind("order", order.value())
                        .map((row, _) -> new Order.Allocation(
                                row.getInt("line_no"),
                                Sku.of(row.getString("sku")),
                                WarehouseCode.of(row.getString("warehouse")),
                                row.getLong("quantity"),
                                row.getLong("shipped"),
                                row.getLong("canceled")))
                        .list());
    }

    /// The numbers of the order's lines.
    Set<Integer> lines() {
        return byLine.keySet();
    }

    /// How many pieces of a line are still to be shipped.
    long left(int lineNo) {
        return line(lineNo).stream().mapToLong(Order.Allocation::left).sum();
    }

    /// How many of them a warehouse has.
    long inStock(int lineNo) {
        return line(lineNo).stream()
                .filter(allocation -> !allocation.isBackordered())
                .mapToLong(Order.Allocation::left)
                .sum();
    }

    /// How many pieces of a line will never be shipped.
    long canceled(int lineNo) {
        return line(lineNo).stream().mapToLong(Order.Allocation::canceled).sum();
    }

    /// How many pieces of a line were shipped.
    long shipped(int lineNo) {
        return line(lineNo).stream().mapToLong(Order.Allocation::shipped).sum();
    }

    boolean someShipped() {
        return all().anyMatch(allocation -> allocation.shipped() > 0);
    }

    /// All that is still to be shipped.
    List<Portion> left() {
        return all().filter(allocation -> allocation.left() > 0)
                .map(allocation -> new Portion(allocation, allocation.left()))
                .toList();
    }

    /// All of it that a warehouse has.
    List<Portion> inStock() {
        return left().stream().filter(portion -> !portion.of.isBackordered()).toList();
    }

    /// So many of the pieces of a line that a warehouse has and that are still to be shipped.
    List<Portion> inStock(int lineNo, long pieces) {
        return portions(lineNo, allocation -> allocation.isBackordered() ? 0 : allocation.left(), 0, pieces);
    }

    /// So many of the pieces of a line that are still to be shipped, the backordered ones first.
    List<Portion> left(int lineNo, long pieces) {
        return portions(lineNo, Order.Allocation::left, 0, pieces);
    }

    /// So many of the pieces of a line that were shipped, after the first `skipped` of them.
    List<Portion> shipped(int lineNo, long skipped, long pieces) {
        return portions(lineNo, Order.Allocation::shipped, skipped, pieces);
    }

    private List<Portion> portions(int lineNo, ToLongFunction<Order.Allocation> there, long skipped, long pieces) {
        var portions = new ArrayList<Portion>();
        long toSkip = skipped;
        long wanted = pieces;
        for (Order.Allocation allocation : line(lineNo)) {
            long passed = Math.min(toSkip, there.applyAsLong(allocation));
            long taken = Math.min(wanted, there.applyAsLong(allocation) - passed);
            if (taken > 0) portions.add(new Portion(allocation, taken));
            toSkip -= passed;
            wanted -= taken;
        }
        if (wanted > 0) throw new IllegalStateException("Line " + lineNo + " has fewer pieces than were asked for");
        return portions;
    }

    private List<Order.Allocation> line(int lineNo) {
        return byLine.getOrDefault(lineNo, List.of());
    }

    private Stream<Order.Allocation> all() {
        return byLine.values().stream().flatMap(List::stream);
    }

    /// Writes down that these pieces are shipped.
    void ship(Tx tx, List<Portion> portions) {
        change(tx, portions, Portion::quantity, _ -> 0L);
    }

    /// Writes down that these pieces will never be shipped.
    void cancel(Tx tx, List<Portion> portions) {
        change(tx, portions, _ -> 0L, Portion::quantity);
    }

    private void change(
            Tx tx, List<Portion> portions, ToLongFunction<Portion> shipped, ToLongFunction<Portion> canceled) {
        if (portions.isEmpty()) return;
        int changed = tx.update(CHANGE)
                .bind("order", order.value())
                .bind("lineNos", tx.ints(portions, portion -> portion.of.lineNo()))
                .bind(
                        "warehouses",
                        tx.texts(portions, portion -> portion.of.warehouse().code()))
                .bind("shipped", tx.bigints(portions, shipped::applyAsLong))
                .bind("canceled", tx.bigints(portions, canceled::applyAsLong))
                .execute();
        if (changed != portions.size()) {
            throw new IllegalStateException("Allocations of a locked order have changed");
        }
    }
}
