package holdfast.order;

import holdfast.catalog.DiscountUses;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.inventory.AllocatedStock;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes orders back before anything is shipped: the stock is free again, discount codes can be used again,
/// and the money is let go of or given back by the [Settlement].
public final class Canceling {

    private final DiscountUses discountUses;
    private final AllocatedStock stock;
    private final Transitions transitions;
    private final Refunds refunds;
    private final Orders orders = new Orders();

    public Canceling(DiscountUses discountUses, AllocatedStock stock, Outbox outbox) {
        this.discountUses = discountUses;
        this.stock = stock;
        this.transitions = new Transitions(outbox);
        this.refunds = new Refunds(outbox);
    }

    /// Cancels an order and returns it as it then is; repeatable. Wake the [Settlement] once this is
    /// committed.
    ///
    /// Refuses an unknown order (`not_found`), and one of which something was shipped
    /// (`order_not_cancelable`, with its `order_status`).
    ///
    /// @param reason for the merchant's eyes
    public Order cancel(Tx tx, OrderId id, @Nullable String reason) {
        LockedOrder order = LockedOrder.lock(tx, id);
        switch (order.status()) {
            case PENDING, PAID -> cancel(tx, order, reason);
            case CANCELED -> {} // Asked again: it stays canceled.
            case PARTIALLY_SHIPPED, SHIPPED, DELIVERED ->
                throw Problem.ORDER_NOT_CANCELABLE
                        .refuse("Some of this order was shipped")
                        .with("order_status", order.status().code());
        }
        return orders.find(tx, id).orElseThrow();
    }

    void cancel(Tx tx, LockedOrder order, @Nullable String reason) {
        freeDiscounts(tx, order);
        Allocations allocations = Allocations.of(tx, order.id());
        List<Allocations.Portion> left = allocations.left();
        allocations.cancel(tx, left);
        stock.release(tx, left.stream().map(Allocations.Portion::pieces).toList());
        close(tx, order, reason);
    }

    /// The first step, since discount codes are locked before stock.
    void freeDiscounts(Tx tx, LockedOrder order) {
        discountUses.giveBack(tx, List.of(order.checkout()));
    }

    /// The last step, when nothing is left to be shipped and nothing was.
    void close(Tx tx, LockedOrder order, @Nullable String reason) {
        transitions.move(tx, order, order.status(), Order.Status.CANCELED, reason);
        LockedOrder.Payment payment = order.payment();
        if (payment == null) return;
        switch (payment.state()) {
            case CAPTURED -> refunds.addRest(tx, order);
            case AUTHORIZED -> refunds.due(tx, order);
            case BEGUN, REQUIRES_ACTION, UNKNOWN, DECLINED, VOIDED, FAILED -> {} // No money of this order is left.
        }
    }
}
