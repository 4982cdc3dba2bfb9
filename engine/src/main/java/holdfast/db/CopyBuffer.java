package holdfast.db;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;

/// Rows in the binary format of PostgreSQL's `COPY`: the number of columns, then for each its length in bytes
/// (-1 for null) and its content, in network byte order.
///
/// See [the manual](https://www.postgresql.org/docs/current/sql-copy.html), "Binary Format".
final class CopyBuffer {

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(ISO_8859_1);
    private static final int FIRST = 16 * 1024;
    private static final int NULL = -1;
    private static final short END = -1;

    private ByteBuffer bytes = ByteBuffer.allocate(FIRST);

    CopyBuffer() {
        bytes.put(SIGNATURE).putInt(0).putInt(0); // no flags, no extension
    }

    void row(int columns) {
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

    void sendTo(CopyIn copying) throws SQLException {
        room(Short.BYTES).putShort(END);
        copying.writeToCopy(bytes.array(), 0, bytes.position());
        copying.endCopy();
    }
}
