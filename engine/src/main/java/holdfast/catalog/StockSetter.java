package holdfast.catalog;

import holdfast.db.Tx;
import holdfast.kernel.FieldError;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.Optional;

/// What the catalog needs of the inventory, to import products together with what is there of them.
public interface StockSetter {

    /// How many pieces were counted in one warehouse.
    record Count(Sku sku, WarehouseCode warehouse, long onHand) {}

    /// What stands against each count, in the order of the counts: an unknown warehouse, or fewer pieces than
    /// are promised. Changes nothing.
    List<Optional<FieldError>> check(Tx tx, List<Count> counts);

    /// Makes the counts true, all or none: refuses with [holdfast.kernel.Problem#STOCK_PROMISED] if one of
    /// them has meanwhile become less than what is promised. The products exist; no SKU stands there twice.
    ///
    /// @param cause what it is done for, different each time: `import:…`
    void set(Tx tx, List<Count> counts, String reason, String cause);
}
