package holdfast.cart;

import static java.util.stream.Collectors.toMap;

import holdfast.kernel.CartId;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A wish list with quantities. Its prices are today's, and promise nothing.
///
/// @param items in the order they were first added
public record Cart(CartId id, Currency currency, List<Item> items, Instant createdAt, Instant updatedAt) {

    public static final int ITEMS_MAX = 1_000;

    /// So many pieces of one product.
    ///
    /// @param title null: the product is gone
    /// @param unitPrice null: the product is gone, or no longer sold in the cart's currency
    /// @param total null: there is no price, or it comes to more than [Money#MINOR_MAX]
    public record Item(
            Sku sku,
            @Nullable String title,
            Quantity quantity,
            @Nullable Money unitPrice,
            @Nullable Money total) {}

    /// What the items that have a total come to, without discount, shipping or tax.
    public Money subtotal() {
        return Money.sum(
                currency,
                items.stream().map(Item::total).filter(Objects::nonNull).toList());
    }

    /// How many pieces of each.
    public Map<Sku, Integer> wanted() {
        return items.stream().collect(toMap(Item::sku, item -> item.quantity().pieces(), Integer::sum));
    }

    /// Whether it comes to more than anything may cost, by one item or by all of them.
    boolean isBeyondPricing() {
        return items.stream().anyMatch(item -> item.unitPrice() != null && item.total() == null)
                || subtotal().minor() > Money.MINOR_MAX;
    }
}
