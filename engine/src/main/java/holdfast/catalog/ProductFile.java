package holdfast.catalog;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import holdfast.kernel.CardNumbers;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// A CSV file of products (RFC 4180, in UTF-8, with a header), read as it arrives and never whole.
///
/// Refuses, as `body`, what is not UTF-8, not CSV, empty or too long; a header with the wrong columns, by the
/// column; and card numbers.
final class ProductFile implements Iterator<ProductRow> {

    private static final long BYTES_MAX = 32L << 20;
    private static final long ROWS_MAX = 1_000_000;
    private static final int CELL_CHARS_MAX = 1 << 20;

    private final Iterator<CsvRecord> records;
    private final Map<Column, Integer> positions;
    private final long rowsMax;
    private long line;
    private long rows;

    ProductFile(InputStream csv) {
        this(csv, BYTES_MAX, ROWS_MAX);
    }

    /// Reads the header.
    ProductFile(InputStream csv, long bytesMax, long rowsMax) {
        this.rowsMax = rowsMax;
        this.records = CsvReader.builder()
                .extraFieldStrategy(
                        FieldMismatchStrategy.IGNORE) // A row of another length is a bad row, not a bad file.
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .maxBufferSize(CELL_CHARS_MAX)
                .ofCsvRecord(new Utf8Reader(csv, bytesMax))
                .iterator();
        if (!hasNext()) throw Refusal.invalid("body", "required", "The file is empty");
        this.positions = Column.positions(header());
    }

    Stream<ProductRow> stream() {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false);
    }

    @Override
    public boolean hasNext() {
        return parsed(records::hasNext);
    }

    @Override
    public ProductRow next() {
        CsvRecord row = record();
        if (++rows > rowsMax) throw Refusal.invalid("body", "too_many", "At most " + rowsMax + " rows");
        return ProductRow.read(line, row.getFields(), positions);
    }

    private List<String> header() {
        List<String> header = record().getFields();
        if (header.stream().anyMatch(CardNumbers::appearsIn)) {
            throw Problem.CARD_DATA_NOT_ACCEPTED.refuse("The header of the file holds a card number");
        }
        return header;
    }

    private CsvRecord record() {
        CsvRecord next = parsed(records::next);
        line = next.getStartingLineNumber();
        return next;
    }

    private <T> T parsed(Supplier<T> step) {
        try {
            return step.get();
        } catch (CsvParseException e) {
            if (e.getCause() instanceof Refusal ofTheReader) throw ofTheReader;
            throw Refusal.invalid("body", "malformed", "Not CSV, in the row after line " + line);
        }
    }
}
