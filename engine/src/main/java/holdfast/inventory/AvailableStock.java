package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.Collection;
import java.util.List;

/// How many pieces of a SKU could be promised in one warehouse, when it was read without a lock.
record AvailableStock(Sku sku, Sourcing.Place place, long available) {

    private static final String READ = """
            select s.sku, s.warehouse, w.priority, s.on_hand - s.held - s.allocated as available
              from stock s
              join warehouse w on w.code = s.warehouse
             where s.sku = any (:skus) and w.active
             order by s.sku, s.warehouse
            """;

    static List<AvailableStock> read(Tx tx, Collection<Sku> skus) {
        return tx.query(READ)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> new AvailableStock(
                        Sku.of(row.getString("sku")),
                        new Sourcing.Place(row.getInt("priority"), WarehouseCode.of(row.getString("warehouse"))),
                        row.getLong("available")))
                .list();
    }

    /// Chooses warehouses for these requests, out of this stock.
    static Sourcing sourcing(SourcingPolicy policy, Tx tx, List<HoldRequest> requests, List<AvailableStock> stock) {
        var sourcing = Sourcing.of(policy, tx, requests);
        stock.forEach(each -> sourcing.add(each.sku, each.place, each.available));
        return sourcing;
    }

    /// Whether a line takes from it.
    boolean isOf(HeldLine line) {
        return line.sku().equals(sku) && line.warehouse().equals(place.warehouse());
    }
}
