package holdfast.inventory;

import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;

/// Pieces of one SKU, set aside in one warehouse; or backordered, as long as no warehouse has them.
///
/// @param warehouse [WarehouseCode#NONE] where they are backordered
public record HeldLine(Sku sku, WarehouseCode warehouse, long quantity) {

    static HeldLine backordered(Sku sku, long quantity) {
        return new HeldLine(sku, WarehouseCode.NONE, quantity);
    }

    public boolean isBackordered() {
        return warehouse.isNone();
    }
}
