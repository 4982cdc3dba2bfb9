package holdfast.order;

import holdfast.kernel.Money;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A gateway that goes wrong on demand, in front of one that does not.
final class FaultyGateway implements Gateway {

    enum Fault {
        /// The request never arrives.
        LOST_BEFORE,
        /// It arrives and has its effect, but the answer does not come back.
        LOST_AFTER,
        /// The gateway says no.
        DECLINED,
        /// The gateway does something else than it was asked for, and says so.
        WRONG_AMOUNT
    }

    private final Gateway gateway;
    private final Map<String, Queue<Fault>> faults = new ConcurrentHashMap<>();
    private final Queue<String> calls = new ConcurrentLinkedQueue<>();

    FaultyGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    void next(String operation, Fault fault) {
        faults.computeIfAbsent(operation, _ -> new ConcurrentLinkedQueue<>()).add(fault);
    }

    /// What was asked, in order: `capture`, `retrieve`.
    Queue<String> calls() {
        return calls;
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public boolean takesOurReference() {
        return gateway.takesOurReference();
    }

    @Override
    public Outcome create(Charge charge, String key) {
        return gateway.create(charge, key);
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return gateway.authorize(reference, charge, key);
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return call("capture", () -> gateway.capture(reference, amount, key));
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return call("void", () -> gateway.cancel(reference, key));
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return call("refund", () -> gateway.refund(reference, amount, key));
    }

    @Override
    public Retrieved retrieve(String reference) {
        calls.add("retrieve");
        Queue<Fault> planned = faults.get("retrieve");
        return planned == null || planned.poll() == null
                ? gateway.retrieve(reference)
                : new Retrieved.Unreachable("no route to host");
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return gateway.list(from, until, page);
    }

    private Outcome call(String operation, Supplier<Outcome> request) {
        calls.add(operation);
        Queue<Fault> planned = faults.get(operation);
        Fault fault = planned == null ? null : planned.poll();
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
                        ? new Outcome.Approved(
                                approved.reference(),
                                approved.amount()
                                        .plus(Money.of(1, approved.amount().currency())),
                                approved.card())
                        : new Outcome.Unknown("not even that");
        };
    }
}
