package holdfast.psp;

import holdfast.kernel.Money;
import java.time.Instant;

/// One line of the provider's ledger: money that was set aside, taken, let go or given back.
///
/// @param key the idempotency key of the request that moved it
public record Movement(Kind kind, String reference, Money amount, String key, Instant at) {

    /// What became of the money.
    public enum Kind {
        AUTH,
        CAPTURE,
        VOID,
        REFUND
    }
}
