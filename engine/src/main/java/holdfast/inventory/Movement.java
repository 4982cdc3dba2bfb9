package holdfast.inventory;

import holdfast.kernel.Sku;

/// A change of what is on hand, and what there is after it.
///
/// @param delta in pieces; 0 if everything was as it should be
public record Movement(Sku sku, long delta, String reason, Stock.Level level) {}
