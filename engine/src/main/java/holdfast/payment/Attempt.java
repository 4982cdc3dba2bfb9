package holdfast.payment;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.KeyId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One try to pay for a checkout, as it is written down.
///
/// ```
/// begun ─┬─▶ authorized ─▶ captured
///        │        └──────▶ voided
///        ├─▶ requires_action ─▶ …
///        ├─▶ unknown ─────────▶ …
///        ├─▶ declined
///        └─▶ failed
/// ```
///
/// @param reference what the gateway calls it; null until the gateway has named it
/// @param token what stands for the card or wallet
/// @param asked the idempotency key of the request that began it
/// @param fence goes up with every owner; what an earlier owner writes finds nothing
public record Attempt(
        PaymentId id,
        CheckoutId checkout,
        String gateway,
        @Nullable String reference,
        Money amount,
        String token,
        State state,
        @Nullable Card card,
        @Nullable String declineCode,
        @Nullable String nextActionUrl,
        KeyId asked,
        int fence) {

    /// How far a try to pay got.
    public enum State {
        BEGUN,
        REQUIRES_ACTION,
        UNKNOWN,
        DECLINED,
        AUTHORIZED,
        CAPTURED,
        VOIDED,
        FAILED;

        /// The states in which nobody knows yet whether there will be money.
        static final Set<State> OPEN = Set.of(BEGUN, REQUIRES_ACTION, UNKNOWN);

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static State of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// What the gateway is asked, now and whenever it is asked again.
    public Charge charge() {
        return new Charge(id, checkout, amount, token);
    }

    /// Who may go on with an attempt, and from where: the owner with this fencing number.
    public record Owner(int fence, State state) {}

    /// Whether, by what is written `now`, whoever holds this is still its owner and may end it.
    public boolean isStillWith(@Nullable Owner now) {
        return now != null && now.fence == fence && State.OPEN.contains(now.state);
    }

    /// Our key for an operation on this attempt: 64 characters at most.
    public String key(String operation) {
        return id + ":" + operation + ":1";
    }
}
