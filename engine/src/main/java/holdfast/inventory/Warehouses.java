package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The warehouses.
public final class Warehouses {

    private static final String FIND = """
            select code, title, country, priority, active
              from warehouse
             where code = :code
            """;

    private static final String PUT = """
            insert into warehouse (code, title, country, priority, active)
            values (:code, :title, :country, :priority, :active)
            on conflict (code) do update
               set title = excluded.title,
                   country = excluded.country,
                   priority = excluded.priority,
                   active = excluded.active
            """;

    private static final String LIST = """
            select code, title, country, priority, active
              from warehouse
             where code > :after
             order by code
             limit :rows
            """;

    public Optional<Warehouse> find(Tx tx, WarehouseCode code) {
        return tx.query(FIND)
                .bind("code", code.code())
                .map((row, _) -> warehouse(row))
                .findOne();
    }

    /// Creates the warehouse or replaces what was known of it.
    ///
    /// Refuses, by the field: a blank or too long title, a country that is none, a priority that is not from 0
    /// to [Warehouse#PRIORITY_MAX].
    public Warehouse put(Tx tx, Warehouse warehouse) {
        new Checks()
                .text("title", warehouse.title(), Warehouse.TITLE_LENGTH_MAX)
                .country("country", warehouse.country())
                .between(0, Warehouse.PRIORITY_MAX, "priority", warehouse.priority())
                .refuse();
        tx.update(PUT)
                .bind("code", warehouse.code().code())
                .bind("title", warehouse.title())
                .bind("country", warehouse.country())
                .bind("priority", warehouse.priority())
                .bind("active", warehouse.active())
                .execute();
        return warehouse;
    }

    /// Warehouses in the order of their codes.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<Warehouse> list(Tx tx, int limit, @Nullable String after) {
        if (after != null && !WarehouseCode.isValid(after)) {
            throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        }
        List<Warehouse> rows = tx.query(LIST)
                .bind("after", after == null ? "" : after)
                .bind("rows", limit + 1)
                .map((row, _) -> warehouse(row))
                .list();
        return Page.of(rows, limit, warehouse -> warehouse.code().code());
    }

    private static Warehouse warehouse(ResultSet row) throws SQLException {
        return new Warehouse(
                WarehouseCode.of(row.getString("code")),
                row.getString("title"),
                row.getString("country"),
                row.getInt("priority"),
                row.getBoolean("active"));
    }
}
