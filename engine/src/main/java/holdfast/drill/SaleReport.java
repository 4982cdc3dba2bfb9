package holdfast.drill;

import static holdfast.drill.Figures.rate;
import static holdfast.drill.Figures.told;

import holdfast.drill.SaleBooks.End;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a flash sale has to tell when it is over.
///
/// @param took from the first shopper to the last
/// @param audit what the database says; empty if nobody could ask it
record SaleReport(
        List<URI> servers,
        FlashSalePlan plan,
        SaleBooks books,
        Duration took,
        List<Check> checks,
        Optional<AuditReport> audit) {

    private static final String KEPT =
            "Every unit was sold at most once, every order is there once, and no promise is broken.";
    private static final String KEPT_AS_FAR_AS_LOOKED =
            "Every unit was sold at most once, and every order is there once. The invariants were not looked at.";

    /// One comparison.
    ///
    /// @param expected what the shoppers' own books say
    /// @param shop what the shop says
    record Check(String what, String expected, String shop, boolean holds) {

        static Check same(String what, long expected, long shop) {
            return new Check(what, told(expected), told(shop), expected == shop);
        }

        static Check between(String what, long least, long most, long shop) {
            String expected = least == most ? told(most) : told(least) + " to " + told(most);
            return new Check(what, expected, told(shop), shop >= least && shop <= most);
        }
    }

    boolean holds() {
        return checks.stream().allMatch(Check::holds) && audit.stream().allMatch(AuditReport::holds);
    }

    String text() {
        var out = new StringBuilder();
        out.append(String.format(
                "%n%s units of %s for %s shoppers who want %s each, %s at a time, at %s%n",
                told(plan.units()),
                plan.sku(),
                told(plan.shoppers()),
                told(plan.quantity()),
                told(plan.atOnce()),
                servers.stream().map(URI::toString).collect(Collectors.joining(" and "))));
        shoppers(out);
        answers(out);
        speed(out);
        proof(out);
        invariants(out);
        out.append(String.format(
                "%n%s%n", holds() ? audit.isPresent() ? KEPT : KEPT_AS_FAR_AS_LOOKED : "A PROMISE IS BROKEN."));
        return out.toString();
    }

    private void shoppers(StringBuilder out) {
        out.append(String.format("%nSHOPPERS%n"));
        for (End end : End.values()) {
            long count = books.count(end);
            if (count > 0 || end == End.BOUGHT || end == End.REFUSED) row(out, end.toString(), told(count));
        }
    }

    private void answers(StringBuilder out) {
        out.append(String.format("%nANSWERS%n"));
        books.answers().forEach((answer, count) -> row(out, answer, told(count)));
    }

    private void speed(StringBuilder out) {
        long answers =
                books.answers().values().stream().mapToLong(Long::longValue).sum();
        out.append(String.format("%nSPEED%n"));
        row(out, "answers in " + told(took), rate(answers, took) + " a second");
        row(out, "opening a checkout", books.opening.toString());
        row(out, "completing it", books.completing.toString());
    }

    private void proof(StringBuilder out) {
        out.append(String.format("%n%-52s %14s %14s%n", "PROOF", "shoppers", "shop"));
        for (Check check : checks) {
            out.append(String.format(
                    "  %-50s %14s %14s  %s%n",
                    check.what(), check.expected(), check.shop(), check.holds() ? "ok" : "MISMATCH"));
        }
    }

    private void invariants(StringBuilder out) {
        out.append(audit.map(AuditReport::brief)
                .orElse(String.format(
                        "%nINVARIANTS%n  not looked at: the database of another shop is not ours to read%n")));
    }

    private static void row(StringBuilder out, String what, String value) {
        out.append(String.format("  %-50s %14s%n", what, value));
    }
}
