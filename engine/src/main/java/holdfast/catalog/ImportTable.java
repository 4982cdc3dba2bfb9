package holdfast.catalog;

import holdfast.catalog.ProductRow.Good;
import holdfast.catalog.StockSetter.Count;
import holdfast.db.Tx;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The good rows of a file, kept in the database until all of it was read: so that a file takes no more memory
/// than a few rows, and holds no lock on the shop's own tables while it is still arriving.
///
/// Lives as long as the transaction, and is seen by nobody else.
final class ImportTable {

    private static final int ROWS_AT_ONCE = 1_000;

    private static final String CREATE = """
            create temporary table import_row (
              line         bigint primary key,
              sku          text   not null,
              title        text   not null,
              price_minor  bigint not null,
              currency     text   not null,
              weight_grams int    not null,
              tax_category text   not null,
              warehouse    text,   -- null: nothing was counted
              on_hand      bigint
            ) on commit drop
            """;

    private static final String ADD = """
            insert into import_row
            select *
              from unnest(:lines::bigint[], :skus::text[], :titles::text[], :prices::bigint[], :currencies::text[],
                          :weights::int[], :taxCategories::text[], :warehouses::text[], :onHand::bigint[])
            """;

    private static final String REMOVE_REPEATED = """
            with first as (
              select sku, min(line) as line
                from import_row
               group by sku
              having count(*) > 1
            ), removed as (
              delete from import_row r
               using first
               where r.sku = first.sku
                 and r.line > first.line
              returning r.line, first.line as first_line
            )
            select line, first_line
              from removed
             order by line
            """;

    private static final String REMOVE = "delete from import_row where line = any(:lines)";

    private static final String COUNTS = """
            select line, sku, warehouse, on_hand
              from import_row
             where warehouse is not null
            """;

    // In the order of the keys: see Catalog.
    private static final String PUT_PRODUCTS = """
            insert into product (sku, title, price_minor, currency, weight_grams, tax_category)
            select sku, title, price_minor, currency, weight_grams, tax_category
              from import_row
             order by sku
            on conflict (sku) do update
               set title = excluded.title,
                   price_minor = excluded.price_minor,
                   currency = excluded.currency,
                   weight_grams = excluded.weight_grams,
                   tax_category = excluded.tax_category,
                   updated_at = shop_clock()
            """;

    private final Tx tx;

    ImportTable(Tx tx) {
        this.tx = tx;
        tx.execute(CREATE);
    }

    record Repeated(long line, long firstLine) {}

    record Counted(long line, Count count) {}

    void add(List<Good> rows) {
        tx.update(ADD)
                .bind("lines", tx.bigints(rows, Good::line))
                .bind("skus", tx.texts(rows, row -> row.product().sku().code()))
                .bind("titles", tx.texts(rows, row -> row.product().title()))
                .bind("prices", tx.bigints(rows, row -> row.product().price().minor()))
                .bind(
                        "currencies",
                        tx.texts(rows, row -> row.product().price().currency().getCurrencyCode()))
                .bind("weights", tx.ints(rows, row -> row.product().weightGrams()))
                .bind("taxCategories", tx.texts(rows, row -> row.product().taxCategory()))
                .bind("warehouses", tx.texts(rows, ImportTable::warehouse))
                .bind("onHand", tx.bigints(rows, ImportTable::onHand))
                .execute();
    }

    /// Removes all rows but the first of each SKU, and tells which, in the order of the file.
    Stream<Repeated> removeRepeated() {
        tx.execute("analyze import_row");
        return tx
                .query(REMOVE_REPEATED)
                .setFetchSize(ROWS_AT_ONCE)
                .map((row, _) -> new Repeated(row.getLong("line"), row.getLong("first_line")))
                .stream();
    }

    void remove(List<Long> lines) {
        tx.update(REMOVE).bind("lines", tx.bigints(lines)).execute();
    }

    /// What was counted, in the order of the file.
    Stream<Counted> countsByLine() {
        return counts("order by line");
    }

    /// What was counted, in the order in which stock is locked.
    Stream<Counted> countsByPlace() {
        return counts("order by sku, warehouse");
    }

    /// How many rows are left.
    long count() {
        return tx.query("select count(*) from import_row").mapTo(Long.class).one();
    }

    /// Writes the products, and says how many.
    long putProducts() {
        return tx.update(PUT_PRODUCTS).execute();
    }

    private Stream<Counted> counts(String order) {
        return tx.query(COUNTS + order).setFetchSize(ROWS_AT_ONCE).map((row, _) -> counted(row)).stream();
    }

    private static @Nullable String warehouse(Good row) {
        return row.count() == null ? null : row.count().warehouse().code();
    }

    private static @Nullable Long onHand(Good row) {
        return row.count() == null ? null : row.count().onHand();
    }

    private static Counted counted(ResultSet row) throws SQLException {
        var count = new Count(
                Sku.of(row.getString("sku")), WarehouseCode.of(row.getString("warehouse")), row.getLong("on_hand"));
        return new Counted(row.getLong("line"), count);
    }
}
