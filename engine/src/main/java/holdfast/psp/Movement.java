package holdfast.psp;

import holdfast.kernel.Money;
import java.time.Instant;

/// One line of the provider's ledger: money that was set aside, taken, let go or given back.
///
/// @param key the idempotency key of the request that moved it; empty if it had none
public record Movement(Kind kind, String reference, Money amount, String key, Instant at) {

    /// What became of the money.
    public enum Kind {
        AUTH,
        CAPTURE,
        VOID,
        REFUND,
        /// A refund failed: what was given back came back.
        REFUND_FAILED
    }
}
