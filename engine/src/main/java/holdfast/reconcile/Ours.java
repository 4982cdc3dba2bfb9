package holdfast.reconcile;

import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Attempt;
import org.jspecify.annotations.Nullable;

/// A payment as it is written here.
///
/// @param reference what the gateway calls it; null until it has named it
/// @param due whether somebody is at it, or will be
record Ours(
        PaymentId id,
        @Nullable String reference,
        Attempt.State state,
        Money amount,
        Money captured,
        Money refunded,
        boolean due) {}
