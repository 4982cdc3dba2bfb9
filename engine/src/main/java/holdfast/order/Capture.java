package holdfast.order;

import holdfast.kernel.OrderId;
import holdfast.order.SettlementJob.Operation;
import holdfast.payment.Attempt;

/// The request to take the money of an order that is about to be placed, and the right to send it.
public final class Capture {

    private final SettlementJob job;

    private Capture(SettlementJob job) {
        this.job = job;
    }

    /// Of an attempt that was authorized and that the caller owns.
    ///
    /// @param reference what the gateway calls the attempt
    public static Capture of(Attempt attempt, String reference, OrderId order) {
        return new Capture(new SettlementJob(
                attempt.id(),
                attempt.checkout(),
                order,
                attempt.fence(),
                attempt.gateway(),
                Operation.CAPTURE,
                attempt.key(Operation.CAPTURE.code()),
                reference,
                attempt.amount(),
                null,
                false,
                true,
                false));
    }

    SettlementJob job() {
        return job;
    }
}
