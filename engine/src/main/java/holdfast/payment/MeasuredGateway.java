package holdfast.payment;

import holdfast.kernel.Money;
import holdfast.kernel.Tally;
import holdfast.kernel.Timing;
import holdfast.trace.Span;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A gateway that counts what it is asked, what it answers, and how long that takes; and leaves a span of each.
public final class MeasuredGateway implements Gateway {

    /// What a gateway is asked for.
    public enum Operation {
        CREATE(true),
        AUTHORIZE(true),
        CAPTURE(true),
        CANCEL(true),
        REFUND(true),
        RETRIEVE(false),
        REFUNDS(false),
        LIST(false);

        private final boolean moves; // or only reads

        Operation(boolean moves) {
            this.moves = moves;
        }

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One kind of answer.
    ///
    /// @param outcome `approved`, `declined`, `action_required` or `unknown`; of what is only read `found`,
    ///     `absent` or `unreachable`
    public record Asked(Operation operation, String outcome) {}

    private final Gateway gateway;
    private final Tally<Asked> asked = new Tally<>();
    private final Map<Operation, Timing> took = new EnumMap<>(Operation.class);

    public MeasuredGateway(Gateway gateway) {
        this.gateway = gateway;
        for (Operation operation : Operation.values()) {
            took.put(operation, new Timing());
            asked.add(new Asked(operation, operation.moves ? "approved" : "found"), 0);
            asked.add(new Asked(operation, operation.moves ? "unknown" : "unreachable"), 0);
        }
    }

    /// What was asked and answered so far, and how often.
    public Map<Asked, Long> asked() {
        return asked.now();
    }

    /// How long it took.
    public Map<Operation, Timing.Figures> took() {
        var now = new EnumMap<Operation, Timing.Figures>(Operation.class);
        took.forEach((operation, timing) -> now.put(operation, timing.now()));
        return now;
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
    public Standing standing() {
        return gateway.standing();
    }

    @Override
    public Outcome create(Charge charge, String key) {
        return measured(Operation.CREATE, () -> gateway.create(charge, key), MeasuredGateway::code);
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return measured(Operation.AUTHORIZE, () -> gateway.authorize(reference, charge, key), MeasuredGateway::code);
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return measured(Operation.CAPTURE, () -> gateway.capture(reference, amount, key), MeasuredGateway::code);
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return measured(Operation.CANCEL, () -> gateway.cancel(reference, key), MeasuredGateway::code);
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return measured(Operation.REFUND, () -> gateway.refund(reference, amount, key), MeasuredGateway::code);
    }

    @Override
    public Retrieved retrieve(String reference) {
        return measured(Operation.RETRIEVE, () -> gateway.retrieve(reference), MeasuredGateway::code);
    }

    @Override
    public GivenBack refunds(String reference) {
        return measured(Operation.REFUNDS, () -> gateway.refunds(reference), MeasuredGateway::code);
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return measured(Operation.LIST, () -> gateway.list(from, until, page), MeasuredGateway::code);
    }

    private <T> T measured(Operation operation, Supplier<T> call, Function<T, String> code) {
        return Span.asking("gateway", span -> {
            long began = System.nanoTime();
            T answer = call.get();
            took(operation, System.nanoTime() - began);
            var asked = new Asked(operation, code.apply(answer));
            this.asked.count(asked);
            tell(span, asked);
            return answer;
        });
    }

    private void tell(Span span, Asked asked) {
        if (!span.isRecorded()) return;
        span.rename("gateway " + asked.operation.code());
        span.set("holdfast.gateway", name());
        span.set("holdfast.gateway.operation", asked.operation);
        span.set("holdfast.gateway.outcome", asked.outcome);
    }

    private void took(Operation operation, long nanos) {
        Timing timing = took.get(operation);
        if (timing != null) timing.took(nanos);
    }

    private static String code(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Approved _ -> "approved";
            case Outcome.Declined _ -> "declined";
            case Outcome.ActionRequired _ -> "action_required";
            case Outcome.Unknown _ -> "unknown";
        };
    }

    private static String code(Retrieved retrieved) {
        return switch (retrieved) {
            case Retrieved.Found _ -> "found";
            case Retrieved.Absent _ -> "absent";
            case Retrieved.Unreachable _ -> "unreachable";
        };
    }

    private static String code(GivenBack givenBack) {
        return switch (givenBack) {
            case GivenBack.Refunds _ -> "found";
            case GivenBack.Unreachable _ -> "unreachable";
        };
    }

    private static String code(Listing listing) {
        return switch (listing) {
            case Listing.Page _ -> "found";
            case Listing.Unreachable _ -> "unreachable";
        };
    }
}
