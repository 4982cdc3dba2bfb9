package holdfast.storefront;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.idempotency.Answer;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a use case answered that keeps its answers under a key: they are kept as the bytes of an HTTP answer,
/// so they are read as a client reads them.
record Outcome(int status, JsonNode body) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static Outcome of(Answer answer) {
        try {
            return new Outcome(answer.status(), JSON.readTree(answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException("Our own answer is no JSON", e);
        }
    }

    boolean isRefused() {
        return status >= 400;
    }

    /// The code of the problem; empty if there is none.
    String code() {
        return body.path("code").asText();
    }

    String declineCode() {
        return body.path("decline_code").asText();
    }

    /// What it costs by now; null where the answer does not say.
    @Nullable
    Money total() {
        JsonNode total = body.path("total");
        return total.isObject()
                ? Money.of(
                        total.path("amount").asLong(),
                        Currency.getInstance(total.path("currency").asText()))
                : null;
    }

    /// Of what there was not enough, how much there is.
    Map<Sku, Long> available() {
        var available = new LinkedHashMap<Sku, Long>();
        for (JsonNode each : body.path("available")) {
            available.put(
                    Sku.of(each.path("sku").asText()), each.path("available").asLong());
        }
        return available;
    }

    /// Of what one customer can have so many, how many more they can have.
    Map<Sku, Long> limits() {
        var left = new LinkedHashMap<Sku, Long>();
        for (JsonNode each : body.path("purchase_limits")) {
            left.put(Sku.of(each.path("sku").asText()), each.path("left").asLong());
        }
        return left;
    }
}
