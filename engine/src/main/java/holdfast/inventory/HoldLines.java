package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/// What holds have set aside, line by line: so many pieces of a SKU, in one warehouse.
final class HoldLines {

    private static final Inserts<Line> INSERT_LINES = Inserts.<Line>into("hold_line")
            .uuid("hold_id", row -> row.hold.value())
            .text("sku", row -> row.held.sku().code())
            .text("warehouse", row -> row.held.warehouse().code())
            .bigint("quantity", row -> row.held.quantity())
            .bool("soft", Line::soft);

    private static final String LINES = """
            select hold_id, sku, warehouse, quantity, soft
              from hold_line
             where hold_id = any (:holds)
             order by hold_id, sku, warehouse
            """;

    private static final String NO_LONGER_SOFT = """
            update hold_line
               set soft = false
             where hold_id = any (:holds) and soft
            """;

    private static final String DROP_LINES = "delete from hold_line where hold_id = any (:holds)";

    private HoldLines() {}

    /// Of one hold.
    ///
    /// @param soft whether it is promised in Redis alone, and nothing of it is held in stock
    record Line(HoldId hold, HeldLine held, boolean soft) {

        void free(Tx tx) {
            if (!soft) StockMoves.of(tx).release(held);
        }

        /// Undoes [#free].
        void keep(Tx tx) {
            if (!soft) StockMoves.of(tx).hold(held);
        }
    }

    static void write(Tx tx, List<HoldPlan.Granted> plans) {
        tx.insert(
                INSERT_LINES,
                plans.stream()
                        .flatMap(plan -> plan.lines().stream()
                                .map(line -> new Line(plan.request().id(), line, plan.soft())))
                        .toList());
    }

    /// Writes the lines of these holds in place of those they have.
    static void replace(Tx tx, List<HoldPlan.Granted> plans) {
        tx.update(DROP_LINES)
                .bind("holds", tx.uuids(plans, plan -> plan.request().id().value()))
                .execute();
        write(tx, plans);
    }

    static List<Line> of(Tx tx, List<UUID> holds) {
        return tx.query(LINES)
                .bind("holds", tx.uuids(holds))
                .map((row, _) -> new Line(
                        new HoldId(row.getObject("hold_id", UUID.class)),
                        new HeldLine(
                                Sku.of(row.getString("sku")),
                                WarehouseCode.of(row.getString("warehouse")),
                                row.getLong("quantity")),
                        row.getBoolean("soft")))
                .list();
    }

    /// Frees what these holds have set aside, and returns what of it was promised in Redis alone.
    static Map<HoldId, List<HeldLine>> free(Tx tx, List<UUID> holds) {
        List<Line> lines = of(tx, holds);
        lines.forEach(line -> line.free(tx));
        Map<HoldId, List<HeldLine>> soft = byHold(lines, Line::soft);
        if (soft.isEmpty()) return soft;
        tx.update(NO_LONGER_SOFT)
                .bind("holds", tx.uuids(soft.keySet(), HoldId::value))
                .execute();
        return soft;
    }

    static Map<HoldId, List<HeldLine>> byHold(List<Line> lines, Predicate<Line> which) {
        return lines.stream().filter(which).collect(groupingBy(Line::hold, mapping(Line::held, toList())));
    }
}
