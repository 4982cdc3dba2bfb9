package holdfast.inventory;

import holdfast.kernel.WarehouseCode;
import java.util.List;

/// A place that keeps stock.
///
/// @param country ISO 3166-1 alpha-2
/// @param priority the lower, the sooner it is asked for stock
/// @param active an inactive one promises nothing more, and still ships what it promised
/// @param serves the areas it serves, the nearest first; of the areas an address is in, the smallest counts
public record Warehouse(
        WarehouseCode code, String title, String country, int priority, boolean active, List<ServiceArea> serves) {

    public static final int TITLE_LENGTH_MAX = 500;
    public static final int PRIORITY_MAX = 1_000_000;
    public static final int AREAS_MAX = 1_000;

    /// One that is near to nobody in particular.
    public Warehouse(WarehouseCode code, String title, String country, int priority, boolean active) {
        this(code, title, country, priority, active, List.of());
    }
}
