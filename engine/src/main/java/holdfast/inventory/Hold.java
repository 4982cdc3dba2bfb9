package holdfast.inventory;

import holdfast.kernel.CheckoutId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Stock set aside for one checkout, until a deadline.
///
/// ```
/// active ─▶ paying ─▶ committed
///   │ ▲───────┤
///   │      (declined)
///   │         └─────▶ released
///   ├──────────────▶ released
///   └──────────────▶ expired
/// ```
///
/// @param checkout whose it is: each has one
/// @param hardDeadline when its stock goes back whatever its payment comes to
/// @param lines what is set aside and where, SKU by SKU, in the order in which it was taken
/// @param soft whether its stock is promised in Redis alone: to be taken before it is paid
/// @param live whether the database's clock was before `expiresAt` when this was read
/// @param payable whether it was before `payingDeadline`, the end of which fences a payment
/// @param extendable whether it was before `hardDeadline`
public record Hold(
        CheckoutId checkout,
        State state,
        Instant createdAt,
        Instant expiresAt,
        Instant hardDeadline,
        List<HeldLine> lines,
        String sourcing,
        boolean soft,
        boolean live,
        boolean payable,
        boolean extendable) {

    /// Where a hold is in its life.
    public enum State {
        ACTIVE,
        PAYING,
        COMMITTED,
        RELEASED,
        EXPIRED;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }
}
