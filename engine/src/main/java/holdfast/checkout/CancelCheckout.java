package holdfast.checkout;

import holdfast.db.Command;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.CheckoutId;
import java.util.Optional;
import java.util.function.Function;

/// Give the stock of a checkout back, because its shopper does not want it any more. Repeatable.
record CancelCheckout(CheckoutId checkout, Optional<KeyUse> key, Function<Checkout, Answer> render)
        implements Command<Verdict> {}
