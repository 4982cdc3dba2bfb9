package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/// A row of what a hold has set aside.
///
/// @param soft whether it is promised in Redis alone, and nothing of it is held in stock
record HoldLine(HoldId hold, HeldLine held, boolean soft) {

    private static final Inserts<HoldLine> INSERT = Inserts.<HoldLine>into("hold_line")
            .uuid("hold_id", row -> row.hold.value())
            .text("sku", row -> row.held.sku().code())
            .text("warehouse", row -> row.held.warehouse().code())
            .bigint("quantity", row -> row.held.quantity())
            .bool("soft", HoldLine::soft);

    private static final String READ = """
            select hold_id, sku, warehouse, quantity, soft
              from hold_line
             where hold_id = any (:holds)
             order by hold_id, sku, warehouse
            """;

    private static final String DROP = "delete from hold_line where hold_id = any (:holds)";

    private static final String NO_LONGER_SOFT = """
            update hold_line
               set soft = false
             where hold_id = any (:holds) and soft
            """;

    /// Writes what these plans have granted.
    static void insert(Tx tx, List<HoldPlan.Granted> plans) {
        tx.insert(
                INSERT,
                plans.stream()
                        .flatMap(plan -> plan.lines().stream()
                                .map(line -> new HoldLine(plan.request().id(), line, plan.soft())))
                        .toList());
    }

    /// Those of these holds.
    static List<HoldLine> of(Tx tx, Collection<UUID> holds) {
        return tx.query(READ)
                .bind("holds", tx.uuids(holds))
                .map((row, _) -> new HoldLine(
                        new HoldId(row.getObject("hold_id", UUID.class)),
                        new HeldLine(
                                Sku.of(row.getString("sku")),
                                WarehouseCode.of(row.getString("warehouse")),
                                row.getLong("quantity")),
                        row.getBoolean("soft")))
                .list();
    }

    static Map<HoldId, List<HeldLine>> byHold(List<HoldLine> lines, Predicate<HoldLine> which) {
        return lines.stream().filter(which).collect(groupingBy(HoldLine::hold, mapping(HoldLine::held, toList())));
    }

    static void drop(Tx tx, Collection<UUID> holds) {
        tx.update(DROP).bind("holds", tx.uuids(holds)).execute();
    }

    /// Redis has none of it any more.
    static void noLongerSoft(Tx tx, Collection<UUID> holds) {
        tx.update(NO_LONGER_SOFT).bind("holds", tx.uuids(holds)).execute();
    }

    /// Gives back what is held in stock.
    void free(Tx tx) {
        if (!soft) StockMoves.of(tx).release(held);
    }

    /// Undoes [#free].
    void keep(Tx tx) {
        if (!soft) StockMoves.of(tx).hold(held);
    }
}
