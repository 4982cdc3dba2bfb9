package holdfast.inventory;

import holdfast.kernel.WarehouseCode;

/// A place that keeps stock.
///
/// @param country ISO 3166-1 alpha-2
/// @param priority the lower, the sooner it is asked for stock
/// @param active an inactive one promises nothing more, and still ships what it promised
public record Warehouse(WarehouseCode code, String title, String country, int priority, boolean active) {

    public static final int TITLE_LENGTH_MAX = 500;
    public static final int PRIORITY_MAX = 1_000_000;
}
