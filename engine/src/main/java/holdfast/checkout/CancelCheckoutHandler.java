package holdfast.checkout;

import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Hold;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.KeyId;
import holdfast.kernel.OrderId;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Cancels checkouts: releases the holds that nobody is paying for. Locks, in this order: holds, keys. In a batch
/// the holds of other commands are locked by then, too.
final class CancelCheckoutHandler implements Handler<CancelCheckout, Verdict> {

    private final Idempotency idempotency;
    private final Holds holds;
    private final CheckoutReader reader;
    private final Rendering rendering;

    CancelCheckoutHandler(Idempotency idempotency, Holds holds, CheckoutReader reader, Rendering rendering) {
        this.idempotency = idempotency;
        this.holds = holds;
        this.reader = reader;
        this.rendering = rendering;
    }

    @Override
    public List<Verdict> handle(Tx tx, List<CancelCheckout> commands) {
        List<CheckoutId> ids =
                commands.stream().map(CancelCheckout::checkout).distinct().toList();
        Map<CheckoutId, Hold> held = holds.lock(tx, ids);
        List<Claim> claims = idempotency.claimWhereKeyed(
                tx, commands.stream().map(CancelCheckout::key).toList());
        Map<CheckoutId, OrderId> orders = reader.orders(tx, held);
        var refusals = new HashMap<CheckoutId, Refusal>();
        var released = new ArrayList<CheckoutId>();
        for (CheckoutId id : granted(commands, claims)) {
            Hold hold = held.get(id);
            Refusal refusal = hold == null ? Refusals.notFound() : obstacle(hold, orders.get(id));
            if (refusal != null) {
                refusals.put(id, refusal);
            } else if (hold != null && hold.state() == Hold.State.ACTIVE) {
                released.add(hold.checkout());
            }
        }
        holds.release(tx, released);
        Map<CheckoutId, Checkout> views = reader.read(tx, ids);

        var verdicts = new ArrayList<Verdict>();
        var answers = new HashMap<KeyId, Answer>();
        var unused = new ArrayList<KeyId>();
        for (int i = 0; i < commands.size(); i++) {
            CancelCheckout command = commands.get(i);
            Verdict verdict = claims.get(i) instanceof Claim.Granted
                    ? verdict(command, refusals.get(command.checkout()), views)
                    : Verdict.of(claims.get(i));
            verdicts.add(verdict);
            if (!(claims.get(i) instanceof Claim.Granted) || command.key().isEmpty()) continue;
            switch (verdict) {
                case Verdict.Answered(Answer answer) ->
                    answers.put(command.key().get().id(), answer);
                case Verdict.Refused _ -> unused.add(command.key().get().id());
            }
        }
        idempotency.store(tx, answers);
        idempotency.forget(tx, unused);
        return verdicts;
    }

    /// Those that somebody may cancel now: under no key, or under one that has done nothing yet.
    private static Set<CheckoutId> granted(List<CancelCheckout> commands, List<Claim> claims) {
        var granted = new LinkedHashSet<CheckoutId>();
        for (int i = 0; i < commands.size(); i++) {
            if (claims.get(i) instanceof Claim.Granted)
                granted.add(commands.get(i).checkout());
        }
        return granted;
    }

    /// A checkout that is over without an order is canceled as it is.
    private static @Nullable Refusal obstacle(Hold hold, @Nullable OrderId order) {
        return switch (hold.state()) {
            case ACTIVE, RELEASED, EXPIRED -> null;
            case PAYING, COMMITTED -> Refusals.closed(hold, order);
        };
    }

    private Verdict verdict(CancelCheckout command, @Nullable Refusal refusal, Map<CheckoutId, Checkout> views) {
        if (refusal == null) {
            return new Verdict.Answered(command.render().apply(Objects.requireNonNull(views.get(command.checkout()))));
        }
        return Idempotency.isFinal(refusal)
                ? new Verdict.Answered(rendering.refused(refusal))
                : new Verdict.Refused(refusal);
    }
}
