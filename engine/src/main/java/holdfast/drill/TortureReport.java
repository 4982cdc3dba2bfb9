package holdfast.drill;

import static holdfast.drill.Figures.told;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import holdfast.audit.Finding;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/// What a torture has to tell when it is over.
///
/// @param settledAfter how long it took from the last harm until everything had come to an end
record TortureReport(
        TorturePlan plan,
        List<Harm> harms,
        TortureBooks books,
        Duration settledAfter,
        List<Check> checks,
        List<Finding> audit) {

    private static final int EXAMPLES_MAX = 10;

    /// One promise, and what breaks it.
    record Check(String id, String promise, List<String> broken) {

        boolean holds() {
            return broken.isEmpty();
        }
    }

    boolean holds() {
        return checks.stream().allMatch(Check::holds) && audit.stream().allMatch(Finding::holds);
    }

    String text() {
        var out = new StringBuilder();
        out.append(String.format(
                "%nSeed %d: %s harms in %s, %s shoppers at a time; all came to an end %s after the last harm%n",
                plan.seed(), told(harms.size()), told(plan.length()), told(plan.atOnce()), told(settledAfter)));
        out.append(String.format("%nHARMS%n"));
        new TreeMap<>(harms.stream()
                        .collect(groupingBy(
                                harm -> harm.victim() + " " + harm.kind().text(), counting())))
                .forEach((what, count) -> row(out, what, told(count)));
        out.append(String.format("%nANSWERS%n"));
        books.counts().forEach((answer, count) -> row(out, answer, told(count)));
        out.append(String.format("%nPROOF%n"));
        row(out, "orders that shoppers were told of", told(books.orders().size()));
        row(out, "keys that were answered", told(books.keys()));
        for (Check check : checks) promise(out, check.id(), check.promise(), check.broken(), check.broken.size());
        out.append(new AuditReport(audit).brief());
        out.append(String.format(
                "%n%s%n",
                holds()
                        ? "No promise is broken."
                        : "A PROMISE IS BROKEN. --seed " + plan.seed() + " does" + " the same to the same again."));
        return out.toString();
    }

    private static void promise(StringBuilder out, String id, String promise, List<String> examples, long violations) {
        String verdict = violations == 0 ? "ok" : told(violations) + " VIOLATIONS";
        out.append(String.format("  %-4s %-60s %s%n", id, promise, verdict));
        examples.stream().limit(EXAMPLES_MAX).forEach(example -> out.append(String.format("         %s%n", example)));
    }

    private static void row(StringBuilder out, String what, String value) {
        out.append(String.format("  %-50s %14s%n", what, value));
    }
}
