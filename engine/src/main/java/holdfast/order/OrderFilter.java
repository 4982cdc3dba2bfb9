package holdfast.order;

import holdfast.kernel.Email;
import holdfast.kernel.Sku;
import org.jspecify.annotations.Nullable;

/// Which orders are asked for; what is null does not matter.
///
/// @param email of the customer, whatever the case it was typed in
/// @param sku has a line of it
public record OrderFilter(
        Order.@Nullable Status status,
        @Nullable Email email,
        @Nullable Sku sku) {

    public static final OrderFilter ALL = new OrderFilter(null, null, null);
}
