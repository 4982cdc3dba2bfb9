package holdfast.checkout;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import org.jspecify.annotations.Nullable;

/// A shopper's wish to pay and be done.
///
/// @param token of the payment provider, for a card or a wallet; null only where there is nothing to pay
/// @param gateway null: the shop's own choice
/// @param expectedTotal what the shopper was shown
public record CompleteRequest(
        CheckoutId checkout,
        @Nullable String token,
        @Nullable String gateway,
        Money expectedTotal) {}
