package holdfast.drill;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against servers that say, byte for byte, what the test tells them to say.
class LaneTest {

    private static final String HANGS_UP = "";
    private static final String DONE = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    private final List<Server> servers = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void close() {
        servers.forEach(Server::close);
    }

    @Test
    void one_connection_serves_one_request_after_the_other() {
        Server server = server(DONE, "HTTP/1.1 404 \r\ncontent-length:20\r\n\r\n{\"code\":\"not_found\"}");
        try (Lane lane = lane(server.uri())) {
            assertThat(post(lane).status()).isEqualTo(200);
            assertThat(post(lane).problem()).isEqualTo("not_found");
        }
        assertThat(server.connections).hasValue(1);
        assertThat(heard).containsExactly("buy 200", "buy 404 not_found");
    }

    @Test
    void an_answer_may_come_in_chunks_and_may_be_the_last_of_its_connection() {
        Server server = server("""
                HTTP/1.1 200 OK\r
                Transfer-Encoding: chunked\r
                Connection: close\r
                Idempotent-Replayed: true\r
                \r
                8;x=y\r
                {"id": "\r
                3\r
                A"}\r
                0\r
                Some: trailer\r
                \r
                """, DONE);
        try (Lane lane = lane(server.uri())) {
            Answer answer = post(lane);
            assertThat(answer.body().path("id").asText()).isEqualTo("A");
            assertThat(answer.replayed()).isTrue();
            assertThat(post(lane).status()).isEqualTo(200);
        }
        assertThat(server.connections).hasValue(2);
    }

    @Test
    void what_is_not_final_is_asked_again_under_the_same_key() {
        Server server = server(
                "HTTP/1.1 202 Accepted\r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}",
                "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 22\r\n\r\n{\"replay\": \"same_key\"}",
                DONE);
        try (Lane lane = lane(server.uri())) {
            assertThat(post(lane).status()).isEqualTo(200);
        }
        assertThat(server.keys).hasSize(3).containsOnly("the-key");
        assertThat(heard).containsExactly("buy 202", "buy 503 status 503", "buy 200");
    }

    @Test
    void a_lost_connection_leads_to_the_next_server_with_the_same_request() {
        Server dying = server(HANGS_UP);
        Server living = server(DONE);
        try (Lane lane = lane(dying.uri(), living.uri())) {
            assertThat(post(lane).status()).isEqualTo(200);
        }
        assertThat(dying.keys).containsExactly("the-key");
        assertThat(living.keys).containsExactly("the-key");
        assertThat(heard).containsExactly("buy no answer", "buy 200");
    }

    @Test
    void half_an_answer_and_what_is_no_http_are_no_answer() {
        Server server = server("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "220 mail.example ESMTP\r\n", DONE);
        try (Lane lane = lane(server.uri())) {
            assertThat(post(lane).status()).isEqualTo(200);
        }
        assertThat(heard).containsExactly("buy no answer", "buy no answer", "buy 200");
    }

    @Test
    void a_key_that_is_not_accepted_ends_the_drill() {
        Server server = server("HTTP/1.1 401 No\r\nContent-Length: 23\r\n\r\n{\"code\":\"unauthorized\"}");
        try (Lane lane = lane(server.uri())) {
            assertThatThrownBy(() -> post(lane))
                    .isInstanceOf(DrillFailed.class)
                    .hasMessage("The shop at " + server.uri() + " does not accept the key: unauthorized");
        }
    }

    private Lane lane(URI... uris) {
        return new Lane(List.of(uris), 0, "hf_sk_test", heard::add);
    }

    private static Answer post(Lane lane) {
        return lane.post("buy", "/v1/checkouts", "the-key", Map.of("currency", "EUR"));
    }

    private Server server(String... answers) {
        var server = new Server(List.of(answers));
        servers.add(server);
        return server;
    }

    /// Gives each request the next answer, and hangs up when that is cut short.
    private static final class Server implements AutoCloseable {

        private final ServerSocket socket;
        private final BlockingQueue<String> answers;
        final BlockingQueue<String> keys = new LinkedBlockingQueue<>();
        final AtomicInteger connections = new AtomicInteger();

        Server(List<String> answers) {
            this.answers = new LinkedBlockingQueue<>(answers);
            try {
                socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Thread.ofVirtual().start(this::serve);
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        private void serve() {
            while (!answers.isEmpty()) {
                try (Socket client = socket.accept()) {
                    connections.incrementAndGet();
                    converse(client);
                } catch (IOException e) {
                    return; // closed
                }
            }
        }

        private void converse(Socket client) throws IOException {
            var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
            while (!answers.isEmpty() && hearRequest(in)) {
                String answer = answers.remove();
                client.getOutputStream().write(answer.getBytes(UTF_8));
                boolean whole = answer.equals(DONE) || answer.contains("\"code\"") || answer.contains("Retry-After");
                if (!whole) return;
            }
        }

        private boolean hearRequest(BufferedReader in) throws IOException {
            int length = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("Idempotency-Key: ")) keys.add(line.substring("Idempotency-Key: ".length()));
                if (line.startsWith("Content-Length: ")) length = Integer.parseInt(line.substring(16));
                if (line.isEmpty()) return in.skip(length) == length;
            }
            return false;
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
