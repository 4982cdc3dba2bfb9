package holdfast.drill;

import holdfast.drill.Invoice.Entry;
import holdfast.drill.Meaning.Item;
import holdfast.drill.Meaning.Return;
import holdfast.drill.Returns.Match;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// Takes back from an order what a cancellation takes back: the order is canceled if nothing of it is left
/// then, else the pieces are refunded. The reason names the cancellation, so that the shop itself remembers
/// what was given back for whom, longer than any idempotency key.
final class GiveBack {

    private static final String REASON = "Cancellation ";

    private final ShopClient shop;

    GiveBack(ShopClient shop) {
        this.shop = shop;
    }

    /// Which cancellation a refund was made for, by its reason; empty if it was for none.
    static Optional<String> cancellation(ShopOrder.Refund refund) {
        return refund.reason().startsWith(REASON)
                ? Optional.of(refund.reason().substring(REASON.length()))
                : Optional.empty();
    }

    /// Gives back what is due; says why the shop refused, if it did.
    Optional<String> giveBack(Match match, ShopOrder order) {
        if (match.due().isEmpty()) return Optional.empty();
        Answer answer = match.wholeOrder() ? cancel(match, order) : refund(match, order);
        return answer.isSuccess() ? Optional.empty() : Optional.of(answer.problem());
    }

    private Answer cancel(Match match, ShopOrder order) {
        return shop.post(
                "/v1/orders/" + order.id() + "/cancel",
                "replay-" + match.cancellation().number() + "-cancel-" + order.id(),
                Map.of("reason", reason(match)));
    }

    private Answer refund(Match match, ShopOrder order) {
        Map<String, Long> pieces = new TreeMap<>();
        for (Entry entry : match.due()) {
            if (entry.meaning() instanceof Return(Item item)) {
                pieces.merge(item.sku().code(), item.pieces(), Long::sum);
            }
        }
        List<Map<String, Long>> lines = order.lines().stream()
                .filter(line -> pieces.containsKey(line.sku()))
                .map(line -> Map.of("line", (long) line.line(), "quantity", pieces.getOrDefault(line.sku(), 0L)))
                .toList();
        return shop.post(
                "/v1/orders/" + order.id() + "/refunds",
                "replay-" + match.cancellation().number() + "-refund-" + order.id() + "-" + digest(pieces),
                Map.of("lines", lines, "restock", true, "reason", reason(match)));
    }

    private static String reason(Match match) {
        return REASON + match.cancellation().number();
    }

    /// Other pieces are another refund, and need another key.
    private static UUID digest(Map<String, Long> pieces) {
        return UUID.nameUUIDFromBytes(pieces.toString().getBytes(StandardCharsets.UTF_8));
    }
}
