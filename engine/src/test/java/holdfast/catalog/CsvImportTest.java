package holdfast.catalog;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.Refusals.refusalOf;
import static holdfast.catalog.Samples.JPY;
import static holdfast.catalog.Samples.KWD;
import static holdfast.catalog.Samples.pence;
import static holdfast.catalog.Samples.product;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.db.StatementCount;
import holdfast.db.Tx;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Products from a file: all of them, or what is good of them, or a list of what is bad.
final class CsvImportTest {

    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();

    private final Catalog catalog = new Catalog();
    private final Shelves shelves = new Shelves();
    private final CsvImport csvImport = new CsvImport(shelves);

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void clear() {
        DATABASE.transact(tx -> tx.execute("truncate product cascade"));
    }

    // ---------------------------------------------------------------- good files

    @Test
    void a_file_is_imported_with_its_stock() {
        ImportReport report = run("""
                sku,title,price,currency,weight_grams,tax_category,warehouse,on_hand
                MUG-BLUE,"Mug, ""blue"" ☕",14.50,GBP,380,household,LON,120
                TEE,T-shirt,24,GBP,,,,
                YEN,Fan,1500,JPY,50,standard,ROT,0
                DINAR,Rug,1.999,KWD,0,standard,,
                """);

        assertThat(report).isEqualTo(new ImportReport(4, 0, List.of(), 0));
        assertThat(found("MUG-BLUE"))
                .extracting(Product::title, Product::price, Product::weightGrams, Product::taxCategory)
                .containsExactly("Mug, \"blue\" ☕", pence(1450), 380, "household");
        assertThat(found("TEE"))
                .extracting(Product::price, Product::weightGrams, Product::taxCategory)
                .containsExactly(pence(2400), 0, "standard");
        assertThat(found("YEN").price()).isEqualTo(Money.of(1500, JPY));
        assertThat(found("DINAR").price()).isEqualTo(Money.of(1999, KWD));
        assertThat(shelves.told).containsExactly("MUG-BLUE LON 120", "YEN ROT 0");
    }

    @Test
    void a_row_replaces_all_that_was_known_of_its_product() {
        DATABASE.transact(tx -> catalog.put(tx, new NewProduct(Sku.of("MUG"), "Old", pence(1), 380, "household")));
        run("sku,title,price,currency\nMUG,New,2.00,GBP\n");

        assertThat(found("MUG"))
                .extracting(Product::title, Product::price, Product::weightGrams, Product::taxCategory)
                .containsExactly("New", pence(200), 0, "standard");
    }

    @Test
    void spelling_does_not_matter() {
        List<String> spellings = List.of(
                "sku,title,price,currency\nMUG,Mug,14.50,GBP",
                "sku,title,price,currency\r\nMUG,Mug,14.50,GBP\r\n",
                "sku,title,price,currency\rMUG,Mug,14.50,GBP\r",
                "\uFEFFsku,title,price,currency\nMUG,Mug,14.50,GBP\n",
                "\uFEFF\"sku\",\"title\",\"price\",\"currency\"\n\"MUG\",\"Mug\",\"14.50\",\"GBP\"\n",
                "\n\nSKU, Title ,PRICE,Currency\n\n MUG , Mug , 14.5 , GBP \n\n",
                "currency,price,title,sku\nGBP,14.50,Mug,MUG\n");

        for (String spelling : spellings) {
            clear();
            assertThat(run(spelling).imported()).as(spelling).isOne();
            assertThat(found("MUG"))
                    .as(spelling)
                    .extracting(Product::title, Product::price)
                    .containsExactly("Mug", pence(1450));
        }
    }

    @Test
    void a_file_with_nothing_but_a_header_imports_nothing() {
        long revision = revision();

        assertThat(run("sku,title,price,currency\n")).isEqualTo(new ImportReport(0, 0, List.of(), 0));
        assertThat(revision()).isEqualTo(revision);
    }

    @Test
    void an_import_is_one_change_of_the_catalog() {
        long revision = revision();
        run("sku,title,price,currency\nA,A,1,GBP\nB,B,1,GBP\n");

        assertThat(revision()).isEqualTo(revision + 1);
    }

    // ---------------------------------------------------------------- bad rows

    @Test
    void every_bad_cell_is_told_with_its_line() {
        assertThat(badRows("""
                sku,title,price,currency,weight_grams,tax_category,warehouse,on_hand
                GOOD,Fine,1.00,GBP,1,standard,LON,1
                ,No SKU,1.00,GBP,,,,
                a b,Bad SKU,1.00,GBP,,,,
                T1,,1.00,GBP,,,,
                T2,%s,1.00,GBP,,,,
                P1,No price,,GBP,,,,
                P2,Negative,-1.00,GBP,,,,
                P3,Exponent,1e3,GBP,,,,
                P4,Comma,"1,00",GBP,,,,
                P5,Too precise,1.999,GBP,,,,
                P6,Too precise,1.0,JPY,,,,
                P7,Too much,99999999999999.00,GBP,,,,
                C1,No currency,1.00,,,,,
                C2,No such currency,1.00,ZZZ,,,,
                C3,Not upper case,1.00,gbp,,,,
                W1,Half a gram,1.00,GBP,0.5,,,
                W2,Too heavy,1.00,GBP,100000001,,,
                X1,Bad category,1.00,GBP,,a b,,
                S1,Not where,1.00,GBP,,,,5
                S2,Not how many,1.00,GBP,,,LON,
                S3,Bad warehouse,1.00,GBP,,,a b,5
                S4,Bad count,1.00,GBP,,,LON,-5
                S5,Unknown warehouse,1.00,GBP,,,MOON,5
                S6,Promised,1.00,GBP,,,LON,3
                N1,Short,1.00
                N2,Long,1.00,GBP,,,,,
                Q1,"Two
                lines",1.00,GBP,,,,
                GOOD,Twice,1.00,GBP,,,,
                B1,%s,x,y,z,a b,a b,
                """.formatted("x".repeat(501), " ")))
                .containsExactly(
                        "3 sku required",
                        "4 sku malformed",
                        "5 title required",
                        "6 title too_long",
                        "7 price required",
                        "8 price malformed",
                        "9 price malformed",
                        "10 price malformed",
                        "11 price malformed",
                        "12 price malformed",
                        "13 price out_of_range",
                        "14 currency unknown",
                        "15 currency unknown",
                        "16 currency unknown",
                        "17 weight_grams malformed",
                        "18 weight_grams out_of_range",
                        "19 tax_category malformed",
                        "20 warehouse required",
                        "21 on_hand required",
                        "22 warehouse malformed",
                        "23 on_hand malformed",
                        "24 warehouse unknown",
                        "25 on_hand out_of_range",
                        "26 row malformed",
                        "27 row malformed",
                        "28 title malformed",
                        "30 sku duplicate",
                        "31 title required",
                        "31 currency unknown",
                        "31 price malformed",
                        "31 weight_grams malformed",
                        "31 tax_category malformed",
                        "31 warehouse malformed",
                        "31 on_hand required");
        assertThat(products()).isEmpty();
        assertThat(shelves.told).isEmpty();
    }

    @Test
    void a_refusal_says_how_many_rows_are_bad() {
        Refusal refusal = refusalOf(() -> run("sku,title,price,currency\nA,,x,GBP\nB,B,1,GBP\nC,C,1,ZZZ\n"));

        assertThat(refusal.problem()).isEqualTo(Problem.INVALID_REQUEST);
        assertThat(refusal.detail()).isEqualTo("2 rows are not valid; nothing was imported");
        assertThat(refusal.members()).containsEntry("bad_row_count", 2L);
        assertThat(refusal.members().get("bad_rows"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .first()
                .isEqualTo(Map.of("line", 2L, "field", "title", "code", "required", "message", "Must not be blank"));
    }

    @Test
    void nul_is_no_character_of_any_cell() {
        assertThat(badRows("sku,title,price,currency,tax_category\nA\0,B\0,1\0,GBP\0,c\0\n"))
                .containsExactly(
                        "2 sku malformed",
                        "2 title malformed",
                        "2 currency unknown",
                        "2 price malformed",
                        "2 tax_category malformed");
    }

    @Test
    void good_rows_are_imported_without_the_bad_ones_if_told_so() {
        ImportReport report = runSkippingBad("""
                sku,title,price,currency,warehouse,on_hand
                A,Fine,1.00,GBP,LON,5
                B,,1.00,GBP,LON,5
                A,Twice,2.00,GBP,,
                C,Promised,1.00,GBP,LON,3
                D,Fine too,1.00,GBP,,
                """);

        assertThat(report.imported()).isEqualTo(2);
        assertThat(report.skipped()).isEqualTo(3);
        assertThat(report.badRowCount()).isEqualTo(3);
        assertThat(report.badRows())
                .extracting(row -> row.line() + " " + row.field() + " " + row.code())
                .containsExactly("3 title required", "4 sku duplicate", "5 on_hand out_of_range");
        assertThat(products()).containsExactly("A", "D");
        assertThat(found("A").title()).isEqualTo("Fine");
        assertThat(shelves.told).containsExactly("A LON 5");
    }

    @Test
    void a_product_whose_stock_is_refused_stays_as_it_was() {
        DATABASE.transact(tx -> catalog.put(tx, product("S6", pence(1))));
        runSkippingBad("sku,title,price,currency,warehouse,on_hand\nS6,New,2.00,GBP,LON,3\n");

        assertThat(found("S6").price()).isEqualTo(pence(1));
    }

    @Test
    void the_first_thousand_bad_rows_are_told_and_all_are_counted() {
        String rows = IntStream.range(0, 2_500)
                .mapToObj(i -> i % 2 == 0 ? "SAME,Same,1.00,GBP\n" : "S" + i + ",Bad,x,GBP\n")
                .collect(Collectors.joining());
        ImportReport report = runSkippingBad("sku,title,price,currency\n" + rows);

        assertThat(report.badRowCount()).isEqualTo(2_499);
        assertThat(report.skipped()).isEqualTo(2_499);
        assertThat(report.imported()).isOne();
        assertThat(report.badRows())
                .hasSize(1_000)
                .extracting(ImportReport.BadRow::line)
                .isEqualTo(IntStream.range(3, 1_003).mapToObj(Long::valueOf).toList());
    }

    // ---------------------------------------------------------------- bad files

    @Test
    void a_file_needs_its_columns_each_once() {
        assertThat(badFieldsOf(() -> run("sku,name,price,sku,warehouse\n")))
                .containsExactly(
                        "columns[1] unknown_field",
                        "columns[3] duplicate",
                        "title required",
                        "currency required",
                        "on_hand required");
        assertThat(badFieldsOf(() -> run("sku,title,price,currency,\n"))).containsExactly("columns[4] unknown_field");
        assertThat(badFieldsOf(() -> run(""))).containsExactly("body required");
        assertThat(badFieldsOf(() -> run("\uFEFF\n\n"))).containsExactly("body required");
    }

    @Test
    void bad_files_are_refused_even_if_bad_rows_are_not() {
        assertThat(badFieldsOf(() -> runSkippingBad("sku,title,price\n"))).containsExactly("currency required");
        assertThat(badFieldsOf(() -> runSkippingBad("sku,title,price,currency\nA,\"B,1.00,GBP\n")))
                .containsExactly("body malformed");
        assertThat(badFieldsOf(() -> runSkippingBad("sku,title,price,currency\nA,\"B\"x,1.00,GBP\n")))
                .containsExactly("body malformed");
        assertThat(badFieldsOf(() -> runSkippingBad("sku,title,price,currency\nA," + "x".repeat(2 << 20))))
                .containsExactly("body malformed");
        assertThat(products()).isEmpty();
    }

    @Test
    void what_is_not_utf_8_is_refused_with_its_line() {
        String header = "sku,title,price,currency\n";
        String manyRows = IntStream.range(0, 5_000)
                .mapToObj(i -> "S" + i + ",Tëst,1.00,GBP\r\n")
                .collect(Collectors.joining());

        assertThat(lineOf(bytes(header), "é".getBytes(ISO_8859_1))).isEqualTo("Line 2 is not UTF-8");
        assertThat(lineOf(bytes(header + manyRows + "A,"), new byte[] {(byte) 0xC3, '(', '\n'}))
                .isEqualTo("Line 5002 is not UTF-8");
        assertThat(lineOf(bytes(header + manyRows), new byte[] {'A', (byte) 0xE2, (byte) 0x82}))
                .as("cut off in the middle of a character")
                .isEqualTo("Line 5002 is not UTF-8");
        assertThat(lineOf(new byte[] {(byte) 0xFF, (byte) 0xFE}, header.getBytes(UTF_16LE)))
                .isEqualTo("Line 1 is not UTF-8");
        assertThat(lineOf(bytes(header), new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}))
                .as("half of a surrogate pair")
                .isEqualTo("Line 2 is not UTF-8");
        assertThat(products()).isEmpty();
    }

    @Test
    void characters_may_be_cut_anywhere_on_their_way() {
        byte[] file = bytes("sku,title,price,currency\r\nA,\"Ünï☕𝄞\r\ncode\",x,GBP\r\nB,☕,1.00,GBP");
        var drops = new InputStream() {
            private int at;

            @Override
            public int read() {
                return at < file.length ? file[at++] & 0xFF : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (at == file.length) return -1;
                target[offset] = file[at++];
                return 1;
            }
        };
        ImportReport report = DATABASE.inTransaction(tx -> csvImport.run(tx, drops, true));

        assertThat(report.badRows())
                .extracting(row -> row.line() + " " + row.field())
                .containsExactly("2 title", "2 price");
        assertThat(found("B").title()).isEqualTo("☕");
    }

    @Test
    void a_card_number_refuses_the_file_wherever_it_is_but_in_a_sku() {
        List<String> files = List.of(
                "sku,title,price,currency\nOK,Fine,1.00,GBP\nA,My card 4242 4242 4242 4242,1.00,GBP\n",
                "sku,title,price,currency\nA,Fine,4242424242424242,GBP\n",
                "sku,title,price,currency\nA,Fine,1.00,4242-4242-4242-4242\n",
                "sku,title,price,currency\nA,Fine,1.00,GBP,4242424242424242\n",
                "sku,4242424242424242,price,currency\nA,Fine,1.00,GBP\n",
                "sku,title,price,currency,warehouse,on_hand\nA,Fine,1.00,GBP,LON,378282246310005\n");

        for (String file : files) {
            Refusal refusal = refusalOf(() -> runSkippingBad(file));
            assertThat(refusal.problem()).as(file).isEqualTo(Problem.CARD_DATA_NOT_ACCEPTED);
            assertThat(refusal.detail()).doesNotContain("4242").doesNotContain("3782");
        }
        assertThat(products()).isEmpty();
        assertThat(run("sku,title,price,currency\n4242424242424242,Fine,1.00,GBP\n")
                        .imported())
                .isOne();
    }

    @Test
    void a_file_is_not_read_beyond_its_limits() {
        String file = "sku,title,price,currency\n" + "A,A title,1.00,GBP\n".repeat(100);

        assertThat(rowsOf(file, file.length(), 100)).isEqualTo(100);
        assertThat(refusalOf(() -> rowsOf(file, file.length() - 1, 100)).problem())
                .isEqualTo(Problem.BODY_TOO_LARGE);
        assertThat(badFieldsOf(() -> rowsOf(file, file.length(), 99))).containsExactly("body too_many");
    }

    @Test
    void more_than_thirty_two_mebibytes_are_too_many() {
        String row = "A,A title,x,GBP," + " ".repeat(4_000) + "\n";
        String file = "sku,title,price,currency,tax_category\n" + row.repeat((32 << 20) / row.length() + 1);

        assertThat(refusalOf(() -> runSkippingBad(file)).problem()).isEqualTo(Problem.BODY_TOO_LARGE);
    }

    @Test
    void a_stream_that_breaks_leaves_nothing_behind() {
        InputStream broken = new SequenceInputStream(
                new ByteArrayInputStream(bytes("sku,title,price,currency\nA,Fine,1.00,GBP\nB,Fi")), new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("Connection reset");
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        return read();
                    }
                });

        assertThatThrownBy(() -> DATABASE.transact(tx -> csvImport.run(tx, broken, true)))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(products()).isEmpty();
    }

    // ---------------------------------------------------------------- many rows

    @Test
    void tens_of_thousands_of_rows_take_a_statement_per_thousand() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes("sku,title,price,currency,warehouse,on_hand\n"));
        for (int i = 0; i < 20_000; i++) file.writeBytes(bytes("S" + i + ",Title " + i + ",1.00,GBP,LON,7\n"));

        int statements = StatementCount.of(
                TEST.url(),
                tx -> assertThat(csvImport
                                .run(tx, new ByteArrayInputStream(file.toByteArray()), false)
                                .imported())
                        .isEqualTo(20_000));

        assertThat(statements).as("20 batches in, and a few for the whole").isLessThan(30);
        assertThat(products()).hasSize(20_000);
        assertThat(shelves.told).hasSize(20_000);
        assertThat(shelves.calls).isEqualTo(20);
    }

    /// An inventory that knows two warehouses, and in which four pieces of `S6` and `C` are promised.
    private static final class Shelves implements StockSetter {

        private final List<String> told = new ArrayList<>();
        private int calls;

        @Override
        public List<Optional<FieldError>> check(Tx tx, List<Count> counts) {
            return counts.stream().map(Shelves::errorOf).toList();
        }

        @Override
        public void set(Tx tx, List<Count> counts, String reason, String cause) {
            calls++;
            counts.forEach(count -> told.add(count.sku() + " " + count.warehouse() + " " + count.onHand()));
        }

        private static Optional<FieldError> errorOf(Count count) {
            if (!List.of("LON", "ROT").contains(count.warehouse().code())) {
                return Optional.of(new FieldError("warehouse", "unknown", ""));
            }
            boolean promised = List.of("S6", "C").contains(count.sku().code());
            return promised && count.onHand() < 4
                    ? Optional.of(new FieldError("on_hand", "out_of_range", ""))
                    : Optional.empty();
        }
    }

    private ImportReport run(String csv) {
        return DATABASE.inTransaction(tx -> csvImport.run(tx, new ByteArrayInputStream(bytes(csv)), false));
    }

    private ImportReport runSkippingBad(String csv) {
        return DATABASE.inTransaction(tx -> csvImport.run(tx, new ByteArrayInputStream(bytes(csv)), true));
    }

    /// What is told about a file that is not imported, each bad cell as `line field code`.
    private List<String> badRows(String csv) {
        var rows = (List<?>) requireNonNull(refusalOf(() -> run(csv)).members().get("bad_rows"));
        return rows.stream()
                .map(row -> (Map<?, ?>) row)
                .map(row -> row.get("line") + " " + row.get("field") + " " + row.get("code"))
                .toList();
    }

    private String lineOf(byte[]... parts) {
        var file = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(file::writeBytes);
        Refusal refusal = refusalOf(
                () -> DATABASE.transact(tx -> csvImport.run(tx, new ByteArrayInputStream(file.toByteArray()), true)));
        return refusal.errors().getFirst().message();
    }

    private static long rowsOf(String csv, long bytesMax, long rowsMax) {
        return new ProductFile(new ByteArrayInputStream(bytes(csv)), bytesMax, rowsMax)
                .stream().map(ProductRow::line).distinct().count();
    }

    private Product found(String sku) {
        return DATABASE.inTransaction(tx -> catalog.find(tx, Sku.of(sku))).orElseThrow();
    }

    private static List<String> products() {
        return DATABASE.inTransaction(tx -> tx.query("select sku from product order by sku")
                .mapTo(String.class)
                .list());
    }

    private long revision() {
        return DATABASE.inTransaction(catalog::revision);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
