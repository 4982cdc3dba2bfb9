/// Checkout: an attempt to buy, with its quote and its hold; the saga that makes an order of it; and what
/// picks the saga
/// up where a crash left it.
///
/// Stock first, money second, promise last. Every step is committed before the next begins, and every step may
/// be repeated.
@NullMarked
package holdfast.checkout;

import org.jspecify.annotations.NullMarked;
