package holdfast.checkout;

import holdfast.catalog.DiscountUses;
import holdfast.checkout.EndPayment.End;
import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.KeyId;
import holdfast.kernel.PaymentId;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Undoes the beginning of payments. Locks, in this order: holds, attempts, discount codes, stock.
final class EndPaymentHandler implements Handler<EndPayment, Optional<Answer>> {

    private final Idempotency idempotency;
    private final Holds holds;
    private final Payments payments;
    private final DiscountUses discounts;
    private final Outbox outbox;
    private final Rendering rendering;

    EndPaymentHandler(
            Idempotency idempotency,
            Holds holds,
            Payments payments,
            DiscountUses discounts,
            Outbox outbox,
            Rendering rendering) {
        this.idempotency = idempotency;
        this.holds = holds;
        this.payments = payments;
        this.discounts = discounts;
        this.outbox = outbox;
        this.rendering = rendering;
    }

    /// Empty for an attempt that another owner took over, and for one that stays open.
    @Override
    public List<Optional<Answer>> handle(Tx tx, List<EndPayment> commands) {
        Map<CheckoutId, Hold> held = holds.lock(
                tx,
                commands.stream().map(command -> command.attempt().checkout()).toList());
        Map<PaymentId, Attempt.Owner> now = payments.lock(
                tx, commands.stream().map(command -> command.attempt().id()).toList());
        var seen = new HashSet<PaymentId>();
        List<EndPayment> owned = commands.stream()
                .filter(command ->
                        command.attempt().isStillWith(now.get(command.attempt().id())))
                .filter(command -> seen.add(command.attempt().id()))
                .toList();

        List<EndPayment> paying = owned.stream()
                .filter(command -> hold(held, command).state() == Hold.State.PAYING)
                .toList();
        discounts.giveBack(
                tx, paying.stream().map(command -> command.attempt().checkout()).toList());
        holds.declined(tx, holdsOf(paying, held, true));
        holds.release(tx, holdsOf(paying, held, false));
        CrashPoint.K28.reached();

        var settled = new ArrayList<Payments.Settled>();
        var answers = new HashMap<KeyId, Answer>();
        for (EndPayment command : owned) {
            switch (command.end()) {
                case End.Declined(String code) -> {
                    settled.add(new Payments.Settled.Declined(command.attempt().id(), code));
                    answers.put(command.attempt().asked(), rendering.refused(Refusals.declined(code)));
                }
                case End.Fenced() -> {
                    settled.add(new Payments.Settled.Failed(command.attempt().id()));
                    answers.put(command.attempt().asked(), rendering.refused(Refusals.paymentFenced()));
                }
                case End.HardLimit() -> {} // It may still turn out to have taken money.
            }
        }
        payments.settle(tx, settled);
        outbox.append(tx, owned.stream().map(EndPaymentHandler::event).toList());
        idempotency.store(tx, answers);
        return commands.stream()
                .map(command -> Optional.ofNullable(
                        owned.contains(command) ? answers.get(command.attempt().asked()) : null))
                .toList();
    }

    private static Event event(EndPayment command) {
        Attempt attempt = command.attempt();
        String checkout = attempt.checkout().toString();
        return switch (command.end()) {
            case End.Declined(String code) ->
                event(attempt, "payment.declined", Map.of("checkout_id", checkout, "decline_code", code));
            case End.Fenced() -> event(attempt, "payment.failed", Map.of("checkout_id", checkout));
            case End.HardLimit() -> event(attempt, "payment.overdue", Map.of("checkout_id", checkout));
        };
    }

    private static Event event(Attempt attempt, String type, Map<String, Object> payload) {
        return new Event("payment", attempt.id().value(), type, payload);
    }

    private static List<CheckoutId> holdsOf(List<EndPayment> commands, Map<CheckoutId, Hold> held, boolean declined) {
        return commands.stream()
                .filter(command -> command.end() instanceof End.Declined == declined)
                .map(command -> hold(held, command).checkout())
                .toList();
    }

    private static Hold hold(Map<CheckoutId, Hold> held, EndPayment command) {
        return Objects.requireNonNull(held.get(command.attempt().checkout()));
    }
}
