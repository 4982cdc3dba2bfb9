package holdfast.admission;

import java.util.LinkedHashMap;
import java.util.Map;

/// The latest attempt to pay for each checkout that was asked about lately.
final class Attempts {

    private final Map<String, Integer> latest = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    /// By its hash: whoever finds another one with the same has one attempt more.
    synchronized boolean isLatest(String checkout, String attempt) {
        Integer known = latest.get(checkout);
        return known != null && known == attempt.hashCode();
    }

    synchronized void begin(String checkout, String attempt) {
        latest.put(checkout, attempt.hashCode());
        if (latest.size() > Buckets.MOST) {
            var eldest = latest.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }
}
