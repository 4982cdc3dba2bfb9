package holdfast.order;

import static java.util.function.Function.identity;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Problem;
import holdfast.payment.Attempt;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/// An order as it is while this transaction has it locked, together with what paid for it. All who change an
/// order begin here, so its payment is always locked before it, and its stock after it.
///
/// @param payment null where there was nothing to pay
record LockedOrder(
        OrderId id,
        long number,
        CheckoutId checkout,
        Order.Status status,
        Order.PaymentStatus paymentStatus,
        Money total,
        @Nullable Payment payment) {

    private static final String LOCK_PAYMENTS = """
            select o.id as order_id, p.id, p.state, p.fence, p.amount, p.captured, p.refunded, p.currency
              from orders o
              join payment p on p.id = o.payment_id
             where o.id = any (:orders)
             order by p.id
               for update of p
            """;

    private static final String LOCK_ORDERS = """
            select id, number, checkout_id, status, payment_status, total, currency
              from orders
             where id = any (:orders)
             order by id
               for update
            """;

    /// What paid for an order.
    record Payment(PaymentId id, Attempt.State state, int fence, Money amount, Money captured, Money refunded) {}

    /// Waits for the order and locks it; refuses one that does not exist (`not_found`).
    static LockedOrder lock(Tx tx, OrderId id) {
        LockedOrder order = lock(tx, List.of(id)).get(id);
        if (order == null) throw Problem.NOT_FOUND.refuse("No such order");
        return order;
    }

    /// Waits for those of the orders that there are, and locks them.
    static Map<OrderId, LockedOrder> lock(Tx tx, Collection<OrderId> ids) {
        Argument orders = tx.uuids(ids, OrderId::value);
        Map<OrderId, Payment> payments = tx.query(LOCK_PAYMENTS)
                .bind("orders", orders)
                .map((row, _) -> Map.entry(new OrderId(row.getObject("order_id", UUID.class)), payment(row)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        return tx.query(LOCK_ORDERS)
                .bind("orders", orders)
                .map((row, _) -> order(row, payments))
                .collectToMap(LockedOrder::id, identity());
    }

    private static Payment payment(ResultSet row) throws SQLException {
        Currency currency = Currency.getInstance(row.getString("currency"));
        return new Payment(
                new PaymentId(row.getObject("id", UUID.class)),
                Attempt.State.of(row.getString("state")),
                row.getInt("fence"),
                Money.of(row.getLong("amount"), currency),
                Money.of(row.getLong("captured"), currency),
                Money.of(row.getLong("refunded"), currency));
    }

    private static LockedOrder order(ResultSet row, Map<OrderId, Payment> payments) throws SQLException {
        var id = new OrderId(row.getObject("id", UUID.class));
        return new LockedOrder(
                id,
                row.getLong("number"),
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                Order.Status.of(row.getString("status")),
                Order.PaymentStatus.of(row.getString("payment_status")),
                Money.of(row.getLong("total"), Currency.getInstance(row.getString("currency"))),
                payments.get(id));
    }

    Currency currency() {
        return total.currency();
    }

    /// Something that happened to this order, told as everything about orders is.
    Event event(String type) {
        return event(
                type,
                id.value(),
                number,
                checkout.value(),
                total.minor(),
                currency().getCurrencyCode());
    }

    /// The same of a row of `orders`.
    static Event event(ResultSet row, String type) throws SQLException {
        return event(
                type,
                row.getObject("id", UUID.class),
                row.getLong("number"),
                row.getObject("checkout_id", UUID.class),
                row.getLong("total"),
                row.getString("currency"));
    }

    private static Event event(String type, UUID order, long number, UUID checkout, long total, String currency) {
        return new Event(
                "order",
                order,
                type,
                Map.of("number", number, "checkout_id", checkout.toString(), "total", total, "currency", currency));
    }
}
