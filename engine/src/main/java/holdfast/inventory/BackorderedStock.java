package holdfast.inventory;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;

/// Stock that was promised to orders before it was there, as it comes in.
public final class BackorderedStock {

    // What is promised in Redis alone is left to those who have it. In the order of the keys.
    private static final String SUPPLY = """
            select s.sku, s.warehouse, w.priority,
                   s.on_hand - s.held - s.allocated
                     - (select coalesce(sum(l.quantity), 0)
                          from hold_line l
                         where l.skus @> array[s.sku] and l.sku = s.sku and l.warehouse = s.warehouse
                           and l.soft and l.closed_at is null and l.state = 'active'
                           and l.expires_at > shop_clock()) as pieces
              from stock s
              join backorder b on b.sku = s.sku and b.backordered > 0
              join warehouse w on w.code = s.warehouse and w.active
             where s.on_hand - s.held - s.allocated > 0 and %s
             order by s.sku, s.warehouse
               for update of s
            """;

    private static final String SUPPLY_ANYWHERE = SUPPLY.formatted("true");

    private static final String SUPPLY_AT =
            SUPPLY.formatted("(s.sku, s.warehouse) in (select * from unnest(:skus::text[], :warehouses::text[]))");

    // The rows are locked.
    private static final String ALLOCATE = """
            update stock s
               set allocated = s.allocated + u.quantity
              from (select sku, warehouse, sum(quantity) as quantity
                      from unnest(:skus::text[], :warehouses::text[], :quantities::bigint[])
                           as u (sku, warehouse, quantity)
                     group by sku, warehouse) u
             where s.sku = u.sku and s.warehouse = u.warehouse
            """;

    /// What is available where these pieces arrived, of what is backordered; in the order in which warehouses
    /// are asked.
    public List<HeldLine> supply(Tx tx, Collection<HeldLine> arrived) {
        return supply(tx.query(SUPPLY_AT)
                .bind("skus", tx.texts(arrived, it -> it.sku().code()))
                .bind("warehouses", tx.texts(arrived, it -> it.warehouse().code())));
    }

    /// What is available anywhere, of what is backordered; locked, and in the same order.
    public List<HeldLine> supply(Tx tx) {
        return supply(tx.query(SUPPLY_ANYWHERE));
    }

    private static List<HeldLine> supply(Query query) {
        record Found(Sourcing.Place place, HeldLine pieces) {}
        return query
                .map((row, _) -> {
                    var warehouse = WarehouseCode.of(row.getString("warehouse"));
                    return new Found(
                            new Sourcing.Place(row.getInt("priority"), warehouse),
                            new HeldLine(Sku.of(row.getString("sku")), warehouse, row.getLong("pieces")));
                })
                .stream()
                .filter(found -> found.pieces.quantity() > 0)
                .sorted(comparing(Found::place))
                .map(Found::pieces)
                .toList();
    }

    /// These pieces, of what [#supply] found, are those that somebody waited for.
    public void allocate(Tx tx, List<HeldLine> pieces) {
        if (pieces.isEmpty()) return;
        record Place(Sku sku, WarehouseCode warehouse) {}
        int moved = tx.update(ALLOCATE)
                .bind("skus", tx.texts(pieces, it -> it.sku().code()))
                .bind("warehouses", tx.texts(pieces, it -> it.warehouse().code()))
                .bind("quantities", tx.bigints(pieces, HeldLine::quantity))
                .execute();
        long places = pieces.stream()
                .map(it -> new Place(it.sku(), it.warehouse()))
                .distinct()
                .count();
        if (moved != places) throw new IllegalStateException("Stock that came in is missing in the books");
        Backorders.count(
                tx,
                pieces.stream().collect(groupingBy(HeldLine::sku, TreeMap::new, summingLong(it -> -it.quantity()))));
    }
}
