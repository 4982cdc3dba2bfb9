package holdfast.inventory;

import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;

/// Pieces of one SKU, set aside in one warehouse.
public record HeldLine(Sku sku, WarehouseCode warehouse, long quantity) {}
