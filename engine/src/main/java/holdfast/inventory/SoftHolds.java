package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What the database knows of holds whose stock is promised in Redis alone.
final class SoftHolds {

    private static final String PROMISED = """
            select l.sku, l.warehouse, sum(l.quantity) as quantity
              from hold_line l
             where l.skus && :skus and l.sku = any (:skus) and l.checkout_id <> all (:except::uuid[])
               and l.soft and l.closed_at is null and l.state = 'active' and l.expires_at > shop_clock()
             group by l.sku, l.warehouse
            """;

    // One statement, so that stock, holds and transactions are of the same moment: each hold is counted once. A claim
    // whose transaction has ended without leaving a hold was rolled back, or lost with the process that made it.
    private static final String BALANCE = """
            with promised as (
              select l.sku, l.warehouse, sum(l.quantity) as quantity
                from hold_line l
               where l.skus && :skus and l.sku = any (:skus)
                 and l.soft and l.closed_at is null and l.state = 'active' and l.expires_at > shop_clock()
               group by l.sku, l.warehouse
            )
            select s.sku, s.warehouse, w.priority,
                   s.on_hand - s.held - s.allocated - coalesce(p.quantity, 0) as available,
                   null::uuid as checkout, null as state
              from stock s
              join warehouse w on w.code = s.warehouse
              left join promised p on p.sku = s.sku and p.warehouse = s.warehouse
             where s.sku = any (:skus) and w.active
            union all
            select null, null, null, null, c.checkout,
                   case when h.soft and h.state = 'active' and h.expires_at > shop_clock() then 'counted'
                        when h.checkout_id is not null then 'over'
                        when c.transaction = pg_current_xact_id_if_assigned() then 'under_way'
                        when pg_visible_in_snapshot(c.transaction, pg_current_snapshot()) then 'over'
                        else 'under_way'
                   end
              from (select checkout, transaction::xid8
                      from unnest(:checkouts::uuid[], :transactions::text[])
                           as claim (checkout, transaction)) c
              left join hold h on h.checkout_id = c.checkout
            """;

    private static final String TRANSACTION = "select pg_current_xact_id()::text";

    private SoftHolds() {}

    /// What is left of this stock for these requests, beside what is promised to others.
    ///
    /// @param more of these promises, which the database does not know yet
    static List<AvailableStock> spared(
            Tx tx, List<AvailableStock> stock, List<HeldLine> more, List<HoldRequest> requests) {
        record Spot(Sku sku, WarehouseCode warehouse) {}
        Map<Spot, Long> promised = tx.query(PROMISED)
                .bind("skus", tx.texts(stock, each -> each.sku().code()))
                .bind("except", tx.uuids(requests, request -> request.checkout().value()))
                .map((row, _) -> Map.entry(
                        new Spot(Sku.of(row.getString("sku")), WarehouseCode.of(row.getString("warehouse"))),
                        row.getLong("quantity")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        more.forEach(line -> promised.merge(new Spot(line.sku(), line.warehouse()), line.quantity(), Long::sum));
        return stock.stream()
                .map(each -> {
                    long theirs = promised.getOrDefault(
                            new Spot(each.sku(), each.place().warehouse()), 0L);
                    return each.plus(-Math.min(theirs, Math.max(0, each.available())));
                })
                .toList();
    }

    /// What a claim that is made now belongs to.
    static String transaction(Tx tx) {
        return tx.query(TRANSACTION).mapTo(String.class).one();
    }

    /// What can be promised of some SKUs, and what has become of some claims.
    ///
    /// @param available beside what is promised to the soft holds that the database knows, and with what this
    /// transaction moves
    /// @param claims `counted` in `available`; `under_way`, so that only Redis knows them; or `over`
    record Balance(List<AvailableStock> available, Map<CheckoutId, String> claims) {}

    /// @param claims the transactions in which they were made
    static Balance balance(Tx tx, Collection<Sku> skus, Map<CheckoutId, String> claims) {
        var available = new ArrayList<AvailableStock>();
        var states = new HashMap<CheckoutId, String>();
        List<Map.Entry<CheckoutId, String>> rows = List.copyOf(claims.entrySet());
        StockMoves moves = StockMoves.of(tx);
        tx.query(BALANCE)
                .bind("skus", tx.texts(skus, Sku::code))
                .bind("checkouts", tx.uuids(rows, row -> row.getKey().value()))
                .bind("transactions", tx.texts(rows, Map.Entry::getValue))
                .map((row, _) -> {
                    @Nullable UUID checkout = row.getObject("checkout", UUID.class);
                    if (checkout == null) {
                        Sku sku = Sku.of(row.getString("sku"));
                        WarehouseCode warehouse = WarehouseCode.of(row.getString("warehouse"));
                        available.add(new AvailableStock(
                                sku,
                                new Sourcing.Place(row.getInt("priority"), warehouse),
                                true,
                                row.getLong("available") + moves.freed(sku, warehouse)));
                    } else {
                        states.put(new CheckoutId(checkout), row.getString("state"));
                    }
                    return true;
                })
                .list();
        return new Balance(available, states);
    }
}
