package holdfast.drill;

import static java.util.stream.Collectors.toMap;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// A CSV file of invoice lines, in UTF-8 and with a header line, columns found by name: `InvoiceNo, StockCode,
/// Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country`. Other columns are passed over.
///
/// What the *shop* cannot sell (postage, zero prices, write-offs) is well formed and read like any line. What
/// is not well formed stops the replay before it begins, with every bad line named: a number that was guessed
/// at would be a penny that nobody can account for.
final class InvoiceFile {

    private static final List<String> COLUMNS = List.of(
            "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country");
    private static final int PROBLEMS_SHOWN_MAX = 20;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private static final Pattern INVOICE = Pattern.compile("[A-Za-z0-9]{1,20}");
    private static final Pattern PIECES = Pattern.compile("-?[0-9]{1,9}");
    private static final Pattern PRICE = Pattern.compile("-?[0-9]{1,9}(\\.[0-9]{1,6})?");
    private static final Pattern CUSTOMER =
            Pattern.compile("([0-9A-Za-z]{0,20})(\\.0)?"); // 17850.0: a column with gaps
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss").withResolverStyle(ResolverStyle.STRICT);

    private final Path path;
    private Map<String, Integer> header = Map.of();
    private int fieldCount;
    private final List<String> problems = new ArrayList<>();
    private long problemCount;

    private InvoiceFile(Path path) {
        this.path = path;
    }

    /// Reads the lines of `path` one by one, numbering them from `first` on, and tells what they add up to.
    /// Throws [DrillFailed] if the file cannot be read as what it should be.
    static Sum read(Path path, int first, Consumer<InvoiceLine> sink) {
        return new InvoiceFile(path).read(first, sink);
    }

    private Sum read(int first, Consumer<InvoiceLine> sink) {
        Sum sum = Sum.ZERO;
        try (var text = text();
                var records = CsvReader.builder()
                        .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                        .allowUnclosedQuote(false)
                        .ofCsvRecord(text)) {
            for (CsvRecord row : records) {
                if (header.isEmpty()) {
                    header = header(row);
                } else if (wellFormed(row)) {
                    InvoiceLine line = line(first + Math.toIntExact(sum.lines()), row);
                    sum = sum.plus(Sum.of(line));
                    sink.accept(line);
                }
            }
        } catch (NoSuchFileException e) {
            throw new DrillFailed(path + ": there is no such file", e);
        } catch (UncheckedIOException | IOException e) {
            throw unreadable(e);
        } catch (CsvParseException e) {
            throw new DrillFailed(path + " is not well-formed CSV: " + deepest(e), e);
        }
        if (header.isEmpty()) throw new DrillFailed(path + ":1: there is no header line");
        if (problemCount > 0) throw new DrillFailed(explained());
        return sum;
    }

    private Reader text() throws IOException {
        BufferedReader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8); // reports what is malformed
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) reader.reset();
        return reader;
    }

    /// Where each column stands.
    private Map<String, Integer> header(CsvRecord row) {
        List<String> names = row.getFields();
        List<String> missing =
                COLUMNS.stream().filter(column -> !names.contains(column)).toList();
        if (!missing.isEmpty()) {
            throw new DrillFailed(path + ":1: these columns are missing: " + String.join(", ", missing));
        }
        fieldCount = names.size();
        return COLUMNS.stream().collect(toMap(column -> column, names::indexOf));
    }

    private boolean wellFormed(CsvRecord row) {
        long before = problemCount;
        if (row.getFieldCount() != fieldCount) {
            problem(row, row.getFieldCount() + " fields where the header has " + fieldCount);
            return false;
        }
        check(row, "InvoiceNo", INVOICE.matcher(field(row, "InvoiceNo")).matches(), "1 to 20 letters and digits");
        check(row, "StockCode", !field(row, "StockCode").isBlank(), "a code");
        check(row, "Quantity", PIECES.matcher(field(row, "Quantity")).matches(), "a whole number of pieces");
        check(row, "InvoiceDate", isDate(field(row, "InvoiceDate")), "a time such as 2010-12-01 08:26:00");
        check(row, "UnitPrice", PRICE.matcher(field(row, "UnitPrice")).matches(), "an amount such as 2.55");
        check(row, "CustomerID", CUSTOMER.matcher(field(row, "CustomerID")).matches(), "a number, or empty");
        check(row, "Country", !field(row, "Country").isBlank(), "a name");
        return problemCount == before;
    }

    private void check(CsvRecord row, String column, boolean valid, String rule) {
        if (!valid) problem(row, column + " must be " + rule + ", not \"" + field(row, column) + "\"");
    }

    private void problem(CsvRecord row, String what) {
        problemCount++;
        if (problems.size() < PROBLEMS_SHOWN_MAX) {
            problems.add(new Place(path.toString(), row.getStartingLineNumber()) + ": " + what);
        }
    }

    private InvoiceLine line(int number, CsvRecord row) {
        var customer = CUSTOMER.matcher(field(row, "CustomerID"));
        return new InvoiceLine(
                number,
                new Place(path.toString(), row.getStartingLineNumber()),
                field(row, "InvoiceNo"),
                field(row, "StockCode").strip(),
                field(row, "Description").strip(),
                Integer.parseInt(field(row, "Quantity")),
                LocalDateTime.parse(field(row, "InvoiceDate"), DATE),
                new BigDecimal(field(row, "UnitPrice")),
                customer.matches() ? customer.group(1) : "",
                field(row, "Country").strip());
    }

    private String field(CsvRecord row, String column) {
        return row.getField(header.getOrDefault(column, -1));
    }

    private static boolean isDate(String text) {
        try {
            LocalDateTime.parse(text, DATE);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private String explained() {
        String shown = String.join(System.lineSeparator(), problems);
        long hidden = problemCount - problems.size();
        return hidden == 0 ? shown : shown + System.lineSeparator() + "… and " + hidden + " more in " + path;
    }

    private DrillFailed unreadable(Exception e) {
        Throwable cause = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        return cause instanceof CharacterCodingException
                ? new DrillFailed(path + ":" + firstLineNotUtf8() + ": this is not UTF-8", e)
                : new DrillFailed(path + " cannot be read: " + cause.getMessage(), e);
    }

    /// The decoder does not tell where it stumbled, so the file is gone through once more, line by line.
    private long firstLineNotUtf8() {
        try (InputStream in = Files.newInputStream(path);
                var bytes = new BufferedInputStream(in)) {
            var line = new ByteArrayOutputStream();
            long number = 1;
            for (int next = bytes.read(); next >= 0; next = bytes.read()) {
                if (next != '\n') {
                    line.write(next);
                } else if (isUtf8(line.toByteArray())) {
                    line.reset();
                    number++;
                } else {
                    break;
                }
            }
            return number;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static String deepest(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }
}
