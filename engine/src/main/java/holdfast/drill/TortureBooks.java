package holdfast.drill;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/// What shoppers were told in a torture, all of it, to be held against the shop's own books in the end.
/// Written by all of them, and into a file as it comes.
final class TortureBooks implements AutoCloseable {

    private final PrintWriter log;
    private final Map<String, Answer> byKey = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> ordersOfIntent = new ConcurrentHashMap<>();
    private final Set<String> checkouts = ConcurrentHashMap.newKeySet();
    private final Set<String> orders = ConcurrentHashMap.newKeySet();
    private final Set<String> canceled = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> refunds = new ConcurrentHashMap<>();
    private final Collection<String> broken = new ConcurrentLinkedQueue<>();

    /// @param file where every answer is noted, a line each
    TortureBooks(Path file) {
        try {
            this.log = new PrintWriter(Files.newBufferedWriter(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Counts an answer, or that none came.
    void heard(String answer) {
        counts.computeIfAbsent(answer, _ -> new LongAdder()).increment();
    }

    /// A final answer to a request with this key: whoever asks again is to hear the same, to the byte.
    void answered(String key, Answer answer) {
        note(key + " " + answer.status() + (answer.replayed() ? " replayed" : ""));
        Answer before = byKey.putIfAbsent(key, answer);
        if (before == null) return;
        if (before.status() != answer.status() || !Arrays.equals(before.bytes(), answer.bytes())) {
            broken.add("key " + key + " was answered " + before.status() + " " + new String(before.bytes(), UTF_8)
                    + " and later " + answer.status() + " " + new String(answer.bytes(), UTF_8));
        }
    }

    void opened(String checkout) {
        checkouts.add(checkout);
    }

    /// Somebody was told that this checkout became that order.
    void bought(String checkout, String order) {
        orders.add(order);
        ordersOfIntent
                .computeIfAbsent(checkout, _ -> ConcurrentHashMap.newKeySet())
                .add(order);
    }

    void canceled(String order) {
        canceled.add(order);
    }

    void refunded(String order, long amount) {
        refunds.merge(order, amount, Long::sum);
    }

    private void note(String line) {
        log.println(Instant.now() + " " + line);
    }

    Set<String> checkouts() {
        return checkouts;
    }

    Set<String> orders() {
        return orders;
    }

    Set<String> canceledOrders() {
        return canceled;
    }

    Map<String, Long> refunds() {
        return refunds;
    }

    /// The checkouts that became several orders.
    List<String> boughtTwice() {
        return ordersOfIntent.entrySet().stream()
                .filter(each -> each.getValue().size() > 1)
                .map(each -> "checkout " + each.getKey() + " became the orders " + each.getValue())
                .toList();
    }

    /// The keys that were answered in two ways.
    List<String> answeredTwice() {
        return new ArrayList<>(broken);
    }

    int keys() {
        return byKey.size();
    }

    /// How often each answer was heard.
    Map<String, Long> counts() {
        var sorted = new TreeMap<String, Long>();
        counts.forEach((answer, count) -> sorted.put(answer, count.sum()));
        return sorted;
    }

    /// How often no answer came.
    long inVain() {
        return counts.entrySet().stream()
                .filter(each -> each.getKey().endsWith("no answer"))
                .mapToLong(each -> each.getValue().sum())
                .sum();
    }

    long answers() {
        return counts.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public void close() {
        log.close();
    }
}
