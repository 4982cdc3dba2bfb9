package holdfast.storefront;

import holdfast.cart.Cart;
import holdfast.pages.Head;
import java.util.Optional;

/// What stands around every page of the shop.
///
/// @param inCart how many pieces are in the cart
/// @param search what was searched for
record Chrome(Head head, long inCart, String search) {

    static Chrome of(Head head, Optional<Cart> cart) {
        return new Chrome(head, pieces(cart), "");
    }

    static long pieces(Optional<Cart> cart) {
        return cart.map(Cart::items).stream()
                .flatMap(items -> items.stream())
                .mapToLong(item -> item.quantity().pieces())
                .sum();
    }
}
