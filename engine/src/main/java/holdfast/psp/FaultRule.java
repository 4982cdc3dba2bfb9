package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What goes wrong, and when: each part that is null does not matter.
///
/// @param operation such as `confirm_intent`; null: any
/// @param payment the name of the payment, or its metadata `payment_id`
/// @param nth only the request that is the `nth` to match, counted from one
/// @param times how often at most
/// @param perThousand how many of a thousand that match, by the seed; null: all
/// @param status of an error
/// @param delayMs how long it takes
/// @param p99Ms of a latency: which one in a hundred exceeds, while every second one exceeds `delay_ms`
@JsonInclude(JsonInclude.Include.NON_NULL)
record FaultRule(
        Fault fault,
        @Nullable String operation,
        @Nullable String payment,
        @Nullable Integer nth,
        @Nullable Integer times,
        @JsonProperty("per_thousand") @Nullable Integer perThousand,
        @Nullable Integer status,
        @JsonProperty("delay_ms") @Nullable Integer delayMs,
        @JsonProperty("p99_ms") @Nullable Integer p99Ms) {

    private static final int STATUS = 500;
    private static final int DELAY_MS = 1_000;
    private static final int DELAY_MS_MAX = 3_600_000;

    enum Fault {
        /// It takes longer. Adds up with what else happens.
        LATENCY,
        /// The connection is cut, and nothing was done.
        LOST_BEFORE,
        /// It is done, and then the connection is cut.
        LOST_AFTER,
        /// The connection is cut, and it is done later.
        DONE_LATER,
        /// Nothing is done, and an error answered, which is not kept under the key.
        ERROR_BEFORE,
        /// It is done, and an error answered, which is kept under the key.
        ERROR_AFTER,
        /// 429; nothing is done.
        RATE_LIMITED,
        /// 409, as if the first request under the key were still running; nothing is done.
        KEY_IN_USE,
        /// The connection is taken and nothing ever answered, nor done.
        HANG,
        /// It is done, and answered a few bytes at a time.
        DRIP,
        /// It is done, and half of the answer is sent.
        CUT_SHORT,
        /// It is done, and what is answered is no JSON.
        GARBAGE,
        /// It is done, and the answer tells another amount.
        WRONG_AMOUNT,
        /// It is done, and the answer tells another currency.
        WRONG_CURRENCY,
        /// The issuer takes its time: the payment is `processing`, and approved later.
        PROCESSING,
        /// The refund looks good, and fails later.
        REFUND_FAILS;

        /// As it is spelled in the control API.
        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is wrong with it, or null.
    @Nullable
    String complaint() {
        if (operation != null
                && Arrays.stream(Operation.values()).noneMatch(it -> it.word().equals(operation))) {
            return "There is no operation \"" + operation + "\"";
        }
        if (nth != null && nth < 1) return "nth counts from 1";
        if (times != null && times < 1) return "times must be at least 1";
        if (perThousand != null && (perThousand < 0 || perThousand > 1_000)) return "per_thousand is 0 to 1000";
        if (status != null && (status < 500 || status > 599)) return "status is 500 to 599";
        if (delayMs != null && (delayMs < 0 || delayMs > DELAY_MS_MAX)) return "delay_ms is 0 to " + DELAY_MS_MAX;
        if (p99Ms != null && (fault != Fault.LATENCY || delayMs == null || delayMs < 1 || p99Ms < delayMs)) {
            return "p99_ms belongs to a latency, and is at least its delay_ms";
        }
        return null;
    }

    int statusOrDefault() {
        return status == null ? STATUS : status;
    }

    int delayMsOrDefault() {
        return delayMs == null ? DELAY_MS : delayMs;
    }
}
