package holdfast.catalog;

import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.time.Instant;

/// Something for sale.
///
/// @param price of one piece, without tax
/// @param weightGrams of one piece, packed
/// @param taxCategory which tax rates apply; `standard` unless the merchant says otherwise
public record Product(
        Sku sku,
        String title,
        Money price,
        int weightGrams,
        String taxCategory,
        SaleTerms terms,
        Instant createdAt,
        Instant updatedAt) {}
