package holdfast.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Speaks to a shop as any back end would: its HTTP API, one secret key, and a request that got no clear answer
/// sent again under the same idempotency key. Safe for many threads.
///
/// Every `POST` carries a key, and `GET` and `PUT` need none, so that everything may be repeated; how often and
/// for how long is bounded. Only the shop decides what is worth repeating, with `"replay": "same_key"`.
final class ShopClient implements AutoCloseable {

    private static final int CONNECTION_ATTEMPTS_MAX = 5;
    private static final Duration ASKED_AGAIN_MAX = Duration.ofSeconds(60);
    private static final Duration PAUSE_MIN = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    /// Another run has to send the same bytes under the same key, and a map has another order in each process.
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final List<URI> servers;
    private final AtomicInteger current = new AtomicInteger();
    private final String authorization;
    private final Duration connectionPause;

    /// @param server such as `http://127.0.0.1:8080`
    /// @param key a secret key with the scope `admin`
    ShopClient(URI server, String key) {
        this(List.of(server), key);
    }

    /// @param servers of one shop, the next of which is asked when a connection is lost
    ShopClient(List<URI> servers, String key) {
        this(servers, key, Duration.ofMillis(100));
    }

    /// @param connectionPause how long to wait after a first lost connection; twice as long after each that
    ///     follows
    ShopClient(List<URI> servers, String key, Duration connectionPause) {
        this.servers = servers;
        this.authorization = "Bearer " + key;
        this.connectionPause = connectionPause;
    }

    /// The server that is asked next.
    URI server() {
        return servers.get(current.get() % servers.size());
    }

    Answer get(String path) {
        return send(path, request().GET());
    }

    Answer put(String path, Map<String, ?> body) {
        return send(path, request().header("Content-Type", "application/json").PUT(json(body)));
    }

    Answer post(String path, String key, Map<String, ?> body) {
        return send(
                path,
                request()
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(json(body)));
    }

    Answer post(String path, String key) {
        return send(path, request().header("Idempotency-Key", key).POST(BodyPublishers.noBody()));
    }

    Answer postCsv(String path, String key, String rows) {
        return send(
                path,
                request()
                        .header("Content-Type", "text/csv")
                        .header("Idempotency-Key", key)
                        .POST(BodyPublishers.ofString(rows)));
    }

    Answer delete(String path) {
        return send(path, request().DELETE());
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder().timeout(ANSWER_TIMEOUT).header("Authorization", authorization);
    }

    private Answer send(String path, HttpRequest.Builder request) {
        long deadline = System.nanoTime() + ASKED_AGAIN_MAX.toNanos();
        Duration pause = PAUSE_MIN;
        while (true) {
            HttpResponse<byte[]> response = sendUntilAnswered(path, request);
            var answer = new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Idempotent-Replayed").isPresent(),
                    response.headers().firstValue("Retry-After").orElse(null),
                    response.body());
            if (answer.status() == 401 || answer.status() == 403) {
                throw new DrillFailed("The shop at " + server() + " does not accept the key: " + answer.problem());
            }
            if (!answer.asksAgain() || System.nanoTime() > deadline) return answer;
            pause(answer.pause(pause, PAUSE_MAX));
            pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
        }
    }

    private HttpResponse<byte[]> sendUntilAnswered(String path, HttpRequest.Builder request) {
        Duration pause = connectionPause;
        for (int attempt = 1; ; attempt++) {
            URI server = server();
            try {
                return http.send(request.uri(server.resolve(path)).build(), BodyHandlers.ofByteArray());
            } catch (IOException e) {
                current.incrementAndGet();
                if (attempt == CONNECTION_ATTEMPTS_MAX) {
                    throw new DrillFailed("The shop at " + server + " does not answer any more", e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static DrillFailed interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new DrillFailed("The drill was stopped", e);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static BodyPublisher json(Map<String, ?> body) {
        return BodyPublishers.ofByteArray(bytes(body));
    }

    /// A body as it is sent.
    static byte[] bytes(Map<String, ?> body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // maps, lists, strings and numbers can be written
        }
    }
}
