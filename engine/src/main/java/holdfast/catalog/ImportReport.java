package holdfast.catalog;

import java.util.List;

/// What became of a file of products.
///
/// @param imported how many rows were imported
/// @param skipped how many bad rows were not
/// @param badRows what was wrong with them, in the order of the file; the first [#BAD_ROWS_MAX]
/// @param badRowCount how many rows were bad
public record ImportReport(long imported, long skipped, List<BadRow> badRows, long badRowCount) {

    public static final int BAD_ROWS_MAX = 1_000;

    /// One thing that is wrong with one row.
    ///
    /// @param line where the row begins, from 1
    /// @param field the column
    /// @param code for programs
    /// @param message for people; does not repeat the value
    public record BadRow(long line, String field, String code, String message) {}
}
