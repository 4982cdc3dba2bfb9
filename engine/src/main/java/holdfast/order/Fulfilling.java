package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.OrderId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Ships orders, whole or in parts, and learns that they arrived.
public final class Fulfilling {

    private final Outbox outbox;

    public Fulfilling(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Ships some pieces of an order, or all that are left; asking again with the same id tells what was shipped then.
    ///
    /// Refuses an unknown order (`not_found`), one whose money has not been taken yet (`order_not_paid`), and what is
    /// not there to be shipped (`order_not_fulfillable`, with `lines`: what is left of each line that is short).
    ///
    /// @param pieces null: all that is left
    public Order.Fulfillment ship(
            Tx tx,
            OrderId order,
            FulfillmentId id,
            @Nullable List<Pieces> pieces,
            String carrier,
            String trackingNumber) {
        throw new UnsupportedOperationException(outbox.toString());
    }

    /// The shopper has it; repeatable. An order of which everything has arrived is `delivered`.
    ///
    /// Refuses an unknown order, and a fulfillment that is not of this order (`not_found`).
    public Order.Fulfillment delivered(Tx tx, OrderId order, FulfillmentId id) {
        throw new UnsupportedOperationException(outbox.toString());
    }
}
