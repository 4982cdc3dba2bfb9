/// The cart: a wish list with quantities. It promises neither prices nor stock.
@NullMarked
package holdfast.cart;

import org.jspecify.annotations.NullMarked;
