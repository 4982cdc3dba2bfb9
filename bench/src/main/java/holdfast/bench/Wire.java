package holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.Deque;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Connections to the server, as many as are asked over at once; whoever waits for an answer is a virtual
/// thread.
final class Wire implements AutoCloseable {

    private final URI server;
    private final Deque<Line> idle = new ConcurrentLinkedDeque<>();

    Wire(URI server) {
        this.server = server;
    }

    private record Line(Socket socket, InputStream in) {}

    /// Says `request`, and waits for what is answered.
    Connection.Answer ask(byte[] request) throws IOException {
        Line connection = idle.poll();
        if (connection == null) {
            var socket = new Socket(server.getHost(), server.getPort());
            socket.setTcpNoDelay(true);
            connection = new Line(socket, new BufferedInputStream(socket.getInputStream()));
        }
        connection.socket.getOutputStream().write(request);
        Connection.Answer answer = read(connection.in);
        idle.push(connection);
        return answer;
    }

    private static Connection.Answer read(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ", 3)[1]);
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        return new Connection.Answer(status, new String(in.readNBytes(length), ISO_8859_1));
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new IOException("The server has closed a connection");
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        for (Line connection : idle) connection.socket.close();
    }
}
