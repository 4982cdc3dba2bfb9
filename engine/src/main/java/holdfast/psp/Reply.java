package holdfast.psp;

import org.jspecify.annotations.Nullable;

/// What a request is answered with: how things stood right after it.
sealed interface Reply {

    record Intent(PaymentIntent intent) implements Reply {}

    /// The issuer said no.
    record Declined(PaymentIntent intent, String code) implements Reply {}

    record Refunded(Refund refund, PaymentIntent intent) implements Reply {}

    record Method(PaymentMethod method) implements Reply {}

    record Token(PaymentMethod token) implements Reply {}

    /// It makes no sense, or something broke.
    ///
    /// @param intent what the error is about, if it is about one
    record Failed(StripeError error, @Nullable PaymentIntent intent) implements Reply {}
}
