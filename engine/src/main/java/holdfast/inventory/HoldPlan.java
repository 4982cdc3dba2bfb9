package holdfast.inventory;

import static java.util.stream.Collectors.toSet;

import holdfast.kernel.Sku;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Whether a hold can be had: all of it or nothing.
public sealed interface HoldPlan {

    /// It can, and its stock is set aside. The transaction that did so has to open it, or to roll back.
    ///
    /// @param sourcing why these warehouses, in a sentence
    /// @param soft whether it is set aside in Redis alone, and not in stock
    record Granted(HoldRequest request, List<HeldLine> lines, String sourcing, boolean soft) implements HoldPlan {

        Granted(HoldRequest request, List<HeldLine> lines, String sourcing) {
            this(request, lines, sourcing, false);
        }

        Granted softly() {
            return new Granted(request, lines, sourcing, true);
        }
    }

    /// It cannot. `available` tells, for each SKU of which there is not enough, how many pieces there are.
    record OutOfStock(SortedMap<Sku, Long> available) implements HoldPlan {}

    /// Those that can be had.
    static List<Granted> granted(List<HoldPlan> plans) {
        return plans.stream()
                .filter(Granted.class::isInstance)
                .map(Granted.class::cast)
                .toList();
    }

    /// What those that can be had take in Redis alone.
    static List<HeldLine> softLines(List<HoldPlan> plans) {
        return lines(plans, Granted::soft).toList();
    }

    /// The SKUs of which they take from stock itself.
    static Set<Sku> firmSkus(List<HoldPlan> plans) {
        return lines(plans, plan -> !plan.soft())
                .filter(line -> !line.isBackordered())
                .map(HeldLine::sku)
                .collect(toSet());
    }

    /// What those that can be had take.
    static List<HeldLine> lines(List<HoldPlan> plans) {
        return lines(plans, _ -> true).toList();
    }

    private static Stream<HeldLine> lines(List<HoldPlan> plans, Predicate<Granted> which) {
        return granted(plans).stream().filter(which).flatMap(plan -> plan.lines().stream());
    }
}
