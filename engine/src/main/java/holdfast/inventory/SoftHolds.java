package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.HoldId;
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
              join hold h on h.id = l.hold_id
             where l.sku = any (:skus) and l.soft
               and h.state = 'active' and h.expires_at > shop_clock() and h.id <> all (:except::uuid[])
             group by l.sku, l.warehouse
            """;

    // One statement, so that stock and holds are of the same moment: each hold is counted once.
    private static final String BALANCE = """
            with promised as (
              select l.sku, l.warehouse, sum(l.quantity) as quantity
                from hold_line l
                join hold h on h.id = l.hold_id
               where l.sku = any (:skus) and l.soft and h.state = 'active' and h.expires_at > shop_clock()
               group by l.sku, l.warehouse
            )
            select s.sku, s.warehouse, w.priority,
                   s.on_hand - s.held - s.allocated - coalesce(p.quantity, 0) as available,
                   null::uuid as hold, null::boolean as counted
              from stock s
              join warehouse w on w.code = s.warehouse
              left join promised p on p.sku = s.sku and p.warehouse = s.warehouse
             where s.sku = any (:skus) and w.active
            union all
            select null, null, null, null, h.id,
                   h.state = 'active' and h.expires_at > shop_clock()
                     and exists (select from hold_line l where l.hold_id = h.id and l.soft)
              from hold h
             where h.id = any (:holds)
            """;

    private SoftHolds() {}

    /// What is left of this stock for these requests, beside what is promised to others.
    static List<AvailableStock> spared(Tx tx, List<AvailableStock> stock, List<HoldRequest> requests) {
        record Spot(Sku sku, WarehouseCode warehouse) {}
        Map<Spot, Long> promised = tx.query(PROMISED)
                .bind("skus", tx.texts(stock, each -> each.sku().code()))
                .bind("except", tx.uuids(requests, request -> request.id().value()))
                .map((row, _) -> Map.entry(
                        new Spot(Sku.of(row.getString("sku")), WarehouseCode.of(row.getString("warehouse"))),
                        row.getLong("quantity")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        return stock.stream()
                .map(each -> {
                    long theirs = promised.getOrDefault(
                            new Spot(each.sku(), each.place().warehouse()), 0L);
                    return each.plus(-Math.min(theirs, Math.max(0, each.available())));
                })
                .toList();
    }

    /// What can be promised of some SKUs, and what the database knows of some holds.
    ///
    /// @param available beside what is promised to the soft holds that the database knows
    /// @param known of the holds asked for those that there are, and whether they are counted in `available`
    record Balance(List<AvailableStock> available, Map<HoldId, Boolean> known) {}

    static Balance balance(Tx tx, Collection<Sku> skus, Collection<HoldId> holds) {
        var available = new ArrayList<AvailableStock>();
        var known = new HashMap<HoldId, Boolean>();
        tx.query(BALANCE)
                .bind("skus", tx.texts(skus, Sku::code))
                .bind("holds", tx.uuids(holds, HoldId::value))
                .map((row, _) -> {
                    @Nullable UUID hold = row.getObject("hold", UUID.class);
                    if (hold == null) {
                        available.add(new AvailableStock(
                                Sku.of(row.getString("sku")),
                                new Sourcing.Place(
                                        row.getInt("priority"), WarehouseCode.of(row.getString("warehouse"))),
                                true,
                                row.getLong("available")));
                    } else {
                        known.put(new HoldId(hold), row.getBoolean("counted"));
                    }
                    return true;
                })
                .list();
        return new Balance(available, known);
    }
}
