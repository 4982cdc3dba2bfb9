package holdfast.checkout;

import holdfast.db.Command;
import holdfast.idempotency.Answer;
import holdfast.order.Capture;
import holdfast.payment.Attempt;
import holdfast.payment.Authorization;

/// T3 of the saga: the money is set aside, so the order is placed, the hold committed, and the answer stored.
///
/// @param checkout as it was when the payment began: as long as its hold is paying, nobody changes it
record CommitOrder(Attempt attempt, StoredCheckout checkout, Authorization authorization)
        implements Command<CommitOrder.Committed> {

    /// What came of it.
    sealed interface Committed {

        /// The order stands; this is the answer, now and for whoever asks again. Its money is to be taken.
        record Done(Answer answer, Capture capture) implements Committed {}

        /// Another owner took the attempt over.
        record Superseded() implements Committed {}

        /// The stock was given back at the hold's hard limit; the money has to be let go of.
        record HoldGone() implements Committed {}
    }
}
