package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Quantity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// On which terms a product is sold, apart from its price.
///
/// @param purchaseLimit how many pieces one customer can buy; null: as many as there are
/// @param holdSeconds how long a checkout holds it; null: as long as the shop's holds last
/// @param backorderLimit how many pieces can be promised that are not in stock yet, to all customers together
/// @param saleLimit how many pieces one customer can buy while its sale runs, which says so; null: no sale does
public record SaleTerms(
        @Nullable Integer purchaseLimit,
        @Nullable Integer holdSeconds,
        int backorderLimit,
        @Nullable Integer saleLimit) {

    /// Those of a product of which nothing is said.
    public static final SaleTerms NONE = new SaleTerms(null, null, 0);

    public static final int HOLD_SECONDS_MAX = 86_400; // a day

    public static final int BACKORDER_LIMIT_MAX = 1_000_000;

    /// What a product says for itself.
    public SaleTerms(@Nullable Integer purchaseLimit, @Nullable Integer holdSeconds, int backorderLimit) {
        this(purchaseLimit, holdSeconds, backorderLimit, null);
    }

    /// How long a checkout holds it, in a shop whose holds last `ofShop`.
    public Duration holdTime(Duration ofShop) {
        return holdSeconds == null ? ofShop : Duration.ofSeconds(holdSeconds);
    }

    void check(Checks checks) {
        if (purchaseLimit != null) checks.between(1, Quantity.PIECES_MAX, "purchase_limit", purchaseLimit);
        if (holdSeconds != null) checks.between(1, HOLD_SECONDS_MAX, "hold_seconds", holdSeconds);
        checks.between(0, BACKORDER_LIMIT_MAX, "backorder_limit", backorderLimit);
    }
}
