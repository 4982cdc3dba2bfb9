package holdfast.kernel;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts what happens, by a key out of few: cheap enough for every request. It starts at nothing with the
/// process.
public final class Tally<K> {

    private final Map<K, LongAdder> counts = new ConcurrentHashMap<>();

    public void count(K key) {
        add(key, 1);
    }

    public void add(K key, long times) {
        counts.computeIfAbsent(key, _ -> new LongAdder()).add(times);
    }

    /// How often each was counted so far; a key that never was is missing.
    public Map<K, Long> now() {
        var now = new HashMap<K, Long>();
        counts.forEach((key, count) -> now.put(key, count.sum()));
        return now;
    }
}
