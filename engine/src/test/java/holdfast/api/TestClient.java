package holdfast.api;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client as the tests need it: says what it was told to, hears all of the answer, and holds it against the
/// OpenAPI document.
public final class TestClient {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper JSON = new JsonMapper();

    private final int port;
    private final Contract contract;
    private final List<String> headers;

    TestClient(int port) {
        this(port, new Contract());
    }

    /// One that lets `contract` see what it hears.
    TestClient(int port, Contract contract) {
        this(port, contract, List.of());
    }

    private TestClient(int port, Contract contract, List<String> headers) {
        this.port = port;
        this.contract = contract;
        this.headers = headers;
    }

    /// What was answered.
    public record Reply(int status, String body, HttpResponse<byte[]> response) {

        JsonNode json() {
            return JSON.readTree(body);
        }

        public String text(String pointer) {
            return json().at(pointer).asString();
        }

        /// What is wrong, in lines of `field: code`.
        List<String> errors() {
            var lines = new ArrayList<String>();
            json().at("/errors")
                    .forEach(error -> lines.add(error.get("field").asString() + ": "
                            + error.get("code").asString()));
            return lines;
        }

        @Nullable
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    public TestClient with(String header, String value) {
        var more = new ArrayList<>(headers);
        more.add(header);
        more.add(value);
        return new TestClient(port, contract, more);
    }

    /// With a new idempotency key.
    public TestClient keyed() {
        return with("Idempotency-Key", UUID.randomUUID().toString());
    }

    public Reply get(String path) {
        return send("GET", path);
    }

    Reply delete(String path) {
        return send("DELETE", path);
    }

    public Reply post(String path, String json) {
        return send("POST", path, json);
    }

    public Reply put(String path, String json) {
        return send("PUT", path, json);
    }

    Reply patch(String path, String json) {
        return send("PATCH", path, json);
    }

    public Reply send(String method, String path) {
        return send(method, path, new byte[0]);
    }

    Reply send(String method, String path, String json) {
        return with("Content-Type", "application/json").send(method, path, json.getBytes(StandardCharsets.UTF_8));
    }

    Reply send(String method, String path, byte[] body) {
        return send(method, path, body, BodyPublishers.ofByteArray(body));
    }

    /// Without saying beforehand how long the body is.
    Reply sendChunked(String method, String path, byte[] body) {
        return send(method, path, body, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
    }

    private Reply send(String method, String path, byte[] sent, BodyPublisher body) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, body);
        for (int i = 0; i < headers.size(); i += 2) {
            request.header(headers.get(i), headers.get(i + 1));
        }
        try {
            HttpResponse<byte[]> response = HTTP.send(request.build(), BodyHandlers.ofByteArray());
            contract.check(response.request(), sent, response);
            return new Reply(response.statusCode(), new String(response.body(), StandardCharsets.UTF_8), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
