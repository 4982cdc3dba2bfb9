package holdfast.catalog;

import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;

/// A line of a [Quote].
///
/// @param lineNo from 1
/// @param unitPrice of one piece, without tax
/// @param total `quantity` times `unitPrice`
/// @param discount this line's share of the quote's
/// @param tax this line's share of the quote's
public record QuoteLine(
        int lineNo,
        Sku sku,
        String title,
        Quantity quantity,
        Money unitPrice,
        Money total,
        Money discount,
        Money tax) {}
