package holdfast.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.inventory.Arrivals;
import holdfast.inventory.BackorderedStock;
import holdfast.inventory.HeldLine;
import holdfast.kernel.OrderId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Gives what comes in to the orders that wait for it, the oldest first.
///
/// Orders are locked before stock elsewhere, and after it here, but never waited for: what is dealt to one that
/// somebody is at work on stays where it is, for [#fillAll] to come back to.
public final class BackorderFilling implements Arrivals {

    // No more than could get a piece each; order ids are in the order of time.
    private static final String WAITING = """
            select w.order_id, w.line_no, s.sku, w.pieces
              from (select sku, sum(quantity)::bigint as quantity
                      from unnest(:skus::text[], :quantities::bigint[]) as u (sku, quantity)
                     group by sku) s
             cross join lateral (select a.order_id, a.line_no, a.quantity - a.canceled as pieces
                                   from allocation a
                                   join order_line l using (order_id, line_no)
                                  where a.warehouse = '' and a.canceled < a.quantity and l.sku = s.sku
                                  order by a.order_id, a.line_no
                                  limit s.quantity) w
             order by w.order_id, w.line_no
            """;

    private static final String LOCK_IDLE = """
            select id
              from orders
             where id = any (:orders)
             order by id
               for update skip locked
            """;

    private static final String WAIT_FOR_FEWER = """
            merge into allocation a
            using (select order_id, line_no, sum(quantity) as quantity
                     from unnest(:orders::uuid[], :lineNos::int[], :quantities::bigint[])
                          as u (order_id, line_no, quantity)
                    group by order_id, line_no) f
               on a.order_id = f.order_id and a.line_no = f.line_no and a.warehouse = ''
             when matched and a.quantity = f.quantity then delete
             when matched then update set quantity = a.quantity - f.quantity
            """;

    private static final String ALLOCATE = """
            insert into allocation (order_id, line_no, warehouse, quantity)
            select * from unnest(:orders::uuid[], :lineNos::int[], :warehouses::text[], :quantities::bigint[])
            on conflict (order_id, line_no, warehouse) do update
               set quantity = allocation.quantity + excluded.quantity
            """;

    private final BackorderedStock stock = new BackorderedStock();
    private final Outbox outbox;

    public BackorderFilling(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void arrived(Tx tx, Collection<HeldLine> pieces) {
        if (!pieces.isEmpty()) fill(tx, stock.supply(tx, pieces));
    }

    /// Gives whatever is available to whoever waits for it: what came free without arriving, and what could not
    /// be given when it arrived.
    public void fillAll(Tx tx) {
        fill(tx, stock.supply(tx));
    }

    /// Pieces of a line that no warehouse has yet.
    private record Waiting(OrderId order, int lineNo, Sku sku, long pieces) {}

    /// Some of them, which a warehouse has now.
    private record Filled(Waiting of, WarehouseCode warehouse, long quantity) {

        UUID order() {
            return of.order.value();
        }

        HeldLine pieces() {
            return new HeldLine(of.sku, warehouse, quantity);
        }
    }

    private void fill(Tx tx, List<HeldLine> supply) {
        if (supply.isEmpty()) return;
        Set<OrderId> idle = lockIdle(tx, deal(waiting(tx, supply), supply));
        if (idle.isEmpty()) return;
        List<Filled> filled = deal(waiting(tx, supply), supply).stream()
                .filter(each -> idle.contains(each.of.order))
                .toList();
        write(tx, filled);
        stock.allocate(tx, filled.stream().map(Filled::pieces).toList());
        tell(tx, filled);
    }

    private static List<Waiting> waiting(Tx tx, List<HeldLine> supply) {
        return tx.query(WAITING)
                .bind("skus", tx.texts(supply, it -> it.sku().code()))
                .bind("quantities", tx.bigints(supply, HeldLine::quantity))
                .map((row, _) -> new Waiting(
                        new OrderId(row.getObject("order_id", UUID.class)),
                        row.getInt("line_no"),
                        Sku.of(row.getString("sku")),
                        row.getLong("pieces")))
                .list();
    }

    /// Those of the orders that nobody is at work on; from now on nobody can be.
    private static Set<OrderId> lockIdle(Tx tx, List<Filled> dealt) {
        return tx.query(LOCK_IDLE).bind("orders", tx.uuids(dealt, Filled::order)).mapTo(UUID.class).stream()
                .map(OrderId::new)
                .collect(toSet());
    }

    private static List<Filled> deal(List<Waiting> waiting, List<HeldLine> supply) {
        Map<Sku, Deque<HeldLine>> left =
                supply.stream().collect(groupingBy(HeldLine::sku, toCollection(ArrayDeque::new)));
        var filled = new ArrayList<Filled>();
        for (Waiting each : waiting) {
            Deque<HeldLine> places = left.getOrDefault(each.sku, new ArrayDeque<>());
            long wanted = each.pieces;
            while (wanted > 0 && !places.isEmpty()) {
                HeldLine place = places.pop();
                long dealt = Math.min(wanted, place.quantity());
                filled.add(new Filled(each, place.warehouse(), dealt));
                wanted -= dealt;
                if (dealt < place.quantity()) {
                    places.push(new HeldLine(place.sku(), place.warehouse(), place.quantity() - dealt));
                }
            }
        }
        return filled;
    }

    private static void write(Tx tx, List<Filled> filled) {
        if (filled.isEmpty()) return;
        int waited = tx.update(WAIT_FOR_FEWER)
                .bind("orders", tx.uuids(filled, Filled::order))
                .bind("lineNos", tx.ints(filled, each -> each.of.lineNo))
                .bind("quantities", tx.bigints(filled, Filled::quantity))
                .execute();
        if (waited != filled.stream().map(Filled::of).distinct().count()) {
            throw new IllegalStateException("Allocations of a locked order have changed");
        }
        tx.update(ALLOCATE)
                .bind("orders", tx.uuids(filled, Filled::order))
                .bind("lineNos", tx.ints(filled, each -> each.of.lineNo))
                .bind("warehouses", tx.texts(filled, each -> each.warehouse.code()))
                .bind("quantities", tx.bigints(filled, Filled::quantity))
                .execute();
    }

    private void tell(Tx tx, List<Filled> filled) {
        Map<UUID, List<Filled>> byOrder =
                filled.stream().collect(groupingBy(Filled::order, LinkedHashMap::new, toCollection(ArrayList::new)));
        var events = new ArrayList<Event>();
        byOrder.forEach((order, lines) -> events.add(new Event(
                "order",
                order,
                "order.backorder_filled",
                Map.of(
                        "lines",
                        lines.stream()
                                .map(each -> Map.of(
                                        "line",
                                        each.of.lineNo,
                                        "sku",
                                        each.of.sku.code(),
                                        "warehouse",
                                        each.warehouse.code(),
                                        "quantity",
                                        each.quantity))
                                .toList()))));
        outbox.append(tx, events);
    }
}
