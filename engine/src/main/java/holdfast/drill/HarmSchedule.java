package holdfast.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// What happens to whom, and when: made of a seed alone, so that the same seed makes the same schedule.
///
/// Several are harmed at once, but nobody twice at a time; and the last harm is over when the torture is.
final class HarmSchedule {

    private static final int PAUSE_MIN_MS = 300;
    private static final int PAUSE_MAX_MS = 3_000;
    private static final int SHORT_MAX_MS = 2_500;
    private static final int LONG_MAX_MS = 12_000;
    private static final int LASTS_MIN_MS = 100;

    /// Longer than a lease, so that somebody else takes over before the frozen one wakes up.
    private static final int BEYOND_A_LEASE_MS = 34_000;

    private static final int ONE_IN = 8;

    private HarmSchedule() {}

    static List<Harm> of(long seed, Duration length, List<Stage.Victim> victims) {
        var random = new SplittableRandom(seed);
        Map<String, Duration> busyUntil = new HashMap<>();
        var harms = new ArrayList<Harm>();
        Duration at = Duration.ZERO;
        while (true) {
            at = at.plusMillis(random.nextInt(PAUSE_MIN_MS, PAUSE_MAX_MS));
            Stage.Victim victim = one(random, victims);
            Harm.Kind kind = victim.harms().get(random.nextInt(victim.harms().size()));
            var harm = new Harm(at, Duration.ofMillis(lasts(random, kind)), kind, victim.name());
            if (at.compareTo(length) >= 0) return harms;
            if (harm.ends().compareTo(length) > 0) continue;
            if (at.compareTo(busyUntil.getOrDefault(victim.name(), Duration.ZERO)) < 0) continue;
            busyUntil.put(victim.name(), harm.ends());
            harms.add(harm);
        }
    }

    private static Stage.Victim one(SplittableRandom random, List<Stage.Victim> victims) {
        int at = random.nextInt(victims.stream().mapToInt(Stage.Victim::weight).sum());
        for (Stage.Victim victim : victims) {
            at -= victim.weight();
            if (at < 0) return victim;
        }
        throw new IllegalStateException("The weights add up");
    }

    private static int lasts(SplittableRandom random, Harm.Kind kind) {
        boolean longer = random.nextInt(ONE_IN) == 0;
        return switch (kind) {
            case CUT -> LASTS_MIN_MS;
            case KILL, STOP, REFUSE, LOSE_THERE, LOSE_BACK -> random.nextInt(LASTS_MIN_MS, SHORT_MAX_MS);
            case FREEZE -> longer ? BEYOND_A_LEASE_MS : random.nextInt(LASTS_MIN_MS, LONG_MAX_MS);
            case HOLD_THERE, HOLD_BACK, SLOW -> random.nextInt(LASTS_MIN_MS, longer ? LONG_MAX_MS : SHORT_MAX_MS);
        };
    }
}
