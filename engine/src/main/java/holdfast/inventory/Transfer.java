package holdfast.inventory;

import holdfast.kernel.Sku;

/// Pieces that went from one warehouse to another, and what there is in both after it.
public record Transfer(Sku sku, long quantity, String reason, Stock.Level from, Stock.Level to) {}
