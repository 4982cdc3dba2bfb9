package holdfast.inventory;

import java.util.Locale;

/// How the warehouses for a hold are chosen. Under each, a line may be split over several.
public enum SourcingPolicy {
    /// One warehouse for everything if any can serve it, else as few as can.
    FEWEST_PARCELS,
    /// What is nearest to the address, by the areas that the warehouses say they serve; else by priority.
    NEAREST,
    /// What is asked first.
    PRIORITY;

    /// As it is written in settings and told to shoppers: `fewest-parcels`.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
