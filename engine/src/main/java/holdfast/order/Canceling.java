package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.kernel.OrderId;
import org.jspecify.annotations.Nullable;

/// Takes orders back before anything is shipped: the stock is free again, discount codes can be used again, and the
/// money is let go of or given back by the [Settlement].
public final class Canceling {

    private final Outbox outbox;

    public Canceling(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Cancels an order and returns it as it then is; repeatable. Wake the [Settlement] once this is committed.
    ///
    /// Refuses an unknown order (`not_found`), and one of which something was shipped (`order_not_cancelable`).
    ///
    /// @param reason for the merchant's eyes
    public Order cancel(Tx tx, OrderId order, @Nullable String reason) {
        throw new UnsupportedOperationException(outbox.toString());
    }
}
