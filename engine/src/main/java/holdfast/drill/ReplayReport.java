package holdfast.drill;

import static holdfast.drill.Figures.rate;
import static holdfast.drill.Figures.told;

import holdfast.drill.Invoice.Entry;
import holdfast.drill.Reconciliation.Check;
import holdfast.drill.Reconciliation.Others;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a replay has to tell, for a terminal or, with every line named, for a file.
///
/// @param fates the lines by what became of them
/// @param before invoices that an earlier run had placed
/// @param orders canceled as a whole, and refunds made, in this run or before
/// @param audit what the database says; empty if nobody could ask it
record ReplayReport(
        URI server,
        InvoiceBook book,
        Map<Fate, List<InvoiceLine>> fates,
        int before,
        GivenBack orders,
        Speed speed,
        List<Check> checks,
        Others others,
        Optional<AuditReport> audit) {

    private static final int PLACES_SHOWN = 3;
    private static final String ROW = "  %-44s %9s %12s %16s%n";
    private static final String PROOF_ROW = "  %-46s %16s %16s  %s%n";
    private static final String HOW_TO_READ = """
              Every line of the files has one fate: it is placed, given back, refused or skipped. A line counts its
              pieces and its pieces times its unit price, in pounds; what was taken back counts negative, as in the
              files. Placed is what orders were made of. Given back is what cancellations took back from those orders,
              by canceling an order as a whole or by refunding pieces of it; the order that was placed stays placed.
              The left column of the proof comes from the files and the replay's own books, the right one from what the
              shop says of the orders, their payments, refunds and warehouses when asked in the end.
            """;

    record GivenBack(long ordersCanceled, long refunds) {}

    /// @param placed orders, in this run
    /// @param took to place them, with so many shoppers abreast
    /// @param flow from the cart to the order
    record Speed(long placed, Duration took, int shoppers, Timings flow, Timings completing) {}

    boolean reconciles() {
        return checks.stream().allMatch(Check::holds) && audit.stream().allMatch(AuditReport::holds);
    }

    /// For a terminal: of every reason, the first few lines.
    String brief() {
        return text(PLACES_SHOWN);
    }

    /// Every line that was refused or skipped, by name.
    String full() {
        return text(Integer.MAX_VALUE);
    }

    private String text(int places) {
        var out = new StringBuilder();
        out.append(String.format(
                "%nReplayed %s lines, %s invoices in %s %s, at %s%n",
                told(book.raw().lines()),
                told(book.invoices().size()),
                told(book.files()),
                book.files() == 1 ? "file" : "files",
                server));
        invoices(out);
        lines(out);
        reasons(out, places);
        speed(out);
        proof(out);
        return out.toString();
    }

    private void invoices(StringBuilder out) {
        Map<Boolean, List<Invoice>> kinds =
                book.invoices().stream().collect(Collectors.partitioningBy(Invoice::isCancellation));
        List<Invoice> sales = kinds.getOrDefault(false, List.of());
        List<Invoice> cancellations = kinds.getOrDefault(true, List.of());
        long placed = count(sales, Fate.Placed.class);
        long refused = count(sales, Fate.Refused.class);
        long back = count(cancellations, Fate.GivenBack.class);
        long nothingBack = cancellations.stream()
                .filter(invoice -> invoice.returns().isEmpty())
                .count();

        out.append(String.format("%nINVOICES%n"));
        row(out, "placed as orders", placed);
        if (before > 0) row(out, "  of these by an earlier run", before);
        row(out, "refused", refused);
        row(out, "nothing in them is sold", sales.size() - placed - refused);
        row(out, "cancellations that gave something back", back);
        row(out, "cancellations that match nothing", cancellations.size() - nothingBack - back);
        row(out, "cancellations of what is no product", nothingBack);
        row(out, "in the files", book.invoices().size());
        out.append(String.format(
                "  (orders canceled as a whole: %s, refunds: %s)%n",
                told(orders.ordersCanceled()), told(orders.refunds())));
    }

    private static void row(StringBuilder out, String what, long count) {
        out.append(String.format("  %-44s %9s%n", what, told(count)));
    }

    private long count(List<Invoice> invoices, Class<? extends Fate> kind) {
        Set<Integer> numbers = new HashSet<>();
        fates.forEach((fate, lines) -> {
            if (kind.isInstance(fate)) lines.forEach(line -> numbers.add(line.number()));
        });
        return invoices.stream()
                .filter(invoice ->
                        invoice.entries().stream().map(Entry::line).anyMatch(line -> numbers.contains(line.number())))
                .count();
    }

    private void lines(StringBuilder out) {
        out.append(String.format("%nLINES" + ROW.substring(7), "", "lines", "pieces", "GBP"));
        sortedFates().forEach(fate -> row(out, title(fate), Sum.of(fates.getOrDefault(fate, List.of()))));
        row(out, "in the files", book.raw());
    }

    private static void row(StringBuilder out, String what, Sum sum) {
        out.append(String.format(ROW, what, told(sum.lines()), told(sum.pieces()), told(sum.pounds())));
    }

    private void reasons(StringBuilder out, int places) {
        for (Fate fate : sortedFates()) {
            if (fate instanceof Fate.Placed || fate instanceof Fate.GivenBack) continue;
            List<InvoiceLine> lines = fates.getOrDefault(fate, List.of());
            out.append(String.format("%n%s%n", title(fate)));
            lines.stream()
                    .limit(places)
                    .forEach(line -> out.append(String.format(
                            "  %-24s %-8s %-14s %7s x %10s  %s%n",
                            line.place(),
                            line.invoice(),
                            line.code(),
                            told(line.pieces()),
                            told(line.unitPrice()),
                            line.description())));
            if (lines.size() > places) out.append(String.format("  … and %s more%n", told(lines.size() - places)));
        }
    }

    private void speed(StringBuilder out) {
        if (speed.placed() == 0) return;
        out.append(String.format(
                """

                SPEED
                  %s orders in %s, %d shoppers at a time: %s orders a second
                  from the cart to the order: %s
                  completing the checkout:    %s
                """,
                told(speed.placed()),
                told(speed.took()),
                speed.shoppers(),
                rate(speed.placed(), speed.took()),
                speed.flow(),
                speed.completing()));
    }

    private void proof(StringBuilder out) {
        out.append(String.format("%nPROOF" + PROOF_ROW.substring(7), "", "files", "shop", ""));
        for (Check check : checks) {
            out.append(String.format(
                    PROOF_ROW, check.what(), check.books(), check.shop(), check.holds() ? "ok" : "MISMATCH"));
        }
        if (!others.isNothing()) {
            out.append(String.format(
                    "  (given back by others, and left out above: %s pieces, %s pence)%n",
                    told(others.pieces()), told(others.pence())));
        }
        out.append(String.format("%n%s", HOW_TO_READ));
        audit.ifPresent(held -> out.append(held.brief()));
        out.append(String.format("%n%s%n", sentence()));
    }

    private String sentence() {
        if (!checks.stream().allMatch(Check::holds)) return "THE SUMS DO NOT RECONCILE.";
        return reconciles()
                ? "Every penny and every piece of the files is accounted for, and the shop agrees."
                : "A PROMISE IS BROKEN.";
    }

    private List<Fate> sortedFates() {
        return fates.keySet().stream()
                .sorted(Comparator.comparingInt(ReplayReport::rank).thenComparing(ReplayReport::title))
                .toList();
    }

    private static int rank(Fate fate) {
        return switch (fate) {
            case Fate.Placed _ -> 0;
            case Fate.GivenBack _ -> 1;
            case Fate.Refused _ -> 2;
            case Fate.Skipped _ -> 3;
        };
    }

    private static String title(Fate fate) {
        return switch (fate) {
            case Fate.Placed _ -> "placed";
            case Fate.GivenBack _ -> "given back (canceled or refunded)";
            case Fate.Refused(String reason) -> "refused: " + reason;
            case Fate.Skipped(Skip reason) -> "skipped: " + reason;
        };
    }
}
