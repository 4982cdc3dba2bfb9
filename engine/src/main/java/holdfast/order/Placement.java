package holdfast.order;

import holdfast.inventory.HeldLine;
import holdfast.kernel.Address;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.OrderId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All that an order is made of, once the stock is held and the money is set aside.
///
/// @param payment what paid for it; null where there was nothing to pay
/// @param held where the pieces of its lines lie
/// @param secretSha256 of the secret that gives the guest access
public record Placement(
        OrderId id,
        CheckoutId checkout,
        Order.@Nullable PaidBy payment,
        Email email,
        Address shippingAddress,
        String shippingOption,
        String shippingTitle,
        List<String> discountCodes,
        List<Order.Line> lines,
        Order.Totals totals,
        List<HeldLine> held,
        byte[] secretSha256) {}
