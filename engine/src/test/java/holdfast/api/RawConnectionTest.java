package holdfast.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes over a connection that no well-behaved client sends.
class RawConnectionTest {

    private static final TestShop SHOP = new TestShop();
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET /healthz HTTP/1.0\r\nHost: shop\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: shop\r\n\r\n",
                "GET /healthz?q=% HTTP/1.1\r\nHost: shop\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n\r\n",
                "PUT /v1/carts HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /v1/carts HTTP/1.1\r\nHost: shop\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/carts HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "POST /v1/carts HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: gzip\r\n\r\n{}"
            })
    void what_is_not_http_is_a_problem_and_the_end_of_the_connection(String sent) throws IOException {
        String answer = say(sent);
        assertThat(answer)
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json", "\"code\":\"invalid_request\"");
    }

    @Test
    void what_follows_a_body_that_nobody_reads_is_no_request() throws IOException {
        String hidden = "GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n" + "x".repeat(Body.JSON_BYTES_MAX);
        String answer = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                %s""".formatted(SHOP.adminKey, hidden.length(), hidden));
        assertThat(answer).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
    }

    /// It sends a byte now and then, each of them soon enough, and would go on for days.
    @Test
    void who_drips_a_webhook_is_hung_up_on() throws IOException {
        try (var socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write("""
                    POST /v1/gateways/sandbox/webhooks HTTP/1.1\r
                    Host: shop\r
                    Stripe-Signature: t=1,v1=00\r
                    Content-Length: 200000\r
                    \r
                    """.getBytes(ISO_8859_1));
            socket.setSoTimeout(100);
            assertThat(hungUp(socket)).isTrue();
        }
    }

    private static boolean hungUp(Socket socket) throws IOException {
        for (int dripped = 0; dripped < 600; dripped++) {
            try {
                if (socket.getInputStream().read() < 0) return true;
            } catch (SocketTimeoutException e) {
                try {
                    socket.getOutputStream().write('x');
                } catch (SocketException gone) {
                    return true;
                }
            } catch (SocketException e) {
                return true;
            }
        }
        return false;
    }

    @Test
    void the_connection_ends_when_the_client_says_so() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n".getBytes(ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 5_000})
    void what_follows_a_body_that_was_refused_is_the_next_request(int hidden) throws IOException {
        String request = "GET /healthz HTTP/1.1\r\nHost: shop\r\n\r\n";
        String answers = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Authorization: Bearer %s\r
                Content-Type: text/plain\r
                Content-Length: %d\r
                \r
                %s%s""".formatted(SHOP.adminKey, hidden * request.length(), request.repeat(hidden), request));
        assertThat(STATUS.matcher(answers).results().map(status -> status.group(1)))
                .containsExactly("415", "200");
    }

    @Test
    void a_client_that_waits_to_be_told_to_continue_is_told_no() throws IOException {
        String answer = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Content-Type: application/json\r
                Expect: 100-continue\r
                Content-Length: 1000000\r
                \r
                """);
        assertThat(answer).startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\r\nGET\r\n\r\n"})
    void a_body_that_is_badly_framed_is_a_problem_and_the_end_of_the_connection(String body) throws IOException {
        String answer = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Transfer-Encoding: chunked\r
                \r
                %s""".formatted(SHOP.adminKey, body));
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\"field\":\"request\"");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
    }

    @Test
    void a_chunk_that_is_too_large_to_be_true_is_cut_off() throws IOException {
        String answer = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Transfer-Encoding: chunked\r
                \r
                7fffffff\r
                GET /healthz HTTP/1.1\r
                Host: shop\r
                \r
                """.formatted(SHOP.adminKey));
        assertThat(answer).startsWith("HTTP/1.1 413 ");
        assertThat(answer.split("HTTP/1.1 ", -1)).hasSize(2);
    }

    @Test
    void a_compressed_body_is_refused() throws IOException {
        String answer = say("""
                POST /v1/carts HTTP/1.1\r
                Host: shop\r
                Content-Type: application/json\r
                Content-Encoding: gzip\r
                Content-Length: 2\r
                \r
                {}""");
        assertThat(answer).startsWith("HTTP/1.1 415 ");
    }

    @Test
    void a_header_that_never_ends_is_refused() throws IOException {
        String answer = say("GET /healthz HTTP/1.1\r\nHost: shop\r\nX: " + "x".repeat(100_000));
        assertThat(answer).startsWith("HTTP/1.1 400 ");
    }

    /// All that is answered to `sent` until the server hangs up.
    private static String say(String sent) throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(sent.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), SHOP.api().port());
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return socket;
    }
}
