package holdfast.inventory;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// What a checkout wants set aside: pieces per SKU, each SKU once.
///
/// @param shipTo null: nobody knows yet
public record HoldRequest(
        HoldId id,
        CheckoutId checkout,
        SortedMap<Sku, Long> wanted,
        @Nullable ShipTo shipTo) {}
