package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InvoiceFileTest {

    private static final String HEADER =
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    @TempDir
    private Path folder;

    @Test
    void a_line_is_read_as_it_was_written_and_knows_where_it_stands() throws IOException {
        Path file = file(HEADER + """
                900001,10101,"LAMP, ""BRASS""  ",6,2011-03-01 08:05:00,2.55,10001.0,United Kingdom
                C900002,10101,,-6,2011-03-01 08:06:00,2.5,,EIRE
                """);

        List<InvoiceLine> lines = read(file);

        assertThat(lines)
                .containsExactly(
                        new InvoiceLine(
                                0,
                                new Place(file.toString(), 2),
                                "900001",
                                "10101",
                                "LAMP, \"BRASS\"",
                                6,
                                LocalDateTime.parse("2011-03-01T08:05"),
                                new BigDecimal("2.55"),
                                "10001",
                                "United Kingdom"),
                        new InvoiceLine(
                                1,
                                new Place(file.toString(), 3),
                                "C900002",
                                "10101",
                                "",
                                -6,
                                LocalDateTime.parse("2011-03-01T08:06"),
                                new BigDecimal("2.5"),
                                "",
                                "EIRE"));
    }

    @Test
    void a_file_adds_up_as_it_stands_with_what_was_taken_back_counted_negative() throws IOException {
        Path file = file(HEADER + """
                900001,10101,LAMP,6,2011-03-01 08:05:00,2.55,,EIRE
                900001,PADS,PADS,1,2011-03-01 08:05:00,0.001,,EIRE
                C900002,10101,LAMP,-2,2011-03-01 08:06:00,2.55,,EIRE
                """);

        Sum sum = InvoiceFile.read(file, 0, _ -> {});

        assertThat(sum).isEqualTo(new Sum(3, 5, new BigDecimal("10.201")));
    }

    @Test
    void columns_are_found_by_name_in_any_order_and_others_are_passed_over() throws IOException {
        Path file = file("""
                Country,Till,CustomerID,UnitPrice,InvoiceDate,Quantity,Description,StockCode,InvoiceNo
                EIRE,7,10001,2.55,2011-03-01 08:05:00,6,LAMP,10101,900001
                """);

        assertThat(read(file)).singleElement().satisfies(line -> {
            assertThat(line.invoice()).isEqualTo("900001");
            assertThat(line.customer()).isEqualTo("10001");
            assertThat(line.country()).isEqualTo("EIRE");
        });
    }

    @Test
    void a_byte_order_mark_and_windows_line_ends_do_no_harm() throws IOException {
        Path file = file(
                "\uFEFF" + HEADER.replace("\n", "\r\n") + "900001,10101,LAMP,6,2011-03-01 08:05:00,2.55,,EIRE\r\n\r\n");

        assertThat(read(file)).hasSize(1);
    }

    @Test
    void line_numbers_count_the_line_breaks_within_a_field() throws IOException {
        Path file = file(HEADER + """
                900001,10101,"LAMP
                OF BRASS",6,2011-03-01 08:05:00,2.55,,EIRE
                900001,10102,MUG,1,2011-03-01 08:05:00,1.25,,EIRE
                """);

        assertThat(read(file)).extracting(line -> line.place().line()).containsExactly(2L, 4L);
    }

    @Test
    void every_bad_line_is_named_at_once_with_what_it_should_be() throws IOException {
        Path file = file(HEADER + """
                900001,10101,LAMP,six,2011-03-01 08:05:00,2.55,,EIRE
                900001,10101,LAMP,6,2011-02-29 08:05:00,1e3,,EIRE
                900001,10101,LAMP,6,2011-03-01 08:05:00,2.55
                90000 1,,LAMP,6,2011-03-01 08:05:00,2.55,12 34,
                """);

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DrillFailed.class)
                .hasMessage("""
                FILE:2: Quantity must be a whole number of pieces, not "six"
                FILE:3: InvoiceDate must be a time such as 2010-12-01 08:26:00, not "2011-02-29 08:05:00"
                FILE:3: UnitPrice must be an amount such as 2.55, not "1e3"
                FILE:4: 6 fields where the header has 8
                FILE:5: InvoiceNo must be 1 to 20 letters and digits, not "90000 1"
                FILE:5: StockCode must be a code, not ""
                FILE:5: CustomerID must be a number, or empty, not "12 34"
                FILE:5: Country must be a name, not \"""".replace("FILE", file.toString()) + "\"");
    }

    @Test
    void a_missing_column_is_named() throws IOException {
        Path file = file("InvoiceNo,StockCode,Description,InvoiceDate,UnitPrice,Country\n1,2,3,4,5,6\n");

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DrillFailed.class)
                .hasMessage(file + ":1: these columns are missing: Quantity, CustomerID");
    }

    @Test
    void a_file_without_lines_has_none_and_a_file_without_a_header_is_refused() throws IOException {
        assertThat(read(file(HEADER))).isEmpty();

        Path empty = file("");
        assertThatThrownBy(() -> read(empty))
                .isInstanceOf(DrillFailed.class)
                .hasMessage(empty + ":1: there is no header line");
    }

    @Test
    void bytes_that_are_no_utf_8_are_named_by_their_line() throws IOException {
        Path file = folder.resolve("latin.csv");
        Files.write(
                file,
                (HEADER + "900001,10101,LAMP,6,2011-03-01 08:05:00,2.55,,EIRE\n"
                                + "900001,10102,MUG \u00A35,1,2011-03-01 08:05:00,1.25,,EIRE\n")
                        .getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(file)).isInstanceOf(DrillFailed.class).hasMessage(file + ":3: this is not UTF-8");
    }

    @Test
    void a_quote_that_never_ends_is_no_csv() throws IOException {
        Path file = file(HEADER + "900001,10101,\"LAMP,6,2011-03-01 08:05:00,2.55,,EIRE\n");

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DrillFailed.class)
                .hasMessageStartingWith(file + " is not well-formed CSV: ");
    }

    @Test
    void a_file_that_is_not_there_is_said_to_be_missing() {
        Path file = folder.resolve("nowhere.csv");

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(DrillFailed.class)
                .hasMessage(file + ": there is no such file");
    }

    private static List<InvoiceLine> read(Path file) {
        var lines = new ArrayList<InvoiceLine>();
        InvoiceFile.read(file, 0, lines::add);
        return lines;
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("invoices.csv"), content);
    }
}
