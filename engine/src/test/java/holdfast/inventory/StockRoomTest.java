package holdfast.inventory;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.Refusals.refusalOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.BareCheckouts;
import holdfast.Parallel;
import holdfast.TestDatabase;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.ImportReport;
import holdfast.catalog.NewProduct;
import holdfast.catalog.StockSetter.Count;
import holdfast.db.Database;
import holdfast.db.StatementCount;
import holdfast.inventory.Movement.Kind;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is on hand, every change of it, and the warehouses it is in.
final class StockRoomTest {

    private static final TestDatabase TEST = TestDatabase.create(24);
    private static final Database DATABASE = TEST.database();
    private static final WarehouseCode LON = WarehouseCode.of("LON");
    private static final WarehouseCode ROT = WarehouseCode.of("ROT");
    private static final Sku MUG = Sku.of("MUG");
    private static final Sku TEE = Sku.of("TEE");

    private final StockRoom stockRoom = new StockRoom((_, _) -> {});
    private final Warehouses warehouses = new Warehouses();

    private int causes;

    @BeforeAll
    static void open_the_shop() {
        DATABASE.transact(tx -> {
            var all = new Warehouses();
            all.put(tx, new Warehouse(LON, "London", "GB", 10, true));
            all.put(tx, new Warehouse(ROT, "Rotterdam", "NL", 20, true));
            new Catalog().put(tx, List.of(product("MUG"), product("TEE")));
        });
    }

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void empty_the_shelves() {
        DATABASE.transact(tx -> tx.execute("truncate stock, stock_movement, hold cascade"));
    }

    // ---------------------------------------------------------------- adjusting

    @Test
    void stock_is_counted_by_warehouse_and_in_all() {
        by(MUG, LON, 7);
        by(MUG, ROT, 5);
        promise(MUG, LON, 2, 1);

        Stock stock = stock(MUG);
        assertThat(stock.levels()).containsExactly(new Stock.Level(LON, 7, 2, 1), new Stock.Level(ROT, 5, 0, 0));
        assertThat(List.of(stock.onHand(), stock.held(), stock.allocated(), stock.available()))
                .containsExactly(12L, 2L, 1L, 9L);
        assertThat(stock(TEE)).isEqualTo(new Stock(TEE, 0, List.of()));
    }

    @Test
    void an_adjustment_says_what_there_is_after_it_and_leaves_a_row_in_the_journal() {
        assertThat(by(MUG, LON, 7))
                .isEqualTo(new Movement(MUG, Kind.ADJUST, 7, "Delivery", new Stock.Level(LON, 7, 0, 0)));
        assertThat(by(MUG, LON, -3))
                .isEqualTo(new Movement(MUG, Kind.ADJUST, -3, "Delivery", new Stock.Level(LON, 4, 0, 0)));
        assertThat(to(MUG, LON, 10))
                .isEqualTo(new Movement(MUG, Kind.ADJUST, 6, "Stocktaking", new Stock.Level(LON, 10, 0, 0)));
        assertThat(to(MUG, LON, 10))
                .isEqualTo(new Movement(MUG, Kind.ADJUST, 0, "Stocktaking", new Stock.Level(LON, 10, 0, 0)));

        assertThat(journal()).containsExactly("adjust 7 Delivery", "adjust -3 Delivery", "adjust 6 Stocktaking");
    }

    @Test
    void what_is_promised_is_not_taken_away() {
        by(MUG, LON, 10);
        promise(MUG, LON, 4, 3);

        assertThat(by(MUG, LON, -3).level().available()).isZero();
        for (Change change : List.of(new Change.By(-1), new Change.By(-100), new Change.To(6), new Change.To(0))) {
            Refusal refusal = refusalOf(() -> adjust(MUG, LON, change, "Theft", "c" + change));
            assertThat(refusal.problem()).isEqualTo(Problem.STOCK_PROMISED);
            assertThat(refusal.members()).containsEntry("held", 4L).containsEntry("allocated", 3L);
        }
        assertThat(to(MUG, LON, 7).delta()).isZero();
        assertThat(journal()).containsExactly("adjust 10 Delivery", "adjust -3 Delivery");
    }

    @Test
    void there_is_never_less_than_nothing_nor_more_than_the_most() {
        by(MUG, LON, 3);

        assertThat(badFieldsOf(() -> by(MUG, LON, -4))).containsExactly("delta out_of_range");
        assertThat(badFieldsOf(() -> by(MUG, LON, 0))).containsExactly("delta out_of_range");
        assertThat(badFieldsOf(() -> by(MUG, LON, StockRoom.ON_HAND_MAX))).containsExactly("delta out_of_range");
        assertThat(badFieldsOf(() -> by(MUG, LON, Long.MAX_VALUE))).containsExactly("delta out_of_range");
        assertThat(badFieldsOf(() -> by(MUG, LON, Long.MIN_VALUE))).containsExactly("delta out_of_range");
        assertThat(badFieldsOf(() -> to(MUG, LON, -1))).containsExactly("on_hand out_of_range");
        assertThat(badFieldsOf(() -> to(MUG, LON, StockRoom.ON_HAND_MAX + 1))).containsExactly("on_hand out_of_range");
        assertThat(stock(MUG).onHand()).isEqualTo(3);
    }

    @Test
    void only_what_is_sold_is_kept_and_only_where_there_is_a_warehouse() {
        assertThat(refusalOf(() -> by(Sku.of("NOPE"), LON, 1)).problem()).isEqualTo(Problem.NOT_FOUND);
        assertThat(refusalOf(() -> stock(Sku.of("NOPE"))).problem()).isEqualTo(Problem.NOT_FOUND);
        assertThat(badFieldsOf(() -> adjust(MUG, WarehouseCode.of("MOON"), new Change.By(0), "", "c")))
                .containsExactly("delta out_of_range", "warehouse unknown", "reason required");
        assertThat(stock(MUG).levels()).isEmpty();
    }

    @Test
    void what_arrives_stands_in_the_journal_as_that() {
        assertThat(adjust(MUG, LON, new Change.Received(5), "Delivery", "c"))
                .isEqualTo(new Movement(MUG, Kind.RECEIVE, 5, "Delivery", new Stock.Level(LON, 5, 0, 0)));
        for (long pieces : new long[] {0, -1, StockRoom.ON_HAND_MAX + 1}) {
            assertThat(badFieldsOf(() -> adjust(MUG, LON, new Change.Received(pieces), "Delivery", "d")))
                    .containsExactly("delta out_of_range");
        }
        assertThat(journal()).containsExactly("receive 5 Delivery");
    }

    @Test
    void a_cause_moves_stock_once_and_is_then_refused_whatever_it_is_for() {
        adjust(MUG, LON, new Change.By(5), "Delivery", "adjustment:1");

        for (WarehouseCode warehouse : List.of(LON, ROT)) {
            for (long delta : new long[] {5, 2}) {
                assertThat(refusalOf(() -> adjust(MUG, warehouse, new Change.By(delta), "Delivery", "adjustment:1"))
                                .problem())
                        .isEqualTo(Problem.IDEMPOTENCY_KEY_REUSED);
            }
        }
        assertThat(refusalOf(() -> carry(MUG, LON, ROT, 1, "adjustment:1")).problem())
                .isEqualTo(Problem.IDEMPOTENCY_KEY_REUSED);
        assertThat(journal()).containsExactly("adjust 5 Delivery");
    }

    @Test
    void what_many_adjust_at_once_all_counts() throws Exception {
        Parallel.all(IntStream.range(0, 128)
                .mapToObj(i -> (Callable<Movement>)
                        () -> adjust(MUG, LON, new Change.By(i % 2 == 0 ? 5 : 3), "Delivery", "c" + i))
                .toList());

        assertThat(stock(MUG).onHand()).isEqualTo(64 * 8);
        assertThat(journal()).hasSize(128);
    }

    @Test
    void one_cause_at_once_is_one_change() throws Exception {
        List<Boolean> moved = Parallel.all(IntStream.range(0, 32)
                .mapToObj(_ -> (Callable<Boolean>) () -> {
                    try {
                        return adjust(MUG, LON, new Change.By(5), "Delivery", "same")
                                        .delta()
                                == 5;
                    } catch (Refusal _) {
                        return false;
                    }
                })
                .toList());

        assertThat(moved).containsOnlyOnce(true);
        assertThat(stock(MUG).onHand()).isEqualTo(5);
    }

    // ---------------------------------------------------------------- carrying

    @Test
    void what_leaves_one_warehouse_is_in_the_other() {
        by(MUG, LON, 10);
        promise(MUG, LON, 2, 1);

        assertThat(carry(MUG, LON, ROT, 7, "transfer:1"))
                .isEqualTo(new Transfer(MUG, 7, "Lorry", new Stock.Level(LON, 3, 2, 1), new Stock.Level(ROT, 7, 0, 0)));
        assertThat(stock(MUG).onHand()).isEqualTo(10);
        assertThat(journal()).containsExactly("adjust 10 Delivery", "transfer -7 Lorry", "transfer 7 Lorry");
        assertThat(refusalOf(() -> carry(MUG, LON, ROT, 7, "transfer:1")).problem())
                .isEqualTo(Problem.IDEMPOTENCY_KEY_REUSED);
        assertThat(stock(MUG).levels()).extracting(Stock.Level::onHand).containsExactly(3L, 7L);
    }

    @Test
    void what_is_promised_is_not_carried_away() {
        by(MUG, LON, 10);
        promise(MUG, LON, 4, 3);

        Refusal refusal = refusalOf(() -> carry(MUG, LON, ROT, 4, "transfer:1"));
        assertThat(refusal.problem()).isEqualTo(Problem.STOCK_PROMISED);
        assertThat(refusal.members()).containsEntry("held", 4L).containsEntry("allocated", 3L);
        assertThat(badFieldsOf(() -> carry(MUG, ROT, LON, 1, "transfer:2"))).containsExactly("quantity out_of_range");
        assertThat(stock(MUG).levels()).extracting(Stock.Level::onHand).containsExactly(10L);
    }

    @Test
    void a_transfer_names_two_warehouses_and_something_that_is_sold() {
        WarehouseCode moon = WarehouseCode.of("MOON");
        assertThat(badFieldsOf(() -> carry(Sku.of("NOPE"), moon, moon, 1, "transfer:1")))
                .containsExactly("sku unknown", "from unknown", "to unknown", "to duplicate");
        assertThat(badFieldsOf(() -> carry(MUG, LON, LON, 1, "transfer:1"))).containsExactly("to duplicate");
    }

    @Test
    void what_is_carried_to_and_fro_at_once_is_all_there_in_the_end() throws Exception {
        by(MUG, LON, 100);
        by(MUG, ROT, 100);
        Parallel.all(IntStream.range(0, 64)
                .mapToObj(i -> (Callable<Transfer>) () -> i % 2 == 0
                        ? carry(MUG, LON, ROT, 1 + i % 3, "transfer:" + i)
                        : carry(MUG, ROT, LON, 1 + i % 3, "transfer:" + i))
                .toList());

        assertThat(stock(MUG).onHand()).isEqualTo(200);
        assertThat(journal()).hasSize(2 + 2 * 64);
    }

    // ---------------------------------------------------------------- receiving and counting

    @Test
    void what_arrives_is_received_together_and_once() {
        List<Receipt> receipts = List.of(receipt(MUG, LON, 3), receipt(TEE, LON, 1), receipt(MUG, LON, 4));
        DATABASE.transact(tx -> stockRoom.receive(tx, receipts, "Delivery", "delivery:1"));
        DATABASE.transact(tx -> stockRoom.receive(tx, receipts, "Delivery", "delivery:1"));
        DATABASE.transact(tx -> stockRoom.receive(tx, List.of(), "Delivery", "delivery:2"));

        assertThat(stock(MUG).onHand()).isEqualTo(7);
        assertThat(journal()).containsExactly("receive 7 Delivery", "receive 1 Delivery");
    }

    @Test
    void counts_are_made_true() {
        by(MUG, LON, 7);
        by(TEE, LON, 4);
        set(List.of(count(MUG, 5), count(TEE, 4)), "import:1");
        set(List.of(new Count(MUG, ROT, 9), new Count(TEE, ROT, 0)), "import:2");

        assertThat(stock(MUG).levels()).extracting(Stock.Level::onHand).containsExactly(5L, 9L);
        assertThat(journal())
                .containsExactly("adjust 7 Delivery", "adjust 4 Delivery", "adjust -2 Import", "receive 9 Import");
    }

    @Test
    void a_count_is_checked_before_it_is_made_true() {
        by(MUG, LON, 7);
        promise(MUG, LON, 2, 3);
        List<Count> counts = List.of(
                count(MUG, 5),
                count(MUG, 4),
                count(Sku.of("NEW"), 4),
                new Count(MUG, WarehouseCode.of("MOON"), 1),
                count(TEE, StockRoom.ON_HAND_MAX + 1));

        List<Optional<FieldError>> errors = DATABASE.inTransaction(tx -> stockRoom.check(tx, counts));

        assertThat(errors.stream()
                        .map(error ->
                                error.map(bad -> bad.field() + " " + bad.code()).orElse("fine")))
                .containsExactly("fine", "on_hand out_of_range", "fine", "warehouse unknown", "on_hand out_of_range");
        assertThat(refusalOf(() -> set(List.of(count(TEE, 9), count(MUG, 4)), "import:3"))
                        .problem())
                .isEqualTo(Problem.STOCK_PROMISED);
        assertThat(stock(TEE).onHand()).isZero();
    }

    @Test
    void an_import_of_products_sets_their_stock() {
        by(MUG, LON, 7);
        promise(MUG, LON, 2, 3);
        String file = """
                sku,title,price,currency,warehouse,on_hand
                MUG,Mug,1.00,GBP,LON,5
                TEE,T-shirt,1.00,GBP,ROT,12
                CAP,Cap,1.00,GBP,MOON,1
                """;

        ImportReport report = DATABASE.inTransaction(
                tx -> new CsvImport(stockRoom).run(tx, new ByteArrayInputStream(file.getBytes(UTF_8)), true));

        assertThat(report.badRows())
                .extracting(row -> row.line() + " " + row.field())
                .containsExactly("4 warehouse");
        assertThat(stock(MUG).available()).isZero();
        assertThat(stock(TEE).levels()).containsExactly(new Stock.Level(ROT, 12, 0, 0));
        assertThat(journal()).containsExactly("adjust 7 Delivery", "adjust -2 Import", "receive 12 Import");
    }

    @Test
    void a_thousand_counts_take_as_many_statements_as_one() {
        DATABASE.transact(tx -> new Catalog()
                .put(
                        tx,
                        IntStream.range(0, 1_000)
                                .mapToObj(i -> product("BULK-" + i))
                                .toList()));
        List<Count> counts = IntStream.range(0, 1_000)
                .mapToObj(i -> count(Sku.of("BULK-" + i), i + 1))
                .toList();

        assertThat(StatementCount.of(TEST.url(), tx -> stockRoom.set(tx, counts, "Import", "import:4")))
                .as("make room, lock, move")
                .isEqualTo(3);
        assertThat(stock(Sku.of("BULK-999")).onHand()).isEqualTo(1_000);
    }

    // ---------------------------------------------------------------- holds

    @Test
    void open_holds_are_listed_line_by_line() {
        CheckoutId first = hold("active", "ada@example.com", MUG, LON, 2);
        heldToo(first, TEE, ROT, 1);
        hold("committed", null, MUG, LON, 5);
        CheckoutId second = hold("paying", null, MUG, ROT, 3);

        assertThat(told(null, 10))
                .containsExactly(List.of(
                        "active ada@example.com 2 MUG LON", "active ada@example.com 1 TEE ROT", "paying - 3 MUG ROT"));
        assertThat(told(null, 1)).hasSize(3).allMatch(page -> page.size() == 1);
        assertThat(told(MUG, 1))
                .containsExactly(List.of("active ada@example.com 2 MUG LON"), List.of("paying - 3 MUG ROT"));
        assertThat(holds(null, 10, null).data()).extracting(HeldUnits::checkout).containsExactly(first, first, second);
        assertThat(told(Sku.of("NOPE"), 10)).containsExactly(List.of());
    }

    @Test
    void a_cursor_is_one_that_a_page_gave() {
        for (String cursor : List.of("", "x", "\u0000", CheckoutId.next() + "~LON", CheckoutId.next() + "~a b~MUG")) {
            assertThat(badFieldsOf(() -> holds(null, 10, cursor))).containsExactly("cursor malformed");
        }
    }

    // ---------------------------------------------------------------- warehouses

    @Test
    void a_warehouse_is_found_as_it_was_put() {
        var paris = new Warehouse(WarehouseCode.of("PAR"), "Paris, été", "FR", 0, false);
        DATABASE.transact(tx -> warehouses.put(tx, new Warehouse(paris.code(), "Soon", "FR", 100, true)));
        DATABASE.transact(tx -> warehouses.put(tx, paris));

        assertThat(warehouse("PAR")).contains(paris);
        assertThat(warehouse("MOON")).isEmpty();
        assertThat(warehouses(2, null).data()).extracting(Warehouse::code).containsExactly(LON, paris.code());
        assertThat(warehouses(2, "PAR")).extracting(Page::next).isNull();
        DATABASE.transact(tx -> tx.execute("delete from warehouse where code = 'PAR'"));
    }

    @Test
    void what_a_warehouse_serves_is_replaced_as_a_whole_and_shown_with_the_nearest_first() {
        var far = new ServiceArea("NL", null, 50);
        var near = new ServiceArea("GB", "SW1", 1);
        var mid = new ServiceArea("GB", null, 7);
        putServing(far);
        assertThat(putServing(far, near, mid).serves()).containsExactly(near, mid, far);
        assertThat(warehouse("LON").orElseThrow().serves()).containsExactly(near, mid, far);
        assertThat(warehouses(1, null).data().getFirst().serves()).hasSize(3);
        assertThat(badFieldsOf(
                        () -> putServing(near, new ServiceArea("UK", null, -1), new ServiceArea("GB", "SW1", 2))))
                .containsExactly(
                        "serves[1].country unknown", "serves[1].rank out_of_range", "serves[2].country duplicate");
        assertThat(putServing().serves()).isEmpty();
    }

    private Warehouse putServing(ServiceArea... areas) {
        return DATABASE.inTransaction(
                tx -> warehouses.put(tx, new Warehouse(LON, "London", "GB", 10, true, List.of(areas))));
    }

    @Test
    void bad_fields_of_a_warehouse_are_named_at_once() {
        assertThat(badFieldsOf(
                        () -> DATABASE.transact(tx -> warehouses.put(tx, new Warehouse(LON, " ", "UK", -1, true)))))
                .containsExactly("title required", "country unknown", "priority out_of_range");
        assertThat(badFieldsOf(() -> warehouses(2, "a b"))).containsExactly("cursor malformed");
    }

    // ---------------------------------------------------------------- how it is told

    private Movement by(Sku sku, WarehouseCode warehouse, long delta) {
        return adjust(sku, warehouse, new Change.By(delta), "Delivery", "cause:" + ++causes);
    }

    private Movement to(Sku sku, WarehouseCode warehouse, long onHand) {
        return adjust(sku, warehouse, new Change.To(onHand), "Stocktaking", "cause:" + ++causes);
    }

    private Movement adjust(Sku sku, WarehouseCode warehouse, Change change, String reason, String cause) {
        return DATABASE.inTransaction(tx -> stockRoom.adjust(tx, sku, warehouse, change, reason, cause));
    }

    private Transfer carry(Sku sku, WarehouseCode from, WarehouseCode to, int pieces, String cause) {
        return DATABASE.inTransaction(tx -> stockRoom.transfer(tx, sku, from, to, Quantity.of(pieces), "Lorry", cause));
    }

    private void set(List<Count> counts, String cause) {
        DATABASE.transact(tx -> stockRoom.set(tx, counts, "Import", cause));
    }

    private Stock stock(Sku sku) {
        return DATABASE.inTransaction(tx -> stockRoom.stock(tx, sku));
    }

    private static void promise(Sku sku, WarehouseCode warehouse, long held, long allocated) {
        DATABASE.transact(tx -> tx.update("""
                        update stock
                           set held = :held, allocated = :allocated
                         where sku = :sku and warehouse = :warehouse
                        """)
                .bind("held", held)
                .bind("allocated", allocated)
                .bind("sku", sku.code())
                .bind("warehouse", warehouse.code())
                .execute());
    }

    private static List<String> journal() {
        return DATABASE.inTransaction(tx -> tx.query("select kind, delta, reason from stock_movement order by id")
                .map((row, _) -> row.getString("kind") + " " + row.getLong("delta") + " " + row.getString("reason"))
                .list());
    }

    private static CheckoutId hold(
            String state, @Nullable String email, Sku sku, WarehouseCode warehouse, long pieces) {
        CheckoutId checkout = BareCheckouts.open(DATABASE);
        DATABASE.transact(tx -> {
            tx.update("update checkout set email = :email where id = :id")
                    .bind("email", email)
                    .bind("id", checkout.value())
                    .execute();
            tx.update("""
                            insert into hold (checkout_id, state, created_at, expires_at, paying_deadline,
                                              hard_deadline, closed_at, sourcing, skus, warehouses, quantities)
                            select :checkout, :state, now, now, case when :state = 'paying' then now end, now,
                                   case when :state = 'committed' then now end, '', array[:sku], array[:warehouse],
                                   array[:quantity]
                              from shop_clock() as now
                            """)
                    .bind("sku", sku.code())
                    .bind("warehouse", warehouse.code())
                    .bind("quantity", pieces)
                    .bind("checkout", checkout.value())
                    .bind("state", state)
                    .execute();
        });
        return checkout;
    }

    private static void heldToo(CheckoutId checkout, Sku sku, WarehouseCode warehouse, long pieces) {
        DATABASE.transact(tx -> tx.update("""
                        update hold
                           set skus = array_append(skus, :sku), warehouses = array_append(warehouses, :warehouse),
                               quantities = array_append(quantities, :quantity)
                         where checkout_id = :checkout
                        """)
                .bind("checkout", checkout.value())
                .bind("sku", sku.code())
                .bind("warehouse", warehouse.code())
                .bind("quantity", pieces)
                .execute());
    }

    private List<List<String>> told(@Nullable Sku sku, int limit) {
        var pages = new ArrayList<List<String>>();
        String after = null;
        do {
            Page<HeldUnits> page = holds(sku, limit, after);
            pages.add(page.data().stream().map(StockRoomTest::told).toList());
            after = page.next();
        } while (after != null);
        return pages;
    }

    private static String told(HeldUnits held) {
        return held.state() + " " + (held.email() == null ? "-" : held.email()) + " " + held.quantity() + " "
                + held.sku() + " " + held.warehouse();
    }

    private Page<HeldUnits> holds(@Nullable Sku sku, int limit, @Nullable String after) {
        return DATABASE.inTransaction(tx -> stockRoom.holds(tx, sku, limit, after));
    }

    private Optional<Warehouse> warehouse(String code) {
        return DATABASE.inTransaction(tx -> warehouses.find(tx, WarehouseCode.of(code)));
    }

    private Page<Warehouse> warehouses(int limit, @Nullable String after) {
        return DATABASE.inTransaction(tx -> warehouses.list(tx, limit, after));
    }

    private static Receipt receipt(Sku sku, WarehouseCode warehouse, int pieces) {
        return new Receipt(sku, warehouse, Quantity.of(pieces));
    }

    private static Count count(Sku sku, long onHand) {
        return new Count(sku, LON, onHand);
    }

    private static NewProduct product(String sku) {
        return new NewProduct(
                Sku.of(sku),
                "A " + sku,
                Money.of(100, Currency.getInstance("GBP")),
                0,
                NewProduct.TAX_CATEGORY_DEFAULT);
    }
}
