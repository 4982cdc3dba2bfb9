package holdfast.psp;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// What a provider might do in place of what it would: a verdict in, another one out.
final class Bends {

    private Bends() {}

    /// The issuer says yes, but not now.
    static UnaryOperator<Verdict> takesItsTime(long forMs) {
        return verdict -> verdict instanceof Verdict.Do it ? takesItsTime(it, forMs) : verdict;
    }

    private static Verdict takesItsTime(Verdict.Do verdict, long forMs) {
        List<Fact> facts = new ArrayList<>();
        boolean waits = false;
        for (Fact fact : verdict.facts()) {
            if (fact instanceof Fact.Authorized(String intent, String method)) {
                facts.add(new Fact.Processing(intent, method, forMs));
                waits = true;
            } else if (!waits || !(fact instanceof Fact.Captured)) {
                facts.add(fact);
            }
        }
        return new Verdict.Do(facts, verdict.unheard());
    }

    /// A refund that looks good fails later.
    static Verdict refundFails(Verdict verdict) {
        if (!(verdict instanceof Verdict.Do it)) return verdict;
        List<Fact> facts = it.facts().stream()
                .map(fact -> fact instanceof Fact.Refunded refunded ? refunded.endingIn(Refund.Status.FAILED) : fact)
                .toList();
        return new Verdict.Do(facts, it.unheard());
    }
}
