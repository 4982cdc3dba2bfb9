package holdfast.order;

import static java.util.Comparator.comparingInt;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.inventory.AllocatedStock;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Ships orders, whole or in parts, and learns that they arrived.
public final class Fulfilling {

    private static final String INSERT = """
            insert into fulfillment (id, order_id, carrier, tracking_number, shipped_at)
            values (:id, :order, :carrier, :trackingNumber, shop_clock())
            returning shipped_at
            """;

    private static final String INSERT_LINES = """
            insert into fulfillment_line (fulfillment_id, line_no, warehouse, quantity)
            select :id, * from unnest(:lineNos::int[], :warehouses::text[], :quantities::bigint[])
            """;

    private static final String EXISTS = "select exists (select from fulfillment where id = :id and order_id = :order)";

    private static final String DELIVERED = """
            update fulfillment
               set delivered_at = shop_clock()
             where id = :id and order_id = :order and delivered_at is null
            """;

    private final AllocatedStock stock;
    private final Outbox outbox;
    private final Transitions transitions;
    private final Orders orders = new Orders();

    public Fulfilling(AllocatedStock stock, Outbox outbox) {
        this.stock = stock;
        this.outbox = outbox;
        this.transitions = new Transitions(outbox);
    }

    /// Ships some pieces of an order, or all that are left and in stock; asking again with the same id tells
    /// what was shipped then.
    ///
    /// Refuses an unknown order (`not_found`), one whose money has not been taken yet (`order_not_paid`), and
    /// what is not there to be shipped (`order_not_fulfillable`, with its `order_status` and in `lines`
    /// what is left of each line that is short), and what is backordered and did not come in yet
    /// (`not_in_stock_yet`, with what is `left` and `backordered` of each such line).
    ///
    /// @param pieces null: all that is left and in stock
    public Order.Fulfillment ship(
            Tx tx,
            OrderId id,
            FulfillmentId fulfillment,
            @Nullable List<Pieces> pieces,
            String carrier,
            String trackingNumber) {
        LockedOrder order = LockedOrder.lock(tx, id);
        Optional<Order.Fulfillment> before = find(tx, id, fulfillment);
        if (before.isPresent()) return before.get();
        requireShippable(order);

        Allocations allocations = Allocations.of(tx, id);
        List<Allocations.Portion> portions = portions(order, allocations, pieces);
        allocations.ship(tx, portions);
        stock.ship(tx, portions.stream().map(Allocations.Portion::pieces).toList(), "fulfillment:" + fulfillment);
        Order.Fulfillment shipped = insert(tx, id, fulfillment, portions, carrier, trackingNumber);
        tell(tx, order, shipped, "fulfillment.shipped");
        transitions.progress(tx, order);
        return shipped;
    }

    /// Refuses what [#ship] would refuse, apart from that the money was not taken yet.
    public void requireThere(Tx tx, OrderId id, @Nullable List<Pieces> pieces) {
        LockedOrder order = LockedOrder.lock(tx, id);
        if (order.status() == Order.Status.PENDING) portions(order, Allocations.of(tx, id), pieces);
    }

    private static List<Allocations.Portion> portions(
            LockedOrder order, Allocations allocations, @Nullable List<Pieces> pieces) {
        return pieces == null ? allLeft(order, allocations) : picked(order, allocations, pieces);
    }

    /// The shopper has it; repeatable. An order of which everything has arrived is `delivered`.
    ///
    /// Refuses an unknown order, and a fulfillment that is not of this order (`not_found`).
    public Order.Fulfillment delivered(Tx tx, OrderId id, FulfillmentId fulfillment) {
        LockedOrder order = LockedOrder.lock(tx, id);
        int arrived = tx.update(DELIVERED)
                .bind("id", fulfillment.value())
                .bind("order", id.value())
                .execute();
        Order.Fulfillment delivered =
                find(tx, id, fulfillment).orElseThrow(() -> Problem.NOT_FOUND.refuse("No such fulfillment"));
        if (arrived == 1) {
            tell(tx, order, delivered, "fulfillment.delivered");
            transitions.progress(tx, order);
        }
        return delivered;
    }

    private static void requireShippable(LockedOrder order) {
        switch (order.status()) {
            case PENDING ->
                throw Problem.ORDER_NOT_PAID
                        .refuse("The money for this order was not taken yet")
                        .with("retry_after", 1);
            case CANCELED -> throw unfulfillable(order, "The order is canceled");
            case PAID, PARTIALLY_SHIPPED, SHIPPED, DELIVERED -> {}
        }
    }

    private static List<Allocations.Portion> allLeft(LockedOrder order, Allocations allocations) {
        List<Allocations.Portion> inStock = allocations.inStock();
        if (!inStock.isEmpty()) return inStock;
        if (allocations.left().isEmpty()) throw unfulfillable(order, "Nothing is left to ship");
        throw notInStockYet(allocations, allocations.lines().stream());
    }

    private static List<Allocations.Portion> picked(LockedOrder order, Allocations allocations, List<Pieces> pieces) {
        Pieces.requireLines(pieces, allocations.lines());
        List<Map<String, Object>> tooFew = pieces.stream()
                .filter(wanted -> wanted.count() > allocations.left(wanted.lineNo()))
                .map(wanted ->
                        Map.<String, Object>of("line", wanted.lineNo(), "left", allocations.left(wanted.lineNo())))
                .toList();
        if (!tooFew.isEmpty()) {
            throw unfulfillable(order, "Fewer pieces are left to ship").with("lines", tooFew);
        }
        if (pieces.stream().anyMatch(wanted -> wanted.count() > allocations.inStock(wanted.lineNo()))) {
            throw notInStockYet(allocations, pieces.stream().map(Pieces::lineNo));
        }
        return pieces.stream()
                .sorted(comparingInt(Pieces::lineNo))
                .flatMap(wanted -> allocations.inStock(wanted.lineNo(), wanted.count()).stream())
                .toList();
    }

    /// Names those of the lines of which pieces are still backordered.
    private static Refusal notInStockYet(Allocations allocations, Stream<Integer> lines) {
        return Problem.NOT_IN_STOCK_YET
                .refuse("Pieces that are backordered cannot be shipped before they are in stock")
                .with(
                        "lines",
                        lines.sorted()
                                .filter(line -> allocations.inStock(line) < allocations.left(line))
                                .map(line -> Map.<String, Object>of(
                                        "line",
                                        line,
                                        "left",
                                        allocations.left(line),
                                        "backordered",
                                        allocations.left(line) - allocations.inStock(line)))
                                .toList());
    }

    private static Refusal unfulfillable(LockedOrder order, String detail) {
        return Problem.ORDER_NOT_FULFILLABLE
                .refuse(detail)
                .with("order_status", order.status().code());
    }

    private static Order.Fulfillment insert(
            Tx tx,
            OrderId order,
            FulfillmentId id,
            List<Allocations.Portion> portions,
            String carrier,
            String trackingNumber) {
        Instant shippedAt = tx.query(INSERT)
                .bind("id", id.value())
                .bind("order", order.value())
                .bind("carrier", carrier)
                .bind("trackingNumber", trackingNumber)
                .map((row, _) -> row.getTimestamp("shipped_at").toInstant())
                .one();
        tx.update(INSERT_LINES)
                .bind("id", id.value())
                .bind("lineNos", tx.ints(portions, portion -> portion.of().lineNo()))
                .bind(
                        "warehouses",
                        tx.texts(portions, portion -> portion.of().warehouse().code()))
                .bind("quantities", tx.bigints(portions, Allocations.Portion::quantity))
                .execute();
        List<Order.Shipped> lines = portions.stream()
                .map(portion -> new Order.Shipped(
                        portion.of().lineNo(), portion.of().sku(), portion.of().warehouse(), portion.quantity()))
                .toList();
        return new Order.Fulfillment(id, carrier, trackingNumber, lines, shippedAt, null);
    }

    private Optional<Order.Fulfillment> find(Tx tx, OrderId order, FulfillmentId id) {
        boolean exists = tx.query(EXISTS)
                .bind("id", id.value())
                .bind("order", order.value())
                .mapTo(Boolean.class)
                .one();
        if (!exists) return Optional.empty();
        return orders.find(tx, order).stream()
                .flatMap(found -> found.fulfillments().stream())
                .filter(fulfillment -> fulfillment.id().equals(id))
                .findFirst();
    }

    private void tell(Tx tx, LockedOrder order, Order.Fulfillment fulfillment, String type) {
        Map<String, Object> payload = Map.of("order_id", order.id().toString(), "number", order.number());
        outbox.append(tx, List.of(new Event("fulfillment", fulfillment.id().value(), type, payload)));
    }
}
