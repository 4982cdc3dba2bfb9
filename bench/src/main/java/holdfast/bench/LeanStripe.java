package holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// A payment provider that speaks as much of Stripe's protocol as an order takes, agrees to everything and
/// remembers nothing: what it would have to remember, it puts into the names of the payments. So it costs the
/// machine as little as one that runs somewhere else. In a process of its own: what it holds for those who wait
/// for it is in nobody else's way.
final class LeanStripe {

    /// Behind it, how many milliseconds its answers take from now on: on average, some a quarter less and some a
    /// quarter more. If all took the same, whatever stands still for a moment would do so again after each of them.
    static final String TAKES = "/takes/";

    /// How many checkouts wait for an answer of it right now; those that have their money do not.
    static final String ASKED = "/asked";

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile long latencyMs;

    private LeanStripe() throws IOException {
        server = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress());
    }

    /// Runs it, until the process is ended.
    public static void main(String[] arguments) throws IOException {
        var provider = new LeanStripe();
        System.out.println("READY http://127.0.0.1:" + provider.server.getLocalPort());
        provider.accept();
    }

    private void accept() throws IOException {
        while (true) {
            Socket connection = server.accept();
            connection.setTcpNoDelay(true);
            threads.execute(() -> serve(connection));
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new BufferedInputStream(connection.getInputStream());
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                byte[] body = in.readNBytes(contentLength(in));
                byte[] answer =
                        answer(line.split(" ", -1), new String(body, UTF_8)).getBytes(UTF_8);
                connection
                        .getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + answer.length
                                        + "\r\n\r\n" + new String(answer, ISO_8859_1))
                                .getBytes(ISO_8859_1));
            }
        } catch (IOException e) {
            // The client went away, as it may.
        }
    }

    private static int contentLength(InputStream in) throws IOException {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        return length;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') line.append((char) next);
        }
        return line.toString();
    }

    /// `/v1/payment_intents`, `/v1/payment_intents/{name}` or `/v1/payment_intents/{name}/{operation}`.
    private String answer(String[] request, String form) {
        if (request[1].equals(ASKED)) return Integer.toString(asked.get());
        if (request[1].startsWith(TAKES)) {
            latencyMs = Long.parseLong(request[1].substring(TAKES.length()));
            System.gc(); // Not in the middle of what is measured from now on.
            return "";
        }
        String[] path = request[1].split("[/?]", -1);
        await(request[0].equals("POST") && !request[1].endsWith("/capture"));
        if (path.length > 3 && path[3].startsWith("pi_")) {
            return intent(path[3], path.length > 4 && path[4].equals("capture") ? "succeeded" : "requires_capture");
        }
        if (request[0].equals("GET")) return "{\"object\":\"list\",\"data\":[],\"has_more\":false}";
        Map<String, String> fields = fields(form);
        return intent(
                String.join(
                        "_",
                        "pi",
                        fields.get("metadata[payment_id]"),
                        fields.get("metadata[shop_id]"),
                        fields.get("amount"),
                        fields.get("currency")),
                "requires_payment_method");
    }

    private static String intent(String name, String status) {
        String[] parts = name.split("_", -1);
        return """
                {"object":"payment_intent","id":"%s","livemode":false,"status":"%s","amount":%4$s,"currency":"%5$s",
                 "amount_capturable":%4$s,"amount_received":%6$s,
                 "metadata":{"payment_id":"%7$s","shop_id":"%3$s"}}
                """.formatted(
                name, status, parts[2], parts[3], parts[4], status.equals("succeeded") ? parts[3] : 0, parts[1]);
    }

    private static Map<String, String> fields(String form) {
        var fields = new HashMap<String, String>();
        for (String pair : form.split("&", -1)) {
            String[] sides = pair.split("=", 2);
            fields.put(URLDecoder.decode(sides[0], UTF_8), sides.length < 2 ? "" : URLDecoder.decode(sides[1], UTF_8));
        }
        return fields;
    }

    private void await(boolean inCheckout) {
        if (inCheckout) asked.incrementAndGet();
        try {
            Thread.sleep(Math.round(latencyMs * ThreadLocalRandom.current().nextDouble(0.75, 1.25)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (inCheckout) asked.decrementAndGet();
        }
    }
}
