package holdfast.inventory;

import holdfast.db.Tx;
import java.util.List;

/// How stock is promised to holds. However it is done: all of a request or nothing of it, never more than there
/// is, and nobody is refused while there is enough.
public interface Reservations {

    /// How warehouses are chosen.
    SourcingPolicy sourcing();

    /// Decides, one after the other, which of the requests can be had, and sets aside what it grants. Nothing
    /// is written for what it refuses. What is granted has to be opened in the same transaction, see
    /// [Holds#open].
    List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests);
}
