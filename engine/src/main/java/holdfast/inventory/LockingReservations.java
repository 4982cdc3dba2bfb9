package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.TreeSet;

/// Locks the stock of all requests, decides, and takes. Alone in its transaction this is what most shops do;
/// with a thousand requests in one, the lock is taken and let go of once for all of them.
public final class LockingReservations implements Reservations {

    private static final String LOCK_STOCK = """
            select s.sku, s.warehouse, w.priority, w.active, s.on_hand - s.held - s.allocated as available
              from stock s
              join warehouse w on w.code = s.warehouse
             where s.sku = any (:skus)
             order by s.sku, s.warehouse
               for update of s
            """;

    private final SourcingPolicy policy;

    public LockingReservations(SourcingPolicy policy) {
        this.policy = policy;
    }

    @Override
    public SourcingPolicy sourcing() {
        return policy;
    }

    @Override
    public List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests) {
        StockMoves moves = StockMoves.of(tx);
        Sourcing sourcing = lockStock(tx, requests, moves);
        List<HoldPlan> plans = requests.stream().map(sourcing::decide).toList();
        HoldPlan.lines(plans).forEach(moves::hold);
        return plans;
    }

    /// Locks what is wanted together with what else this transaction moves, in the one order of all.
    private Sourcing lockStock(Tx tx, List<HoldRequest> requests, StockMoves moves) {
        var sourcing = Sourcing.of(policy, tx, requests);
        var skus = new TreeSet<>(moves.skus());
        skus.addAll(HoldRequest.skus(requests));
        tx.query(LOCK_STOCK)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> {
                    Sku sku = Sku.of(row.getString("sku"));
                    WarehouseCode warehouse = WarehouseCode.of(row.getString("warehouse"));
                    long available = row.getLong("available") + moves.freed(sku, warehouse);
                    if (row.getBoolean("active")) {
                        sourcing.add(sku, new Sourcing.Place(row.getInt("priority"), warehouse), available);
                    }
                    return warehouse;
                })
                .list();
        return sourcing;
    }
}
