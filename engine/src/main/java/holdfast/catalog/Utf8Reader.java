package holdfast.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/// Reads a text in UTF-8, without its byte order mark, and refuses what is no UTF-8, naming the line, and what
/// is too long.
final class Utf8Reader extends Reader {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int BUFFER_BYTES = 16 * 1024;

    private final InputStream in;
    private final long bytesMax;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);

    private long bytesRead;
    private long line = 1;
    private char last = '\n';
    private boolean atStart = true;
    private boolean atEnd;

    Utf8Reader(InputStream in, long bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        while (true) {
            CharBuffer chars = CharBuffer.wrap(target, offset, length);
            CoderResult result = decoder.decode(bytes, chars, atEnd);
            int decoded = withoutMark(target, offset, chars.position() - offset);
            // What stands before a malformed byte is handed out first, so that its lines are counted.
            if (decoded > 0) return counted(target, offset, decoded);
            if (result.isError()) throw malformed();
            if (atEnd) return -1;
            fill();
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private void fill() throws IOException {
        bytes.compact();
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        atEnd = read < 0;
        bytes.position(bytes.position() + Math.max(read, 0)).flip();
        bytesRead += Math.max(read, 0);
        if (bytesRead > bytesMax) throw Problem.BODY_TOO_LARGE.refuse("At most " + bytesMax + " bytes");
    }

    private int withoutMark(char[] target, int offset, int decoded) {
        if (!atStart || decoded == 0) return decoded;
        atStart = false;
        if (target[offset] != BYTE_ORDER_MARK) return decoded;
        System.arraycopy(target, offset + 1, target, offset, decoded - 1);
        return decoded - 1;
    }

    private int counted(char[] target, int offset, int decoded) {
        for (int i = offset; i < offset + decoded; i++) {
            char c = target[i];
            if (c == '\r' || (c == '\n' && last != '\r')) line++;
            last = c;
        }
        return decoded;
    }

    private Refusal malformed() {
        return Refusal.invalid("body", "malformed", "Line " + line + " is not UTF-8");
    }
}
