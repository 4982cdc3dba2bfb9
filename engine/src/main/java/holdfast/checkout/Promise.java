package holdfast.checkout;

import holdfast.catalog.DiscountUses;
import holdfast.db.Tx;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.OrderId;
import holdfast.order.Order;
import holdfast.order.OrderPlacing;
import holdfast.order.Placement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The last step: the stock becomes the order's, the discount is used for good, and the order stands.
final class Promise {

    private final Holds holds;
    private final DiscountUses discounts;
    private final OrderPlacing placing;

    Promise(Holds holds, DiscountUses discounts, OrderPlacing placing) {
        this.holds = holds;
        this.discounts = discounts;
        this.placing = placing;
    }

    /// A checkout whose hold is paying and locked, and what pays for it; null where there is nothing to pay.
    record Made(StoredCheckout checkout, Hold hold, Order.@Nullable PaidBy payment) {}

    /// Places an order for each, in order.
    List<Order> keep(Tx tx, List<Made> made) {
        if (made.isEmpty()) return List.of();
        List<Order> orders =
                placing.place(tx, made.stream().map(Promise::placement).toList());
        discounts.keep(
                tx,
                made.stream()
                        .map(Made::checkout)
                        .filter(StoredCheckout::isDiscounted)
                        .map(StoredCheckout::id)
                        .toList());
        holds.commit(tx, made.stream().map(Made::hold).toList());
        return orders;
    }

    private static Placement placement(Made made) {
        StoredCheckout checkout = made.checkout;
        var shipping = Objects.requireNonNull(checkout.shipping());
        return new Placement(
                OrderId.next(),
                checkout.id(),
                made.payment,
                Objects.requireNonNull(checkout.email()),
                Objects.requireNonNull(checkout.shippingAddress()),
                shipping.option(),
                shipping.title(),
                checkout.quote().discountCodes(),
                checkout.quote().lines().stream()
                        .map(line -> new Order.Line(
                                line.lineNo(),
                                line.sku(),
                                line.title(),
                                line.quantity(),
                                line.unitPrice(),
                                line.total(),
                                line.discount(),
                                line.tax(),
                                0))
                        .toList(),
                checkout.totals(),
                made.hold.lines(),
                checkout.secretSha256());
    }
}
