package holdfast.checkout;

import holdfast.checkout.CommitOrder.Committed;
import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.KeyId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.order.Capture;
import holdfast.order.Order;
import holdfast.order.OrderMoney;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Places the orders of attempts that were authorized. Locks, in this order: holds, attempts, discount codes,
/// stock.
final class CommitOrderHandler implements Handler<CommitOrder, Committed> {

    private final Idempotency idempotency;
    private final Holds holds;
    private final Payments payments;
    private final Promise promise;
    private final OrderMoney orderMoney;
    private final Rendering rendering;

    CommitOrderHandler(
            Idempotency idempotency,
            Holds holds,
            Payments payments,
            Promise promise,
            OrderMoney orderMoney,
            Rendering rendering) {
        this.idempotency = idempotency;
        this.holds = holds;
        this.payments = payments;
        this.promise = promise;
        this.orderMoney = orderMoney;
        this.rendering = rendering;
    }

    @Override
    public List<Committed> handle(Tx tx, List<CommitOrder> commands) {
        List<CheckoutId> ids =
                commands.stream().map(command -> command.attempt().checkout()).toList();
        Map<CheckoutId, Hold> held = holds.lock(tx, ids);
        Map<PaymentId, Attempt.Owner> now = payments.lock(
                tx, commands.stream().map(command -> command.attempt().id()).toList());
        var committed = new IdentityHashMap<CommitOrder, Committed>();
        var ready = new ArrayList<CommitOrder>();
        var seen = new HashSet<PaymentId>();
        for (CommitOrder command : commands) {
            Attempt attempt = command.attempt();
            Hold hold = Objects.requireNonNull(held.get(attempt.checkout()));
            if (!attempt.isStillWith(now.get(attempt.id())) || !seen.add(attempt.id())) {
                committed.put(command, new Committed.Superseded());
            } else if (hold.state() != Hold.State.PAYING) {
                committed.put(command, new Committed.HoldGone());
            } else {
                ready.add(command);
            }
        }
        List<Order> orders = promise.keep(
                tx,
                ready.stream()
                        .map(command -> new Promise.Made(
                                command.checkout(),
                                Objects.requireNonNull(
                                        held.get(command.attempt().checkout())),
                                paidBy(command)))
                        .toList());
        payments.settle(tx, ready.stream().map(this::authorized).toList());
        var answers = new HashMap<KeyId, Answer>();
        for (int i = 0; i < ready.size(); i++) {
            CommitOrder command = ready.get(i);
            Order order = orders.get(i);
            Answer answer = rendering.completed(order);
            answers.put(command.attempt().asked(), answer);
            committed.put(
                    command,
                    new Committed.Done(
                            answer,
                            Capture.of(
                                    command.attempt(), command.authorization().reference(), order.id())));
        }
        idempotency.store(tx, answers);
        return commands.stream()
                .map(command -> Objects.requireNonNull(committed.get(command)))
                .toList();
    }

    private Payments.Settled authorized(CommitOrder command) {
        return new Payments.Settled.Authorized(command.attempt().id(), command.authorization(), orderMoney.policy());
    }

    private static Order.PaidBy paidBy(CommitOrder command) {
        Money amount = command.attempt().amount();
        Money nothing = Money.zero(amount.currency());
        return new Order.PaidBy(
                command.attempt().id(),
                command.attempt().gateway(),
                command.authorization().reference(),
                Attempt.State.AUTHORIZED.code(),
                amount,
                nothing,
                nothing,
                command.authorization().card());
    }
}
