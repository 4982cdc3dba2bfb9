package holdfast.payment;

import holdfast.kernel.Money;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a gateway says a payment is right now.
public sealed interface Retrieved {

    /// The gateway knows it.
    ///
    /// @param amount what is or was to be set aside
    /// @param declineCode why the last try was refused, if it was
    /// @param captureBefore when what is set aside lapses, where the gateway says so
    record Found(
            State state,
            Money amount,
            Money captured,
            Money refunded,
            @Nullable Card card,
            @Nullable URI actionUrl,
            @Nullable String declineCode,
            @Nullable Instant captureBefore)
            implements Retrieved {}

    /// The gateway has never heard of it: no money has moved.
    record Absent() implements Retrieved {}

    /// The gateway could not be asked.
    record Unreachable(String detail) implements Retrieved {}

    /// The states of a Stripe PaymentIntent, which every provider's can be mapped to:
    /// <https://docs.stripe.com/payments/paymentintents/lifecycle>
    enum State {
        REQUIRES_PAYMENT_METHOD,
        REQUIRES_ACTION,
        PROCESSING,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        CANCELED
    }
}
