package holdfast.psp;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A no, in Stripe's words.
///
/// @param intent the payment that it is about, which is shown with it
record StripeError(
        int status,
        String type,
        @Nullable String code,
        @Nullable String param,
        String message,
        @Nullable String intent) {

    static final String INVALID_REQUEST = "invalid_request_error";
    static final String API_ERROR = "api_error";

    private static final String IDEMPOTENCY = "idempotency_error";
    private static final String UNEXPECTED_STATE = "payment_intent_unexpected_state";
    private static final String MISSING = "resource_missing";
    private static final String TOO_LARGE = "amount_too_large";

    static StripeError invalid(@Nullable String code, @Nullable String param, String message) {
        return new StripeError(400, INVALID_REQUEST, code, param, message, null);
    }

    static StripeError noSuch(String kind, String param, String id) {
        return new StripeError(404, INVALID_REQUEST, MISSING, param, "No such " + kind + ": '" + id + "'", null);
    }

    /// As [#noSuch], but what is missing was not asked for: it was a parameter.
    static StripeError noSuchParam(String kind, String param, String id) {
        return new StripeError(400, INVALID_REQUEST, MISSING, param, "No such " + kind + ": '" + id + "'", null);
    }

    static StripeError unexpectedState(PaymentIntent intent, String verb, @Nullable String param) {
        String message = "You cannot %s this PaymentIntent because it has a status of %s."
                .formatted(verb, intent.state().name().toLowerCase(Locale.ROOT));
        return new StripeError(400, INVALID_REQUEST, UNEXPECTED_STATE, param, message, intent.reference());
    }

    static StripeError amountTooLarge(String param, String message) {
        return invalid(TOO_LARGE, param, message);
    }

    static StripeError keyReused(String key) {
        return new StripeError(400, IDEMPOTENCY, null, null, """
                Keys for idempotent requests can only be used with the same parameters they were first used with. \
                Try using a key other than '%s' if you meant to execute a different request.""".formatted(key), null);
    }

    static StripeError keyInUse(String key) {
        return new StripeError(409, IDEMPOTENCY, "idempotency_key_in_use", null, """
                There is currently another in-progress request using this Idempotent Key '%s' (that probably means \
                you submitted twice, and the other request is still going through). \
                Please try again later.""".formatted(key), null);
    }

    static StripeError rateLimited() {
        return new StripeError(
                429,
                INVALID_REQUEST,
                "rate_limit",
                null,
                "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
                null);
    }

    static StripeError ours(int status) {
        return new StripeError(status, API_ERROR, null, null, "An unknown error occurred", null);
    }

    /// What a caller within this process hears.
    Answer.Reason reason() {
        if (type.equals(IDEMPOTENCY)) return Answer.Reason.KEY_REUSED;
        if (UNEXPECTED_STATE.equals(code)) return Answer.Reason.UNEXPECTED_STATE;
        return MISSING.equals(code) ? Answer.Reason.NO_SUCH_INTENT : Answer.Reason.AMOUNT_MISMATCH;
    }
}
