package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;

import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What one hold has of one SKU, as Redis keeps it: `⟨hold⟩ NORTH 2 SOUTH 1`.
record SoftClaim(HoldId hold, Sku sku, String text) {

    static List<SoftClaim> of(HoldId hold, List<HeldLine> lines) {
        var claims = new ArrayList<SoftClaim>();
        lines.stream().collect(groupingBy(HeldLine::sku)).forEach((sku, ofSku) -> {
            var text = new StringBuilder(hold.toString());
            for (HeldLine line : ofSku) {
                text.append(' ').append(line.warehouse().code()).append(' ').append(line.quantity());
            }
            claims.add(new SoftClaim(hold, sku, text.toString()));
        });
        return claims;
    }

    static List<SoftClaim> of(Map<HoldId, List<HeldLine>> holds) {
        return holds.entrySet().stream()
                .flatMap(hold -> of(hold.getKey(), hold.getValue()).stream())
                .toList();
    }

    /// Whose it is.
    static HoldId holdOf(String text) {
        int end = text.indexOf(' ');
        return new HoldId(UUID.fromString(end < 0 ? text : text.substring(0, end)));
    }
}
