package holdfast.checkout;

import static java.util.stream.Collectors.toMap;

import holdfast.kernel.Address;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.order.Order;
import holdfast.payment.Card;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An attempt to buy, as anyone may see it: the quote, the hold behind it, and how far the payment got.
///
/// @param cart the cart it was opened from, if it was
/// @param shipping what was chosen; absent as long as there is no address to ship to
/// @param shippingOptions what else would serve the address, the cheapest first
public record Checkout(
        CheckoutId id,
        Status status,
        @Nullable CartId cart,
        Currency currency,
        @Nullable Email email,
        @Nullable Address shippingAddress,
        @Nullable Shipping shipping,
        List<Shipping> shippingOptions,
        List<String> discountCodes,
        List<Line> lines,
        Order.Totals totals,
        Hold hold,
        @Nullable Payment payment,
        @Nullable OrderId order,
        Instant createdAt,
        Instant updatedAt) {

    /// Read from the hold and the last attempt to pay; never stored.
    public enum Status {
        OPEN,
        PROCESSING,
        REQUIRES_ACTION,
        COMPLETED,
        CANCELED,
        EXPIRED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// So many pieces of one SKU, at the price of the quote.
    public record Line(int lineNo, Sku sku, String title, Quantity quantity, Money unitPrice, Money total) {}

    /// A way to ship it, and what it costs.
    public record Shipping(String option, String title, Money price) {}

    /// The stock set aside for this checkout.
    ///
    /// @param state `active`, `paying`, `committed`, `released` or `expired`
    /// @param sourcing why these warehouses, in a sentence
    public record Hold(CheckoutId id, String state, Instant expiresAt, List<HeldLine> lines, String sourcing) {}

    /// How many pieces are set aside in which warehouse.
    public record HeldLine(Sku sku, WarehouseCode warehouse, long quantity) {}

    /// The last attempt to pay.
    public record Payment(
            PaymentId id,
            String gateway,
            String state,
            Money amount,
            @Nullable Card card,
            @Nullable String declineCode,
            @Nullable String nextActionUrl) {}

    /// How many pieces of each.
    public Map<Sku, Integer> wanted() {
        return lines.stream().collect(toMap(Line::sku, line -> line.quantity().pieces(), Integer::sum));
    }
}
