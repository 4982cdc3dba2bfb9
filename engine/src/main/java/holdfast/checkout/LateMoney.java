package holdfast.checkout;

import holdfast.catalog.DiscountUses;
import holdfast.catalog.Offer;
import holdfast.catalog.Quotes;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.inventory.Hold;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.HoldRequest;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Refusal;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Money that turns out to be set aside after its stock was given back: the gateway was out of reach until the
/// hold's hard limit. If the same can still be had it is held again, and the shopper gets the order after all;
/// else the money has to be let go of.
final class LateMoney {

    private final Database database;
    private final Holds holds;
    private final Payments payments;
    private final Quotes quotes;
    private final PurchaseLimits limits;
    private final DiscountUses discounts;

    LateMoney(
            Database database,
            Holds holds,
            Payments payments,
            Quotes quotes,
            PurchaseLimits limits,
            DiscountUses discounts) {
        this.database = database;
        this.holds = holds;
        this.payments = payments;
        this.quotes = quotes;
        this.limits = limits;
        this.discounts = discounts;
    }

    /// Sets the stock and the discount of a checkout aside again, on the terms of today; true if the attempt
    /// can go on to its order. Locks, in this order: hold, attempt, discount codes,
    /// purchase limits, stock.
    boolean holdAgain(Attempt attempt) {
        return database.inTransaction(tx -> {
            CheckoutId id = attempt.checkout();
            Hold hold = Objects.requireNonNull(holds.lock(tx, List.of(id)).get(id));
            Attempt.Owner now = payments.lock(tx, List.of(attempt.id())).get(attempt.id());
            if (!attempt.isStillWith(now) || hold.state() != Hold.State.RELEASED) return false;
            StoredCheckout checkout =
                    Objects.requireNonNull(CheckoutTable.read(tx, List.of(id)).get(id));
            return offer(tx, checkout)
                    .filter(offer -> take(tx, checkout, offer))
                    .isPresent();
        });
    }

    /// What the checkout wants, unless it is not sold any more.
    private Optional<Offer> offer(Tx tx, StoredCheckout checkout) {
        try {
            return Optional.of(quotes.offer(tx, checkout.asQuoted()));
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }

    private boolean take(Tx tx, StoredCheckout checkout, Offer offer) {
        if (!discounts.take(tx, List.of(checkout.discountClaim())).getFirst()) return false;
        HoldRequest request =
                Checkouts.holdRequest(checkout.id(), offer, checkout.asQuoted().shipTo());
        if (isWithinLimits(tx, checkout, request) && holds.holdAgain(tx, request) instanceof HoldPlan.Granted) {
            return true;
        }
        discounts.giveBack(tx, List.of(checkout.id()));
        return false;
    }

    /// Whether the customer may have as much of it.
    private boolean isWithinLimits(Tx tx, StoredCheckout checkout, HoldRequest request) {
        var purchase = new PurchaseLimits.Purchase(checkout.email(), request);
        if (limits.check(tx, List.of(purchase)).getFirst().isPresent()) return false;
        limits.note(tx, List.of(purchase));
        return true;
    }
}
