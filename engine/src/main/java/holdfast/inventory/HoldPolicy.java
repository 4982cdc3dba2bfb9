package holdfast.inventory;

import static java.util.Collections.max;

import java.time.Duration;
import java.util.List;

/// How long a hold lasts.
///
/// @param ttl from its beginning to its expiry, while nobody pays; a product may have a time of its own
/// @param paying how long a payment may take before it is fenced
/// @param extension what a shopper gets on top, once, for a challenge such as 3-D Secure
/// @param hardLimit from its beginning; nothing keeps a hold longer, but a longer time of its product, see [#limit]
public record HoldPolicy(Duration ttl, Duration paying, Duration extension, Duration hardLimit) {

    public static final HoldPolicy DEFAULT = new HoldPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(3), Duration.ofMinutes(5), Duration.ofMinutes(20));

    public HoldPolicy {
        if (ttl.isNegative() || ttl.isZero() || hardLimit.compareTo(ttl) < 0) {
            throw new IllegalArgumentException(
                    "A hold lasts longer than nothing, and its hard limit is not below its time");
        }
    }

    /// From its beginning, when the stock of a hold that lasts `time` goes back whatever its payment comes to.
    /// Where its product is held longer than others, a payment that begins in the last moment still has its
    /// time, and a challenge its extension.
    Duration limit(Duration time) {
        if (time.compareTo(ttl) <= 0) return hardLimit;
        return max(List.of(hardLimit, time.plus(max(List.of(paying, extension)))));
    }
}
