/// The gateway to Stripe, and to whatever speaks its protocol. Alone imports Stripe's library.
@NullMarked
package holdfast.payment.stripe;

import org.jspecify.annotations.NullMarked;
