package holdfast.psp;

import java.util.Locale;

/// What Stripe's protocol lets one ask for, as far as a shop needs it.
enum Operation {
    CREATE_INTENT("POST", "/v1/payment_intents"),
    CONFIRM_INTENT("POST", "/v1/payment_intents/{id}/confirm"),
    CAPTURE_INTENT("POST", "/v1/payment_intents/{id}/capture"),
    CANCEL_INTENT("POST", "/v1/payment_intents/{id}/cancel"),
    RETRIEVE_INTENT("GET", "/v1/payment_intents/{id}"),
    LIST_INTENTS("GET", "/v1/payment_intents"),
    RETRIEVE_CHARGE("GET", "/v1/charges/{id}"),
    LIST_CHARGES("GET", "/v1/charges"),
    CREATE_REFUND("POST", "/v1/refunds"),
    RETRIEVE_REFUND("GET", "/v1/refunds/{id}"),
    LIST_REFUNDS("GET", "/v1/refunds"),
    CREATE_METHOD("POST", "/v1/payment_methods"),
    RETRIEVE_METHOD("GET", "/v1/payment_methods/{id}"),
    CREATE_TOKEN("POST", "/v1/tokens"),
    RETRIEVE_TOKEN("GET", "/v1/tokens/{id}"),
    RETRIEVE_EVENT("GET", "/v1/events/{id}"),
    LIST_EVENTS("GET", "/v1/events");

    private final String method;
    private final String path;

    Operation(String method, String path) {
        this.method = method;
        this.path = path;
    }

    String method() {
        return method;
    }

    String path() {
        return path;
    }

    /// Whether a browser may ask for it.
    boolean isPublic() {
        return this == CREATE_METHOD || this == CREATE_TOKEN;
    }

    /// As it is spelled in the control API: `confirm_intent`.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
