package holdfast.catalog;

import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;

/// A line of a [QuoteRequest].
public record Wanted(Sku sku, Quantity quantity) {}
