/// The sandbox: a payment provider for development, tests and demos, which moves no real money.
///
/// It behaves as Stripe does where a shop can tell the difference (PaymentIntents with manual capture,
/// idempotency keys, refunds, 3-D Secure) and keeps a ledger of its own, in a file of its own. Knows nothing
/// of the shop.
@NullMarked
package holdfast.psp;

import org.jspecify.annotations.NullMarked;
