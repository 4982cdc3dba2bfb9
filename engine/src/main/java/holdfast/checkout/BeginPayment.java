package holdfast.checkout;

import holdfast.db.Command;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Refusal;
import holdfast.payment.Attempt;

/// T1 of the saga: claim the key, turn the hold over to the payment, and write the attempt down with the exact
/// request that will be sent. Where there is nothing to pay, place the order at once.
///
/// @param gateway by name
/// @param gatewayTakesOurReference whether the attempt's id is what the gateway will call it
record BeginPayment(
        PaymentId payment, CompleteRequest request, String gateway, boolean gatewayTakesOurReference, KeyUse key)
        implements Command<BeginPayment.Began> {

    /// How a payment began, or why it did not.
    sealed interface Began {

        /// The attempt to pay for this checkout is written down, and the caller is its owner.
        record Begun(Attempt attempt, StoredCheckout checkout) implements Began {}

        /// It is over: an answer that stands.
        record Answered(Answer answer) implements Began {}

        /// It was not begun, and nothing is remembered of it.
        record Refused(Refusal refusal) implements Began {}

        /// The catalog has changed since the quote was made: quote again first.
        record Stale() implements Began {}

        /// An earlier request with this key began it.
        record Pending() implements Began {}

        static Began of(Claim claim) {
            return switch (claim) {
                case Claim.Answered(Answer answer) -> new Answered(answer);
                case Claim.Pending() -> new Pending();
                case Claim.Reused() -> new Refused(holdfast.idempotency.Idempotency.reused());
                case Claim.Granted() -> throw new IllegalArgumentException("A granted key has no verdict yet");
            };
        }
    }
}
