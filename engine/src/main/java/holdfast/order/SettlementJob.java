package holdfast.order;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.RefundId;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One request to a gateway, which was written down before it is sent, and the right to send it.
///
/// @param fence what the payment's fencing number was when this right was given
/// @param key the gateway's idempotency key
/// @param amount what is to be taken or given back, or of what is to be let go
/// @param refund the refund that is carried out, if it is one
/// @param sentBefore whether it may have been sent before; then the gateway is read first
/// @param resendable whether the gateway is sure to remember the key
/// @param written whether it stands in `gateway_operation`; the first capture follows from the order itself
record SettlementJob(
        PaymentId payment,
        CheckoutId checkout,
        OrderId order,
        int fence,
        String gateway,
        Operation operation,
        String key,
        String reference,
        Money amount,
        @Nullable RefundId refund,
        boolean sentBefore,
        boolean resendable,
        boolean written) {

    private static final JsonMapper JSON = new JsonMapper();

    enum Operation {
        CAPTURE(CrashPoint.K23, CrashPoint.K24),
        VOID(CrashPoint.K26, CrashPoint.K27),
        REFUND(CrashPoint.K33_PLANNED, CrashPoint.K33_DONE);

        final CrashPoint planned;
        final CrashPoint done;

        Operation(CrashPoint planned, CrashPoint done) {
            this.planned = planned;
            this.done = done;
        }

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Operation of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// What became of a request.
    sealed interface Verdict {

        /// It has had its effect, now or before.
        ///
        /// @param reference what the gateway calls it, where it said so
        record Done(@Nullable String reference) implements Verdict {}

        /// Too late to let go: the money was taken.
        record Taken() implements Verdict {}

        /// The gateway will never do it.
        record Refused(String code) implements Verdict {}

        /// It has had no effect so far.
        record NoEffect() implements Verdict {}

        /// Nobody knows yet.
        record Unclear(String detail) implements Verdict {}
    }

    /// What is asked, as it is written down: JSON.
    String request() {
        try {
            return JSON.writeValueAsString(new Request(
                    reference,
                    amount.minor(),
                    amount.currency().getCurrencyCode(),
                    refund == null ? null : refund.toString()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A number and texts are JSON", e);
        }
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Request(
            String reference,
            long amount,
            String currency,
            @Nullable String refund) {}

    /// Sends the request, unless it was sent before and is seen to have had its effect. `NoEffect` if it has
    /// not, and the key is too old to be sent again. Asks the gateway up to three times, and touches nothing
    /// else.
    Verdict carryOut(Gateway at) {
        if (!sentBefore) return send(at);
        Verdict before = look(at);
        return before instanceof Verdict.NoEffect && resendable ? send(at) : before;
    }

    private Verdict send(Gateway at) {
        Outcome outcome = switch (operation) {
            case CAPTURE -> at.capture(reference, amount, key);
            case VOID -> at.cancel(reference, key);
            case REFUND -> at.refund(reference, amount, key);
        };
        return switch (outcome) {
            case Outcome.Approved approved
            when operation == Operation.VOID || approved.amount().equals(amount) ->
                new Verdict.Done(approved.reference());
            case Outcome.Approved approved -> new Verdict.Unclear("approved for " + approved.amount());
            case Outcome.ActionRequired _ -> new Verdict.Unclear("asks for the shopper");
            case Outcome.Unknown unknown -> new Verdict.Unclear(unknown.detail());
            case Outcome.Declined declined -> afterDecline(declined.code(), look(at));
        };
    }

    /// A decline may mean that there was nothing left to do: what the gateway says of the payment itself
    /// decides.
    private static Verdict afterDecline(String code, Verdict truth) {
        return truth instanceof Verdict.NoEffect || truth instanceof Verdict.Refused
                ? new Verdict.Refused(code)
                : truth;
    }

    /// What is true, whatever was asked and answered.
    private Verdict look(Gateway at) {
        return operation == Operation.REFUND ? judge(at.refunds(reference)) : judge(at.retrieve(reference));
    }

    private Verdict judge(Retrieved retrieved) {
        return switch (retrieved) {
            case Retrieved.Found found -> judge(found);
            // It answered for this payment before: rather than the money, our way to the right books is gone.
            case Retrieved.Absent _ -> new Verdict.Unclear("the gateway does not know the payment");
            case Retrieved.Unreachable unreachable -> new Verdict.Unclear(unreachable.detail());
        };
    }

    private Verdict judge(Retrieved.Found found) {
        if (found.state() == Retrieved.State.PROCESSING) return new Verdict.Unclear("still processing");
        return switch (operation) {
            case CAPTURE ->
                switch (found.state()) {
                    case SUCCEEDED ->
                        found.captured().equals(amount)
                                ? new Verdict.Done(reference)
                                : new Verdict.Unclear("captured " + found.captured());
                    case REQUIRES_CAPTURE -> new Verdict.NoEffect();
                    case CANCELED, REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, PROCESSING ->
                        new Verdict.Refused("no_longer_authorized");
                };
            case VOID ->
                switch (found.state()) {
                    case CANCELED -> new Verdict.Done(reference);
                    case SUCCEEDED -> new Verdict.Taken();
                    case REQUIRES_CAPTURE, REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, PROCESSING ->
                        new Verdict.NoEffect();
                };
            case REFUND -> throw new IllegalStateException("A refund is looked for among the refunds");
        };
    }

    /// The one that was asked for under our key tells; what others gave back does not matter.
    private Verdict judge(GivenBack given) {
        return switch (given) {
            case GivenBack.Refunds(List<GivenBack.Refund> all) ->
                all.stream()
                        .filter(made -> key.equals(made.key()))
                        .findFirst()
                        .<Verdict>map(made -> made.failure() == null
                                ? new Verdict.Done(made.reference())
                                : new Verdict.Refused(made.failure()))
                        .orElseGet(Verdict.NoEffect::new);
            case GivenBack.Unreachable(String detail) -> new Verdict.Unclear(detail);
        };
    }
}
