package holdfast.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

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
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI server;
    private final String authorization;
    private final Duration connectionPause;

    /// @param server such as `http://127.0.0.1:8080`
    /// @param key a secret key with the scope `admin`
    ShopClient(URI server, String key) {
        this(server, key, Duration.ofMillis(100));
    }

    /// @param connectionPause how long to wait after a first lost connection; twice as long after each that
    ///     follows
    ShopClient(URI server, String key, Duration connectionPause) {
        this.server = server;
        this.authorization = "Bearer " + key;
        this.connectionPause = connectionPause;
    }

    URI server() {
        return server;
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer put(String path, Map<String, ?> body) {
        return send(request(path).header("Content-Type", "application/json").PUT(json(body)));
    }

    Answer post(String path, String key, Map<String, ?> body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(json(body)));
    }

    Answer post(String path, String key) {
        return send(request(path).header("Idempotency-Key", key).POST(BodyPublishers.noBody()));
    }

    Answer postCsv(String path, String key, String rows) {
        return send(request(path)
                .header("Content-Type", "text/csv")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString(rows)));
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    @Override
    public void close() {
        http.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(ANSWER_TIMEOUT)
                .header("Authorization", authorization);
    }

    private Answer send(HttpRequest.Builder builder) {
        HttpRequest request = builder.build();
        long deadline = System.nanoTime() + ASKED_AGAIN_MAX.toNanos();
        Duration pause = PAUSE_MIN;
        while (true) {
            HttpResponse<byte[]> response = sendUntilAnswered(request);
            var answer = new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Idempotent-Replayed").isPresent(),
                    response.body());
            if (answer.status() == 401 || answer.status() == 403) {
                throw new ReplayFailed("The shop at " + server + " does not accept the key: " + answer.problem());
            }
            if (!answer.asksAgain() || System.nanoTime() > deadline) return answer;
            pause(retryAfter(response, pause));
            pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
        }
    }

    private HttpResponse<byte[]> sendUntilAnswered(HttpRequest request) {
        Duration pause = connectionPause;
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request, BodyHandlers.ofByteArray());
            } catch (IOException e) {
                if (attempt == CONNECTION_ATTEMPTS_MAX) {
                    throw new ReplayFailed("The shop at " + server + " does not answer any more", e);
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            pause(pause);
            pause = pause.multipliedBy(2);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response, Duration otherwise) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,4}"))
                .map(seconds -> shorter(Duration.ofSeconds(Long.parseLong(seconds)), PAUSE_MAX))
                .orElse(otherwise);
    }

    static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ReplayFailed interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ReplayFailed("The replay was stopped", e);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static BodyPublisher json(Map<String, ?> body) {
        try {
            return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e); // maps, lists, strings and numbers can be written
        }
    }
}
