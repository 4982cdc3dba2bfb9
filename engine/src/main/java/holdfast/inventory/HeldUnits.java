package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Page;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Pieces that one open checkout holds in one warehouse.
///
/// @param email null: the shopper has not said yet
/// @param state `active` or `paying`
public record HeldUnits(
        CheckoutId checkout,
        @Nullable Email email,
        String state,
        Sku sku,
        WarehouseCode warehouse,
        long quantity,
        Instant expiresAt) {

    private static final String OPEN = """
            select l.checkout_id, c.email, l.state, l.sku, l.warehouse, l.quantity, l.expires_at
              from hold_line l
              join checkout c on c.id = l.checkout_id
             where l.closed_at is null
               and (:sku::text is null or l.sku = :sku)
               and (l.checkout_id, l.sku, l.warehouse) > (:checkout, :afterSku, :afterWarehouse)
             order by l.checkout_id, l.sku, l.warehouse
             limit :rows
            """;

    /// Those of the open holds, the oldest first.
    ///
    /// @param sku null: of all products
    static Page<HeldUnits> open(Tx tx, @Nullable Sku sku, int limit, @Nullable String after) {
        HoldCursor from = after == null ? HoldCursor.START : HoldCursor.read(after);
        List<HeldUnits> rows = tx.query(OPEN)
                .bind("sku", sku == null ? null : sku.code())
                .bind("checkout", from.checkout())
                .bind("afterSku", from.sku())
                .bind("afterWarehouse", from.warehouse())
                .bind("rows", limit + 1)
                .map((row, _) -> of(row))
                .list();
        return Page.of(rows, limit, held -> HoldCursor.after(held).toString());
    }

    private static HeldUnits of(ResultSet row) throws SQLException {
        String email = row.getString("email");
        return new HeldUnits(
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                email == null ? null : Email.of(email),
                row.getString("state"),
                Sku.of(row.getString("sku")),
                WarehouseCode.of(row.getString("warehouse")),
                row.getLong("quantity"),
                row.getObject("expires_at", OffsetDateTime.class).toInstant());
    }
}
