package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.drill.InvoiceBook.Product;
import holdfast.drill.Returns.Match;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The small file of a shop that never was, with everything odd that the real one has; see gift-shop.csv.
class InvoicesTest {

    @TempDir
    private Path folder;

    @Test
    void lines_of_one_number_are_one_invoice_wherever_they_stand() {
        assertThat(giftShop().invoices())
                .extracting(Invoice::number)
                .containsExactly(
                        "900001", "900002", "900003", "900004", "900005", "900006", "C900007", "C900008", "C900009",
                        "900010", "900015", "900016", "900017", "A900018", "900019", "C900020", "C900021", "900022");
    }

    @Test
    void two_lines_of_one_code_and_price_are_one_item_and_another_price_is_another() {
        assertThat(told(invoice("900001"))).isEqualTo("""
                12 10101-2.55
                4 10102A-7.95
                2 10102A-6.50
                75.40 GBP""");
    }

    @Test
    void an_invoice_bears_the_earliest_of_its_dates() {
        assertThat(invoice("900001").date()).isEqualTo("2011-03-01T08:05");
    }

    @Test
    void a_product_bears_the_title_that_its_code_is_sold_under_most_often() {
        assertThat(giftShop().products())
                .extracting(product -> product.sku().code(), Product::title)
                .contains(
                        tuple("10101-2.55", "BRASS OIL LAMP"),
                        tuple("10104-12.75", "WOODEN ABACUS"),
                        tuple("10103-1.25", "TEA CADDY, \"EARL GREY\""));
    }

    @Test
    void a_cancellation_takes_back_from_the_newest_earlier_order_that_has_enough() {
        check("""
                C900007 due from 900003: 3 10104-12.75, 24 10105b-0.42, 1 10105B-0.42; the whole order
                C900008 due from 900001: 5 10101-2.55
                C900009 unmatched: 9360 10104-0.03
                C900020 due from 900010: 10 10101-2.55
                C900020 due from 900001: 2 10102A-6.50
                C900020 unmatched: 2 10106-4.95
                C900021 unmatched: 12 10103-1.25
                """, new Returns(giftShop().sales()));
    }

    @Test
    void what_the_shop_gave_back_before_stays_with_the_cancellation_it_was_for() {
        var returns = new Returns(giftShop().sales());
        returns.givenBackBefore(
                invoice("900001"),
                "C900008",
                invoice("900001").items().iterator().next().sku(),
                5);
        returns.givenBackBefore(
                invoice("900010"),
                "",
                invoice("900010").items().iterator().next().sku(),
                1);

        check("""
                C900007 due from 900003: 3 10104-12.75, 24 10105b-0.42, 1 10105B-0.42; the whole order
                C900008 done from 900001: 5 10101-2.55
                C900009 unmatched: 9360 10104-0.03
                C900020 due from 900001: 2 10102A-6.50
                C900020 unmatched: 10 10101-2.55, 2 10106-4.95
                C900021 unmatched: 12 10103-1.25
                """, returns);
    }

    @Test
    void nothing_is_taken_back_twice() {
        var returns = new Returns(giftShop().sales());
        Invoice cancellation = invoice("C900007");

        assertThat(returns.match(cancellation).matches()).hasSize(1);
        assertThat(returns.match(cancellation).matches()).isEmpty();
    }

    @Test
    void the_fingerprint_of_an_invoice_changes_with_what_the_shop_is_asked_for_and_with_nothing_else()
            throws IOException {
        String header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
        String line = "900001,10101,LAMP,6,2011-03-01 08:05:00,2.55,,EIRE\n";

        String fingerprint = fingerprint(header + line);

        assertThat(fingerprint(header + line.replace("LAMP", "BRASS LAMP"))).isEqualTo(fingerprint);
        assertThat(fingerprint(header + line.replace(",6,", ",4,") + line.replace(",6,", ",2,")))
                .isEqualTo(fingerprint);
        assertThat(Stream.of(
                                line.replace(",6,", ",7,"),
                                line.replace("2.55", "2.65"),
                                line.replace("EIRE", "Norway"),
                                line.replace(",,EIRE", ",10001,EIRE"),
                                line + line.replace("10101", "10102"))
                        .map(changed -> fingerprint(header + changed))
                        .distinct())
                .hasSize(5)
                .doesNotContain(fingerprint);
    }

    @Test
    void a_file_given_twice_is_refused_under_whatever_name() throws IOException {
        Path copy = Files.copy(giftShopFile(), folder.resolve("copy.csv"));

        assertThatThrownBy(() -> InvoiceBook.read(List.of(giftShopFile(), copy)))
                .isInstanceOf(DrillFailed.class)
                .hasMessage(copy + " has the same content as " + giftShopFile() + ": give it once");
    }

    @Test
    void the_book_knows_what_its_files_add_up_to() {
        assertThat(giftShop().raw()).isEqualTo(new Sum(39, -6393, new BigDecimal("6743.501")));
    }

    private static void check(String expected, Returns returns) {
        String actual = giftShop().cancellations().stream()
                .map(returns::match)
                .flatMap(plan -> Stream.concat(
                        plan.matches().stream().flatMap(InvoicesTest::told), told("unmatched", plan.unmatched())))
                .collect(Collectors.joining("\n"));
        assertThat(actual).isEqualTo(expected.stripTrailing());
    }

    private static Stream<String> told(Match match) {
        String order = " from " + match.order().number();
        return Stream.concat(told("done" + order, match.done()), told("due" + order, match.due()))
                .map(row -> match.wholeOrder() ? row + "; the whole order" : row);
    }

    private static Stream<String> told(String what, List<Invoice.Entry> entries) {
        if (entries.isEmpty()) return Stream.empty();
        return Stream.of(entries.getFirst().line().invoice() + " " + what + ": "
                + entries.stream().map(InvoicesTest::told).collect(Collectors.joining(", ")));
    }

    private static String told(Invoice.Entry entry) {
        return entry.meaning() instanceof Meaning.Return(Meaning.Item item)
                ? item.pieces() + " " + item.sku()
                : "not a return";
    }

    private static String told(Invoice invoice) {
        return invoice.items().stream()
                        .map(item -> item.pieces() + " " + item.sku())
                        .collect(Collectors.joining("\n"))
                + "\n" + invoice.total();
    }

    private String fingerprint(String content) {
        try {
            Path file = Files.writeString(folder.resolve("one.csv"), content);
            return InvoiceBook.read(List.of(file)).invoices().getFirst().fingerprint();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Invoice invoice(String number) {
        return giftShop().invoices().stream()
                .filter(invoice -> invoice.number().equals(number))
                .findFirst()
                .orElseThrow();
    }

    static InvoiceBook giftShop() {
        return InvoiceBook.read(List.of(giftShopFile()));
    }

    static Path giftShopFile() {
        try {
            return Path.of(Objects.requireNonNull(InvoicesTest.class.getResource("gift-shop.csv"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
