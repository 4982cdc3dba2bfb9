package holdfast.catalog;

import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.kernel.Checks;
import holdfast.kernel.Page;
import holdfast.kernel.Rate;
import holdfast.kernel.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/// The tax rates: at most one for a country, region and tax category.
public final class TaxRates {

    private static final String COLUMNS = "id, title, country, region, tax_category, ppm, on_shipping";

    private static final String FIND = """
            select %s
              from tax_rate
             where id = :id
            """.formatted(COLUMNS);

    private static final String PUT = """
            insert into tax_rate (id, title, country, region, tax_category, ppm, on_shipping)
            values (:id, :title, :country, :region, :taxCategory, :ppm, :onShipping)
            on conflict (id) do update
               set title = excluded.title,
                   country = excluded.country,
                   region = excluded.region,
                   tax_category = excluded.tax_category,
                   ppm = excluded.ppm,
                   on_shipping = excluded.on_shipping
            """;

    private static final String DELETE = "delete from tax_rate where id = :id";

    private static final String LIST = """
            select %s
              from tax_rate
             where id > :after
             order by id
             limit :rows
            """.formatted(COLUMNS);

    private static final String SERVING = """
            select %s
              from tax_rate
             where country = :country
               and coalesce(region, '') in ('', :region)
            """.formatted(COLUMNS);

    public Optional<TaxRate> find(Tx tx, String id) {
        if (!Checks.isName(id)) return Optional.empty();
        return tx.query(FIND).bind("id", id).map((row, _) -> rate(row)).findOne();
    }

    /// Creates the rate or replaces what it was.
    ///
    /// Refuses, by the field: an id or tax category that is no name; a title or region that is blank or too
    /// long; a country that is none; `on_shipping` outside the category `standard`; and a second rate for the
    /// same country, region and tax category (`country`, `taken`).
    public TaxRate put(Tx tx, TaxRate rate) {
        rate.check().refuse();
        try {
            write(tx, rate);
        } catch (JdbiException e) {
            if (!Database.sqlState(e).equals(PSQLState.UNIQUE_VIOLATION.getState())) throw e;
            throw Refusal.invalid("country", "taken", "Another rate holds for this country, region and tax category");
        }
        Revision.advance(tx);
        return rate;
    }

    /// Removes the rate; false if there was none.
    public boolean delete(Tx tx, String id) {
        boolean deleted = Checks.isName(id) && tx.update(DELETE).bind("id", id).execute() == 1;
        if (deleted) Revision.advance(tx);
        return deleted;
    }

    /// Rates in the order of their ids.
    ///
    /// @param after the `next` of the page before; null: from the beginning
    public Page<TaxRate> list(Tx tx, int limit, @Nullable String after) {
        List<TaxRate> rows = tx.query(LIST)
                .bind("after", Cursors.name(after))
                .bind("rows", limit + 1)
                .map((row, _) -> rate(row))
                .list();
        return Page.of(rows, limit, TaxRate::id);
    }

    /// All that may hold for a sale to this place: those of its region, and those of the country as a whole.
    List<TaxRate> serving(Tx tx, String country, @Nullable String region) {
        return tx.query(SERVING)
                .bind("country", country)
                .bind("region", region == null ? "" : region.strip().toUpperCase(Locale.ROOT))
                .map((row, _) -> rate(row))
                .list();
    }

    private static void write(Tx tx, TaxRate rate) {
        tx.update(PUT)
                .bind("id", rate.id())
                .bind("title", rate.title())
                .bind("country", rate.country())
                .bind("region", rate.region())
                .bind("taxCategory", rate.taxCategory())
                .bind("ppm", rate.rate().ppm())
                .bind("onShipping", rate.onShipping())
                .execute();
    }

    private static TaxRate rate(ResultSet row) throws SQLException {
        return new TaxRate(
                row.getString("id"),
                row.getString("title"),
                row.getString("country"),
                row.getString("region"),
                row.getString("tax_category"),
                new Rate(row.getInt("ppm")),
                row.getBoolean("on_shipping"));
    }
}
