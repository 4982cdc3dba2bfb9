package holdfast.audit;

import java.time.Instant;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a payment provider has in its own books, told in a way that knows no provider.
///
/// An audit looks at it twice, since money moves on while it reads: once before it sees the database and once
/// after. What was there the first time is *early*: the database has to know of it. And whatever the database
/// knows of is there the second time.
public interface ProviderLedger {

    /// The name of the gateway to it, as `payment.gateway` has it.
    String gateway();

    /// Looks for the first time.
    ///
    /// @throws UnreadableLedger with a reason for whoever asked for the audit
    void look();

    /// Looks for the second time, and tells everything there is: every payment, and every movement of money.
    ///
    /// @throws UnreadableLedger with a reason for whoever asked for the audit
    void read(Consumer<Intent> intents, Consumer<Movement> movements);

    /// A payment, as the provider names it.
    ///
    /// @param payment our own name, as far as the provider was told
    record Intent(String reference, @Nullable UUID payment) {}

    /// Money that was set aside, taken, let go or given back.
    ///
    /// @param amount in minor units; less than nothing for a refund that failed, and came back
    /// @param key the idempotency key of the request that moved it; null where the provider does not tell
    /// @param early whether it was there when we looked for the first time
    /// @param at when it moved; null where the provider does not tell
    record Movement(
            Kind kind,
            String reference,
            long amount,
            String currency,
            @Nullable String key,
            boolean early,
            @Nullable Instant at) {}

    /// What became of the money.
    enum Kind {
        AUTH,
        CAPTURE,
        VOID,
        REFUND
    }
}
