package holdfast.catalog;

import static java.util.Comparator.comparingLong;

import holdfast.catalog.ImportReport.BadRow;
import holdfast.kernel.FieldError;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The bad rows of an import: counts them all, and remembers the first.
///
/// They are found in several passes, each of which goes through the file from the top.
final class BadRows {

    private final List<BadRow> first = new ArrayList<>();
    private long count;
    private int ofThisPass;

    void startPass() {
        ofThisPass = 0;
    }

    void add(long line, List<FieldError> errors) {
        count++;
        for (FieldError error : errors) {
            if (ofThisPass++ >= ImportReport.BAD_ROWS_MAX) return;
            first.add(new BadRow(line, error.field(), error.code(), error.message()));
        }
    }

    long count() {
        return count;
    }

    List<BadRow> first() {
        return first.stream()
                .sorted(comparingLong(BadRow::line))
                .limit(ImportReport.BAD_ROWS_MAX)
                .toList();
    }

    /// Everything that is wrong with the file, where nothing is to be imported if anything is.
    Refusal refusal() {
        String rows = count == 1 ? "1 row is" : count + " rows are";
        return Problem.INVALID_REQUEST
                .refuse(rows + " not valid; nothing was imported")
                .with("bad_rows", first().stream().map(BadRows::member).toList())
                .with("bad_row_count", count);
    }

    private static Map<String, Object> member(BadRow row) {
        var member = new LinkedHashMap<String, Object>();
        member.put("line", row.line());
        member.put("field", row.field());
        member.put("code", row.code());
        member.put("message", row.message());
        return member;
    }
}
