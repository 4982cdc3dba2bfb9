package holdfast.inventory;

import java.time.Duration;

/// How long a hold lasts.
///
/// @param ttl from its beginning to its expiry, while nobody pays; a product may have a time of its own
/// @param paying how long a payment may take before it is fenced
/// @param extension what a shopper gets on top, once, for a challenge such as 3-D Secure
/// @param hardLimit from its beginning; nothing keeps a hold longer, but a longer time of its product
public record HoldPolicy(Duration ttl, Duration paying, Duration extension, Duration hardLimit) {

    public static final HoldPolicy DEFAULT = new HoldPolicy(
            Duration.ofMinutes(10), Duration.ofMinutes(3), Duration.ofMinutes(5), Duration.ofMinutes(20));

    public HoldPolicy {
        if (ttl.isNegative() || ttl.isZero() || hardLimit.compareTo(ttl) < 0) {
            throw new IllegalArgumentException(
                    "A hold lasts longer than nothing, and its hard limit is not below its time");
        }
    }
}
