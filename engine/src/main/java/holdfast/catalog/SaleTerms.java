package holdfast.catalog;

import holdfast.kernel.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// On which terms a product is sold, apart from its price.
///
/// @param holdSeconds how long a checkout holds it; null: as long as the shop's holds last
public record SaleTerms(@Nullable Integer holdSeconds) {

    /// Those of a product of which nothing is said.
    public static final SaleTerms NONE = new SaleTerms(null);

    public static final int HOLD_SECONDS_MAX = 86_400; // a day

    /// How long a checkout holds it, in a shop whose holds last `ofShop`.
    public Duration holdTime(Duration ofShop) {
        return holdSeconds == null ? ofShop : Duration.ofSeconds(holdSeconds);
    }

    void check(Checks checks) {
        if (holdSeconds != null) checks.between(1, HOLD_SECONDS_MAX, "hold_seconds", holdSeconds);
    }
}
