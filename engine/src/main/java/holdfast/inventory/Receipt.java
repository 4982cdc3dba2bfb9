package holdfast.inventory;

import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;

/// Pieces that have come into a warehouse.
public record Receipt(Sku sku, WarehouseCode warehouse, Quantity quantity) {}
