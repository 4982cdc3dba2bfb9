package holdfast.drill;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// What the shoppers of a flash sale heard, and how it ended for each. Written by all of them.
final class SaleBooks {

    /// How it ends for a shopper.
    enum End {
        BOUGHT("bought"),
        REFUSED("refused: out of stock"),
        ABANDONED("held, and went away without paying"),
        TOO_LATE("held, but was too late to pay"),
        TURNED_AWAY("refused for another reason"),
        FAILED("failed otherwise");

        private final String text;

        End(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// How it stands.
    ///
    /// @param held by shoppers who are about to pay
    /// @param waiting shoppers who have not been in yet, or want to come back
    record Now(long sold, long held, long refused, long otherwise, long waiting, long answers) {}

    private final FlashSalePlan plan;
    private final Map<End, LongAdder> ends = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Set<String> orders = ConcurrentHashMap.newKeySet();
    private final AtomicLong inside = new AtomicLong();
    private final AtomicLong holding = new AtomicLong();
    private final AtomicLong lost = new AtomicLong();
    final Timings opening = new Timings();
    final Timings completing = new Timings();

    SaleBooks(FlashSalePlan plan) {
        this.plan = plan;
    }

    void heard(String answer) {
        answers.computeIfAbsent(answer, _ -> new LongAdder()).increment();
    }

    void enters() {
        inside.incrementAndGet();
    }

    void leaves() {
        inside.decrementAndGet();
    }

    void holds() {
        holding.incrementAndGet();
    }

    /// Somebody who held something bought it.
    void bought(String order) {
        orders.add(order);
        holding.decrementAndGet();
    }

    /// Somebody who held something did not buy it: it is the shop's to take back.
    void lost() {
        lost.incrementAndGet();
        holding.decrementAndGet();
    }

    void ended(End end) {
        ends.computeIfAbsent(end, _ -> new LongAdder()).increment();
    }

    /// The orders that shoppers were told of.
    Set<String> orders() {
        return orders;
    }

    long unitsSold() {
        return (long) orders.size() * plan.quantity();
    }

    /// How often a hold did not become an order.
    long timesLost() {
        return lost.get();
    }

    /// Whether there is something to come back for: not everything is sold, so what others hold may come back.
    boolean unitsMayReturn() {
        return plan.units() - unitsSold() >= plan.quantity();
    }

    long count(End end) {
        LongAdder count = ends.get(end);
        return count == null ? 0 : count.sum();
    }

    /// How often each answer was heard.
    Map<String, Long> answers() {
        var counts = new TreeMap<String, Long>();
        answers.forEach((answer, count) -> counts.put(answer, count.sum()));
        return counts;
    }

    Now now() {
        long ended = ends.values().stream().mapToLong(LongAdder::sum).sum();
        long bought = count(End.BOUGHT);
        long refused = count(End.REFUSED);
        return new Now(
                unitsSold(),
                Math.max(0, holding.get()) * plan.quantity(),
                refused,
                ended - bought - refused,
                Math.max(0, plan.shoppers() - ended - inside.get()),
                answers.values().stream().mapToLong(LongAdder::sum).sum());
    }
}
