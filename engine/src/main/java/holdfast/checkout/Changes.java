package holdfast.checkout;

import holdfast.catalog.Wanted;
import holdfast.kernel.Address;
import holdfast.kernel.Email;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is to change about an open checkout; what is null stays.
public record Changes(
        @Nullable Email email,
        @Nullable Address shippingAddress,
        @Nullable String shippingOption,
        @Nullable List<String> discountCodes,
        @Nullable List<Wanted> lines) {

    static final Changes NONE = new Changes(null, null, null, null, null);
}
