package holdfast.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/// Remembers how long each of many things took.
final class Stopwatch {

    private record Lap(Object what, Duration took) {}

    private final List<Lap> laps = new ArrayList<>();

    <T> T time(Object what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = work.get();
        laps.add(new Lap(what, Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    private Duration percentile(int percent) {
        return sorted().get((laps.size() - 1) * percent / 100).took;
    }

    private List<Lap> sorted() {
        return laps.stream().sorted(Comparator.comparing(Lap::took)).toList();
    }

    @Override
    public String toString() {
        Lap slowest = sorted().getLast();
        return ("%,d bad requests: half of them refused within %.1f ms, 99 of 100 within %.1f ms; "
                        + "the slowest took %.1f ms (%s)")
                .formatted(laps.size(), ms(percentile(50)), ms(percentile(99)), ms(slowest.took), slowest.what);
    }

    private static double ms(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
