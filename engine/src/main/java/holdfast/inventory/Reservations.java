package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How stock is promised to holds. However it is done: all of a request or nothing of it, never more than there
/// is, and nobody is refused while there is enough.
public interface Reservations {

    /// How warehouses are chosen.
    SourcingPolicy sourcing();

    /// Decides, one after the other, which of the requests can be had, and sets aside what it grants. Nothing
    /// is written for what it refuses. What is granted has to be opened in the same transaction, see
    /// [Holds#open].
    List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests);

    /// The same for a hold that gets other lines, from stock itself. What it had is available to it.
    default HoldPlan change(Tx tx, HoldRequest request) {
        return new LockingReservations(sourcing()).reserve(tx, List.of(request)).getFirst();
    }

    /// Told once the transaction is committed in which soft lines ended with their holds; never, if the process
    /// dies at that moment.
    default void givenBack(Map<CheckoutId, List<HeldLine>> soft) {}

    /// Told once the transaction is committed in which soft lines were taken from stock instead; never, if the
    /// process dies at that moment.
    ///
    /// @param missing of what stock had less than was promised
    default void hardened(Map<CheckoutId, List<HeldLine>> soft, Set<Sku> missing) {}
}
