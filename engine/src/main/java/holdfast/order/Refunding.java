package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.RefundId;
import java.util.List;

/// Gives money back, by amount or by line, never more than was taken. The refund is `pending` until the [Settlement]
/// has moved the money: wake it once this is committed.
///
/// A refund has a cause, such as the idempotency key of the request: the same cause asked again has its one refund.
///
/// Refuses an unknown order (`not_found`), one whose money has not been taken yet (`order_not_paid`), and more than is
/// left (`refund_exceeds_payment`, with `refundable`).
public final class Refunding {

    private final Outbox outbox;

    public Refunding(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Gives back an amount, without saying for what.
    public Order.Refund refund(Tx tx, OrderId order, RefundId id, Money amount, String reason, String cause) {
        throw new UnsupportedOperationException(outbox.toString());
    }

    /// Gives back what was paid for some pieces, discount and tax included; pieces that were not shipped yet never
    /// will be. An order of which nothing is left is canceled, and what else was paid for it is given back too.
    ///
    /// Refuses more pieces than were sold and not refunded yet, naming each line (`refund_exceeds_payment`).
    ///
    /// @param restock whether the shipped ones among the pieces came back and can be sold again
    public Order.Refund refund(
            Tx tx, OrderId order, RefundId id, List<Pieces> pieces, boolean restock, String reason, String cause) {
        throw new UnsupportedOperationException(outbox.toString());
    }
}
