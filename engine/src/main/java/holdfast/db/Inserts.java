package holdfast.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/// How a row of one table is made of a `T`, column by column; and the inserting of them, a few or a thousand at
/// once. Columns that are not named get their defaults; a null is a null in SQL.
///
/// Few rows go by a prepared `INSERT`, which takes one round trip; single ones of several tables share it.
/// Many go by `COPY` in its binary format, for which PostgreSQL takes two thirds of the time of an `INSERT`
/// from arrays: it parses nothing, and writes what fills a page as one record of its log.
///
/// @param <T> what a row is made of
public final class Inserts<T> {

    /// From how many rows on the second round trip of `COPY` pays off.
    private static final int COPY_FROM = 6;

    private final String table;
    private final List<Column<T, ?>> columns;
    private final String insert;
    private final String copy;

    private record Column<T, V>(String name, ColumnType<V> type, Function<? super T, ? extends @Nullable V> value) {

        void bind(PreparedStatement statement, int position, T row) throws SQLException {
            V given = value.apply(row);
            if (given == null) {
                statement.setNull(position, Types.NULL);
            } else {
                type.bind(statement, position, given);
            }
        }

        void write(CopyBuffer buffer, T row) {
            V given = value.apply(row);
            if (given == null) {
                buffer.nothing();
            } else {
                type.write(buffer, given);
            }
        }
    }

    private Inserts(String table, List<Column<T, ?>> columns) {
        this.table = table;
        this.columns = columns;
        List<String> names = columns.stream().map(Column::name).toList();
        String into = table + " (" + String.join(", ", names) + ")";
        this.insert = "insert into " + into + " values ("
                + String.join(", ", names.stream().map(_ -> "?").toList()) + ")";
        this.copy = "copy " + into + " from stdin (format binary)";
    }

    /// Into a table of our schema.
    public static <T> Inserts<T> into(String table) {
        return new Inserts<>(table, List.of());
    }

    public Inserts<T> uuid(String column, Function<? super T, ? extends @Nullable UUID> value) {
        return with(column, ColumnType.UUID, value);
    }

    public Inserts<T> text(String column, Function<? super T, ? extends @Nullable String> value) {
        return with(column, ColumnType.TEXT, value);
    }

    /// Of JSON that is text already.
    public Inserts<T> jsonb(String column, Function<? super T, ? extends @Nullable String> value) {
        return with(column, ColumnType.JSONB, value);
    }

    public Inserts<T> texts(String column, Function<? super T, ? extends @Nullable Collection<String>> value) {
        return with(column, ColumnType.TEXTS, value);
    }

    public Inserts<T> bigints(String column, Function<? super T, ? extends @Nullable Collection<Long>> value) {
        return with(column, ColumnType.BIGINTS, value);
    }

    public Inserts<T> bigint(String column, Function<? super T, ? extends @Nullable Long> value) {
        return with(column, ColumnType.BIGINT, value);
    }

    public Inserts<T> integer(String column, Function<? super T, ? extends @Nullable Integer> value) {
        return with(column, ColumnType.INT, value);
    }

    public Inserts<T> bool(String column, Function<? super T, ? extends @Nullable Boolean> value) {
        return with(column, ColumnType.BOOLEAN, value);
    }

    public Inserts<T> bytes(String column, Function<? super T, byte @Nullable []> value) {
        return with(column, ColumnType.BYTES, value);
    }

    /// Of a `timestamptz`, in microseconds: what is finer is cut off.
    public Inserts<T> instant(String column, Function<? super T, ? extends @Nullable Instant> value) {
        return with(column, ColumnType.INSTANT, value);
    }

    private <V> Inserts<T> with(String column, ColumnType<V> type, Function<? super T, ? extends @Nullable V> value) {
        var more = new ArrayList<>(columns);
        more.add(new Column<>(column, type, value));
        return new Inserts<>(table, List.copyOf(more));
    }

    /// One row, to be inserted together with others.
    record Single<T>(Inserts<T> into, T row) {

        /// @return the position of the next parameter
        private int bind(PreparedStatement statement, int position) throws SQLException {
            return into.bind(statement, position, row);
        }
    }

    /// Inserts rows of any tables, in order, in one round trip.
    static void execute(Connection connection, List<Single<?>> rows) {
        String all = String.join(";", rows.stream().map(row -> row.into.insert).toList());
        try (PreparedStatement statement = connection.prepareStatement(all)) {
            int position = 1;
            for (Single<?> row : rows) position = row.bind(statement, position);
            statement.execute();
        } catch (SQLException e) {
            String tables =
                    String.join(", ", rows.stream().map(row -> row.into.table).toList());
            throw new UnableToExecuteStatementException("Rows could not be inserted into " + tables, e, null);
        }
    }

    void execute(Connection connection, Collection<T> rows) {
        try {
            if (rows.size() < COPY_FROM) {
                insert(connection, rows);
            } else {
                copy(connection, rows);
            }
        } catch (SQLException e) {
            throw new UnableToExecuteStatementException("Rows could not be inserted into " + table, e, null);
        }
    }

    private void insert(Connection connection, Collection<T> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (T row : rows) {
                bind(statement, 1, row);
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private int bind(PreparedStatement statement, int position, T row) throws SQLException {
        int next = position;
        for (Column<T, ?> column : columns) column.bind(statement, next++, row);
        return next;
    }

    private void copy(Connection connection, Collection<T> rows) throws SQLException {
        CopyIn copying = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(copy);
        try {
            var buffer = new CopyBuffer(copying);
            for (T row : rows) {
                buffer.row(columns.size());
                for (Column<T, ?> column : columns) column.write(buffer, row);
            }
            buffer.end();
        } finally {
            if (copying.isActive()) copying.cancelCopy(); // A row could not be made.
        }
    }
}
