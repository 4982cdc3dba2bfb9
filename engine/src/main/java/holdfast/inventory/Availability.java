package holdfast.inventory;

/// How many pieces of a SKU somebody could have now. By the time they ask for them it may be less.
///
/// @param inStock in the warehouses that take orders, promised to nobody
/// @param toBackorder that can be promised before they are there
public record Availability(long inStock, long toBackorder) {

    public static final Availability NONE = new Availability(0, 0);
}
