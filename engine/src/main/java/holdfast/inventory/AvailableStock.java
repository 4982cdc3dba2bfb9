package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.Collection;
import java.util.List;

/// How many pieces of a SKU can be promised in one warehouse.
///
/// @param active whether the warehouse takes orders
record AvailableStock(Sku sku, Sourcing.Place place, boolean active, long available) {

    private static final String READ = """
            select s.sku, s.warehouse, w.priority, w.active, s.on_hand - s.held - s.allocated as available
              from stock s
              join warehouse w on w.code = s.warehouse
             where s.sku = any (:skus)
             order by s.sku, s.warehouse
            """;

    private static final String LOCK = READ + " for update of s";

    /// As it is now, in the order of the keys.
    static List<AvailableStock> read(Tx tx, Collection<Sku> skus) {
        return read(tx, READ, skus);
    }

    /// The same, which stays so until the end of the transaction.
    static List<AvailableStock> lock(Tx tx, Collection<Sku> skus) {
        return read(tx, LOCK, skus);
    }

    private static List<AvailableStock> read(Tx tx, String sql, Collection<Sku> skus) {
        return tx.query(sql)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> new AvailableStock(
                        Sku.of(row.getString("sku")),
                        new Sourcing.Place(row.getInt("priority"), WarehouseCode.of(row.getString("warehouse"))),
                        row.getBoolean("active"),
                        row.getLong("available")))
                .list();
    }

    /// Chooses warehouses for these requests, out of this stock.
    static Sourcing sourcing(SourcingPolicy policy, Tx tx, List<HoldRequest> requests, List<AvailableStock> stock) {
        var sourcing = Sourcing.of(policy, tx, requests);
        for (AvailableStock each : stock) {
            if (each.active) sourcing.add(each.sku, each.place, each.available);
        }
        return sourcing;
    }

    /// Whether a line takes from it.
    boolean isOf(HeldLine line) {
        return line.sku().equals(sku) && line.warehouse().equals(place.warehouse());
    }

    AvailableStock plus(long pieces) {
        return new AvailableStock(sku, place, active, available + pieces);
    }
}
