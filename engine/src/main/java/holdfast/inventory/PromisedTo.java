package holdfast.inventory;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import holdfast.db.Tx;
import holdfast.inventory.StockRows.Place;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// To whom the stock of a SKU in a warehouse is promised: what there is to say to somebody who wants to take it
/// away. The oldest are named first.
final class PromisedTo {

    /// How many holds, and how many orders, are named. All are counted.
    static final int NAMED_MAX = 20;

    /// How many of each are named in a sentence.
    private static final int TOLD_MAX = 3;

    private static final String HOLDS = """
            select *
              from (select l.sku, l.warehouse, l.checkout_id, l.quantity, count(*) over place as count,
                           row_number() over (place order by l.checkout_id) as no
                      from hold_line l
                      join unnest(:skus::text[], :warehouses::text[]) as p (sku, warehouse) using (sku, warehouse)
                     where l.closed_at is null
                       and (not l.soft or l.expires_at > shop_clock())
                    window place as (partition by l.sku, l.warehouse)) held
             where no <= :named
             order by sku, warehouse, no
            """;

    // What an order still owes: none that is shipped or canceled owes anything.
    private static final String ORDERS = """
            select *
              from (select l.sku, a.warehouse, o.id, o.number, sum(a.quantity - a.shipped - a.canceled) as quantity,
                           count(*) over place as count, row_number() over (place order by o.id) as no
                      from orders o
                      join order_line l on l.order_id = o.id
                      join allocation a on a.order_id = l.order_id and a.line_no = l.line_no
                      join unnest(:skus::text[], :warehouses::text[]) as p (sku, warehouse)
                           on p.sku = l.sku and p.warehouse = a.warehouse
                     where o.status in ('pending', 'paid', 'partially_shipped')
                       and a.shipped + a.canceled < a.quantity
                     group by l.sku, a.warehouse, o.id
                    window place as (partition by l.sku, a.warehouse)) owed
             where no <= :named
             order by sku, warehouse, no
            """;

    /// @param whom in a sentence: `checkout 0199…`
    /// @param of how many there are
    private record Share(Place place, String whom, Map<String, Object> members, long quantity, long of) {

        static Share held(ResultSet row) throws SQLException {
            String checkout = row.getObject("checkout_id", UUID.class).toString();
            return of(row, "checkout " + checkout, Map.of("hold_id", checkout, "checkout_id", checkout));
        }

        static Share owed(ResultSet row) throws SQLException {
            long number = row.getLong("number");
            String order = row.getObject("id", UUID.class).toString();
            return of(row, "order " + number, Map.of("order_id", order, "number", number));
        }

        private static Share of(ResultSet row, String whom, Map<String, Object> who) throws SQLException {
            long quantity = row.getLong("quantity");
            var members = new LinkedHashMap<>(who);
            members.put("quantity", quantity);
            return new Share(StockRows.place(row), whom, members, quantity, row.getLong("count"));
        }
    }

    private final List<Share> holds;
    private final List<Share> orders;

    private PromisedTo(List<Share> holds, List<Share> orders) {
        this.holds = holds;
        this.orders = orders;
    }

    /// For each of these places.
    static Map<Place, PromisedTo> read(Tx tx, Collection<Place> places) {
        if (places.isEmpty()) return Map.of();
        Map<Place, List<Share>> holds = shares(tx, HOLDS, places, Share::held);
        Map<Place, List<Share>> orders = shares(tx, ORDERS, places, Share::owed);
        return places.stream()
                .distinct()
                .collect(toMap(
                        identity(),
                        place -> new PromisedTo(
                                holds.getOrDefault(place, List.of()), orders.getOrDefault(place, List.of()))));
    }

    private interface Reading {
        Share share(ResultSet row) throws SQLException;
    }

    private static Map<Place, List<Share>> shares(Tx tx, String sql, Collection<Place> places, Reading reading) {
        return tx
                .query(sql)
                .bind("skus", tx.texts(places, Place::skuCode))
                .bind("warehouses", tx.texts(places, Place::warehouseCode))
                .bind("named", NAMED_MAX)
                .map((row, _) -> reading.share(row))
                .stream()
                .collect(groupingBy(Share::place));
    }

    /// That less would be left than `level` promises: how many pieces, and to whom.
    Refusal refusal(Stock.Level level) {
        return Problem.STOCK_PROMISED
                .refuse(words(level))
                .with("held", level.held())
                .with("allocated", level.allocated())
                .with(
                        "promised_to",
                        Map.of(
                                "hold_count", count(holds),
                                "holds", holds.stream().map(Share::members).toList(),
                                "order_count", count(orders),
                                "orders", orders.stream().map(Share::members).toList()));
    }

    /// The same in a sentence.
    String words(Stock.Level level) {
        List<Share> told = Stream.of(holds, orders)
                .flatMap(shares -> shares.stream().limit(TOLD_MAX))
                .toList();
        long more = count(holds) + count(orders) - told.size();
        String pieces = level.held() + " held and " + level.allocated() + " allocated";
        if (told.isEmpty()) return "Fewer pieces than are promised to shoppers, " + pieces;
        return "Fewer pieces than are promised to shoppers, " + pieces + ": "
                + told.stream()
                        .map(share -> share.quantity + " to " + share.whom)
                        .collect(joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static long count(List<Share> shares) {
        return shares.isEmpty() ? 0 : shares.getFirst().of;
    }
}
