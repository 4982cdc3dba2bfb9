package holdfast.catalog;

import static java.util.stream.Gatherers.windowFixed;

import holdfast.catalog.ImportTable.Counted;
import holdfast.catalog.ProductRow.Good;
import holdfast.db.Tx;
import holdfast.kernel.FieldError;
import holdfast.kernel.Ids;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Imports products, and what is there of them, from a CSV file.
///
/// A row replaces all that was known of its product but its [SaleTerms]: what is left out is as for a new one.
/// The file is read as it arrives; the shop's own tables are written, and locked, only when all of it was read
/// and found good.
public final class CsvImport {

    private static final int ROWS_AT_ONCE = 1_000;

    private final StockSetter stock;

    public CsvImport(StockSetter stock) {
        this.stock = stock;
    }

    /// Imports the file: all its rows, or none and a [holdfast.kernel.Refusal] with the bad ones as `bad_rows`
    /// and `bad_row_count`; or, with `skipBad`, those that are good.
    ///
    /// Of rows with the same SKU, the first is good. Refuses, whatever `skipBad` says: a file that is not CSV
    /// in UTF-8, has more than 32 MiB or a million rows, or not the right columns; and one with a card number
    /// in any cell but `sku`.
    ///
    /// @param csv from its beginning, each time the transaction is tried; left open
    public ImportReport run(Tx tx, InputStream csv, boolean skipBad) {
        var table = new ImportTable(tx);
        var bad = new BadRows();
        read(new ProductFile(csv), table, bad);
        removeRepeated(table, bad);
        removeImpossibleStock(tx, table, bad);
        if (bad.count() > 0 && !skipBad) throw bad.refusal();
        return new ImportReport(write(tx, table), bad.count(), bad.first(), bad.count());
    }

    /// What [#run] would come to, without writing anything: its bad rows, and how many are good.
    public ImportReport look(Tx tx, InputStream csv) {
        var table = new ImportTable(tx);
        var bad = new BadRows();
        read(new ProductFile(csv), table, bad);
        removeRepeated(table, bad);
        removeImpossibleStock(tx, table, bad);
        return new ImportReport(table.count(), bad.count(), bad.first(), bad.count());
    }

    private static void read(ProductFile file, ImportTable table, BadRows bad) {
        bad.startPass();
        file.stream().gather(windowFixed(ROWS_AT_ONCE)).forEach(rows -> {
            var good = new ArrayList<Good>();
            for (ProductRow row : rows) {
                switch (row) {
                    case Good found -> good.add(found);
                    case ProductRow.Bad(long line, List<FieldError> errors) -> bad.add(line, errors);
                }
            }
            if (!good.isEmpty()) table.add(good);
        });
    }

    private static void removeRepeated(ImportTable table, BadRows bad) {
        bad.startPass();
        try (var repeated = table.removeRepeated()) {
            repeated.forEach(row -> bad.add(
                    row.line(),
                    List.of(new FieldError("sku", "duplicate", "The same SKU as in line " + row.firstLine()))));
        }
    }

    private void removeImpossibleStock(Tx tx, ImportTable table, BadRows bad) {
        bad.startPass();
        try (var counts = table.countsByLine()) {
            counts.gather(windowFixed(ROWS_AT_ONCE)).forEach(rows -> removeImpossibleStock(tx, table, rows, bad));
        }
    }

    private void removeImpossibleStock(Tx tx, ImportTable table, List<Counted> rows, BadRows bad) {
        List<Optional<FieldError>> errors =
                stock.check(tx, rows.stream().map(Counted::count).toList());
        var impossible = new ArrayList<Long>();
        for (int i = 0; i < rows.size(); i++) {
            long line = rows.get(i).line();
            errors.get(i).ifPresent(error -> {
                bad.add(line, List.of(error));
                impossible.add(line);
            });
        }
        if (!impossible.isEmpty()) table.remove(impossible);
    }

    private long write(Tx tx, ImportTable table) {
        long imported = table.putProducts();
        String cause = "import:" + Ids.next();
        try (var counts = table.countsByPlace()) {
            counts.map(Counted::count)
                    .gather(windowFixed(ROWS_AT_ONCE))
                    .forEach(batch -> stock.set(tx, batch, "Import", cause));
        }
        if (imported > 0) Revision.advance(tx);
        return imported;
    }
}
