package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rows of stock, locked in the order of their keys, and the journal of what is on hand.
final class StockRows {

    // With what is promised in Redis alone.
    static final String LEVEL = """
            select s.sku, s.warehouse, s.on_hand, s.allocated,
                   s.held + (select coalesce(sum(l.quantity), 0)
                               from hold_line l
                              where l.skus @> array[s.sku] and l.sku = s.sku and l.warehouse = s.warehouse
                                and l.soft and l.closed_at is null and l.state = 'active'
                                and l.expires_at > shop_clock()) as held
              from stock s
            """;

    private static final String LEVELS_AT = LEVEL + """
              join unnest(:skus::text[], :warehouses::text[]) as place (sku, warehouse) using (sku, warehouse)
            """;

    private static final String MAKE_ROOM = """
            insert into stock (sku, warehouse)
            select sku, warehouse
              from unnest(:skus::text[], :warehouses::text[]) as place (sku, warehouse)
             order by sku, warehouse
            on conflict do nothing
            """;

    // In the order of the keys, as everybody locks stock.
    private static final String LOCK = LEVELS_AT + """
             order by s.sku, s.warehouse
               for update of s
            """;

    private static final String DONE = """
            select sku, warehouse
              from stock_movement
              join unnest(:skus::text[], :warehouses::text[]) as place (sku, warehouse) using (sku, warehouse)
             where cause = :cause
            """;

    private static final String KNOWS_CAUSE = "select exists (select from stock_movement where cause = :cause)";

    private static final String MOVE = """
            with moved as (
              update stock
                 set on_hand = on_hand + delta
                from unnest(:skus::text[], :warehouses::text[], :kinds::text[], :deltas::bigint[])
                     as m (sku, warehouse, kind, delta)
               where stock.sku = m.sku
                 and stock.warehouse = m.warehouse
                 and on_hand + delta >= held + allocated
              returning m.*)
            insert into stock_movement (sku, warehouse, kind, delta, reason, cause)
            select sku, warehouse, kind, delta, :reason, :cause
              from moved
             order by sku, warehouse
            """;

    private final Arrivals arrivals;

    /// @param arrivals who is to be told of what comes in
    StockRows(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /// One SKU in one warehouse: a row of stock.
    record Place(Sku sku, WarehouseCode warehouse) {

        String skuCode() {
            return sku.code();
        }

        String warehouseCode() {
            return warehouse.code();
        }
    }

    /// What there is in some places; where there is no row, there is nothing.
    record Levels(Map<Place, Stock.Level> stored) {

        Stock.Level at(Place place) {
            return stored.getOrDefault(place, new Stock.Level(place.warehouse(), 0, 0, 0));
        }
    }

    /// @param delta how many pieces more, or fewer, are on hand
    record Move(Place place, Movement.Kind kind, long delta) {

        HeldLine arrived() {
            return new HeldLine(place.sku, place.warehouse, delta);
        }
    }

    /// Locks these rows of stock, making those that are missing, and tells what is in them.
    static Levels lock(Tx tx, Collection<Place> places) {
        tx.update(MAKE_ROOM)
                .bind("skus", tx.texts(places, Place::skuCode))
                .bind("warehouses", tx.texts(places, Place::warehouseCode))
                .execute();
        return levels(tx, LOCK, places);
    }

    /// What is in this place after some of what arrived went to those who waited.
    static Stock.Level at(Tx tx, Place place) {
        return at(tx, List.of(place)).at(place);
    }

    /// What is in these places, unlocked.
    static Levels at(Tx tx, Collection<Place> places) {
        return levels(tx, LEVELS_AT, places);
    }

    private static Levels levels(Tx tx, String sql, Collection<Place> places) {
        Map<Place, Stock.Level> stored = tx.query(sql)
                .bind("skus", tx.texts(places, Place::skuCode))
                .bind("warehouses", tx.texts(places, Place::warehouseCode))
                .map((row, _) -> Map.entry(place(row), level(row)))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        return new Levels(stored);
    }

    /// Whether anything was moved for this cause before.
    static boolean knows(Tx tx, String cause) {
        return tx.query(KNOWS_CAUSE).bind("cause", cause).mapTo(Boolean.class).one();
    }

    /// Where something was moved for this cause before.
    static Set<Place> done(Tx tx, Collection<Place> places, String cause) {
        return tx.query(DONE)
                .bind("skus", tx.texts(places, Place::skuCode))
                .bind("warehouses", tx.texts(places, Place::warehouseCode))
                .bind("cause", cause)
                .map((row, _) -> place(row))
                .set();
    }

    /// Moves what is on hand in rows that are locked, and tells of what came in; a move of nothing is none.
    void move(Tx tx, List<Move> changes, String reason, String cause) {
        List<Move> moves = changes.stream().filter(move -> move.delta() != 0).toList();
        if (moves.isEmpty()) return;
        List<Place> places = moves.stream().map(Move::place).toList();
        int moved = tx.update(MOVE)
                .bind("skus", tx.texts(places, Place::skuCode))
                .bind("warehouses", tx.texts(places, Place::warehouseCode))
                .bind("kinds", tx.texts(moves, move -> move.kind().code()))
                .bind("deltas", tx.bigints(moves, Move::delta))
                .bind("reason", reason)
                .bind("cause", cause)
                .execute();
        if (moved != moves.size()) throw new IllegalStateException("Stock moved although its rows were locked");
        arrivals.arrived(
                tx,
                moves.stream()
                        .filter(move -> move.delta() > 0)
                        .map(Move::arrived)
                        .toList());
    }

    static Place place(ResultSet row) throws SQLException {
        return new Place(Sku.of(row.getString("sku")), WarehouseCode.of(row.getString("warehouse")));
    }

    static Stock.Level level(ResultSet row) throws SQLException {
        return new Stock.Level(
                WarehouseCode.of(row.getString("warehouse")),
                row.getLong("on_hand"),
                row.getLong("held"),
                row.getLong("allocated"));
    }
}
