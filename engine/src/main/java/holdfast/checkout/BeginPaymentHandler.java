package holdfast.checkout;

import static java.util.stream.Collectors.toMap;

import holdfast.catalog.DiscountUses;
import holdfast.checkout.BeginPayment.Began;
import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.inventory.ShipTo;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.FieldError;
import holdfast.kernel.KeyId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.order.Order;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Begins payments. Locks, in this order: keys, holds, discount codes, and for orders over nothing the stock.
final class BeginPaymentHandler implements Handler<BeginPayment, Began> {

    private final Idempotency idempotency;
    private final Holds holds;
    private final Payments payments;
    private final DiscountUses discounts;
    private final RecentCheckouts recent;
    private final CheckoutReader reader;
    private final Promise promise;
    private final Rendering rendering;

    BeginPaymentHandler(
            Idempotency idempotency,
            Holds holds,
            Payments payments,
            DiscountUses discounts,
            RecentCheckouts recent,
            CheckoutReader reader,
            Promise promise,
            Rendering rendering) {
        this.idempotency = idempotency;
        this.holds = holds;
        this.payments = payments;
        this.discounts = discounts;
        this.recent = recent;
        this.reader = reader;
        this.promise = promise;
        this.rendering = rendering;
    }

    @Override
    public List<Began> handle(Tx tx, List<BeginPayment> commands) {
        List<Claim> claims =
                idempotency.claim(tx, commands.stream().map(BeginPayment::key).toList());
        var began = new IdentityHashMap<BeginPayment, Began>();
        var granted = new ArrayList<BeginPayment>();
        for (int i = 0; i < commands.size(); i++) {
            if (claims.get(i) instanceof Claim.Granted) {
                granted.add(commands.get(i));
            } else {
                began.put(commands.get(i), Began.of(claims.get(i)));
            }
        }
        if (!granted.isEmpty()) begin(tx, granted, began);
        return commands.stream()
                .map(command -> Objects.requireNonNull(began.get(command)))
                .toList();
    }

    private void begin(Tx tx, List<BeginPayment> commands, Map<BeginPayment, Began> began) {
        List<Ready> ready = harden(tx, takeDiscounts(tx, examine(tx, commands, began), began), began);
        holds.pay(tx, ready.stream().map(each -> each.hold.checkout()).toList());
        CrashPoint.K08.reached();
        List<Ready> free = ready.stream().filter(Ready::isFree).toList();
        List<Ready> payable = ready.stream().filter(each -> !each.isFree()).toList();
        List<Attempt> attempts =
                payments.begin(tx, payable.stream().map(Ready::attempt).toList());
        for (int i = 0; i < payable.size(); i++) {
            began.put(payable.get(i).command, new Began.Begun(attempts.get(i), payable.get(i).checkout));
        }
        List<Order> orders = promise.keep(
                tx,
                free.stream()
                        .map(each -> new Promise.Made(each.checkout, each.hold, null))
                        .toList());
        for (int i = 0; i < free.size(); i++) {
            began.put(free.get(i).command, new Began.Answered(rendering.completed(orders.get(i))));
        }
        remember(tx, commands, began);
    }

    /// Sorts out, one by one, who cannot pay; the rest is ready.
    private List<Ready> examine(Tx tx, List<BeginPayment> commands, Map<BeginPayment, Began> began) {
        List<CheckoutId> ids = commands.stream()
                .map(command -> command.request().checkout())
                .distinct()
                .toList();
        Map<CheckoutId, Hold> held = holds.lock(tx, ids);
        Map<CheckoutId, StoredCheckout> checkouts = recent.read(tx, ids);
        Map<CheckoutId, OrderId> orders = reader.orders(tx, held);
        Set<CheckoutId> taken = new HashSet<>();
        var ready = new ArrayList<Ready>();
        for (BeginPayment command : commands) {
            CheckoutId id = command.request().checkout();
            StoredCheckout checkout = checkouts.get(id);
            Hold hold = held.get(id);
            if (checkout == null || hold == null) {
                began.put(command, new Began.Refused(Refusals.notFound()));
                continue;
            }
            Began obstacle = obstacle(command, checkout, hold, orders.get(id));
            if (obstacle == null && !taken.add(id)) obstacle = new Began.Refused(Refusals.paymentInProgress());
            if (obstacle == null) {
                ready.add(new Ready(command, checkout, hold));
            } else {
                began.put(command, obstacle);
            }
        }
        return ready;
    }

    private @Nullable Began obstacle(
            BeginPayment command, StoredCheckout checkout, Hold hold, @Nullable OrderId order) {
        Refusal closed = Refusals.closed(hold, order);
        if (closed != null) return refused(closed);
        List<FieldError> errors = checkout.missing();
        Money total = checkout.quote().total();
        if (!total.isZero() && command.request().token() == null) {
            errors.add(new FieldError("payment", "required", "there is something to pay"));
        }
        Money expected = command.request().expectedTotal();
        if (!expected.currency().equals(total.currency())) {
            errors.add(new FieldError("expected_total.currency", "other_currency", "must be the checkout's"));
        }
        if (!errors.isEmpty()) return new Began.Refused(Refusal.invalid(errors));
        if (!checkout.current()) return new Began.Stale();
        return expected.equals(total) ? null : refused(Refusals.priceChanged(total));
    }

    private Began refused(Refusal refusal) {
        return Idempotency.isFinal(refusal)
                ? new Began.Answered(rendering.refused(refusal))
                : new Began.Refused(refusal);
    }

    private List<Ready> takeDiscounts(Tx tx, List<Ready> ready, Map<BeginPayment, Began> began) {
        List<Boolean> taken = discounts.take(
                tx, ready.stream().map(each -> each.checkout.discountClaim()).toList());
        var left = new ArrayList<Ready>();
        for (int i = 0; i < ready.size(); i++) {
            Ready each = ready.get(i);
            if (taken.get(i)) {
                left.add(each);
            } else {
                began.put(
                        each.command,
                        refused(Refusals.discountUnavailable(
                                each.checkout.quote().discountCodes())));
            }
        }
        return left;
    }

    /// Takes the stock of those for whom it is only promised; who comes too late has lost the hold.
    private List<Ready> harden(Tx tx, List<Ready> ready, Map<BeginPayment, Began> began) {
        Map<CheckoutId, SortedMap<Sku, Long>> missing =
                holds.harden(tx, ready.stream().map(Ready::payable).toList());
        if (missing.isEmpty()) return ready;
        var left = new ArrayList<Ready>();
        var late = new ArrayList<CheckoutId>();
        for (Ready each : ready) {
            SortedMap<Sku, Long> available = missing.get(each.hold.checkout());
            if (available == null) {
                left.add(each);
            } else {
                late.add(each.checkout.id());
                began.put(each.command, refused(Refusals.outOfStock(available)));
            }
        }
        discounts.giveBack(tx, late);
        return left;
    }

    /// What is final is stored under its key; a key whose payment was not begun is unused again.
    private void remember(Tx tx, List<BeginPayment> commands, Map<BeginPayment, Began> began) {
        Map<KeyId, Answer> answers = commands.stream()
                .filter(command -> began.get(command) instanceof Began.Answered)
                .collect(toMap(
                        command -> command.key().id(),
                        command -> ((Began.Answered) Objects.requireNonNull(began.get(command))).answer()));
        idempotency.store(tx, answers);
        idempotency.forget(
                tx,
                commands.stream()
                        .filter(command -> began.get(command) instanceof Began.Refused
                                || began.get(command) instanceof Began.Stale)
                        .map(command -> command.key().id())
                        .toList());
    }

    private record Ready(BeginPayment command, StoredCheckout checkout, Hold hold) {

        boolean isFree() {
            return checkout.quote().total().isZero();
        }

        Holds.Payable payable() {
            return new Holds.Payable(hold, ShipTo.of(Objects.requireNonNull(checkout.shippingAddress())));
        }

        Payments.Begun attempt() {
            return new Payments.Begun(
                    command.payment(),
                    checkout.id(),
                    command.gateway(),
                    command.gatewayTakesOurReference() ? command.payment().toString() : null,
                    checkout.quote().total(),
                    Objects.requireNonNull(command.request().token()),
                    command.key().id());
        }
    }
}
