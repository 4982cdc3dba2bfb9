package holdfast.inventory;

import holdfast.db.Tx;
import java.util.Collection;

/// Who waits for stock.
public interface Arrivals {

    /// Told in the transaction in which pieces arrive, which has their rows of stock locked.
    void arrived(Tx tx, Collection<HeldLine> pieces);
}
