package holdfast.checkout;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.partitioningBy;

import holdfast.catalog.Quotes;
import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Hold;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.Holds;
import holdfast.kernel.KeyId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Opens checkouts: claims their keys, looks at purchase limits, reserves their stock one after the other, and
/// writes down what was granted.
final class OpenCheckoutHandler implements Handler<OpenCheckout, Optional<Verdict>> {

    private final Quotes quotes;
    private final Idempotency idempotency;
    private final PurchaseLimits limits;
    private final Holds holds;
    private final RecentCheckouts recent;
    private final Rendering rendering;

    OpenCheckoutHandler(
            Quotes quotes,
            Idempotency idempotency,
            PurchaseLimits limits,
            Holds holds,
            RecentCheckouts recent,
            Rendering rendering) {
        this.quotes = quotes;
        this.idempotency = idempotency;
        this.limits = limits;
        this.holds = holds;
        this.recent = recent;
        this.rendering = rendering;
    }

    @Override
    public List<Optional<Verdict>> handle(Tx tx, List<OpenCheckout> commands) {
        long revision = quotes.revision(tx);
        Map<Boolean, List<OpenCheckout>> byQuote = commands.stream()
                .collect(partitioningBy(command -> command.checkout().quote().catalogRevision() == revision));
        Iterator<Verdict> verdicts = open(tx, requireNonNull(byQuote.get(true))).iterator();
        return commands.stream()
                .map(command -> command.checkout().quote().catalogRevision() == revision
                        ? Optional.of(verdicts.next())
                        : Optional.<Verdict>empty())
                .toList();
    }

    private List<Verdict> open(Tx tx, List<OpenCheckout> commands) {
        List<Claim> claims = idempotency.claimWhereKeyed(
                tx, commands.stream().map(OpenCheckout::key).toList());
        var granted = new ArrayList<OpenCheckout>();
        for (int i = 0; i < commands.size(); i++) {
            if (claims.get(i) instanceof Claim.Granted) granted.add(commands.get(i));
        }
        List<Answer> answers = answer(tx, granted);
        idempotency.store(tx, keyed(granted, answers));

        var verdicts = new ArrayList<Verdict>();
        var next = answers.iterator();
        for (Claim claim : claims) {
            verdicts.add(claim instanceof Claim.Granted ? new Verdict.Answered(next.next()) : Verdict.of(claim));
        }
        return verdicts;
    }

    /// One answer for each, in order.
    private List<Answer> answer(Tx tx, List<OpenCheckout> commands) {
        var answers = new IdentityHashMap<OpenCheckout, Answer>();
        List<OpenCheckout> open = commands;
        while (!open.isEmpty()) open = answer(tx, open, answers);
        return commands.stream()
                .map(command -> requireNonNull(answers.get(command)))
                .toList();
    }

    /// Answers at least one of them, and returns those who have to be looked at again: who was over a limit by
    /// what another one asked for and did not get. Nobody is refused for what nobody holds.
    private List<OpenCheckout> answer(Tx tx, List<OpenCheckout> commands, Map<OpenCheckout, Answer> answers) {
        List<Optional<Refusal>> refusals =
                limits.check(tx, commands.stream().map(OpenCheckout::purchase).toList());
        var within = new ArrayList<OpenCheckout>();
        var over = new ArrayList<OpenCheckout>();
        for (int i = 0; i < commands.size(); i++) {
            OpenCheckout command = commands.get(i);
            refusals.get(i)
                    .ifPresentOrElse(
                            refusal -> {
                                over.add(command);
                                answers.put(command, rendering.refused(refusal));
                            },
                            () -> within.add(command));
        }
        SortedMap<Sku, Long> left = hold(tx, within, answers);
        return left.isEmpty() ? List.of() : unlessShort(over, left, answers);
    }

    /// Those who do not want more than there is left of anything; the others need not ask for it in vain.
    private List<OpenCheckout> unlessShort(
            List<OpenCheckout> commands, SortedMap<Sku, Long> left, Map<OpenCheckout, Answer> answers) {
        var others = new ArrayList<OpenCheckout>();
        for (OpenCheckout command : commands) {
            var short_ = new TreeMap<>(left);
            short_.entrySet().removeIf(each -> command.wants(each.getKey()) <= each.getValue());
            if (short_.isEmpty()) {
                others.add(command);
            } else {
                answers.put(command, rendering.refused(Refusals.outOfStock(short_)));
            }
        }
        return others;
    }

    /// Holds what can be had, and returns what there is left of what is short.
    private SortedMap<Sku, Long> hold(Tx tx, List<OpenCheckout> commands, Map<OpenCheckout, Answer> answers) {
        var left = new TreeMap<Sku, Long>();
        if (commands.isEmpty()) return left;
        List<HoldPlan> plans =
                holds.reserve(tx, commands.stream().map(OpenCheckout::hold).toList());
        var opened = new ArrayList<NewCheckout>();
        var granted = new ArrayList<HoldPlan.Granted>();
        var purchases = new ArrayList<PurchaseLimits.Purchase>();
        for (int i = 0; i < commands.size(); i++) {
            if (plans.get(i) instanceof HoldPlan.Granted plan) {
                opened.add(commands.get(i).checkout());
                granted.add(plan);
                purchases.add(commands.get(i).purchase());
            }
        }
        Instant at = tx.now();
        CheckoutTable.insert(tx, opened, at);
        limits.note(tx, purchases);
        var held = holds.open(tx, granted, at).iterator();

        for (int i = 0; i < commands.size(); i++) {
            OpenCheckout command = commands.get(i);
            switch (plans.get(i)) {
                case HoldPlan.Granted _ -> answers.put(command, opened(command, held.next(), at));
                case HoldPlan.OutOfStock(SortedMap<Sku, Long> available) -> {
                    answers.put(command, rendering.refused(Refusals.outOfStock(available)));
                    available.forEach((sku, pieces) -> left.merge(sku, pieces, Math::min));
                }
            }
        }
        return left;
    }

    private Answer opened(OpenCheckout command, Hold hold, Instant at) {
        StoredCheckout checkout = command.checkout().opened(at);
        recent.remember(checkout);
        return command.render().apply(CheckoutReader.opened(checkout, hold));
    }

    private static Map<KeyId, Answer> keyed(List<OpenCheckout> commands, List<Answer> answers) {
        var keyed = new HashMap<KeyId, Answer>();
        for (int i = 0; i < commands.size(); i++) {
            Answer answer = answers.get(i);
            commands.get(i).key().ifPresent(use -> keyed.put(use.id(), answer));
        }
        return keyed;
    }
}
