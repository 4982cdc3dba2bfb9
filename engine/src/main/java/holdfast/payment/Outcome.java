package holdfast.payment;

import holdfast.kernel.Money;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a gateway said when it was asked to move money. A timeout is neither yes nor no.
public sealed interface Outcome {

    /// It was done, for `amount`.
    ///
    /// @param captureBefore when what was set aside lapses, where the gateway says so
    record Approved(
            String reference,
            Money amount,
            @Nullable Card card,
            @Nullable Instant captureBefore) implements Outcome {

        public Approved(String reference, Money amount, @Nullable Card card) {
            this(reference, amount, card, null);
        }
    }

    /// It was refused for good; nothing moved. `code` is the provider's: `insufficient_funds`,
    /// `generic_decline`.
    record Declined(String code) implements Outcome {}

    /// The shopper has to do something at `url` first, such as 3-D Secure.
    record ActionRequired(String reference, URI url) implements Outcome {}

    /// Nobody knows yet. Only [Gateway#retrieve], or the same call with the same key, can tell.
    record Unknown(String detail, Doubt doubt) implements Outcome {

        /// It may have been done or not.
        public Unknown(String detail) {
            this(detail, Doubt.OPEN);
        }
    }

    /// What is open, and what helps.
    enum Doubt {
        /// It did not get there, or was turned away at the door. This call has done nothing; an earlier one
        /// with the same key may have.
        NOT_DONE,
        /// It may have been done. The same call with the same key tells.
        OPEN,
        /// It may have been done, and the same call would hear the same again. Reading tells.
        ONLY_READABLE,
        /// Something is wrong with the request or with our rights, or this is not our payment. No other call
        /// helps, and a person has to look.
        NOT_FOR_US
    }
}
