package holdfast.catalog;

import holdfast.kernel.Money;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What it would cost, as of one revision of the catalog. `total = subtotal - discount + shipping + tax`, to
/// the minor unit.
///
/// @param discountCodes in upper case, in the order they were applied
/// @param subtotal of the lines, before discount and tax
/// @param discount what the codes take off the subtotal; all of it is on the lines
/// @param tax on the lines and, where it is taxed, on shipping; what is not on a line is on shipping
/// @param shippingChoice what `shipping` is for; null as long as there is no address
/// @param shippingOptions all that serve the address, the cheapest first
/// @param catalogRevision as long as the catalog's is the same, so is the quote
public record Quote(
        Currency currency,
        List<QuoteLine> lines,
        List<String> discountCodes,
        Money subtotal,
        Money discount,
        Money shipping,
        Money tax,
        Money total,
        @Nullable ShippingChoice shippingChoice,
        List<ShippingChoice> shippingOptions,
        long catalogRevision) {}
