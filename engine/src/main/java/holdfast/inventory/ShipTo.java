package holdfast.inventory;

import org.jspecify.annotations.Nullable;

/// Where a hold is to be sent, as far as the choice of its warehouses depends on it.
///
/// @param country ISO 3166-1 alpha-2
/// @param postalCode as the shopper wrote it
public record ShipTo(String country, @Nullable String postalCode) {}
