package holdfast.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Which checkouts each has open, as far as anybody remembers: those that are over by themselves are not
/// counted, and of too many visitors the one who came longest ago is forgotten.
final class OpenHolds {

    private final int most;
    private final Map<String, List<Open>> open = new LinkedHashMap<>(16, 0.75f, true); // guarded by this

    private record Open(UUID checkout, long untilNanos) {}

    OpenHolds() {
        this(Buckets.MOST);
    }

    OpenHolds(int most) {
        this.most = most;
    }

    synchronized int count(String who, long now) {
        List<Open> theirs = open.get(who);
        if (theirs == null) return 0;
        theirs.removeIf(each -> each.untilNanos - now <= 0);
        if (theirs.isEmpty()) open.remove(who);
        return theirs.size();
    }

    synchronized void add(String who, UUID checkout, long untilNanos) {
        open.computeIfAbsent(who, _ -> new ArrayList<>(1)).add(new Open(checkout, untilNanos));
        if (open.size() > most) {
            var eldest = open.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    synchronized void remove(String who, UUID checkout) {
        List<Open> theirs = open.get(who);
        if (theirs != null) theirs.removeIf(each -> each.checkout.equals(checkout));
    }

    synchronized int size() {
        return open.size();
    }
}
