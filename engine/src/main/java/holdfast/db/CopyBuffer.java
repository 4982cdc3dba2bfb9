package holdfast.db;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/// Rows on their way to PostgreSQL in the binary format of its `COPY`, a few at a time, so that it works on
/// the first while the others are still being written. The format: the number of columns, then for each its
/// length in bytes (-1 for null) and its content, in network byte order.
///
/// See [the manual](https://www.postgresql.org/docs/current/sql-copy.html), "Binary Format".
final class CopyBuffer {

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(ISO_8859_1);
    private static final int ENOUGH = 8 * 1024;
    private static final int NULL = -1;
    private static final short END = -1;

    private final CopyIn copying;
    private ByteBuffer bytes = ByteBuffer.allocate(2 * ENOUGH);

    CopyBuffer(CopyIn copying) {
        this.copying = copying;
        bytes.put(SIGNATURE).putInt(0).putInt(0); // no flags, no extension
    }

    void row(int columns) throws SQLException {
        if (bytes.position() >= ENOUGH) send();
        room(Short.BYTES).putShort((short) columns);
    }

    void nothing() {
        room(Integer.BYTES).putInt(NULL);
    }

    /// A column of so many bytes, which the caller puts next.
    ByteBuffer column(int length) {
        return room(Integer.BYTES + length).putInt(length);
    }

    private ByteBuffer room(int length) {
        if (bytes.remaining() < length) {
            bytes = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), bytes.position() + length))
                    .put(bytes.flip());
        }
        return bytes;
    }

    private void send() throws SQLException {
        copying.writeToCopy(bytes.array(), 0, bytes.position());
        bytes.clear();
    }

    /// Sends what is left, and waits until all of it is in the table.
    void end() throws SQLException {
        room(Short.BYTES).putShort(END);
        send();
        copying.endCopy();
    }
}
