package holdfast.storefront;

import holdfast.checkout.Checkout;
import holdfast.checkout.Checkouts;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCheckout;
import java.time.Duration;
import java.util.Optional;

/// The checkouts of whoever asks: those that their browser has the secret of.
final class OwnCheckouts {

    private final Database database;
    private final Checkouts checkouts;
    private final Guests guests;

    OwnCheckouts(Database database, Checkouts checkouts, Guests guests) {
        this.database = database;
        this.checkouts = checkouts;
        this.guests = guests;
    }

    /// One of them.
    ///
    /// @param secondsLeft until its hold expires, by the shop's clock
    record Own(Checkout checkout, OwnCheckout keys, long secondsLeft) {

        CheckoutId id() {
            return checkout.id();
        }
    }

    /// The one that the address names.
    ///
    /// @throws Refusal `not_found`, as if it did not exist
    Own named(Visit visit) {
        CheckoutId id = Guests.uuid(visit.path("id")).map(CheckoutId::new).orElseThrow(OwnCheckouts::notYours);
        OwnCheckout keys = guests.checkout(visit, id).orElseThrow(OwnCheckouts::notYours);
        return database.read(tx -> {
            Checkout checkout = find(tx, keys).orElseThrow(OwnCheckouts::notYours);
            return new Own(checkout, keys, secondsLeft(tx, checkout));
        });
    }

    private static long secondsLeft(Tx tx, Checkout checkout) {
        return Math.max(
                0, Duration.between(tx.now(), checkout.hold().expiresAt()).toSeconds());
    }

    Optional<Checkout> find(Tx tx, OwnCheckout own) {
        return checkouts.belongsTo(tx, own.id(), own.secret().sha256())
                ? checkouts.find(tx, own.id())
                : Optional.empty();
    }

    static Refusal notYours() {
        return Problem.NOT_FOUND.refuse("There is no such checkout, or it belongs to another browser.");
    }

    /// Where its page is.
    static String address(CheckoutId id) {
        return "/checkout/" + id.value();
    }

    /// Whether nothing can be changed any more.
    static boolean isOver(Refusal refusal) {
        return switch (refusal.problem()) {
            case HOLD_EXPIRED, CHECKOUT_CANCELED, CHECKOUT_COMPLETED, PAYMENT_IN_PROGRESS -> true;
            default -> false;
        };
    }
}
