package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a transaction holds, releases and allocates. Written at its end by one statement, with one row for each
/// place however many move something there: the row that everybody wants is written once for a thousand of
/// them.
///
/// The checks of the `stock` table have the last word: more than is available cannot be written.
final class StockMoves implements Tx.Deferred {

    // In the order of the keys, as everybody locks stock.
    private static final String MOVE = """
            with locked as (
              select s.sku, s.warehouse, m.held, m.allocated
                from unnest(:skus::text[], :warehouses::text[], :held::bigint[], :allocated::bigint[])
                     as m (sku, warehouse, held, allocated)
                join stock s using (sku, warehouse)
               order by s.sku, s.warehouse
                 for update of s
            )
            update stock s
               set held = s.held + l.held, allocated = s.allocated + l.allocated
              from locked l
             where s.sku = l.sku and s.warehouse = l.warehouse
            """;

    private final SortedMap<Place, Change> changes = new TreeMap<>();
    private final SortedMap<Sku, Long> backordered = new TreeMap<>();

    /// Those of this transaction.
    static StockMoves of(Tx tx) {
        return tx.deferred(StockMoves.class, StockMoves::new);
    }

    private record Place(Sku sku, WarehouseCode warehouse) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int bySku = sku.compareTo(other.sku);
            return bySku == 0 ? warehouse.compareTo(other.warehouse) : bySku;
        }
    }

    private record Change(long held, long allocated) {

        static final Change NONE = new Change(0, 0);

        Change plus(long moreHeld, long moreAllocated) {
            return new Change(Math.addExact(held, moreHeld), Math.addExact(allocated, moreAllocated));
        }
    }

    void hold(HeldLine line) {
        move(line, line.quantity(), 0);
    }

    void release(HeldLine line) {
        move(line, -line.quantity(), 0);
    }

    void allocate(HeldLine line) {
        move(line, -line.quantity(), line.quantity());
    }

    private void move(HeldLine line, long held, long allocated) {
        if (line.isBackordered()) {
            backordered.merge(line.sku(), held + allocated, Long::sum);
            return;
        }
        changes.merge(
                new Place(line.sku(), line.warehouse()),
                Change.NONE.plus(held, allocated),
                (before, more) -> before.plus(more.held, more.allocated));
    }

    /// The SKUs whose stock is moved.
    Set<Sku> skus() {
        return changes.keySet().stream().map(Place::sku).collect(Collectors.toSet());
    }

    /// How many pieces more (or fewer, where it is negative) are available here than the database says so far.
    long freed(Sku sku, WarehouseCode warehouse) {
        Change change = changes.getOrDefault(new Place(sku, warehouse), Change.NONE);
        return -change.held - change.allocated;
    }

    /// How many pieces more (or fewer) are backordered than the database says so far.
    long backordered(Sku sku) {
        return backordered.getOrDefault(sku, 0L);
    }

    @Override
    public void flush(Tx tx) {
        moveStock(tx);
        backordered.values().removeIf(pieces -> pieces == 0);
        Backorders.count(tx, backordered);
    }

    private void moveStock(Tx tx) {
        changes.values().removeIf(Change.NONE::equals);
        if (changes.isEmpty()) return;
        List<Map.Entry<Place, Change>> rows = List.copyOf(changes.entrySet());
        int moved = tx.update(MOVE)
                .bind("skus", tx.texts(rows, row -> row.getKey().sku.code()))
                .bind("warehouses", tx.texts(rows, row -> row.getKey().warehouse.code()))
                .bind("held", tx.bigints(rows, row -> row.getValue().held))
                .bind("allocated", tx.bigints(rows, row -> row.getValue().allocated))
                .execute();
        if (moved != rows.size()) throw new IllegalStateException("Stock that is held is missing in the books");
    }
}
