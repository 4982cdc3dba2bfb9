package holdfast.psp;

import holdfast.kernel.Money;

/// What the provider answers to a request to move money.
public sealed interface Answer {

    /// It was done, or it waits for the shopper: `intent` says which.
    ///
    /// @param reference names what was done: the intent's own reference or, for a refund, the refund's
    /// @param amount what was set aside, taken, let go or given back, or waits for the shopper
    record Done(PaymentIntent intent, String reference, Money amount) implements Answer {}

    /// The issuer said no. The intent may be paid with something else.
    record Declined(PaymentIntent intent, String code) implements Answer {}

    /// The request makes no sense as it stands. Nothing moved, and its key is as unused as before.
    record Refused(Reason reason) implements Answer {}

    /// The connection broke: the caller cannot know whether anything moved.
    record Lost() implements Answer {}

    enum Reason {
        /// The key was used before, with other parameters.
        KEY_REUSED,
        NO_SUCH_INTENT,
        /// The intent is not in a state that allows this.
        UNEXPECTED_STATE,
        /// Not the amount or the currency of this intent, or more than is left of it.
        AMOUNT_MISMATCH
    }
}
