package holdfast.drill;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What the shop answered. The body is read as JSON only when somebody asks for it.
///
/// @param replayed the answer to an earlier request with the same idempotency key
/// @param retryAfter what the header `Retry-After` says; null where there is none
record Answer(int status, boolean replayed, @Nullable String retryAfter, byte[] bytes) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int STATUS_SUCCESS_MIN = 200;
    private static final int STATUS_SUCCESS_MAX = 299;
    private static final int STATUS_REFUSAL_MIN = 400;
    private static final int STATUS_REFUSAL_MAX = 499;

    boolean isSuccess() {
        return status >= STATUS_SUCCESS_MIN && status <= STATUS_SUCCESS_MAX;
    }

    /// Whether it says that the request is at fault: nothing was done, and nothing will be.
    boolean isRefusal() {
        return status >= STATUS_REFUSAL_MIN && status <= STATUS_REFUSAL_MAX;
    }

    JsonNode body() {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new DrillFailed("This is no shop of ours: it answered " + status + " and no JSON", e);
        } catch (IOException e) {
            throw new IllegalStateException(e); // an array in memory can be read
        }
    }

    /// The problem in short, for a report: its code, and which field it is about, if it names one.
    String problem() {
        JsonNode body = body();
        String code = body.path("code").asText("status " + status);
        JsonNode field = body.path("errors").path(0);
        JsonNode error = field.isMissingNode() ? body.path("bad_rows").path(0) : field;
        return error.isMissingNode()
                ? code
                : code + ": " + withoutIndex(error.path("field").asText()) + " "
                        + error.path("code").asText();
    }

    /// Whether the shop asks for the same request again, with the same key.
    boolean asksAgain() {
        return !isSuccess()
                && bytes.length > 0
                && body().path("replay").asText().equals("same_key");
    }

    /// How long to wait before asking again: as the shop says, within reason, or else as we think.
    Duration pause(Duration otherwise, Duration most) {
        if (retryAfter == null || !retryAfter.matches("[0-9]{1,4}")) return otherwise;
        Duration told = Duration.ofSeconds(Long.parseLong(retryAfter));
        return told.compareTo(most) < 0 ? told : most;
    }

    /// `line_items[3].sku` and `line_items[4].sku` are one reason.
    private static String withoutIndex(String field) {
        return field.replaceAll("\\[[0-9]+]", "[]");
    }
}
