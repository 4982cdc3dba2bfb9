package holdfast.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.temporal.ChronoUnit.MICROS;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;

/// How a value travels to a column: as a parameter of a statement, and in a [CopyBuffer]. The layouts are those
/// of the `…recv` functions of PostgreSQL's types.
record ColumnType<V>(Binder<V> binder, Writer<V> writer) {

    private static final byte JSONB_VERSION = 1;
    private static final int BIGINT_OID = 20;
    private static final int TEXT_OID = 25;
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

    static final ColumnType<java.util.UUID> UUID = new ColumnType<>(
            PreparedStatement::setObject,
            (buffer, value) ->
                    buffer.column(16).putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits()));

    static final ColumnType<String> TEXT =
            new ColumnType<>(PreparedStatement::setString, (buffer, value) -> put(buffer, value.getBytes(UTF_8)));

    static final ColumnType<String> JSONB = new ColumnType<>(PreparedStatement::setString, (buffer, value) -> {
        byte[] json = value.getBytes(UTF_8);
        buffer.column(1 + json.length).put(JSONB_VERSION).put(json);
    });

    static final ColumnType<Collection<String>> TEXTS = new ColumnType<>(
            (statement, position, value) -> statement.setArray(
                    position, statement.getConnection().createArrayOf("text", value.toArray(String[]::new))),
            (buffer, value) -> putArray(
                    buffer,
                    TEXT_OID,
                    value.stream().map(text -> text.getBytes(UTF_8)).toList()));

    static final ColumnType<Collection<Long>> BIGINTS = new ColumnType<>(
            (statement, position, value) -> statement.setArray(
                    position, statement.getConnection().createArrayOf("bigint", value.toArray(Long[]::new))),
            (buffer, value) -> putArray(
                    buffer,
                    BIGINT_OID,
                    value.stream()
                            .map(number -> ByteBuffer.allocate(Long.BYTES)
                                    .putLong(number)
                                    .array())
                            .toList()));

    static final ColumnType<Long> BIGINT = new ColumnType<>(
            PreparedStatement::setLong,
            (buffer, value) -> buffer.column(Long.BYTES).putLong(value));

    static final ColumnType<Integer> INT = new ColumnType<>(
            PreparedStatement::setInt,
            (buffer, value) -> buffer.column(Integer.BYTES).putInt(value));

    static final ColumnType<Boolean> BOOLEAN = new ColumnType<>(
            PreparedStatement::setBoolean, (buffer, value) -> buffer.column(1).put((byte) (value ? 1 : 0)));

    static final ColumnType<byte[]> BYTES = new ColumnType<>(PreparedStatement::setBytes, ColumnType::put);

    static final ColumnType<Instant> INSTANT = new ColumnType<>(
            (statement, position, value) ->
                    statement.setObject(position, value.truncatedTo(MICROS).atOffset(ZoneOffset.UTC)),
            (buffer, value) -> buffer.column(Long.BYTES).putLong(MICROS.between(EPOCH, value.truncatedTo(MICROS))));

    interface Binder<V> {
        void bind(PreparedStatement statement, int position, V value) throws SQLException;
    }

    interface Writer<V> {
        void write(CopyBuffer buffer, V value);
    }

    void bind(PreparedStatement statement, int position, V value) throws SQLException {
        binder.bind(statement, position, value);
    }

    void write(CopyBuffer buffer, V value) {
        writer.write(buffer, value);
    }

    private static void put(CopyBuffer buffer, byte[] value) {
        buffer.column(value.length).put(value);
    }

    /// One dimension, no nulls, counted from 1. An empty array has no dimension.
    private static void putArray(CopyBuffer buffer, int typeOid, List<byte[]> elements) {
        int dimensions = elements.isEmpty() ? 0 : 1;
        int length = (3 + 2 * dimensions + elements.size()) * Integer.BYTES
                + elements.stream().mapToInt(element -> element.length).sum();
        ByteBuffer to = buffer.column(length).putInt(dimensions).putInt(0).putInt(typeOid);
        if (dimensions == 0) return;
        to.putInt(elements.size()).putInt(1);
        elements.forEach(element -> to.putInt(element.length).put(element));
    }
}
