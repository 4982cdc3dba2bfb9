package holdfast.payment.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeError;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What it means when Stripe does not answer with what was asked for.
enum Meaning {
    /// This request did nothing, and may be made again.
    NOT_DONE,
    /// It may have been done. The same request with the same key tells.
    OPEN,
    /// It may have been done, and the same request would hear the same again.
    ONLY_READABLE,
    /// Something is wrong on our side that no request can mend.
    NOT_FOR_US,
    /// The issuer said no, for good. No money has moved.
    DECLINED,
    /// The payment is in a state in which this cannot be done: reading tells which.
    OTHER_STATE,
    /// There is no such payment.
    ABSENT,
    /// Stripe will never do it as it was asked for. No money has moved.
    REFUSED;

    /// The first row that fits counts.
    private static final List<Row> TABLE = List.of(
            new Row("no connection, no such host, no TLS", e -> e instanceof NotSentException, NOT_DONE),
            new Row("timeout, reset, an answer cut short", e -> e instanceof ApiConnectionException, OPEN),
            new Row("2xx that cannot be read", e -> status(e) / 100 == 2, OPEN),
            new Row("401, 403: our key is not what it was", e -> status(e) == 401 || status(e) == 403, NOT_FOR_US),
            new Row("409: the first request with the key is still running", e -> status(e) == 409, OPEN),
            new Row("429: too many requests, or a lock that was not free", e -> status(e) == 429, NOT_DONE),
            new Row("any other 4xx, without Stripe's word for why: of what stands before it", Meaning::isBare, OPEN),
            new Row("402: declined", e -> status(e) == 402, DECLINED),
            new Row("5xx, of Stripe or of what stands before it", e -> status(e) / 100 == 5, ONLY_READABLE),
            new Row("400: the key was used for something else", e -> is(e, "idempotency_error"), NOT_FOR_US),
            new Row("400: not in this state", Meaning::isOfAnotherState, OTHER_STATE),
            new Row("404: no such payment", e -> status(e) == 404 && !names(e, "payment_method"), ABSENT),
            new Row("any other 4xx", e -> status(e) / 100 == 4, REFUSED),
            new Row("anything else, such as a redirect", _ -> true, OPEN));

    private record Row(String answer, Predicate<StripeException> fits, Meaning meaning) {}

    static Meaning of(StripeException answer) {
        return TABLE.stream().filter(row -> row.fits.test(answer)).findFirst().orElseThrow().meaning;
    }

    /// The provider's word for why it said no: the issuer's, if it gave a reason.
    static String code(@Nullable StripeError error) {
        if (error == null) return "refused";
        return Objects.requireNonNullElse(
                error.getDeclineCode(), Objects.requireNonNullElse(error.getCode(), "refused"));
    }

    private static boolean isBare(StripeException answer) {
        StripeError error = answer.getStripeError();
        return status(answer) / 100 == 4 && (error == null || error.getType() == null);
    }

    private static boolean isOfAnotherState(StripeException answer) {
        String code = code(answer.getStripeError());
        return status(answer) == 400
                && (code.equals("payment_intent_unexpected_state")
                        || code.equals("charge_already_captured")
                        || code.equals("charge_expired_for_capture"));
    }

    private static boolean is(StripeException answer, String type) {
        StripeError error = answer.getStripeError();
        return error != null && type.equals(error.getType());
    }

    private static boolean names(StripeException answer, String parameter) {
        StripeError error = answer.getStripeError();
        return error != null && error.getParam() != null && error.getParam().startsWith(parameter);
    }

    private static int status(StripeException answer) {
        Integer status = answer.getStatusCode();
        return status == null ? 0 : status;
    }
}
