package holdfast.checkout;

import holdfast.db.Command;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.PaymentId;
import holdfast.payment.Payments;
import java.util.List;
import java.util.stream.Stream;

/// Where some checkouts of a batch end in one way and some in another: locks all their holds, and then all their
/// attempts, before anything that comes after these.
///
/// To open a checkout locks neither, and to expire one never waits for a lock.
final class HoldsFirst implements Pipeline.LockFirst {

    private final Holds holds;
    private final Payments payments;

    HoldsFirst(Holds holds, Payments payments) {
        this.holds = holds;
        this.payments = payments;
    }

    @Override
    public void lock(Tx tx, List<? extends Command<?>> batch) {
        List<? extends Command<?>> ending =
                batch.stream().filter(command -> checkout(command).count() > 0).toList();
        if (ending.stream().map(Object::getClass).distinct().count() < 2) return;
        List<CheckoutId> checkouts =
                ending.stream().flatMap(HoldsFirst::checkout).distinct().toList();
        List<PaymentId> attempts =
                ending.stream().flatMap(HoldsFirst::attempt).distinct().toList();
        holds.lock(tx, checkouts);
        payments.lock(tx, attempts);
    }

    private static Stream<CheckoutId> checkout(Command<?> command) {
        return switch (command) {
            case EndPayment end -> Stream.of(end.attempt().checkout());
            case CancelCheckout cancel -> Stream.of(cancel.checkout());
            case CommitOrder commit -> Stream.of(commit.attempt().checkout());
            default -> Stream.of();
        };
    }

    private static Stream<PaymentId> attempt(Command<?> command) {
        return switch (command) {
            case EndPayment end -> Stream.of(end.attempt().id());
            case CommitOrder commit -> Stream.of(commit.attempt().id());
            default -> Stream.of();
        };
    }
}
