package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Problem;
import holdfast.payment.Attempt;
import java.util.Currency;
import java.util.Map;
import java.util.UUID;
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

    private static final String LOCK_PAYMENT = """
            select id, state, fence, amount, captured, refunded, currency
              from payment
             where id = (select payment_id from orders where id = :order)
               for update
            """;

    private static final String LOCK_ORDER = """
            select number, checkout_id, status, payment_status, total, currency
              from orders
             where id = :order
               for update
            """;

    /// What paid for an order.
    record Payment(PaymentId id, Attempt.State state, int fence, Money amount, Money captured, Money refunded) {}

    /// Waits for the order and locks it; refuses one that does not exist (`not_found`).
    static LockedOrder lock(Tx tx, OrderId id) {
        Payment payment = tx.query(LOCK_PAYMENT)
                .bind("order", id.value())
                .map((row, _) -> {
                    Currency currency = Currency.getInstance(row.getString("currency"));
                    return new Payment(
                            new PaymentId(row.getObject("id", UUID.class)),
                            Attempt.State.of(row.getString("state")),
                            row.getInt("fence"),
                            Money.of(row.getLong("amount"), currency),
                            Money.of(row.getLong("captured"), currency),
                            Money.of(row.getLong("refunded"), currency));
                })
                .findOne()
                .orElse(null);
        return tx.query(LOCK_ORDER)
                .bind("order", id.value())
                .map((row, _) -> new LockedOrder(
                        id,
                        row.getLong("number"),
                        new CheckoutId(row.getObject("checkout_id", UUID.class)),
                        Order.Status.of(row.getString("status")),
                        Order.PaymentStatus.of(row.getString("payment_status")),
                        Money.of(row.getLong("total"), Currency.getInstance(row.getString("currency"))),
                        payment))
                .findOne()
                .orElseThrow(() -> Problem.NOT_FOUND.refuse("No such order"));
    }

    Currency currency() {
        return total.currency();
    }

    /// Something that happened to this order, told as everything about orders is.
    Event event(String type) {
        return new Event(
                "order",
                id.value(),
                type,
                Map.of(
                        "number", number,
                        "checkout_id", checkout.toString(),
                        "total", total.minor(),
                        "currency", currency().getCurrencyCode()));
    }
}
