package holdfast.drill;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.audit.ProviderLedger;
import holdfast.audit.UnreadableLedger;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The books of a sandbox that runs elsewhere on this machine, as its control API tells them: a line of JSON
/// for each payment and each movement.
public final class LedgerOverHttp implements ProviderLedger {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final String gateway;
    private final URI provider;
    private long early;

    /// @param provider such as `http://127.0.0.1:8081`
    public LedgerOverHttp(String gateway, URI provider) {
        this.gateway = gateway;
        this.provider = provider;
    }

    @Override
    public String gateway() {
        return gateway;
    }

    @Override
    public void look() {
        long[] count = new long[1];
        each(line -> count[0] += movement(line, false).isPresent() ? 1 : 0);
        early = count[0];
    }

    @Override
    public void read(Consumer<Intent> intents, Consumer<Movement> movements) {
        long[] told = new long[1];
        each(line -> {
            intent(line).ifPresent(intents);
            movement(line, told[0] < early).ifPresent(movement -> {
                told[0]++;
                movements.accept(movement);
            });
        });
    }

    private void each(Consumer<JsonNode> line) {
        var request = HttpRequest.newBuilder(provider.resolve("/_control/ledger"))
                .timeout(ANSWER_MAX)
                .build();
        try (var http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build()) {
            HttpResponse<Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = answer.body()) {
                if (answer.statusCode() != 200) throw unreadable("it answers " + answer.statusCode(), null);
                lines.map(this::json).forEach(line);
            }
        } catch (IOException e) {
            throw unreadable("it does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreadable("we were told to stop", e);
        }
    }

    private JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw unreadable("it does not answer in lines of JSON", e);
        }
    }

    private UnreadableLedger unreadable(String why, @Nullable Exception cause) {
        return new UnreadableLedger("the books of the provider at " + provider + " cannot be read: " + why, cause);
    }

    private static Optional<Intent> intent(JsonNode line) {
        if (!line.path("line").asText().equals("Intent")) return Optional.empty();
        return Optional.of(new Intent(
                line.path("reference").asText(), id(line.path("paymentId").asText())));
    }

    /// A refund that failed counts as one that takes back what it gave.
    private static Optional<Movement> movement(JsonNode line, boolean early) {
        if (!line.path("line").asText().equals("Movement")) return Optional.empty();
        String kind = line.path("kind").asText();
        boolean failed = kind.equals("REFUND_FAILED");
        long amount = line.path("amount").asLong();
        return Optional.of(new Movement(
                failed ? Kind.REFUND : Kind.valueOf(kind),
                line.path("reference").asText(),
                failed ? -amount : amount,
                line.path("currency").asText(),
                failed || !line.hasNonNull("key") ? null : line.path("key").asText(),
                early,
                line.hasNonNull("at") ? Instant.parse(line.path("at").asText()) : null));
    }

    private static @Nullable UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            return null; // It was made by somebody else.
        }
    }
}
