package holdfast.checkout;

import holdfast.catalog.DiscountUses;
import holdfast.catalog.Quote;
import holdfast.catalog.QuoteLine;
import holdfast.catalog.QuoteRequest;
import holdfast.catalog.ShippingChoice;
import holdfast.catalog.Wanted;
import holdfast.kernel.Address;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.FieldError;
import holdfast.order.Order;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A checkout as it is written down: who wants what, and the quote for it.
///
/// @param wantedOption the shipping option that was asked for
/// @param current whether the catalog is still as it was when the quote was made
record StoredCheckout(
        CheckoutId id,
        @Nullable CartId cart,
        @Nullable Email email,
        @Nullable Address shippingAddress,
        @Nullable String wantedOption,
        Quote quote,
        boolean current,
        byte[] secretSha256,
        Instant createdAt,
        Instant updatedAt) {

    Order.Totals totals() {
        return new Order.Totals(quote.subtotal(), quote.discount(), quote.shipping(), quote.tax(), quote.total());
    }

    StoredCheckout current(boolean isCurrent) {
        return new StoredCheckout(
                id, cart, email, shippingAddress, wantedOption, quote, isCurrent, secretSha256, createdAt, updatedAt);
    }

    boolean isDiscounted() {
        return !quote.discountCodes().isEmpty();
    }

    @Nullable
    ShippingChoice shipping() {
        return quote.shippingChoice();
    }

    /// The use of its codes, by the customer it is known to be for.
    DiscountUses.Claim discountClaim() {
        return new DiscountUses.Claim(
                id, quote.discountCodes(), Objects.requireNonNull(email).customer());
    }

    /// What was asked for, to be quoted anew.
    QuoteRequest asQuoted() {
        return new QuoteRequest(
                quote.currency(), wanted(), shippingAddress, wantedOption, quote.discountCodes(), email);
    }

    List<Wanted> wanted() {
        return quote.lines().stream().map(StoredCheckout::wanted).toList();
    }

    private static Wanted wanted(QuoteLine line) {
        return new Wanted(line.sku(), line.quantity());
    }

    /// What has to be known before this can become an order, and is not.
    List<FieldError> missing() {
        var missing = new ArrayList<FieldError>();
        if (email == null) missing.add(missing("email"));
        if (shippingAddress == null) missing.add(missing("shipping_address"));
        return missing;
    }

    private static FieldError missing(String field) {
        return new FieldError(field, "required", "the checkout has none yet; set it before completing");
    }
}
