package holdfast.payment.stripe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A Stripe that says, request by request, what a test put into its mouth, down to the single byte.
public final class FakeStripe implements AutoCloseable {

    /// What it does when a request has come.
    public sealed interface Reply {

        record Json(int status, String body) implements Reply {}

        /// Promises more than it sends, and hangs up.
        record CutShort(String body) implements Reply {}

        record HangUp() implements Reply {}

        /// Sends the head of an answer, and then a byte now and then, for ever.
        record Drip() implements Reply {}

        record Silence() implements Reply {}
    }

    /// What came.
    public record Request(String line, Map<String, String> headers, Map<String, String> parameters) {}

    private final Function<Request, @Nullable Reply> always;
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    FakeStripe() {
        this(_ -> null);
    }

    /// @param always what it says where it was not told what to say
    public FakeStripe(Function<Request, @Nullable Reply> always) {
        this.always = always;
        try {
            server = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    FakeStripe then(Reply reply) {
        replies.add(reply);
        return this;
    }

    List<Request> requests() {
        return new ArrayList<>(requests);
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                threads.execute(() -> serve(connection));
            }
        } catch (IOException e) {
            // It was closed.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            for (Request request = read(in); request != null && answer(connection, request); request = read(in)) {
                // The connection is kept.
            }
        } catch (IOException e) {
            // The client went away, as it may.
        }
    }

    private @Nullable Request read(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) return null;
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            headers.put(
                    header.substring(0, header.indexOf(':')).toLowerCase(Locale.ROOT),
                    header.substring(header.indexOf(':') + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        int query = line.indexOf('?');
        String sent = query < 0 ? body : line.substring(query + 1, line.lastIndexOf(' '));
        var request =
                new Request(line.substring(0, query < 0 ? line.lastIndexOf(' ') : query), headers, parameters(sent));
        requests.add(request);
        return request;
    }

    private static Map<String, String> parameters(String form) {
        Map<String, String> parameters = new TreeMap<>();
        for (String pair : form.isEmpty() ? new String[0] : form.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            parameters.put(decoded(sides[0]), decoded(sides[1]));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    private boolean answer(Socket connection, Request request) throws IOException {
        Reply scripted = replies.poll();
        Reply reply = scripted == null ? always.apply(request) : scripted;
        return switch (reply) {
            case null -> send(connection, 500, "{\"error\":{\"message\":\"nobody expected this\"}}", 0);
            case Reply.Json json -> send(connection, json.status, json.body, 0);
            case Reply.CutShort cut -> {
                send(connection, 200, cut.body, 10);
                yield false;
            }
            case Reply.HangUp _ -> {
                connection.setSoLinger(true, 0); // a reset, not a farewell
                yield false;
            }
            case Reply.Drip _ -> {
                send(connection, 200, "{", 1_000_000);
                await();
                yield false;
            }
            case Reply.Silence _ -> {
                await();
                yield false;
            }
        };
    }

    private boolean send(Socket connection, int status, String body, int missing) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection
                .getOutputStream()
                .write(("HTTP/1.1 " + status + " As told\r\nContent-Type: application/json\r\nRequest-Id: req_1\r\n"
                                + "Content-Length: " + (bytes.length + missing) + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.UTF_8));
        return true;
    }

    private void await() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            server.close();
            for (Socket connection : connections) connection.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.close();
    }
}
