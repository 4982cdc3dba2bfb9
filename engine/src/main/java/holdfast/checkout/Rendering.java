package holdfast.checkout;

import holdfast.idempotency.Answer;
import holdfast.kernel.Refusal;
import holdfast.order.Order;

/// How the outcome of completing a checkout is put into words. The saga stores final answers with its last
/// step, also when it is resumed with no request around, so it has to be able to render them; it does not know
/// the language.
public interface Rendering {

    /// The order was placed.
    Answer completed(Order order);

    /// The shopper has to act first. Never stored.
    Answer requiresAction(Checkout checkout);

    /// The outcome of the payment is open. Never stored.
    Answer processing(Checkout checkout);

    Answer refused(Refusal refusal);
}
