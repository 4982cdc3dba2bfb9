package holdfast.audit;

/// Something that must be true in every moment.
///
/// @param id as it is known by: a letter for what it is about and a number
/// @param promise in a few words
/// @param needs what it takes to look at it, besides the database
/// @param rows counts the rows that it speaks of
/// @param sql finds what breaks it: a row with one text for each; may read the [Books] and the [Worksheets]
public record Invariant(String id, String promise, Needs needs, String rows, String sql) {

    /// What there may be to look at, besides the database.
    public enum Needs {
        NOTHING,
        /// The payment providers' own books.
        LEDGER,
        /// That nothing is under way, and nothing new begins.
        QUIET
    }

    /// @param table whose rows it speaks of
    Invariant(String id, String table, String promise, String sql) {
        this(id, promise, Needs.NOTHING, "select count(*) from " + table, sql);
    }

    /// One that compares with the payment providers' books.
    static Invariant ofLedger(String id, String table, String promise, String sql) {
        return new Invariant(id, promise, Needs.LEDGER, "select count(*) from " + table, sql);
    }
}
