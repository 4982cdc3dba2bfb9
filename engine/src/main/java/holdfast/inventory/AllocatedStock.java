package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Stock that was promised to orders: shipped, free again, or back from a shopper.
///
/// Every method belongs to the caller's transaction and locks the stock it moves in the order of SKU and
/// warehouse. The caller has locked its order, and gives away no more than the order was promised: the checks
/// of the `stock` table are the second to say so.
public final class AllocatedStock {

    private static final String MOVE = """
            with moved as (
              select sku, warehouse, sum(on_hand) as on_hand, sum(allocated) as allocated
                from unnest(:skus::text[], :warehouses::text[], :onHand::bigint[], :allocated::bigint[])
                     as u (sku, warehouse, on_hand, allocated)
               group by sku, warehouse
            ), locked as (
              select s.sku, s.warehouse, m.on_hand, m.allocated
                from stock s
                join moved m using (sku, warehouse)
               order by s.sku, s.warehouse
                 for update of s
            )
            update stock s
               set on_hand = s.on_hand + l.on_hand, allocated = s.allocated + l.allocated
              from locked l
             where s.sku = l.sku and s.warehouse = l.warehouse
            """;

    private static final String JOURNAL = """
            insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
            select sku, warehouse, :kind, sum(on_hand), :reason, :cause
              from unnest(:skus::text[], :warehouses::text[], :onHand::bigint[]) as u (sku, warehouse, on_hand)
             group by sku, warehouse
            having sum(on_hand) <> 0
             order by sku, warehouse
            """;

    private final Arrivals arrivals;

    /// @param arrivals who is to be told of what comes back
    public AllocatedStock(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /// Pieces leave the house: on hand and allocated go down together.
    ///
    /// @param cause what they leave for, once: `fulfillment:…`
    public void ship(Tx tx, List<HeldLine> pieces, String cause) {
        List<Change> changes = pieces.stream().map(it -> Change.of(it, -1, -1)).toList();
        move(tx, changes);
        tell(tx, changes, "ship", "shipped", cause);
    }

    /// Pieces that will not be shipped can be promised to others again; nobody waits any more for those that
    /// were backordered.
    public void release(Tx tx, List<HeldLine> pieces) {
        move(tx, released(pieces));
        waitNoMore(tx, pieces);
    }

    /// As [#release], while other pieces, which were shipped, are back on their shelves.
    ///
    /// @param cause what they came back for, once: `refund:…`
    public void release(Tx tx, List<HeldLine> pieces, List<HeldLine> returned, String cause) {
        var changes = new ArrayList<>(released(pieces));
        returned.stream().map(it -> Change.of(it, 1, 0)).forEach(changes::add);
        move(tx, changes);
        tell(tx, changes, "restock", "returned", cause);
        waitNoMore(tx, pieces);
        arrivals.arrived(tx, returned);
    }

    private static List<Change> released(List<HeldLine> pieces) {
        return pieces.stream()
                .filter(it -> !it.isBackordered())
                .map(it -> Change.of(it, 0, -1))
                .toList();
    }

    private static void waitNoMore(Tx tx, List<HeldLine> pieces) {
        var fewer = new TreeMap<Sku, Long>();
        pieces.stream().filter(HeldLine::isBackordered).forEach(it -> fewer.merge(it.sku(), -it.quantity(), Long::sum));
        Backorders.count(tx, fewer);
    }

    private static void move(Tx tx, List<Change> changes) {
        if (changes.isEmpty()) return;
        int moved = tx.update(MOVE)
                .bind("skus", tx.texts(changes, Change::sku))
                .bind("warehouses", tx.texts(changes, Change::warehouse))
                .bind("onHand", tx.bigints(changes, Change::onHand))
                .bind("allocated", tx.bigints(changes, Change::allocated))
                .execute();
        long places = changes.stream().map(Change::place).distinct().count();
        if (moved != places) throw new IllegalStateException("Allocated stock is missing in the books");
    }

    private static void tell(Tx tx, List<Change> changes, String kind, String reason, String cause) {
        if (changes.isEmpty()) return;
        tx.update(JOURNAL)
                .bind("kind", kind)
                .bind("reason", reason)
                .bind("cause", cause)
                .bind("skus", tx.texts(changes, Change::sku))
                .bind("warehouses", tx.texts(changes, Change::warehouse))
                .bind("onHand", tx.bigints(changes, Change::onHand))
                .execute();
    }

    /// Where stock lies.
    private record Place(Sku sku, WarehouseCode warehouse) {}

    private record Change(Place place, long onHand, long allocated) {

        static Change of(HeldLine pieces, int onHand, int allocated) {
            return new Change(
                    new Place(pieces.sku(), pieces.warehouse()),
                    onHand * pieces.quantity(),
                    allocated * pieces.quantity());
        }

        String sku() {
            return place.sku.code();
        }

        String warehouse() {
            return place.warehouse.code();
        }
    }
}
