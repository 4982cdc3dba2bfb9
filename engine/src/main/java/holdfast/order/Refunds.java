package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.RefundId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// The refunds of locked orders, as they are written down: the lock on the payment makes one after the other
/// of them see what is left.
final class Refunds {

    private static final String PROMISED = """
            select coalesce(sum(amount), 0)
              from refund
             where payment_id = :payment and state <> 'failed'
            """;

    private static final String BY_CAUSE = "select id from refund where cause = :cause and order_id = :order";

    private static final String INSERT = """
            insert into refund (id, order_id, payment_id, amount, currency, state, restock, reason, cause,
                                created_at, updated_at)
            select :id, :order, :payment, :amount, :currency, 'pending', :restock, :reason, :cause, t.at, t.at
              from (select shop_clock() as at) t
            returning created_at
            """;

    private static final String REFUSED = """
            select id, amount
              from refund
             where payment_id = :payment and state = 'failed'
             order by created_at, id
            """;

    private static final String ANEW =
            "update refund set state = 'pending', updated_at = shop_clock() where id = :id and state = 'failed'";

    private static final String DUE = "update payment set due_at = shop_clock() where id = :payment";

    private final Outbox outbox;

    Refunds(Outbox outbox) {
        this.outbox = outbox;
    }

    /// What was taken and is neither given back nor about to be.
    Money refundable(Tx tx, LockedOrder order) {
        LockedOrder.Payment payment = order.payment();
        if (payment == null) return Money.zero(order.currency());
        long promised = tx.query(PROMISED)
                .bind("payment", payment.id().value())
                .mapTo(Long.class)
                .one();
        return payment.captured().minus(Money.of(promised, order.currency()));
    }

    Optional<RefundId> byCause(Tx tx, OrderId order, String cause) {
        return tx.query(BY_CAUSE)
                .bind("cause", cause)
                .bind("order", order.value())
                .mapTo(UUID.class)
                .findOne()
                .map(RefundId::new);
    }

    /// Writes a refund down, and leaves it to the [Settlement] to move the money. It must be no more than
    /// [#refundable].
    Instant add(Tx tx, LockedOrder order, RefundId id, Money amount, boolean restock, String reason, String cause) {
        LockedOrder.Payment payment = order.payment();
        if (payment == null) throw new IllegalStateException("Nothing was paid for this order");
        Instant createdAt = tx.query(INSERT)
                .bind("id", id.value())
                .bind("order", order.id().value())
                .bind("payment", payment.id().value())
                .bind("amount", amount.minor())
                .bind("currency", amount.currency().getCurrencyCode())
                .bind("restock", restock)
                .bind("reason", reason)
                .bind("cause", cause)
                .map((row, _) -> row.getTimestamp("created_at").toInstant())
                .one();
        tx.update(DUE).bind("payment", payment.id().value()).execute();
        outbox.append(tx, List.of(event(id.value(), "refund.created", order, amount)));
        return createdAt;
    }

    /// Gives back, once, whatever is left of the money that was taken for an order that is canceled.
    void addRest(Tx tx, LockedOrder order) {
        String cause = "cancel:" + order.id();
        Money rest = refundable(tx, order);
        if (rest.isZero() || byCause(tx, order.id(), cause).isPresent()) return;
        add(tx, order, RefundId.next(), rest, false, "The order was canceled", cause);
    }

    /// Makes refunds that were refused pending again, the oldest first, as far as there is so much left.
    void anew(Tx tx, LockedOrder order) {
        LockedOrder.Payment payment = order.payment();
        if (payment == null) return;
        record Refused(UUID id, Money amount) {}
        List<Refused> refused = tx.query(REFUSED)
                .bind("payment", payment.id().value())
                .map((row, _) ->
                        new Refused(row.getObject("id", UUID.class), Money.of(row.getLong("amount"), order.currency())))
                .list();
        for (Refused each : refused) {
            if (each.amount.compareTo(refundable(tx, order)) > 0) continue;
            tx.update(ANEW).bind("id", each.id).execute();
            outbox.append(tx, List.of(event(each.id, "refund.retried", order, each.amount)));
        }
        due(tx, order);
    }

    private static Event event(UUID refund, String type, LockedOrder order, Money amount) {
        return new Event(
                "refund",
                refund,
                type,
                Map.of(
                        "order_id", order.id().toString(),
                        "amount", amount.minor(),
                        "currency", amount.currency().getCurrencyCode()));
    }

    /// Lets the [Settlement] look at the order's payment.
    void due(Tx tx, LockedOrder order) {
        LockedOrder.Payment payment = order.payment();
        if (payment != null)
            tx.update(DUE).bind("payment", payment.id().value()).execute();
    }
}
