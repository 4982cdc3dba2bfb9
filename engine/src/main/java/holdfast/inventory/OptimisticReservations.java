package holdfast.inventory;

import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;

/// Reads stock without a lock, decides, and takes it if it is still as it was read; else it looks again.
///
/// The version of a row of stock is what is available of it, for a decision is made from nothing else. Taking
/// waits for whoever is changing the row, so the tries of many are spread out by each other's commits, and
/// none has to wait on purpose. Who came too late too often locks.
public final class OptimisticReservations implements Reservations {

    private static final int TRIES_MAX = 5;

    // In the order of the keys, as everybody locks stock.
    private static final String TAKE_UNCHANGED = """
            with unchanged as (
              select s.sku, s.warehouse, t.quantity
                from unnest(:skus::text[], :warehouses::text[], :available::bigint[], :quantities::bigint[])
                     as t (sku, warehouse, available, quantity)
                join stock s using (sku, warehouse)
               where s.on_hand - s.held - s.allocated = t.available
               order by s.sku, s.warehouse
                 for update of s
            )
            update stock s
               set held = s.held + u.quantity
              from unchanged u
             where s.sku = u.sku and s.warehouse = u.warehouse
            """;

    private final SourcingPolicy policy;
    private final Reservations locking;

    public OptimisticReservations(SourcingPolicy policy) {
        this.policy = policy;
        this.locking = new LockingReservations(policy);
    }

    @Override
    public SourcingPolicy sourcing() {
        return policy;
    }

    @Override
    public List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests) {
        // What this transaction has moved so far is not in what it would read.
        boolean alone = StockMoves.of(tx).skus().isEmpty();
        for (int tries = 0; alone && tries < TRIES_MAX; tries++) {
            List<AvailableStock> stock = AvailableStock.read(tx, HoldRequest.skus(requests));
            Sourcing sourcing = AvailableStock.sourcing(policy, tx, requests, stock);
            List<HoldPlan> plans = requests.stream().map(sourcing::decide).toList();
            if (taken(tx, takings(stock, HoldPlan.lines(plans)))) {
                return Backorders.insteadOfRefusals(tx, requests, plans, locking);
            }
        }
        return locking.reserve(tx, requests);
    }

    /// Pieces taken from one row of stock, as it was read.
    private record Taking(AvailableStock from, long quantity) {}

    private static List<Taking> takings(List<AvailableStock> stock, List<HeldLine> lines) {
        var takings = new ArrayList<Taking>();
        for (AvailableStock each : stock) {
            long quantity = lines.stream()
                    .filter(each::isOf)
                    .mapToLong(HeldLine::quantity)
                    .sum();
            if (quantity > 0) takings.add(new Taking(each, quantity));
        }
        return takings;
    }

    /// All of them; or none, and without a lock kept, where a row has changed.
    private static boolean taken(Tx tx, List<Taking> takings) {
        if (takings.isEmpty()) return true;
        try {
            return tx.orElseUndone(() -> {
                if (take(tx, takings) != takings.size()) throw new Changed();
                return true;
            });
        } catch (Changed e) {
            return false;
        }
    }

    private static int take(Tx tx, List<Taking> takings) {
        return tx.update(TAKE_UNCHANGED)
                .bind("skus", tx.texts(takings, taking -> taking.from.sku().code()))
                .bind(
                        "warehouses",
                        tx.texts(
                                takings,
                                taking -> taking.from.place().warehouse().code()))
                .bind("available", tx.bigints(takings, taking -> taking.from.available()))
                .bind("quantities", tx.bigints(takings, Taking::quantity))
                .execute();
    }

    /// Somebody was quicker.
    private static final class Changed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
