/// Orders: what was promised to a shopper, and how far it got. Fulfillment, cancellation and refund.
@NullMarked
package holdfast.order;

import org.jspecify.annotations.NullMarked;
