package holdfast.psp;

import holdfast.psp.FaultRule.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// What is to go wrong. Each rule draws from a source of its own, which follows from the seed: so the same
/// requests in the same order have the same luck.
final class Faults {

    private static final int REMEMBERED_MAX = 10_000;
    private static final int THOUSAND = 1_000;

    private long seed;
    private List<Armed> rules = List.of();
    private long struckCount;
    private final Deque<Struck> struck = new ArrayDeque<>();

    /// A rule, how many requests matched it, and how many it struck.
    static final class Armed {

        private final FaultRule rule;
        private final SplittableRandom luck;
        private int matched;
        private int hit;

        private Armed(FaultRule rule, SplittableRandom luck) {
            this.rule = rule;
            this.luck = luck;
        }

        private boolean strikes(Call call, Set<String> names) {
            boolean matches = (rule.operation() == null
                            || rule.operation().equals(call.operation().word()))
                    && (rule.payment() == null || names.contains(rule.payment()));
            if (!matches) return false;
            matched++;
            boolean unlucky = rule.perThousand() == null || luck.nextInt(THOUSAND) < rule.perThousand();
            boolean strikes = unlucky
                    && (rule.nth() == null || rule.nth() == matched)
                    && (rule.times() == null || hit < rule.times());
            if (strikes) hit++;
            return strikes;
        }

        private Duration latency() {
            int median = rule.delayMsOrDefault();
            if (rule.p99Ms() == null) return Duration.ofMillis(median);
            double sigma = Math.log((double) rule.p99Ms() / median) / 2.326_347_874; // sigmas up to the p99
            return Duration.ofMillis(Math.round(median * Math.exp(sigma * luck.nextGaussian())));
        }
    }

    /// A rule as it stands.
    record Standing(FaultRule rule, int matched, int struck) {}

    /// What happened to a request.
    record Struck(
            Instant at,
            String operation,
            String path,
            @Nullable String key,
            Fault fault) {}

    /// What a request will meet.
    ///
    /// @param rule null: nothing but the delay
    record Luck(Duration delay, @Nullable FaultRule rule) {}

    /// Arms these rules in place of all others, and counts from the beginning.
    synchronized void arm(long newSeed, List<FaultRule> newRules) {
        seed = newSeed;
        rules = List.of();
        newRules.forEach(this::add);
    }

    synchronized void add(FaultRule rule) {
        List<Armed> more = new ArrayList<>(rules);
        more.add(new Armed(rule, new SplittableRandom(seed ^ Names.fingerprint("rule " + rules.size()))));
        rules = List.copyOf(more);
    }

    synchronized long seed() {
        return seed;
    }

    synchronized List<Standing> standing() {
        return rules.stream()
                .map(armed -> new Standing(armed.rule, armed.matched, armed.hit))
                .toList();
    }

    /// The latest, the oldest first.
    synchronized List<Struck> struck() {
        return List.copyOf(struck);
    }

    synchronized long struckCount() {
        return struckCount;
    }

    /// @param names what the payment goes by
    synchronized Luck next(Call call, Set<String> names, Instant now) {
        Duration delay = Duration.ZERO;
        FaultRule met = null;
        for (Armed armed : rules) {
            boolean adds = armed.rule.fault() == Fault.LATENCY;
            if ((!adds && met != null) || !armed.strikes(call, names)) continue;
            if (adds) delay = delay.plus(armed.latency());
            else met = armed.rule;
            remember(new Struck(now, call.operation().word(), call.path(), call.key(), armed.rule.fault()));
        }
        return new Luck(delay, met);
    }

    private void remember(Struck each) {
        struckCount++;
        struck.add(each);
        if (struck.size() > REMEMBERED_MAX) struck.remove();
    }
}
