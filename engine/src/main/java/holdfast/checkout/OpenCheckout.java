package holdfast.checkout;

import holdfast.db.Command;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.HoldRequest;
import holdfast.kernel.Sku;
import java.util.Optional;
import java.util.function.Function;

/// Write a checkout down together with its hold, all lines or none. No verdict where the catalog has changed
/// since it was quoted: then nothing was written.
///
/// @param render puts the opened checkout into words
record OpenCheckout(NewCheckout checkout, HoldRequest hold, Optional<KeyUse> key, Function<Checkout, Answer> render)
        implements Command<Optional<Verdict>> {

    PurchaseLimits.Purchase purchase() {
        return new PurchaseLimits.Purchase(checkout.email(), hold);
    }

    /// How many pieces of it.
    long wants(Sku sku) {
        return hold.wanted().getOrDefault(sku, 0L);
    }
}
