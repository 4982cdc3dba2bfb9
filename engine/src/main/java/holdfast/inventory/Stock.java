package holdfast.inventory;

import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.function.ToLongFunction;

/// What there is of one SKU, in pieces, warehouse by warehouse and all together.
///
/// @param backordered promised before they are there
/// @param levels of the warehouses that ever had some
public record Stock(Sku sku, long backordered, List<Level> levels) {

    /// What there is in one warehouse.
    ///
    /// @param onHand physically there
    /// @param held promised to open checkouts
    /// @param allocated promised to orders, not shipped yet
    public record Level(WarehouseCode warehouse, long onHand, long held, long allocated) {

        /// What can still be promised.
        public long available() {
            return Math.max(0, onHand - promised());
        }

        /// What is promised, to checkouts or orders.
        public long promised() {
            return held + allocated;
        }
    }

    public long onHand() {
        return sum(Level::onHand);
    }

    public long held() {
        return sum(Level::held);
    }

    public long allocated() {
        return sum(Level::allocated);
    }

    public long available() {
        return sum(Level::available);
    }

    private long sum(ToLongFunction<Level> pieces) {
        return levels.stream().mapToLong(pieces).sum();
    }
}
