/// The sandbox: a payment provider for development, tests and demos, which moves no real money.
///
/// It speaks Stripe's protocol, so that Stripe's own libraries work with it, and keeps a ledger of its own, in
/// a file of its own. Knows nothing of the shop.
///
/// A request comes in through [StripeApi], is read by [Requests] and decided by [Desk]; what it does is an
/// [Entry] of the [Journal], from which [Books] follow; [StripeObjects] shows them.
@NullMarked
package holdfast.psp;

import org.jspecify.annotations.NullMarked;
