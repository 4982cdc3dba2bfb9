package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// To whom the stock of a SKU in a warehouse is promised: what there is to say to somebody who wants to take it
/// away.
final class PromisedTo {

    /// How many holds, and how many orders, are named. All are counted.
    static final int NAMED_MAX = 20;

    private static final String HOLDS = """
            select l.checkout_id, l.quantity, count(*) over () as count
              from hold_line l
             where l.closed_at is null
               and (not l.soft or l.expires_at > shop_clock())
               and l.sku = :sku
               and l.warehouse = :warehouse
             order by l.checkout_id
             limit :named
            """;

    // What an order still owes: none that is shipped or canceled owes anything.
    private static final String ORDERS = """
            select o.id, o.number, sum(a.quantity - a.shipped - a.canceled) as quantity, count(*) over () as count
              from orders o
              join order_line l on l.order_id = o.id
              join allocation a on a.order_id = l.order_id and a.line_no = l.line_no
             where o.status in ('pending', 'paid', 'partially_shipped')
               and l.sku = :sku
               and a.warehouse = :warehouse
               and a.shipped + a.canceled < a.quantity
             group by o.id
             order by o.id
             limit :named
            """;

    private PromisedTo() {}

    private record Named(Map<String, Object> members, long count) {}

    /// That less would be left than `level` promises: how many pieces, and to whom. The oldest are named first.
    static Refusal refusal(Tx tx, Sku sku, Stock.Level level) {
        List<Named> holds = tx.query(HOLDS)
                .bind("sku", sku.code())
                .bind("warehouse", level.warehouse().code())
                .bind("named", NAMED_MAX)
                .map((row, _) -> {
                    String checkout = row.getObject("checkout_id", UUID.class).toString();
                    return new Named(
                            Map.of("hold_id", checkout, "checkout_id", checkout, "quantity", row.getLong("quantity")),
                            row.getLong("count"));
                })
                .list();
        List<Named> orders = tx.query(ORDERS)
                .bind("sku", sku.code())
                .bind("warehouse", level.warehouse().code())
                .bind("named", NAMED_MAX)
                .map((row, _) -> new Named(
                        Map.of(
                                "order_id", row.getObject("id", UUID.class).toString(),
                                "number", row.getLong("number"),
                                "quantity", row.getLong("quantity")),
                        row.getLong("count")))
                .list();
        return Problem.STOCK_PROMISED
                .refuse("Fewer pieces than are promised to shoppers")
                .with("held", level.held())
                .with("allocated", level.allocated())
                .with(
                        "promised_to",
                        Map.of(
                                "hold_count", count(holds),
                                "holds", holds.stream().map(Named::members).toList(),
                                "order_count", count(orders),
                                "orders", orders.stream().map(Named::members).toList()));
    }

    private static long count(List<Named> named) {
        return named.isEmpty() ? 0 : named.getFirst().count();
    }
}
