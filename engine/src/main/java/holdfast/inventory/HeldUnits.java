package holdfast.inventory;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Pieces that one open checkout holds in one warehouse.
///
/// @param email null: the shopper has not said yet
/// @param state `active` or `paying`
public record HeldUnits(
        HoldId hold,
        CheckoutId checkout,
        @Nullable Email email,
        String state,
        Sku sku,
        WarehouseCode warehouse,
        long quantity,
        Instant expiresAt) {}
