package holdfast.checkout;

import holdfast.inventory.Hold;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// How a checkout says no.
final class Refusals {

    private static final int RETRY_AFTER_SECONDS = 1;

    private Refusals() {}

    static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is no such checkout, or it is not yours");
    }

    static Refusal outOfStock(SortedMap<Sku, Long> available) {
        List<Map<String, Object>> members = available.entrySet().stream()
                .map(entry -> Map.<String, Object>of("sku", entry.getKey().code(), "available", entry.getValue()))
                .toList();
        return Problem.OUT_OF_STOCK
                .refuse("There is not enough of " + available.size() + (available.size() == 1 ? " SKU" : " SKUs"))
                .with("available", members);
    }

    /// A SKU of which more is wanted than the customer can still have.
    ///
    /// @param limit for one customer
    /// @param left of the limit
    record Limited(Sku sku, int limit, long left) {}

    static Refusal purchaseLimit(List<Limited> over) {
        List<Map<String, Object>> members = over.stream()
                .map(each ->
                        Map.<String, Object>of("sku", each.sku.code(), "purchase_limit", each.limit, "left", each.left))
                .toList();
        return Problem.PURCHASE_LIMIT
                .refuse("More than one customer can buy of " + over.size() + (over.size() == 1 ? " SKU" : " SKUs"))
                .with("purchase_limits", members);
    }

    static Refusal priceChanged(Money total) {
        return Problem.PRICE_CHANGED
                .refuse("The total is not what was expected; nothing was charged")
                .with("total", total);
    }

    static Refusal declined(String code) {
        return Problem.PAYMENT_DECLINED
                .refuse("The payment was declined; the stock is still held, try again with a new key")
                .with("decline_code", code);
    }

    static Refusal paymentFenced() {
        return Problem.HOLD_EXPIRED.refuse("The payment did not succeed in time; no money of yours is kept");
    }

    static Refusal discountUnavailable(List<String> codes) {
        return Problem.DISCOUNT_CODE_UNAVAILABLE
                .refuse("A discount code was used up meanwhile; nothing was charged")
                .with("discount_codes", codes);
    }

    /// The catalog moved on, and what was quoted cannot be quoted again.
    static Refusal noLongerQuotable(List<FieldError> errors) {
        boolean onlyCodes = errors.stream().allMatch(error -> error.field().startsWith("discount_codes"));
        Refusal refusal = onlyCodes
                ? Problem.DISCOUNT_CODE_UNAVAILABLE.refuse("A discount code can no longer be used; nothing was charged")
                : Problem.PRICE_CHANGED.refuse("The catalog has changed; change the checkout, then complete it");
        for (FieldError error : errors) {
            refusal = refusal.naming(error);
        }
        return refusal;
    }

    /// Why a checkout with this hold cannot be changed, paid or canceled any more; null if it can.
    static @Nullable Refusal closed(Hold hold, @Nullable OrderId order) {
        return switch (hold.state()) {
            case ACTIVE -> hold.live() ? null : expired();
            case PAYING -> paymentInProgress();
            case COMMITTED -> {
                Refusal completed = Problem.CHECKOUT_COMPLETED.refuse("This checkout has become an order");
                yield order == null ? completed : completed.with("order_id", order.toString());
            }
            case RELEASED -> Problem.CHECKOUT_CANCELED.refuse("This checkout was canceled, and its stock given back");
            case EXPIRED -> expired();
        };
    }

    static Refusal catalogInMotion() {
        return Problem.UNAVAILABLE
                .refuse("The catalog is changing too quickly to quote; try again")
                .with("retry_after", RETRY_AFTER_SECONDS);
    }

    static Refusal paymentInProgress() {
        return Problem.PAYMENT_IN_PROGRESS
                .refuse("Wait for the payment that is under way")
                .with("retry_after", RETRY_AFTER_SECONDS);
    }

    private static Refusal expired() {
        return Problem.HOLD_EXPIRED.refuse("The stock is not held any more; open a new checkout");
    }
}
