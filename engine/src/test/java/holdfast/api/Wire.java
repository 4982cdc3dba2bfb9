package holdfast.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.util.List;

/// HTTP/1.1 by hand, for what no decent client lets through: targets that are no URIs, header values that are none.
///
/// @param port on the loopback interface
record Wire(int port) {

    private static final int PATIENCE_MS = 20_000;

    /// Sends a request on a connection of its own, and reads the answer to its end.
    ///
    /// @param headers lines as they stand, without their ends
    Contract.Answer send(String method, String target, List<String> headers, byte[] body) {
        var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (body.length > 0) head.append("Content-Length: ").append(body.length).append("\r\n");
        head.append("\r\n");
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            // A server may answer, and hang up, before it has read a large body.
            Thread writer =
                    Thread.ofVirtual().start(() -> write(socket, head.toString().getBytes(ISO_8859_1), body));
            Contract.Answer answer = read(new BufferedInputStream(socket.getInputStream()));
            writer.interrupt();
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        }
    }

    private static void write(Socket socket, byte[] head, byte[] body) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(head);
            out.write(body);
            out.flush();
        } catch (IOException e) {
            // The answer tells.
        }
    }

    private static Contract.Answer read(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read();
            if (read < 0) throw new EOFException("The server hung up after: " + head);
            head.append((char) read);
        }
        List<String> lines = head.toString().strip().lines().toList();
        int status = Integer.parseInt(lines.getFirst().substring(9, 12));
        var headers = HttpHeaders.of(
                lines.stream()
                        .skip(1)
                        .collect(groupingBy(
                                line -> line.substring(0, line.indexOf(':')),
                                mapping(
                                        line -> line.substring(line.indexOf(':') + 1)
                                                .strip(),
                                        toList()))),
                (_, _) -> true);
        int length = (int) headers.firstValueAsLong("Content-Length").orElse(0);
        return new Contract.Answer(status, headers, in.readNBytes(length));
    }
}
