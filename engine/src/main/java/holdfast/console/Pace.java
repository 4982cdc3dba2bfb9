package holdfast.console;

import holdfast.kernel.Timing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/// How long the API takes to answer, over the last minute that somebody looked on; at first, since this server was
/// started. For one thread at a time.
final class Pace {

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int OF = 100;

    private final Supplier<List<Timing.Figures>> answers;
    private final Deque<Seen> seen = new ArrayDeque<>();

    Pace(Supplier<List<Timing.Figures>> answers) {
        this.answers = answers;
    }

    /// How many answers there were in each bucket of [Timing], up to then.
    private record Seen(long at, long[] counts) {}

    /// Within what time 99 of 100 were answered, as exactly as they are counted: `25 ms`; of none, a dash.
    String slowest() {
        var now = new Seen(System.nanoTime(), counts());
        while (seen.size() > 1 && now.at - seen.getFirst().at > WINDOW.toNanos()) seen.removeFirst();
        long[] before = seen.isEmpty() ? new long[now.counts.length] : seen.getFirst().counts;
        seen.addLast(now);
        return within(now.counts, before);
    }

    private long[] counts() {
        long[] counts = new long[Timing.BOUNDS.size() + 1];
        for (Timing.Figures figures : answers.get()) {
            for (int i = 0; i < counts.length; i++)
                counts[i] += figures.counts().get(i);
        }
        return counts;
    }

    private static String within(long[] now, long[] before) {
        long all = 0;
        for (int i = 0; i < now.length; i++) all += now[i] - before[i];
        if (all == 0) return "–";
        long slower = all;
        for (int i = 0; i < Timing.BOUNDS.size(); i++) {
            slower -= now[i] - before[i];
            if (slower * OF <= all) return Timing.BOUNDS.get(i).toMillis() + " ms";
        }
        return "over " + Timing.BOUNDS.getLast().toSeconds() + " s";
    }
}
