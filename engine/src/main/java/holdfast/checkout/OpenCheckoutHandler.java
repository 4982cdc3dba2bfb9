package holdfast.checkout;

import static java.util.stream.Collectors.toMap;

import holdfast.db.Handler;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.Claim;
import holdfast.idempotency.Idempotency;
import holdfast.idempotency.KeyName;
import holdfast.inventory.HoldPlan;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Opens checkouts: claims their keys, plans their holds one after the other, and writes down what was granted.
final class OpenCheckoutHandler implements Handler<OpenCheckout, Verdict> {

    private final Idempotency idempotency;
    private final Holds holds;
    private final CheckoutReader reader;
    private final Rendering rendering;

    OpenCheckoutHandler(Idempotency idempotency, Holds holds, CheckoutReader reader, Rendering rendering) {
        this.idempotency = idempotency;
        this.holds = holds;
        this.reader = reader;
        this.rendering = rendering;
    }

    @Override
    public List<Verdict> handle(Tx tx, List<OpenCheckout> commands) {
        Map<OpenCheckout, Claim> claims = claim(tx, commands);
        List<OpenCheckout> granted = commands.stream()
                .filter(command -> claims.get(command) instanceof Claim.Granted)
                .toList();
        Map<OpenCheckout, Answer> answers = open(tx, granted);
        idempotency.store(tx, keyed(answers));
        return commands.stream()
                .map(command -> verdict(command, claims, answers))
                .toList();
    }

    private Map<OpenCheckout, Claim> claim(Tx tx, List<OpenCheckout> commands) {
        List<Claim> claims = idempotency.claimWhereKeyed(
                tx, commands.stream().map(OpenCheckout::key).toList());
        var byCommand = new HashMap<OpenCheckout, Claim>();
        for (int i = 0; i < commands.size(); i++) {
            byCommand.put(commands.get(i), claims.get(i));
        }
        return byCommand;
    }

    private Map<OpenCheckout, Answer> open(Tx tx, List<OpenCheckout> commands) {
        if (commands.isEmpty()) return Map.of();
        List<HoldPlan> plans =
                holds.plan(tx, commands.stream().map(OpenCheckout::hold).toList());
        var answers = new LinkedHashMap<OpenCheckout, Answer>();
        var opened = new ArrayList<OpenCheckout>();
        var holdsToOpen = new ArrayList<HoldPlan.Granted>();
        for (int i = 0; i < commands.size(); i++) {
            switch (plans.get(i)) {
                case HoldPlan.Granted plan -> {
                    opened.add(commands.get(i));
                    holdsToOpen.add(plan);
                }
                case HoldPlan.OutOfStock short_ ->
                    answers.put(commands.get(i), rendering.refused(Refusals.outOfStock(short_.available())));
            }
        }
        CheckoutTable.insert(tx, opened.stream().map(OpenCheckout::checkout).toList());
        holds.open(tx, holdsToOpen);
        Map<CheckoutId, Checkout> views = reader.read(
                tx, opened.stream().map(command -> command.checkout().id()).toList());
        for (OpenCheckout command : opened) {
            answers.put(
                    command,
                    command.render()
                            .apply(Objects.requireNonNull(
                                    views.get(command.checkout().id()))));
        }
        return answers;
    }

    private static Map<KeyName, Answer> keyed(Map<OpenCheckout, Answer> answers) {
        return answers.entrySet().stream()
                .filter(entry -> entry.getKey().key().isPresent())
                .collect(toMap(entry -> entry.getKey().key().orElseThrow().name(), Map.Entry::getValue));
    }

    private static Verdict verdict(
            OpenCheckout command, Map<OpenCheckout, Claim> claims, Map<OpenCheckout, Answer> answers) {
        Answer answer = answers.get(command);
        return answer != null ? new Verdict.Answered(answer) : Verdict.of(Objects.requireNonNull(claims.get(command)));
    }
}
