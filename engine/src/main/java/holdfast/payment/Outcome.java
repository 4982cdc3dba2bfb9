package holdfast.payment;

import holdfast.kernel.Money;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// What a gateway said when it was asked to move money. A timeout is neither yes nor no.
public sealed interface Outcome {

    /// It was done, for `amount`.
    record Approved(
            String reference, Money amount, @Nullable Card card) implements Outcome {}

    /// It was refused for good; nothing moved. `code` is the provider's: `insufficient_funds`,
    /// `generic_decline`.
    record Declined(String code) implements Outcome {}

    /// The shopper has to do something at `url` first, such as 3-D Secure.
    record ActionRequired(String reference, URI url) implements Outcome {}

    /// Nobody knows yet. Only [Gateway#retrieve], or the same call with the same key, can tell.
    record Unknown(String detail) implements Outcome {}
}
