package holdfast.psp;

import holdfast.kernel.Money;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Money on its way back to the shopper.
///
/// @param metadata what whoever asked for it wrote on it
/// @param end what becomes of it later; null: it is as it is
/// @param number how many there were before it
public record Refund(
        String id,
        String intent,
        Money amount,
        Status status,
        @Nullable String reason,
        Map<String, String> metadata,
        @Nullable Status end,
        Instant createdAt,
        int number) {

    /// Where it is.
    public enum Status {
        /// It will take a while.
        PENDING,
        /// It is there, or so it seems.
        SUCCEEDED,
        /// The bank of the shopper sent it back.
        FAILED
    }

    Refund become(Status next) {
        return new Refund(id, intent, amount, next, reason, metadata, null, createdAt, number);
    }
}
