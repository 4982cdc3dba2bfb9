package holdfast.psp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Speaks Stripe's protocol by hand: shows every byte, and repeats nothing by itself.
final class StripeCaller implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private Duration patience = Duration.ofSeconds(20);

    StripeCaller(URI address) {
        this.address = address;
    }

    StripeCaller waiting(Duration atMost) {
        patience = atMost;
        return this;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String form, @Nullable String key) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        if (key != null) request.header("Idempotency-Key", key);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /// Asks the control API.
    HttpResponse<String> control(String method, String path, String json) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(address.resolve("/_control/" + path))
                        .method(method, BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    /// A new intent of 19.99 GBP, to be captured by hand.
    String intent(String payment) throws IOException, InterruptedException {
        return json(post(
                        "/v1/payment_intents",
                        "amount=1999&currency=gbp&capture_method=manual&metadata[payment_id]=" + payment,
                        null))
                .get("id")
                .asText();
    }

    HttpResponse<String> confirm(String intent, String key) throws IOException, InterruptedException {
        return post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa", key);
    }

    String status(String intent) throws IOException, InterruptedException {
        return json(get("/v1/payment_intents/" + intent)).get("status").asText();
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path))
                .timeout(patience)
                .header("Authorization", "Bearer sk_test_1");
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
