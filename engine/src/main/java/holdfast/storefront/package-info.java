/// The shop as shoppers see it: products, cart, checkout, order, and the queue of a sale. Its pages call the
/// same use cases as the HTTP API; what a guest may see is told by the secrets in their cookies.
@NullMarked
package holdfast.storefront;

import org.jspecify.annotations.NullMarked;
