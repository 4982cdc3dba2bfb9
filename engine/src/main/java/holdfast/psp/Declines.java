package holdfast.psp;

import java.util.Map;

/// Why a card was refused, in Stripe's words: <https://docs.stripe.com/declines/codes>.
enum Declines {
    GENERIC("card_declined", "Your card was declined."),
    INSUFFICIENT_FUNDS("card_declined", "Your card has insufficient funds."),
    VELOCITY(
            "card_declined",
            "Your card was declined for making repeated attempts too frequently or exceeding its amount limit."),
    EXPIRED("expired_card", "Your card has expired."),
    INCORRECT_CVC("incorrect_cvc", "Your card's security code is incorrect."),
    PROCESSING("processing_error", "An error occurred while processing your card. Try again in a little bit."),
    AUTHENTICATION_REQUIRED(
            "authentication_required", "Your card was declined. This transaction requires authentication."),
    AUTHENTICATION_FAILED(
            "payment_intent_authentication_failure",
            "The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new"
                    + " PaymentMethod to attempt to fulfill this PaymentIntent again.");

    private static final Map<String, Declines> BY_CODE = Map.of(
            "insufficient_funds",
            INSUFFICIENT_FUNDS,
            "card_velocity_exceeded",
            VELOCITY,
            "expired_card",
            EXPIRED,
            "incorrect_cvc",
            INCORRECT_CVC,
            "processing_error",
            PROCESSING,
            "authentication_required",
            AUTHENTICATION_REQUIRED,
            SandboxProvider.AUTHENTICATION_FAILED,
            AUTHENTICATION_FAILED);

    private final String code;
    private final String message;

    Declines(String code, String message) {
        this.code = code;
        this.message = message;
    }

    static Declines of(String declineCode) {
        return BY_CODE.getOrDefault(declineCode, GENERIC);
    }

    String code() {
        return code;
    }

    String message() {
        return message;
    }

    /// A failed challenge is no word of the issuer.
    String type() {
        return this == AUTHENTICATION_FAILED ? StripeError.INVALID_REQUEST : "card_error";
    }
}
