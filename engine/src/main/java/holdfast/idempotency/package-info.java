/// Idempotency keys: the first call with a key does the work, and every later one hears the same answer.
///
/// The rules are those of the IETF draft "The Idempotency-Key HTTP Header Field" (-07) and, where it is silent,
/// Stripe's.
@NullMarked
package holdfast.idempotency;

import org.jspecify.annotations.NullMarked;
