package holdfast.psp;

import holdfast.kernel.Money;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One payment as the provider sees it. A snapshot: what happens later makes another one.
///
/// @param reference the name the caller gave it
/// @param amount what was to be set aside; nothing, in no currency, if it was canceled before it was ever
/// asked for
/// @param card what it was last paid with
/// @param declineCode why the last try failed, if it did
public record PaymentIntent(
        String reference,
        State state,
        Money amount,
        Money captured,
        Money refunded,
        @Nullable TestCard card,
        @Nullable String declineCode,
        Instant createdAt) {

    /// Stripe's, for manual capture.
    ///
    /// ```
    /// authorize ─▶ requires_payment_method ◀─ declined, or challenge failed
    ///                   │           │
    ///          approved │           └─▶ requires_action
    ///                   ▼                     │
    ///            requires_capture ◀───────────┘ challenge passed
    ///                   │
    ///                   ▼
    ///               succeeded ─▶ refunds          canceled: from every state but succeeded
    /// ```
    public enum State {
        REQUIRES_PAYMENT_METHOD,
        REQUIRES_ACTION,
        REQUIRES_CAPTURE,
        SUCCEEDED,
        CANCELED
    }

    /// What is left to be given back.
    public Money refundable() {
        return captured.minus(refunded);
    }

    PaymentIntent authorized(@Nullable TestCard with) {
        return new PaymentIntent(reference, State.REQUIRES_CAPTURE, amount, captured, refunded, with, null, createdAt);
    }

    PaymentIntent challenged(TestCard with) {
        return new PaymentIntent(reference, State.REQUIRES_ACTION, amount, captured, refunded, with, null, createdAt);
    }

    PaymentIntent declined(@Nullable TestCard with, String code) {
        return new PaymentIntent(
                reference, State.REQUIRES_PAYMENT_METHOD, amount, captured, refunded, with, code, createdAt);
    }

    PaymentIntent captured(Money taken) {
        return new PaymentIntent(reference, State.SUCCEEDED, amount, taken, refunded, card, null, createdAt);
    }

    PaymentIntent canceled() {
        return new PaymentIntent(reference, State.CANCELED, amount, captured, refunded, card, declineCode, createdAt);
    }

    PaymentIntent refunded(Money more) {
        return new PaymentIntent(reference, state, amount, captured, refunded.plus(more), card, null, createdAt);
    }
}
