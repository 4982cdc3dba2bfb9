package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Quantity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// On which terms a product is sold, apart from its price.
///
/// @param purchaseLimit how many pieces one customer can buy; null: as many as there are
/// @param holdSeconds how long a checkout holds it; null: as long as the shop's holds last
public record SaleTerms(
        @Nullable Integer purchaseLimit, @Nullable Integer holdSeconds) {

    /// Those of a product of which nothing is said.
    public static final SaleTerms NONE = new SaleTerms(null, null);

    public static final int HOLD_SECONDS_MAX = 86_400; // a day

    /// How long a checkout holds it, in a shop whose holds last `ofShop`.
    public Duration holdTime(Duration ofShop) {
        return holdSeconds == null ? ofShop : Duration.ofSeconds(holdSeconds);
    }

    void check(Checks checks) {
        if (purchaseLimit != null) checks.between(1, Quantity.PIECES_MAX, "purchase_limit", purchaseLimit);
        if (holdSeconds != null) checks.between(1, HOLD_SECONDS_MAX, "hold_seconds", holdSeconds);
    }
}
