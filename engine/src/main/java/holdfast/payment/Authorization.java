package holdfast.payment;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Money that a gateway has set aside for an attempt.
///
/// @param reference what the gateway calls the attempt
/// @param captureBefore when it lapses if it is not captured, where the gateway says so
public record Authorization(
        String reference, @Nullable Card card, @Nullable Instant captureBefore) {}
