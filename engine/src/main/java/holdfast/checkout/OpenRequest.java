package holdfast.checkout;

import holdfast.catalog.Wanted;
import holdfast.kernel.Address;
import holdfast.kernel.CartId;
import holdfast.kernel.Email;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a checkout is opened with.
///
/// @param shippingOption null: the cheapest that serves the address
public record OpenRequest(
        Source source,
        @Nullable Email email,
        @Nullable Address shippingAddress,
        @Nullable String shippingOption,
        List<String> discountCodes) {

    /// Where its lines come from.
    public sealed interface Source {

        /// The items of a cart, as they are now.
        record FromCart(CartId cart) implements Source {}

        record Lines(Currency currency, List<Wanted> lines) implements Source {}
    }
}
