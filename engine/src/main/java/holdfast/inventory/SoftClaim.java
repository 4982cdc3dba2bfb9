package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.AbstractMap.SimpleEntry;
import java.util.List;
import java.util.Map;

/// What a hold claims of one SKU in Redis.
///
/// @param time how long it is good
/// @param pieces in each warehouse: ` NORTH 2 SOUTH 1`
record SoftClaim(CheckoutId hold, Sku sku, Duration time, String pieces) {

    /// One for each SKU.
    static List<SoftClaim> of(HoldPlan.Granted plan, Duration time) {
        return plan.lines().stream().collect(groupingBy(HeldLine::sku)).entrySet().stream()
                .map(ofSku -> new SoftClaim(plan.request().checkout(), ofSku.getKey(), time, pieces(ofSku.getValue())))
                .toList();
    }

    private static String pieces(List<HeldLine> lines) {
        return lines.stream()
                .map(line -> " " + line.warehouse().code() + " " + line.quantity())
                .collect(joining());
    }

    /// Whose claims there are on each SKU.
    static Map<Sku, List<CheckoutId>> holds(List<SoftClaim> claims) {
        return claims.stream().collect(groupingBy(SoftClaim::sku, mapping(SoftClaim::hold, toList())));
    }

    /// The same, of holds with these lines.
    static Map<Sku, List<CheckoutId>> holds(Map<CheckoutId, List<HeldLine>> lines) {
        return lines.entrySet().stream()
                .flatMap(hold -> hold.getValue().stream()
                        .map(HeldLine::sku)
                        .distinct()
                        .map(sku -> new SimpleEntry<>(sku, hold.getKey())))
                .collect(groupingBy(SimpleEntry::getKey, mapping(SimpleEntry::getValue, toList())));
    }
}
