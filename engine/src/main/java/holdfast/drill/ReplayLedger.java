package holdfast.drill;

import holdfast.drill.Invoice.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The books of a replay: for every line of the files, what became of it. Written by many shoppers at once.
final class ReplayLedger {

    private final Map<Integer, Fate> fates = new ConcurrentHashMap<>();

    /// Books a line, once and for all; a second fate is a fault in the replay itself.
    void book(Entry entry, Fate fate) {
        Fate earlier = fates.putIfAbsent(entry.line().number(), fate);
        if (earlier != null) {
            throw new IllegalStateException(entry.line().place() + " is " + earlier + " and cannot become " + fate);
        }
    }

    void book(Collection<Entry> entries, Fate fate) {
        entries.forEach(entry -> book(entry, fate));
    }

    /// The lines of each fate, in the order of `entries`. A line that nobody booked is missing from all of
    /// them, and the sums will show it.
    Map<Fate, List<InvoiceLine>> byFate(List<Entry> entries) {
        Map<Fate, List<InvoiceLine>> lines = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Fate fate = fates.get(entry.line().number());
            if (fate != null)
                lines.computeIfAbsent(fate, _ -> new ArrayList<>()).add(entry.line());
        }
        return lines;
    }
}
