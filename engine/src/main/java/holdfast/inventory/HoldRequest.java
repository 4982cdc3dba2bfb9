package holdfast.inventory;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import java.util.SortedMap;

/// What a checkout wants set aside: pieces per SKU, each SKU once.
public record HoldRequest(HoldId id, CheckoutId checkout, SortedMap<Sku, Long> wanted) {}
