package holdfast.order;

import static java.util.function.Function.identity;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.OrderId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Moves locked orders from state to state. The row, its place in the timeline and the event are written
/// together, so that none is ever without the others.
final class Transitions {

    private static final String MOVE = """
            with moved as (
              update orders
                 set status = :to, updated_at = shop_clock()
               where id = :order and status = :from
              returning id
            )
            insert into order_transition (order_id, seq, status, at, reason)
            select m.id, 1 + coalesce((select max(t.seq) from order_transition t where t.order_id = m.id), 1), :to,
                   shop_clock(), :reason
              from moved m
            """;

    private static final String PAID = """
            update orders
               set status = 'paid', payment_status = 'captured', updated_at = :at::timestamptz
             where id = any (:orders) and status = 'pending' and payment_status = 'authorized'
            returning id, number, checkout_id, total, currency
            """;

    private record Paid(OrderId order, Instant at) {}

    // Of an order that was pending, so the second in its timeline.
    private static final Inserts<Paid> TELL_PAID = Inserts.<Paid>into("order_transition")
            .uuid("order_id", each -> each.order.value())
            .integer("seq", _ -> 2)
            .text("status", _ -> Order.Status.PAID.code())
            .instant("at", Paid::at);

    private static final String PAY = """
            update orders
               set payment_status = :to, updated_at = shop_clock()
             where id = :order and payment_status = :from
            """;

    private static final String PROGRESS = """
            select exists (select from allocation a where a.order_id = :order and a.shipped > 0) as some_shipped,
                   exists (select from allocation a
                            where a.order_id = :order and a.shipped + a.canceled < a.quantity) as some_left,
                   exists (select from fulfillment f
                            where f.order_id = :order and f.delivered_at is null) as under_way
            """;

    private final Outbox outbox;

    Transitions(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Moves `order`, which is in state `from`, on to `to`, and tells so: `order.shipped` for `shipped`.
    void move(Tx tx, LockedOrder order, Order.Status from, Order.Status to, @Nullable String reason) {
        if (!from.next().contains(to)) throw new IllegalStateException("No order goes from " + from + " to " + to);
        int moved = tx.update(MOVE)
                .bind("order", order.id().value())
                .bind("from", from.code())
                .bind("to", to.code())
                .bind("reason", reason)
                .execute();
        if (moved != 1) throw new IllegalStateException("A locked order is no longer " + from);
        tell(tx, order, "order." + to.code());
    }

    /// Moves those of the orders that are pending on to `paid`, with their money `captured`, and returns them.
    /// The caller has their payments locked, and not the orders yet.
    Set<OrderId> paid(Tx tx, Collection<OrderId> orders) {
        Instant at = tx.now();
        Map<OrderId, Event> events = tx.query(PAID)
                .bind("orders", tx.uuids(orders, OrderId::value))
                .bind("at", at.toString())
                .map((row, _) -> LockedOrder.event(row, "order.paid"))
                .collectToMap(event -> new OrderId(event.aggregateId()), identity());
        tx.insert(
                TELL_PAID,
                events.keySet().stream().map(order -> new Paid(order, at)).toList());
        outbox.append(tx, List.copyOf(events.values()));
        return events.keySet();
    }

    /// Moves an order on as far as what was shipped, what arrived and what will never be shipped brings it.
    /// Nothing shipped is no progress.
    void progress(Tx tx, LockedOrder order) {
        Progress progress = tx.query(PROGRESS)
                .bind("order", order.id().value())
                .map((row, _) -> new Progress(
                        row.getBoolean("some_shipped"), row.getBoolean("some_left"), row.getBoolean("under_way")))
                .one();
        if (!progress.someShipped) return;
        Order.Status status = order.status();
        if (progress.someLeft) {
            if (status == Order.Status.PAID) move(tx, order, status, Order.Status.PARTIALLY_SHIPPED, null);
            return;
        }
        if (status == Order.Status.PAID || status == Order.Status.PARTIALLY_SHIPPED) {
            move(tx, order, status, Order.Status.SHIPPED, null);
            status = Order.Status.SHIPPED;
        }
        if (status == Order.Status.SHIPPED && !progress.underWay) {
            move(tx, order, status, Order.Status.DELIVERED, null);
        }
    }

    private record Progress(boolean someShipped, boolean someLeft, boolean underWay) {}

    /// Writes down where the order's money is.
    void pay(Tx tx, LockedOrder order, Order.PaymentStatus to) {
        int moved = tx.update(PAY)
                .bind("order", order.id().value())
                .bind("from", order.paymentStatus().code())
                .bind("to", to.code())
                .execute();
        if (moved != 1) throw new IllegalStateException("A locked order is no longer " + order.paymentStatus());
    }

    /// Tells about the order, whose row is locked.
    void tell(Tx tx, LockedOrder order, String type) {
        outbox.append(tx, List.of(order.event(type)));
    }
}
