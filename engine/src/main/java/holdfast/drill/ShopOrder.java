package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// An order as the shop tells it, as far as a replay has something to compare it with. Amounts are in pence.
///
/// @param authorized what is set aside on the card, neither taken nor let go
/// @param voided what was set aside and let go
/// @param captured what was taken
/// @param allocated pieces that warehouses were asked for
/// @param unallocated those among them that need not be sent any more
/// @param shipped those among them that were sent
record ShopOrder(
        String id,
        String status,
        long total,
        List<Line> lines,
        List<Refund> refunds,
        long authorized,
        long voided,
        long captured,
        long allocated,
        long unallocated,
        long shipped) {

    /// @param refunded pieces that were given back by line
    record Line(int line, String sku, long pieces, long unitPrice, long total, long refunded) {}

    /// @param pieces by SKU; empty where only an amount was given back
    record Refund(String status, String reason, long amount, Map<String, Long> pieces) {

        boolean isFailed() {
            return status.equals("failed");
        }

        long count() {
            return pieces.values().stream().mapToLong(Long::longValue).sum();
        }

        boolean isPending() {
            return status.equals("pending");
        }
    }

    static ShopOrder of(JsonNode order) {
        return new ShopOrder(
                order.path("id").asText(),
                order.path("status").asText(),
                amount(order.path("totals").path("total")),
                all(order.path("line_items")).map(ShopOrder::line).toList(),
                all(order.path("refunds")).map(ShopOrder::refund).toList(),
                sum(order.path("payments"), payment -> inState("authorized", payment)),
                sum(order.path("payments"), payment -> inState("voided", payment)),
                sum(order.path("payments"), payment -> amount(payment.path("captured"))),
                sum(order.path("allocations"), part -> part.path("quantity").asLong()),
                sum(order.path("allocations"), part -> part.path("canceled").asLong()),
                sum(order.path("allocations"), part -> part.path("shipped").asLong()));
    }

    boolean isCanceled() {
        return status.equals("canceled");
    }

    /// Whether money is still on its way, in one direction or the other.
    boolean isSettling() {
        return authorized > 0 || refunds.stream().anyMatch(Refund::isPending);
    }

    /// Whether this is what the invoice asks for, piece by piece and penny by penny.
    boolean is(Invoice invoice) {
        Map<String, Long> wanted = new HashMap<>();
        invoice.items()
                .forEach(item ->
                        wanted.put(item.sku() + " at " + item.unitPrice().minor(), item.pieces()));
        Map<String, Long> ordered = new HashMap<>();
        lines.forEach(line -> ordered.merge(line.sku() + " at " + line.unitPrice(), line.pieces(), Long::sum));
        return wanted.equals(ordered) && total == invoice.total().minor();
    }

    long pieces() {
        return lines.stream().mapToLong(Line::pieces).sum();
    }

    /// Pieces that were given back: all of a canceled order.
    long piecesGivenBack() {
        return isCanceled() ? pieces() : piecesRefunded();
    }

    /// Pieces that were refunded by line.
    long piecesRefunded() {
        return lines.stream().mapToLong(Line::refunded).sum();
    }

    /// What was given back of the money, or never taken in the end; what is on its way counts.
    long amountGivenBack() {
        return voided + amountRefunded();
    }

    /// What the shop has of the money and does not give back; what is on its way counts.
    long amountKept() {
        return authorized + captured - amountRefunded();
    }

    private long amountRefunded() {
        return refunds.stream()
                .filter(refund -> !refund.isFailed())
                .mapToLong(Refund::amount)
                .sum();
    }

    private static Line line(JsonNode line) {
        return new Line(
                line.path("line").asInt(),
                line.path("sku").asText(),
                line.path("quantity").asLong(),
                amount(line.path("unit_price")),
                amount(line.path("total")),
                line.path("refunded").asLong());
    }

    private static Refund refund(JsonNode refund) {
        Map<String, Long> pieces = new HashMap<>();
        all(refund.path("lines"))
                .forEach(line -> pieces.merge(
                        line.path("sku").asText(), line.path("quantity").asLong(), Long::sum));
        return new Refund(
                refund.path("status").asText(), refund.path("reason").asText(), amount(refund.path("amount")), pieces);
    }

    private static long inState(String state, JsonNode payment) {
        return payment.path("status").asText().equals(state) ? amount(payment.path("amount")) : 0;
    }

    private static long amount(JsonNode money) {
        return money.path("amount").asLong();
    }

    private static long sum(JsonNode array, ToLongFunction<JsonNode> part) {
        return all(array).mapToLong(part).sum();
    }

    private static Stream<JsonNode> all(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
