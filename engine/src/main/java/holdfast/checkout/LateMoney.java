package holdfast.checkout;

import holdfast.catalog.DiscountUses;
import holdfast.catalog.Offer;
import holdfast.catalog.QuoteRequest;
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
    /// can go on to its order. Locks, in this order: hold, attempt, discount codes, stock.
    boolean holdAgain(Attempt attempt) {
        return database.inTransaction(tx -> {
            CheckoutId id = attempt.checkout();
            Hold hold = Objects.requireNonNull(holds.lock(tx, List.of(id)).get(id));
            Attempt.Owner now = payments.lock(tx, List.of(attempt.id())).get(attempt.id());
            if (!attempt.isStillWith(now) || hold.state() != Hold.State.RELEASED) return false;
            StoredCheckout checkout =
                    Objects.requireNonNull(CheckoutTable.read(tx, List.of(id)).get(id));
            return wanted(tx, checkout)
                    .filter(request -> take(tx, checkout, request))
                    .isPresent();
        });
    }

    /// What the checkout wants, unless it is not sold any more, or not as much of it to this customer.
    private Optional<HoldRequest> wanted(Tx tx, StoredCheckout checkout) {
        try {
            QuoteRequest quoted = checkout.asQuoted();
            Offer offer = quotes.offer(tx, quoted);
            HoldRequest request = Checkouts.holdRequest(checkout.id(), offer, quoted.shipTo());
            limits.demand(tx, new PurchaseLimits.Purchase(checkout.email(), request));
            return Optional.of(request);
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }

    private boolean take(Tx tx, StoredCheckout checkout, HoldRequest request) {
        if (!discounts.take(tx, List.of(checkout.discountClaim())).getFirst()) return false;
        if (holds.holdAgain(tx, request) instanceof HoldPlan.Granted) return true;
        discounts.giveBack(tx, List.of(checkout.id()));
        return false;
    }
}
