package holdfast.drill;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One connection to a server, kept open from one request to the next: HTTP/1.1 on a plain socket, as much of
/// it as a shop speaks. Read by one thread at a time.
///
/// Whatever goes wrong closes it; the next request opens another.
final class ShopConnection implements AutoCloseable {

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int ANSWER_TIMEOUT_MS = 60_000;
    private static final int PORT_DEFAULT = 80;
    private static final int LINE_BYTES_MAX = 8 * 1024;
    private static final int BODY_BYTES_MAX = 1024 * 1024;

    private final URI server;
    private final String headers;
    private @Nullable Socket socket;
    private InputStream in = InputStream.nullInputStream();

    /// @param server such as `http://127.0.0.1:8080`
    /// @param key a secret key
    ShopConnection(URI server, String key) {
        this.server = server;
        this.headers = "\r\nHost: " + server.getRawAuthority()
                + "\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json"
                + "\r\nIdempotency-Key: ";
    }

    URI server() {
        return server;
    }

    /// Sends one request and reads the answer to it.
    ///
    /// @throws IOException if there is no answer; then nobody knows what became of the request
    Answer post(String path, String key, byte[] body) throws IOException {
        boolean answered = false;
        try {
            Socket connected = connected();
            String head =
                    "POST " + path + " HTTP/1.1" + headers + key + "\r\nContent-Length: " + body.length + "\r\n\r\n";
            var request = new ByteArrayOutputStream(head.length() + body.length);
            request.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
            request.writeBytes(body);
            connected.getOutputStream().write(request.toByteArray());
            Answer answer = answer();
            answered = true;
            return answer;
        } finally {
            if (!answered) close();
        }
    }

    private Socket connected() throws IOException {
        if (socket != null) return socket;
        var opened = new Socket();
        socket = opened;
        opened.setTcpNoDelay(true);
        opened.setSoTimeout(ANSWER_TIMEOUT_MS);
        int port = server.getPort() < 0 ? PORT_DEFAULT : server.getPort();
        opened.connect(new InetSocketAddress(server.getHost(), port), CONNECT_TIMEOUT_MS);
        in = new BufferedInputStream(opened.getInputStream());
        return opened;
    }

    private Answer answer() throws IOException {
        int status = status(line());
        int length = 0;
        boolean chunked = false;
        boolean last = false;
        boolean replayed = false;
        @Nullable String retryAfter = null;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 0) throw new ProtocolException("A header without a colon");
            String value = line.substring(colon + 1).strip();
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> last = value.equalsIgnoreCase("close");
                case "idempotent-replayed" -> replayed = true;
                case "retry-after" -> retryAfter = value;
                default -> {} // of no interest to a shopper
            }
        }
        byte[] body = chunked ? chunks() : bytes(length);
        if (last) close();
        return new Answer(status, replayed, retryAfter, body);
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) throw new ProtocolException("This is no HTTP");
        return Integer.parseInt(line.substring(9, 12));
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        for (int length = chunkLength(); length > 0; length = chunkLength()) {
            if (body.size() + length > BODY_BYTES_MAX) throw new ProtocolException("Too long an answer");
            body.writeBytes(bytes(length));
            line();
        }
        while (!line().isEmpty()) {} // trailers
        return body.toByteArray();
    }

    private int chunkLength() throws IOException {
        return number(line().replaceFirst(";.*", "").strip(), 16);
    }

    private static int number(String digits, int radix) throws IOException {
        if (!digits.matches("[0-9a-fA-F]{1,7}")) throw new ProtocolException("No length: " + digits);
        return Integer.parseInt(digits, radix);
    }

    private byte[] bytes(int length) throws IOException {
        if (length > BODY_BYTES_MAX) throw new ProtocolException("Too long an answer");
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) throw new EOFException("The connection ended within an answer");
        return bytes;
    }

    private String line() throws IOException {
        var line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("The connection ended");
            if (line.length() == LINE_BYTES_MAX) throw new ProtocolException("Too long a line");
            line.append((char) next);
        }
        int end = line.length() - 1;
        if (end >= 0 && line.charAt(end) == '\r') line.setLength(end);
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) socket.close();
        socket = null;
    }
}
