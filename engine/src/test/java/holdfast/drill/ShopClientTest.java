package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that says what the test tells it to say, one answer for each request.
class ShopClientTest {

    private static final String AGAIN = """
            {"code": "idempotency_key_in_use", "replay": "same_key"}""";

    private record Said(int status, String body, Optional<String> retryAfter) {}

    private final Deque<Said> answers = new ArrayDeque<>();
    private final List<String> keys = new ArrayList<>();
    private HttpServer server;
    private ShopClient client;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new ShopClient(
                List.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                "hf_sk_test",
                Duration.ofMillis(1));
    }

    @AfterEach
    void close() {
        client.close();
        server.stop(0);
    }

    @Test
    void a_request_that_the_shop_wants_again_is_sent_again_under_the_same_key() {
        answers.add(new Said(409, AGAIN, Optional.of("0")));
        answers.add(new Said(503, AGAIN, Optional.empty()));
        answers.add(new Said(200, "{}", Optional.empty()));

        Answer answer = client.post("/v1/carts", "key-0123456789abcdef", Map.of("currency", "GBP"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(keys).hasSize(3).containsOnly("key-0123456789abcdef");
    }

    @Test
    void a_refusal_is_an_answer_and_is_not_asked_for_twice() {
        answers.add(new Said(409, "{\"code\": \"out_of_stock\", \"replay\": \"new_key\"}", Optional.empty()));

        Answer answer = client.post("/v1/checkouts", "key-0123456789abcdef", Map.of());

        assertThat(answer.problem()).isEqualTo("out_of_stock");
        assertThat(keys).hasSize(1);
    }

    @Test
    void a_connection_that_is_lost_is_tried_again_a_few_times_and_then_given_up_with_a_sentence() {
        assertThatThrownBy(() -> client.post("/lost", "key-0123456789abcdef", Map.of()))
                .isInstanceOf(DrillFailed.class)
                .hasMessage("The shop at " + client.server() + " does not answer any more");
        assertThat(keys).hasSize(5).containsOnly("key-0123456789abcdef");
    }

    @Test
    void a_key_that_is_not_accepted_ends_the_replay() {
        answers.add(new Said(401, "{\"code\": \"unauthorized\"}", Optional.empty()));

        assertThatThrownBy(() -> client.get("/v1/orders"))
                .isInstanceOf(DrillFailed.class)
                .hasMessage("The shop at " + client.server() + " does not accept the key: unauthorized");
    }

    @Test
    void a_bad_field_is_part_of_the_reason_without_its_place_in_the_request() {
        answers.add(new Said(400, """
                {"code": "invalid_request",
                 "errors": [{"field": "line_items[17].sku", "code": "unknown"}]}""", Optional.empty()));

        assertThat(client.get("/v1/orders").problem()).isEqualTo("invalid_request: line_items[].sku unknown");
    }

    private void answer(HttpExchange exchange) throws IOException {
        synchronized (this) {
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Idempotency-Key"))
                    .ifPresent(keys::add);
        }
        exchange.getRequestBody().readAllBytes();
        if (exchange.getRequestURI().getPath().equals("/lost")) {
            exchange.close();
            return;
        }
        Said said = answers.removeFirst();
        said.retryAfter().ifPresent(seconds -> exchange.getResponseHeaders().add("Retry-After", seconds));
        byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(said.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
