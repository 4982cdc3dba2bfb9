package holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/// A connection to the server, over which one request follows the other: one thread serves many of them without
/// blocking, and reads of an answer no more than it needs. The load shares two cores with what it measures.
final class Connection implements Closeable {

    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(ISO_8859_1);

    private final SocketChannel channel;
    private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);

    private Connection(SocketChannel channel) {
        this.channel = channel;
    }

    /// What came back.
    record Answer(int status, String body) {

        /// The string that follows `before`.
        String string(String before) {
            return after(before, '"');
        }

        /// What stands between `before` and the next `end`.
        String after(String before, char end) {
            int from = body.indexOf(before) + before.length();
            return body.substring(from, body.indexOf(end, from));
        }

        /// For those that nobody expects: `409 out_of_stock`.
        String name() {
            return status + " " + (body.contains("\"code\"") ? string("\"code\":\"") : "");
        }
    }

    /// @param whose is told by the selector when there is something to [#read]
    static Connection open(URI server, Selector selector, Object whose) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(server.getHost(), server.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, whose);
        return new Connection(channel);
    }

    void send(byte[] request) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        while (bytes.hasRemaining()) {
            channel.write(bytes); // A request is smaller than any socket's buffer.
        }
    }

    /// Null: not all of it is there yet.
    @Nullable
    Answer read() throws IOException {
        if (channel.read(answer) < 0) throw new IOException("The server has closed a connection");
        int body = bodyStart();
        if (body < 0) return null;
        int length = contentLength(body);
        if (answer.position() < body + length) return null;
        int status = (answer.get(9) - '0') * 100 + (answer.get(10) - '0') * 10 + answer.get(11) - '0';
        var told = new Answer(status, new String(answer.array(), body, length, ISO_8859_1));
        answer.clear();
        return told;
    }

    private int bodyStart() {
        byte[] bytes = answer.array();
        for (int i = 3; i < answer.position(); i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n') return i + 1;
        }
        return -1;
    }

    private int contentLength(int end) throws IOException {
        byte[] bytes = answer.array();
        for (int i = 0; i < end - CONTENT_LENGTH.length; i++) {
            if (startsWithContentLength(bytes, i)) {
                int length = 0;
                for (int j = i + CONTENT_LENGTH.length; bytes[j] != '\r'; j++) {
                    if (bytes[j] != ' ') length = length * 10 + bytes[j] - '0';
                }
                return length;
            }
        }
        throw new IOException("An answer without Content-Length");
    }

    private static boolean startsWithContentLength(byte[] bytes, int at) {
        for (int i = 0; i < CONTENT_LENGTH.length; i++) {
            if (Character.toLowerCase(bytes[at + i]) != CONTENT_LENGTH[i]) return false;
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
