package holdfast.order;

import holdfast.db.Tx;
import holdfast.kernel.OrderId;
import holdfast.payment.CapturePolicy;

/// What becomes of the money of orders.
public interface OrderMoney {

    CapturePolicy policy();

    /// Sends a request whose order is committed, soon, in a thread of its own; not where its money awaits the
    /// shipment. Where that never comes to pass, somebody else sends it when its lease is over.
    void begin(Capture capture);

    /// Asks anew for the refunds of an order that its gateway refused, as far as there is still so much left to
    /// be given back.
    void refundAnew(Tx tx, OrderId order);

    /// The money of a canceled order, which its gateway did not let go of, counts as let go of: somebody has
    /// seen to it.
    void letGoByHand(Tx tx, OrderId order);
}
