package holdfast.payment;

import holdfast.kernel.PaymentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A page of what a gateway has of this shop.
public sealed interface Listing {

    /// Some of it.
    ///
    /// @param next where the next page begins; null after the last
    record Page(List<Listed> payments, @Nullable String next) implements Listing {}

    /// The gateway could not be asked.
    record Unreachable(String detail) implements Listing {}

    /// A payment that the gateway has.
    ///
    /// @param payment our own id for it, as the gateway was told
    record Listed(String reference, PaymentId payment, Retrieved.Found found) {}
}
