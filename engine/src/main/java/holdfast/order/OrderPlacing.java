package holdfast.order;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.inventory.HeldLine;
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
import org.jspecify.annotations.Nullable;

/// Writes orders down: their lines, and which warehouse owes which piece.
///
/// Belongs to the transaction that commits the holds and settles the attempts to pay, and takes many orders at
/// once.
public final class OrderPlacing {

    private static final String NUMBERS = """
            select nextval('order_number') as number, shop_clock() as at
              from generate_series(1, :orders)
            """;

    private static final String INSERT_ORDERS = """
            insert into orders (id, number, checkout_id, hold_id, payment_id, status, payment_status,
                                email, shipping_address, shipping_option, shipping_title, discount_codes, currency,
                                subtotal, discount, shipping, tax, total, secret_sha256, placed_at, updated_at)
            select u.id, u.number, u.checkout_id, u.hold_id, u.payment_id, u.status, u.payment_status,
                   u.email, u.shipping_address::jsonb, u.shipping_option, u.shipping_title,
                   string_to_array(u.discount_codes, ','), u.currency,
                   u.subtotal, u.discount, u.shipping, u.tax, u.total, u.secret_sha256, u.placed_at, u.placed_at
              from unnest(:ids::uuid[], :numbers::bigint[], :checkouts::uuid[], :holds::uuid[], :payments::uuid[],
                          :statuses::text[], :paymentStatuses::text[], :emails::text[], :addresses::text[],
                          :options::text[], :titles::text[], :codes::text[], :currencies::text[],
                          :subtotals::bigint[], :discounts::bigint[], :shippings::bigint[], :taxes::bigint[],
                          :totals::bigint[], :secrets::bytea[], :placed::timestamptz[])
                   as u (id, number, checkout_id, hold_id, payment_id, status, payment_status, email,
                         shipping_address, shipping_option, shipping_title, discount_codes, currency,
                         subtotal, discount, shipping, tax, total, secret_sha256, placed_at)
            """;

    private static final String INSERT_LINES = """
            insert into order_line (order_id, line_no, sku, title, quantity, unit_price, total, discount, tax)
            select * from unnest(:orders::uuid[], :lineNos::int[], :skus::text[], :titles::text[], :quantities::int[],
                                 :prices::bigint[], :totals::bigint[], :discounts::bigint[], :taxes::bigint[])
            """;

    private static final String INSERT_ALLOCATIONS = """
            insert into allocation (order_id, line_no, warehouse, quantity)
            select * from unnest(:orders::uuid[], :lineNos::int[], :warehouses::text[], :quantities::bigint[])
            """;

    private static final String INSERT_TRANSITIONS = """
            insert into order_transition (order_id, seq, status, at)
            select * from unnest(:orders::uuid[], :seqs::int[], :statuses::text[], :ats::timestamptz[])
            """;

    private final Outbox outbox;

    public OrderPlacing(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Places the orders, in order, and returns them as they stand: `pending`, or `paid` where nothing was to
    /// pay.
    public List<Order> place(Tx tx, List<Placement> placements) {
        if (placements.isEmpty()) return List.of();
        Iterator<Numbered> numbers = tx.query(NUMBERS)
                .bind("orders", placements.size())
                .map((row, _) -> new Numbered(
                        row.getLong("number"), row.getTimestamp("at").toInstant()))
                .list()
                .iterator();
        List<Placed> placed = placements.stream()
                .map(placement -> new Placed(placement, order(placement, numbers.next())))
                .toList();
        insertOrders(tx, placed);
        insertLines(tx, placed);
        insertAllocations(tx, placed);
        insertTransitions(tx, placed);
        outbox.append(
                tx, placed.stream().flatMap(each -> each.events().stream()).toList());
        return placed.stream().map(Placed::order).toList();
    }

    private static void insertOrders(Tx tx, List<Placed> placed) {
        tx.update(INSERT_ORDERS)
                .bind("ids", tx.uuids(placed, each -> each.order.id().value()))
                .bind("numbers", tx.bigints(placed, each -> each.order.number()))
                .bind(
                        "checkouts",
                        tx.uuids(placed, each -> each.order.checkout().value()))
                .bind("holds", tx.uuids(placed, each -> each.placement.hold().value()))
                .bind("payments", tx.uuids(placed, Placed::payment))
                .bind("statuses", tx.texts(placed, each -> each.order.status().code()))
                .bind(
                        "paymentStatuses",
                        tx.texts(placed, each -> each.order.paymentStatus().code()))
                .bind("emails", tx.texts(placed, each -> each.order.email().address()))
                .bind("addresses", tx.texts(placed, each -> StoredAddress.write(each.order.shippingAddress())))
                .bind("options", tx.texts(placed, each -> each.order.shippingOption()))
                .bind("titles", tx.texts(placed, each -> each.order.shippingTitle()))
                .bind("codes", tx.texts(placed, each -> String.join(",", each.order.discountCodes())))
                .bind(
                        "currencies",
                        tx.texts(
                                placed, each -> each.totals().total().currency().getCurrencyCode()))
                .bind(
                        "subtotals",
                        tx.bigints(placed, each -> each.totals().subtotal().minor()))
                .bind(
                        "discounts",
                        tx.bigints(placed, each -> each.totals().discount().minor()))
                .bind(
                        "shippings",
                        tx.bigints(placed, each -> each.totals().shipping().minor()))
                .bind("taxes", tx.bigints(placed, each -> each.totals().tax().minor()))
                .bind("totals", tx.bigints(placed, each -> each.totals().total().minor()))
                .bind("secrets", tx.byteas(placed, each -> each.placement.secretSha256()))
                .bind("placed", tx.texts(placed, each -> each.order.placedAt().toString()))
                .execute();
    }

    private static void insertLines(Tx tx, List<Placed> placed) {
        record Row(UUID order, Order.Line line) {}
        List<Row> rows = placed.stream()
                .flatMap(each -> each.order.lines().stream()
                        .map(line -> new Row(each.order.id().value(), line)))
                .toList();
        tx.update(INSERT_LINES)
                .bind("orders", tx.uuids(rows, Row::order))
                .bind("lineNos", tx.ints(rows, row -> row.line.lineNo()))
                .bind("skus", tx.texts(rows, row -> row.line.sku().code()))
                .bind("titles", tx.texts(rows, row -> row.line.title()))
                .bind("quantities", tx.ints(rows, row -> row.line.quantity().pieces()))
                .bind("prices", tx.bigints(rows, row -> row.line.unitPrice().minor()))
                .bind("totals", tx.bigints(rows, row -> row.line.total().minor()))
                .bind("discounts", tx.bigints(rows, row -> row.line.discount().minor()))
                .bind("taxes", tx.bigints(rows, row -> row.line.tax().minor()))
                .execute();
    }

    private static void insertAllocations(Tx tx, List<Placed> placed) {
        record Row(UUID order, Order.Allocation allocation) {}
        List<Row> rows = placed.stream()
                .flatMap(each -> each.order.allocations().stream()
                        .map(allocation -> new Row(each.order.id().value(), allocation)))
                .toList();
        tx.update(INSERT_ALLOCATIONS)
                .bind("orders", tx.uuids(rows, Row::order))
                .bind("lineNos", tx.ints(rows, row -> row.allocation.lineNo()))
                .bind(
                        "warehouses",
                        tx.texts(rows, row -> row.allocation.warehouse().code()))
                .bind("quantities", tx.bigints(rows, row -> row.allocation.quantity()))
                .execute();
    }

    private static void insertTransitions(Tx tx, List<Placed> placed) {
        record Row(UUID order, int seq, Order.Transition transition) {}
        var rows = new ArrayList<Row>();
        for (Placed each : placed) {
            int seq = 0;
            for (Order.Transition transition : each.order.timeline()) {
                rows.add(new Row(each.order.id().value(), ++seq, transition));
            }
        }
        tx.update(INSERT_TRANSITIONS)
                .bind("orders", tx.uuids(rows, Row::order))
                .bind("seqs", tx.ints(rows, Row::seq))
                .bind("statuses", tx.texts(rows, row -> row.transition.status().code()))
                .bind("ats", tx.texts(rows, row -> row.transition.at().toString()))
                .execute();
    }

    private static Order order(Placement placement, Numbered number) {
        boolean free = placement.payment() == null;
        var timeline = new ArrayList<Order.Transition>();
        timeline.add(new Order.Transition(Order.Status.PENDING, number.at));
        if (free) timeline.add(new Order.Transition(Order.Status.PAID, number.at));
        return new Order(
                placement.id(),
                number.value,
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
                number.at,
                number.at);
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

    private record Numbered(long value, Instant at) {}

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
