package holdfast.catalog;

import holdfast.kernel.Sku;
import java.util.Map;

/// A quote, and on which terms what it prices is sold.
///
/// @param terms of those SKUs that have any
public record Offer(Quote quote, Map<Sku, SaleTerms> terms) {}
