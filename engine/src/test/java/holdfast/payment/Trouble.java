package holdfast.payment;

import holdfast.kernel.Money;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What goes wrong between us and a gateway, on demand.
public final class Trouble implements Detour.Way {

    /// What can happen to one request.
    public enum Fault {
        /// It never arrives.
        LOST_BEFORE,
        /// It arrives and has its effect, but the answer does not come back.
        LOST_AFTER,
        /// The gateway says no.
        DECLINED,
        /// The gateway does something else than it was asked for, and says so.
        WRONG_AMOUNT
    }

    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();
    private volatile boolean dark;
    private volatile @Nullable String hidden;

    /// Between us and `gateway`.
    public Gateway before(Gateway gateway) {
        return new Detour(gateway, this);
    }

    /// The next request to do `operation` goes wrong; `retrieve`, to read, only gets lost.
    public void next(String operation, Fault fault) {
        faults.computeIfAbsent(operation, _ -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    /// Whether from now on everything arrives and has its effect, and no answer comes back.
    public void dark(boolean isDark) {
        dark = isDark;
    }

    /// From now on this payment cannot be read any more, nor can the list; null: both can again.
    public void hides(@Nullable String reference) {
        hidden = reference;
    }

    /// What was asked, in order: `capture`, `retrieve`.
    public Queue<String> calls() {
        return calls;
    }

    @Override
    public Outcome moved(String operation, Supplier<Outcome> request) {
        calls.add(operation);
        Fault fault = dark ? Fault.LOST_AFTER : planned(operation);
        if (fault == null) return request.get();
        return switch (fault) {
            case LOST_BEFORE -> new Outcome.Unknown("the request was lost");
            case LOST_AFTER -> {
                var _ = request.get();
                yield new Outcome.Unknown("the answer was lost");
            }
            case DECLINED -> new Outcome.Declined("do_not_honor");
            case WRONG_AMOUNT ->
                request.get() instanceof Outcome.Approved approved
                        ? new Outcome.Approved(approved.reference(), more(approved.amount()), approved.card())
                        : new Outcome.Unknown("not even that");
        };
    }

    private static Money more(Money amount) {
        return amount.plus(Money.of(1, amount.currency()));
    }

    private @Nullable Fault planned(String operation) {
        Queue<Fault> planned = faults.get(operation);
        return planned == null ? null : planned.poll();
    }

    @Override
    public Retrieved read(String reference, Supplier<Retrieved> request) {
        calls.add("retrieve");
        return dark || reference.equals(hidden) || planned("retrieve") != null
                ? new Retrieved.Unreachable("it is dark")
                : request.get();
    }

    @Override
    public GivenBack readRefunds(String reference, Supplier<GivenBack> request) {
        calls.add("refunds");
        return dark || reference.equals(hidden) || planned("retrieve") != null
                ? new GivenBack.Unreachable("it is dark")
                : request.get();
    }

    @Override
    public Listing listed(Supplier<Listing> request) {
        return dark || hidden != null ? new Listing.Unreachable("it is dark") : request.get();
    }
}
