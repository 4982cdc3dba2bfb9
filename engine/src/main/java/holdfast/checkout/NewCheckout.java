package holdfast.checkout;

import holdfast.catalog.Quote;
import holdfast.catalog.ShippingChoice;
import holdfast.kernel.Address;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A checkout to be written down, with the quote it starts from.
record NewCheckout(
        CheckoutId id,
        @Nullable CartId cart,
        @Nullable Email email,
        @Nullable Address shippingAddress,
        @Nullable String wantedOption,
        Quote quote,
        byte[] secretSha256) {

    @Nullable
    ShippingChoice shipping() {
        return quote.shippingChoice();
    }

    /// As it is stored when it was opened at `at`.
    StoredCheckout opened(Instant at) {
        return new StoredCheckout(id, cart, email, shippingAddress, wantedOption, quote, true, secretSha256, at, at);
    }
}
