package holdfast.checkout;

import holdfast.db.Command;
import holdfast.idempotency.Answer;
import holdfast.payment.Attempt;
import java.util.Optional;

/// The attempt has come to an end without money: undo what T1 did, and store the answer.
record EndPayment(Attempt attempt, End end) implements Command<Optional<Answer>> {

    /// How it ended.
    sealed interface End {

        /// The issuer said no: the hold goes back to the shopper, who may try again.
        record Declined(String code) implements End {}

        /// It can never take money any more: the stock goes back to the shop.
        record Fenced() implements End {}

        /// The gateway cannot be reached, or does not let go, and the hold is at its hard limit: the stock goes
        /// back, and the attempt stays open, to be let go of when the gateway answers again.
        record HardLimit() implements End {}
    }
}
