package holdfast.inventory;

import holdfast.db.Tx;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Locks the stock of all requests, decides, and takes. Alone in its transaction this is what most shops do;
/// with a thousand requests in one, the lock is taken and let go of once for all of them.
public final class LockingReservations implements Reservations {

    private final SourcingPolicy policy;
    private final @Nullable List<HeldLine> softly;

    public LockingReservations(SourcingPolicy policy) {
        this(policy, null);
    }

    private LockingReservations(SourcingPolicy policy, @Nullable List<HeldLine> softly) {
        this.policy = policy;
        this.softly = softly;
    }

    /// That leave to others what is promised to them in Redis alone.
    ///
    /// @param softly what this transaction promises so, and has not written down yet
    static LockingReservations sparingSoftHolds(SourcingPolicy policy, List<HeldLine> softly) {
        return new LockingReservations(policy, softly);
    }

    @Override
    public SourcingPolicy sourcing() {
        return policy;
    }

    @Override
    public List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests) {
        StockMoves moves = StockMoves.of(tx);
        Sourcing sourcing = lockStock(tx, requests, moves);
        Backorders.lock(tx, requests, sourcing)
                .forEach((sku, pieces) -> sourcing.backordered(sku, pieces + moves.backordered(sku)));
        List<HoldPlan> plans = requests.stream().map(sourcing::decide).toList();
        HoldPlan.lines(plans).forEach(moves::hold);
        return plans;
    }

    /// Locks what is wanted together with what else this transaction moves, in the one order of all.
    private Sourcing lockStock(Tx tx, List<HoldRequest> requests, StockMoves moves) {
        var skus = new TreeSet<>(moves.skus());
        skus.addAll(HoldRequest.skus(requests));
        List<AvailableStock> stock = AvailableStock.lock(tx, skus).stream()
                .map(each -> each.plus(moves.freed(each.sku(), each.place().warehouse())))
                .toList();
        return AvailableStock.sourcing(
                policy, tx, requests, softly == null ? stock : SoftHolds.spared(tx, stock, softly, requests));
    }
}
