package holdfast.storefront;

import static java.util.stream.Collectors.joining;

import holdfast.access.ClientSecret;
import holdfast.cart.Cart;
import holdfast.cart.Carts;
import holdfast.db.Tx;
import holdfast.kernel.CartId;
import holdfast.kernel.CheckoutId;
import holdfast.pages.Visit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a guest has: their cart, and their latest checkouts with the orders that came of them. Each is worth
/// as much as the secret beside it, which stays in a cookie that no script can read.
final class Guests {

    private static final String CART = "hf_cart";
    private static final String CHECKOUTS = "hf_checkouts";
    private static final String VISITOR = "hf_visitor";
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int CHECKOUTS_MAX = 6;

    private final Carts carts;

    Guests(Carts carts) {
        this.carts = carts;
    }

    /// A cart that they have the secret of.
    record OwnCart(CartId id, ClientSecret secret) {}

    /// A checkout that they have the secret of.
    ///
    /// @param attempt the name of the attempt to pay that they made last, if they made one
    record OwnCheckout(
            CheckoutId id, ClientSecret secret, @Nullable String attempt) {}

    /// The cart of this browser, if it is still there.
    Optional<Cart> cart(Tx tx, Visit visit) {
        return ownCart(visit)
                .filter(own -> carts.belongsTo(tx, own.id, own.secret.sha256()))
                .flatMap(own -> carts.find(tx, own.id));
    }

    Optional<OwnCart> ownCart(Visit visit) {
        return visit.cookie(CART).flatMap(cookie -> {
            String[] parts = cookie.split("\\.", 2);
            return parts.length < 2
                    ? Optional.empty()
                    : uuid(parts[0])
                            .flatMap(id ->
                                    ClientSecret.parse(parts[1]).map(secret -> new OwnCart(new CartId(id), secret)));
        });
    }

    void keep(Visit visit, OwnCart cart) {
        visit.setCookie(CART, cart.id.value() + "." + cart.secret.reveal(), KEPT);
    }

    /// The cart has become an order.
    void dropCart(Visit visit) {
        visit.dropCookie(CART);
    }

    /// The secret by which a queue knows them, if they ever were in one.
    Optional<ClientSecret> visitor(Visit visit) {
        return visit.cookie(VISITOR).flatMap(ClientSecret::parse);
    }

    void keepVisitor(Visit visit, ClientSecret secret) {
        visit.setCookie(VISITOR, secret.reveal(), KEPT);
    }

    /// The latest first.
    List<OwnCheckout> checkouts(Visit visit) {
        var own = new ArrayList<OwnCheckout>();
        for (String entry : visit.cookie(CHECKOUTS).orElse("").split("~", CHECKOUTS_MAX + 1)) {
            String[] parts = entry.split("\\.", 3);
            if (parts.length < 3) continue;
            uuid(parts[0])
                    .ifPresent(id -> ClientSecret.parse(parts[1])
                            .ifPresent(secret -> own.add(new OwnCheckout(
                                    new CheckoutId(id), secret, parts[2].isEmpty() ? null : parts[2]))));
        }
        return own;
    }

    Optional<OwnCheckout> checkout(Visit visit, CheckoutId id) {
        return checkouts(visit).stream().filter(own -> own.id.equals(id)).findFirst();
    }

    void keep(Visit visit, OwnCheckout checkout) {
        var all = new ArrayList<>(checkouts(visit));
        all.removeIf(own -> own.id.equals(checkout.id));
        all.addFirst(checkout);
        visit.setCookie(
                CHECKOUTS, all.stream().limit(CHECKOUTS_MAX).map(Guests::entry).collect(joining("~")), KEPT);
    }

    private static String entry(OwnCheckout own) {
        return own.id.value() + "." + own.secret.reveal() + "." + (own.attempt == null ? "" : own.attempt);
    }

    static Optional<UUID> uuid(String text) {
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
