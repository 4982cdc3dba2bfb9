package holdfast.checkout;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import holdfast.catalog.ShippingChoice;
import holdfast.db.Tx;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.OrderId;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Puts together what there is to see of a checkout: its quote, its hold, the last attempt to pay, its order.
final class CheckoutReader {

    private static final String ORDERS = """
            select checkout_id, id
              from orders
             where checkout_id = any (:checkouts)
            """;

    private final Holds holds;
    private final Payments payments;

    CheckoutReader(Holds holds, Payments payments) {
        this.holds = holds;
        this.payments = payments;
    }

    /// The checkouts that there are, by id.
    Map<CheckoutId, Checkout> read(Tx tx, Collection<CheckoutId> ids) {
        Map<CheckoutId, StoredCheckout> stored = CheckoutTable.read(tx, ids);
        Map<CheckoutId, Hold> held = holds.read(tx, stored.keySet());
        Map<CheckoutId, Attempt> attempts = payments.latest(tx, stored.keySet());
        Map<CheckoutId, OrderId> orders = orders(tx, stored.keySet());
        return stored.values().stream()
                .map(checkout -> {
                    Hold hold = held.get(checkout.id());
                    if (hold == null) throw new IllegalStateException("A checkout without a hold: " + checkout.id());
                    return view(checkout, hold, attempts.get(checkout.id()), orders.get(checkout.id()));
                })
                .collect(toMap(Checkout::id, identity()));
    }

    /// The orders that those of these holds that are committed have become.
    Map<CheckoutId, OrderId> orders(Tx tx, Map<CheckoutId, Hold> held) {
        List<CheckoutId> committed = held.values().stream()
                .filter(hold -> hold.state() == Hold.State.COMMITTED)
                .map(Hold::checkout)
                .toList();
        return committed.isEmpty() ? Map.of() : orders(tx, committed);
    }

    private Map<CheckoutId, OrderId> orders(Tx tx, Collection<CheckoutId> checkouts) {
        return tx.query(ORDERS)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .map((row, _) -> Map.entry(
                        new CheckoutId(row.getObject("checkout_id", UUID.class)),
                        new OrderId(row.getObject("id", UUID.class))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// A checkout that was just opened.
    static Checkout opened(StoredCheckout checkout, Hold hold) {
        return view(checkout, hold, null, null);
    }

    private static Checkout view(
            StoredCheckout checkout, Hold hold, @Nullable Attempt attempt, @Nullable OrderId order) {
        return new Checkout(
                checkout.id(),
                status(hold, attempt),
                checkout.cart(),
                checkout.quote().currency(),
                checkout.email(),
                checkout.shippingAddress(),
                checkout.shipping() == null ? null : shipping(checkout.shipping()),
                checkout.quote().shippingOptions().stream()
                        .map(CheckoutReader::shipping)
                        .toList(),
                checkout.quote().discountCodes(),
                checkout.quote().lines().stream()
                        .map(line -> new Checkout.Line(
                                line.lineNo(),
                                line.sku(),
                                line.title(),
                                line.quantity(),
                                line.unitPrice(),
                                line.total()))
                        .toList(),
                checkout.totals(),
                new Checkout.Hold(
                        hold.checkout(),
                        hold.state().code(),
                        hold.expiresAt(),
                        hold.lines().stream()
                                .map(line -> new Checkout.HeldLine(line.sku(), line.warehouse(), line.quantity()))
                                .toList(),
                        hold.sourcing()),
                attempt == null ? null : payment(attempt),
                order,
                checkout.createdAt(),
                checkout.updatedAt());
    }

    private static Checkout.Status status(Hold hold, @Nullable Attempt attempt) {
        return switch (hold.state()) {
            case ACTIVE -> hold.live() ? Checkout.Status.OPEN : Checkout.Status.EXPIRED;
            case PAYING ->
                attempt != null && attempt.state() == Attempt.State.REQUIRES_ACTION
                        ? Checkout.Status.REQUIRES_ACTION
                        : Checkout.Status.PROCESSING;
            case COMMITTED -> Checkout.Status.COMPLETED;
            // Released with a payment that was fenced: the shopper did not come back in time.
            case RELEASED ->
                attempt != null && attempt.state() != Attempt.State.DECLINED
                        ? Checkout.Status.EXPIRED
                        : Checkout.Status.CANCELED;
            case EXPIRED -> Checkout.Status.EXPIRED;
        };
    }

    private static Checkout.Shipping shipping(ShippingChoice choice) {
        return new Checkout.Shipping(choice.option(), choice.title(), choice.price());
    }

    private static Checkout.Payment payment(Attempt attempt) {
        return new Checkout.Payment(
                attempt.id(),
                attempt.gateway(),
                attempt.state().code(),
                attempt.amount(),
                attempt.card(),
                attempt.declineCode(),
                attempt.nextActionUrl());
    }
}
