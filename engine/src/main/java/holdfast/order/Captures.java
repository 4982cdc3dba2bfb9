package holdfast.order;

import holdfast.db.Tx;
import java.util.List;

/// Takes the money of orders that are placed: written down with the order, sent once that is committed.
public interface Captures {

    /// Writes requests down, in the transaction that places their orders.
    void plan(Tx tx, List<Capture> captures);

    /// Sends a request whose order is committed, soon, in a thread of its own. Where that never comes to pass,
    /// somebody else sends it when its lease is over.
    void begin(Capture capture);
}
