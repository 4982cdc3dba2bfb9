package holdfast.order;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.inventory.HeldLine;
import holdfast.kernel.OrderId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes orders down: their lines, and which warehouse owes which piece.
///
/// Belongs to the transaction that commits the holds and settles the attempts to pay, and takes many orders at
/// once.
public final class OrderPlacing {

    private static final String NUMBERS = "select nextval('order_number') from generate_series(1, :orders)";

    private static final Inserts<Placed> INSERT_ORDERS = Inserts.<Placed>into("orders")
            .uuid("id", each -> each.order.id().value())
            .bigint("number", each -> each.order.number())
            .uuid("checkout_id", each -> each.order.checkout().value())
            .uuid("payment_id", Placed::payment)
            .text("status", each -> each.order.status().code())
            .text("payment_status", each -> each.order.paymentStatus().code())
            .text("email", each -> each.order.email().address())
            .jsonb("shipping_address", each -> StoredAddress.write(each.order.shippingAddress()))
            .text("shipping_option", each -> each.order.shippingOption())
            .text("shipping_title", each -> each.order.shippingTitle())
            .texts("discount_codes", each -> each.order.discountCodes())
            .text("currency", each -> each.totals().total().currency().getCurrencyCode())
            .bigint("subtotal", each -> each.totals().subtotal().minor())
            .bigint("discount", each -> each.totals().discount().minor())
            .bigint("shipping", each -> each.totals().shipping().minor())
            .bigint("tax", each -> each.totals().tax().minor())
            .bigint("total", each -> each.totals().total().minor())
            .bytes("secret_sha256", each -> each.placement.secretSha256())
            .instant("placed_at", each -> each.order.placedAt())
            .instant("updated_at", each -> each.order.placedAt());

    private record Line(OrderId order, Order.Line line) {}

    private static final Inserts<Line> INSERT_LINES = Inserts.<Line>into("order_line")
            .uuid("order_id", row -> row.order.value())
            .integer("line_no", row -> row.line.lineNo())
            .text("sku", row -> row.line.sku().code())
            .text("title", row -> row.line.title())
            .integer("quantity", row -> row.line.quantity().pieces())
            .bigint("unit_price", row -> row.line.unitPrice().minor())
            .bigint("total", row -> row.line.total().minor())
            .bigint("discount", row -> row.line.discount().minor())
            .bigint("tax", row -> row.line.tax().minor());

    private record Allocated(OrderId order, Order.Allocation allocation) {}

    private static final Inserts<Allocated> INSERT_ALLOCATIONS = Inserts.<Allocated>into("allocation")
            .uuid("order_id", row -> row.order.value())
            .integer("line_no", row -> row.allocation.lineNo())
            .text("warehouse", row -> row.allocation.warehouse().code())
            .bigint("quantity", row -> row.allocation.quantity());

    private record Moved(OrderId order, int seq, Order.Transition transition) {}

    private static final Inserts<Moved> INSERT_TRANSITIONS = Inserts.<Moved>into("order_transition")
            .uuid("order_id", row -> row.order.value())
            .integer("seq", Moved::seq)
            .text("status", row -> row.transition.status().code())
            .instant("at", row -> row.transition.at());

    private final Outbox outbox;

    public OrderPlacing(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Places the orders, in order, and returns them as they stand: `pending`, or `paid` where nothing was to
    /// pay.
    public List<Order> place(Tx tx, List<Placement> placements) {
        if (placements.isEmpty()) return List.of();
        Instant at = tx.now();
        Iterator<Long> numbers = tx.query(NUMBERS)
                .bind("orders", placements.size())
                .mapTo(Long.class)
                .list()
                .iterator();
        List<Placed> placed = placements.stream()
                .map(placement -> new Placed(placement, order(placement, numbers.next(), at)))
                .toList();
        tx.insert(INSERT_ORDERS, placed);
        tx.insert(INSERT_LINES, each(placed, order -> order.lines().stream().map(line -> new Line(order.id(), line))));
        tx.insert(
                INSERT_ALLOCATIONS,
                each(
                        placed,
                        order ->
                                order.allocations().stream().map(allocation -> new Allocated(order.id(), allocation))));
        tx.insert(INSERT_TRANSITIONS, each(placed, OrderPlacing::moves));
        outbox.append(
                tx, placed.stream().flatMap(each -> each.events().stream()).toList());
        return placed.stream().map(Placed::order).toList();
    }

    private static <T> List<T> each(List<Placed> placed, Function<Order, Stream<T>> rows) {
        return placed.stream().flatMap(one -> rows.apply(one.order)).toList();
    }

    /// That it began as `pending` is said by its `placed_at`.
    private static Stream<Moved> moves(Order order) {
        List<Order.Transition> timeline = order.timeline();
        return IntStream.range(1, timeline.size()).mapToObj(i -> new Moved(order.id(), i + 1, timeline.get(i)));
    }

    private static Order order(Placement placement, long number, Instant at) {
        boolean free = placement.payment() == null;
        var timeline = new ArrayList<Order.Transition>();
        timeline.add(new Order.Transition(Order.Status.PENDING, at));
        if (free) timeline.add(new Order.Transition(Order.Status.PAID, at));
        return new Order(
                placement.id(),
                number,
                timeline.getLast().status(),
                free ? Order.PaymentStatus.CAPTURED : Order.PaymentStatus.AUTHORIZED,
                placement.checkout(),
                placement.email(),
                placement.shippingAddress(),
                placement.shippingOption(),
                placement.shippingTitle(),
                placement.discountCodes(),
                placement.lines(),
                placement.totals(),
                allocate(placement.lines(), placement.held()),
                placement.payment() == null ? List.of() : List.of(placement.payment()),
                List.of(),
                List.of(),
                List.copyOf(timeline),
                at,
                at);
    }

    /// Deals what is held of each SKU out to the lines that want it, line by line and warehouse by warehouse.
    private static List<Order.Allocation> allocate(List<Order.Line> lines, List<HeldLine> held) {
        var left = new HashMap<Sku, Map<WarehouseCode, Long>>();
        for (HeldLine line : held) {
            left.computeIfAbsent(line.sku(), _ -> new LinkedHashMap<>()).put(line.warehouse(), line.quantity());
        }
        var allocations = new ArrayList<Order.Allocation>();
        for (Order.Line line : lines) {
            long wanted = line.quantity().pieces();
            for (var place : left.getOrDefault(line.sku(), Map.of()).entrySet()) {
                long dealt = Math.min(wanted, place.getValue());
                if (dealt == 0) continue;
                place.setValue(place.getValue() - dealt);
                allocations.add(new Order.Allocation(line.lineNo(), line.sku(), place.getKey(), dealt, 0, 0));
                wanted -= dealt;
            }
            if (wanted != 0) throw new IllegalStateException("A hold has less than its checkout's lines want");
        }
        return allocations;
    }

    private record Placed(Placement placement, Order order) {

        @Nullable
        UUID payment() {
            return placement.payment() == null ? null : placement.payment().id().value();
        }

        Order.Totals totals() {
            return order.totals();
        }

        List<Event> events() {
            return order.timeline().stream().map(this::event).toList();
        }

        private Event event(Order.Transition transition) {
            boolean placed = transition.status() == Order.Status.PENDING;
            return new Event(
                    "order",
                    order.id().value(),
                    placed ? "order.placed" : "order.paid",
                    Map.of(
                            "number", order.number(),
                            "checkout_id", order.checkout().toString(),
                            "total", totals().total().minor(),
                            "currency", totals().total().currency().getCurrencyCode()));
        }
    }
}
