package holdfast.psp;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of the journal: what one request did, all of it or nothing.
///
/// @param key the idempotency key of the request, if it had one
/// @param asked tells the request from another under the same key
/// @param failure what was answered in place of what follows from the facts
record Entry(
        Instant at,
        @Nullable String key,
        long asked,
        List<Fact> facts,
        @Nullable StripeError failure) {

    static Entry of(Instant at, Fact... facts) {
        return new Entry(at, null, 0, List.of(facts), null);
    }
}
