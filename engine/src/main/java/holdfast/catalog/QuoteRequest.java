package holdfast.catalog;

import holdfast.kernel.Address;
import holdfast.kernel.Email;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What somebody would like to buy.
///
/// @param lines in the order they are numbered; the same SKU may stand in several
/// @param shipTo null: not known yet, so that neither shipping nor tax is priced
/// @param shippingOption null: the cheapest that serves the address
/// @param customer null: not known yet, so that limits per customer are not looked at
public record QuoteRequest(
        Currency currency,
        List<Wanted> lines,
        @Nullable Address shipTo,
        @Nullable String shippingOption,
        List<String> discountCodes,
        @Nullable Email customer) {}
