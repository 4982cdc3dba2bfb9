package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What goes wrong with webhooks on their way. The seed and the number of an event decide, whatever happens
/// when.
///
/// @param dropPerThousand never arrive
/// @param duplicatePerThousand arrive twice
/// @param delayPerThousand arrive `delay_ms` late
/// @param shuffleMs each arrives up to so much later, so that they overtake each other
record WebhookFaults(
        long seed,
        @JsonProperty("drop_per_thousand") int dropPerThousand,
        @JsonProperty("duplicate_per_thousand") int duplicatePerThousand,
        @JsonProperty("delay_per_thousand") int delayPerThousand,
        @JsonProperty("delay_ms") int delayMs,
        @JsonProperty("shuffle_ms") int shuffleMs) {

    private static final int THOUSAND = 1_000;
    private static final int MS_MAX = 3_600_000;

    static final WebhookFaults NONE = new WebhookFaults(0, 0, 0, 0, 0, 0);

    /// What is wrong with it, or null.
    @Nullable
    String complaint() {
        for (int rate : new int[] {dropPerThousand, duplicatePerThousand, delayPerThousand}) {
            if (rate < 0 || rate > THOUSAND) return "Rates are 0 to 1000 per thousand";
        }
        for (int ms : new int[] {delayMs, shuffleMs}) {
            if (ms < 0 || ms > MS_MAX) return "Times are 0 to " + MS_MAX + " ms";
        }
        return null;
    }

    /// When the copies of an event are sent for the first time, counted from its making; none if it is dropped.
    List<Duration> copies(Event event, String endpoint) {
        var luck = new SplittableRandom(seed ^ Names.fingerprint(endpoint + event.number()));
        if (luck.nextInt(THOUSAND) < dropPerThousand) return List.of();
        int count = luck.nextInt(THOUSAND) < duplicatePerThousand ? 2 : 1;
        List<Duration> copies = new ArrayList<>();
        for (int copy = 0; copy < count; copy++) {
            long late = luck.nextInt(THOUSAND) < delayPerThousand ? delayMs : 0;
            copies.add(Duration.ofMillis(late + (shuffleMs == 0 ? 0 : luck.nextInt(shuffleMs))));
        }
        return copies;
    }
}
