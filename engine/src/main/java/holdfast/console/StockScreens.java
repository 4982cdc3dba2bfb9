package holdfast.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.access.Deed;
import holdfast.access.Role;
import holdfast.admission.WaitingRoom.Sale;
import holdfast.catalog.ImportReport;
import holdfast.catalog.Product;
import holdfast.db.Tx;
import holdfast.inventory.Change;
import holdfast.inventory.HeldUnits;
import holdfast.inventory.Receipt;
import holdfast.inventory.Stock;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouse;
import holdfast.kernel.Checks;
import holdfast.kernel.Page;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import holdfast.pages.Form;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is where, who it is promised to, and every way to change that.
final class StockScreens {

    private static final String HERE = "/console/inventory";
    private static final int ROWS = 50;
    private static final int HOLDS = 50;
    private static final int WAREHOUSES = 200;

    private static final String MOVEMENTS = """
            select at, kind, warehouse, delta, reason
              from stock_movement
             where sku = :sku
             order by id desc
             limit 20
            """;

    private static final String EVERYTHING = """
            select concat_ws(',', s.sku, '"' || replace(p.title, '"', '""') || '"', s.warehouse, s.on_hand, s.held,
                             s.allocated, s.on_hand - s.held - s.allocated) as row
              from stock s
              join product p on p.sku = s.sku
             order by s.sku, s.warehouse
            """;

    private final Console.Modules modules;

    StockScreens(Console.Modules modules) {
        this.modules = modules;
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(HERE, Role.VIEWER, this::list),
                Screen.page(HERE + "/of/{sku}", Role.VIEWER, this::show),
                Screen.form(HERE + "/of/{sku}/adjust", Role.STAFF, Deed.STOCK_ADJUSTED, this::adjust),
                Screen.form(HERE + "/of/{sku}/receive", Role.STAFF, Deed.STOCK_RECEIVED, this::receive),
                Screen.form(HERE + "/of/{sku}/transfer", Role.STAFF, Deed.STOCK_TRANSFERRED, this::transfer),
                Screen.form(HERE + "/of/{sku}/sale", Role.STAFF, Deed.SALE_PLANNED, this::planSale),
                Screen.form(HERE + "/of/{sku}/end-sale", Role.STAFF, Deed.SALE_ENDED, this::endSale),
                Screen.page(HERE + "/export", Role.VIEWER, this::export),
                Screen.page(HERE + "/import", Role.STAFF, this::showImport),
                Screen.look(HERE + "/import/preview", Role.STAFF, this::preview),
                Screen.form(HERE + "/import", Role.STAFF, Deed.PRODUCTS_IMPORTED, this::importFile));
    }

    /// A product, and what there is of it.
    record Row(Product product, Stock stock) {}

    record Inventory(
            Shell shell,
            String words,
            List<Row> rows,
            boolean isFirst,
            @Nullable String next) {}

    private void list(Desk desk) {
        Form query = desk.visit().query();
        String words = query.text("q");
        String cursor = query.textOrNull("cursor");
        record Read(List<Row> rows, @Nullable String next) {}
        Read read = desk.read(tx -> {
            Page<Product> page = modules.catalog().list(tx, words.isEmpty() ? null : words, ROWS, cursor);
            Map<Sku, Stock> stock = modules.stockRoom()
                    .stock(tx, page.data().stream().map(Product::sku).toList());
            return new Read(
                    page.data().stream()
                            .map(product -> new Row(
                                    product, stock.getOrDefault(product.sku(), new Stock(product.sku(), 0, List.of()))))
                            .toList(),
                    page.next());
        });
        String next = read.next == null
                ? null
                : HERE + "?q=" + URLEncoder.encode(words, UTF_8) + "&cursor=" + URLEncoder.encode(read.next, UTF_8);
        desk.page("inventory", new Inventory(desk.shell("Inventory", HERE), words, read.rows, cursor == null, next));
    }

    /// A change of what is on hand.
    record Moved(Instant at, String kind, String warehouse, long delta, String reason) {}

    record Item(
            Shell shell,
            Product product,
            Stock stock,
            List<Warehouse> warehouses,
            List<HeldUnits> holds,
            boolean moreHolds,
            List<Moved> movements,
            @Nullable Sale sale) {

        String action(String what) {
            return HERE + "/of/" + product.sku() + "/" + what;
        }

        /// The warehouse that most of it is in, for a form that has to name one; null: whoever fills it in says.
        @Nullable
        String mostIn() {
            List<String> listed =
                    warehouses.stream().map(each -> each.code().code()).toList();
            return stock.levels().stream()
                    .filter(level -> level.onHand() > 0)
                    .sorted(Comparator.comparingLong(Stock.Level::onHand).reversed())
                    .map(level -> level.warehouse().code())
                    .filter(listed::contains)
                    .findFirst()
                    .orElse(listed.size() == 1 ? listed.getFirst() : null);
        }

        /// When the sale begins, as it stands in a form.
        @Nullable
        String startsAt() {
            return sale == null
                    ? null
                    : sale.startsAt()
                            .atOffset(ZoneOffset.UTC)
                            .toLocalDateTime()
                            .truncatedTo(ChronoUnit.SECONDS)
                            .toString();
        }
    }

    private void show(Desk desk) {
        Sku sku = sku(desk);
        Shell shell = desk.shell(sku.code(), HERE);
        Item item = desk.read(tx -> {
            Product product = modules.catalog().find(tx, sku).orElseThrow(Desk::notFound);
            Page<HeldUnits> holds = modules.stockRoom().holds(tx, sku, HOLDS, null);
            return new Item(
                    shell,
                    product,
                    modules.stockRoom().stock(tx, sku),
                    modules.warehouses().list(tx, WAREHOUSES, null).data(),
                    holds.data(),
                    holds.next() != null,
                    movements(tx, sku),
                    modules.room().sales(tx).stream()
                            .filter(sale -> sale.sku().equals(sku))
                            .findFirst()
                            .orElse(null));
        });
        desk.page("item", item);
    }

    private static List<Moved> movements(Tx tx, Sku sku) {
        return tx.query(MOVEMENTS)
                .bind("sku", sku.code())
                .map((row, _) -> new Moved(
                        row.getTimestamp("at").toInstant(),
                        row.getString("kind"),
                        row.getString("warehouse"),
                        row.getLong("delta"),
                        row.getString("reason")))
                .list();
    }

    private static Sku sku(Desk desk) {
        String code = desk.path("sku");
        if (!Sku.isValid(code)) throw Desk.notFound();
        return Sku.of(code);
    }

    private static WarehouseCode warehouse(Form form, String field) {
        String code = form.text(field);
        if (!WarehouseCode.isValid(code)) throw Refusal.invalid(field, "required", "Choose a warehouse");
        return WarehouseCode.of(code);
    }

    private void planSale(Desk desk) {
        Sku sku = sku(desk);
        Form form = desk.form();
        desk.act(sku.code(), back(sku), tx -> {
            if (modules.catalog().find(tx, sku).isEmpty()) throw Desk.notFound();
            String typed = form.textOrNull("limit_per_customer");
            Integer limit = typed == null ? null : Words.count("limit_per_customer", typed, 1, Quantity.PIECES_MAX);
            Sale sale = modules.room().plan(tx, sku, time(form, "starts_at"), limit);
            return sale.begun() ? "The sale has begun." : "The sale is planned; who comes early waits.";
        });
    }

    /// A time to the second or the minute, in UTC.
    private static Instant time(Form form, String field) {
        try {
            return LocalDateTime.parse(form.text(field)).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException _) {
            throw Refusal.invalid(field, "malformed", "Must be a time such as 2027-01-31T12:00");
        }
    }

    private void endSale(Desk desk) {
        Sku sku = sku(desk);
        desk.act(sku.code(), back(sku), tx -> {
            if (!modules.room().end(tx, sku)) throw Desk.notFound();
            return "Anybody can buy it again, without a queue.";
        });
    }

    private void adjust(Desk desk) {
        Sku sku = sku(desk);
        Form form = desk.form();
        desk.act(sku.code(), back(sku), tx -> {
            int pieces = Words.count("pieces", form.text("pieces"), -999_999_999, 999_999_999);
            Change change = form.text("how").equals("to") ? new Change.To(pieces) : new Change.By(pieces);
            var moved = modules.stockRoom()
                    .adjust(tx, sku, warehouse(form, "warehouse"), change, form.text("reason"), desk.cause());
            return "On hand in " + moved.level().warehouse() + ": "
                    + Words.count(moved.level().onHand()) + ".";
        });
    }

    private void receive(Desk desk) {
        Sku sku = sku(desk);
        Form form = desk.form();
        desk.act(sku.code(), back(sku), tx -> {
            int pieces = Words.count("pieces", form.text("pieces"), 1, Quantity.PIECES_MAX);
            WarehouseCode warehouse = warehouse(form, "warehouse");
            if (modules.warehouses().find(tx, warehouse).isEmpty()
                    || modules.catalog().find(tx, sku).isEmpty()) {
                throw Desk.notFound();
            }
            var reason = form.text("reason");
            new Checks().text("reason", reason, StockRoom.REASON_LENGTH_MAX).refuse();
            modules.stockRoom()
                    .receive(tx, List.of(new Receipt(sku, warehouse, Quantity.of(pieces))), reason, desk.cause());
            return Words.count(pieces) + (pieces == 1 ? " piece" : " pieces") + " received in " + warehouse + ".";
        });
    }

    private void transfer(Desk desk) {
        Sku sku = sku(desk);
        Form form = desk.form();
        desk.act(sku.code(), back(sku), tx -> {
            int pieces = Words.count("pieces", form.text("pieces"), 1, Quantity.PIECES_MAX);
            var moved = modules.stockRoom()
                    .transfer(
                            tx,
                            sku,
                            warehouse(form, "from"),
                            warehouse(form, "to"),
                            Quantity.of(pieces),
                            form.text("reason"),
                            desk.cause());
            return Words.count(pieces) + (pieces == 1 ? " piece" : " pieces") + " carried from "
                    + moved.from().warehouse() + " to " + moved.to().warehouse() + ".";
        });
    }

    private static String back(Sku sku) {
        return HERE + "/of/" + sku;
    }

    private void export(Desk desk) {
        String csv = desk.read(tx -> {
            var rows = new StringBuilder("sku,title,warehouse,on_hand,held,allocated,available\r\n");
            tx.query(EVERYTHING)
                    .setFetchSize(1_000)
                    .map((row, _) -> row.getString("row"))
                    .forEach(row -> rows.append(row).append("\r\n"));
            return rows.toString();
        });
        desk.visit().header("Content-Disposition", "attachment; filename=\"inventory.csv\"");
        desk.visit().send("text/csv; charset=utf-8", csv.getBytes(UTF_8));
    }

    record ImportPage(Shell shell) {}

    private void showImport(Desk desk) {
        Shell shell = desk.shell("Import products", HERE);
        desk.page("import", new ImportPage(shell));
    }

    /// @param isDone whether they are imported; false: they would be
    record Imported(
            ImportReport report, boolean isDone, @Nullable String complaint) {}

    /// What would come of the file. Nothing is written.
    private void preview(Desk desk) {
        desk.page("imported", imported(() -> {
            try (InputStream csv = desk.visit().body("text/csv")) {
                ImportReport report = modules.database()
                        .inTransaction(tx -> modules.csvImport().look(tx, csv));
                return new Imported(report, false, null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    private void importFile(Desk desk) {
        desk.page("imported", imported(() -> {
            try (InputStream csv = desk.visit().body("text/csv")) {
                ImportReport report = modules.database()
                        .inTransaction(tx -> modules.auditLog()
                                .record(
                                        tx,
                                        desk.actor(),
                                        Deed.PRODUCTS_IMPORTED,
                                        null,
                                        () -> modules.csvImport().run(tx, csv, true)));
                return new Imported(report, true, null);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    private interface Importing {
        Imported run();
    }

    /// A file that is none is told as what came of it.
    private static Imported imported(Importing importing) {
        try {
            return importing.run();
        } catch (Refusal refusal) {
            if (refusal.problem().status() >= 500) throw refusal;
            return new Imported(new ImportReport(0, 0, List.of(), 0), false, Desk.words(refusal));
        }
    }
}
