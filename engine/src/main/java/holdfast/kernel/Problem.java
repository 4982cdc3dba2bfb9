package holdfast.kernel;

import java.util.Locale;

/// Every way the shop says no, in one place. Rendered as RFC 9457 `application/problem+json`; each has a page
/// in `docs/problems/`.
public enum Problem {
    INVALID_REQUEST(400, "The request is not valid"),
    IDEMPOTENCY_KEY_REQUIRED(400, "This request needs an Idempotency-Key header"),
    IDEMPOTENCY_KEY_INVALID(400, "The Idempotency-Key header is not valid"),
    UNAUTHORIZED(401, "No valid credentials"),
    PAYMENT_DECLINED(402, "The payment was declined"),
    FORBIDDEN(403, "These credentials do not allow this"),
    NOT_FOUND(404, "No such resource"),
    METHOD_NOT_ALLOWED(405, "This resource does not know this method"),
    OUT_OF_STOCK(409, "Not enough stock"),
    PURCHASE_LIMIT(409, "More than one customer can buy"),
    PRICE_CHANGED(409, "The price changed since you last saw it"),
    HOLD_EXPIRED(409, "The hold on the stock has expired"),
    PAYMENT_IN_PROGRESS(409, "A payment for this checkout is under way"),
    CHECKOUT_COMPLETED(409, "This checkout has become an order"),
    CHECKOUT_CANCELED(409, "This checkout was canceled"),
    DISCOUNT_CODE_UNAVAILABLE(409, "A discount code can no longer be used"),
    IDEMPOTENCY_KEY_IN_USE(409, "The first request with this idempotency key is still running"),
    ORDER_NOT_PAID(409, "The order is not paid yet"),
    ORDER_NOT_CANCELABLE(409, "The order can no longer be canceled"),
    ORDER_NOT_FULFILLABLE(409, "There is nothing like that left to ship"),
    NOT_IN_STOCK_YET(409, "What is backordered cannot be shipped yet"),
    REFUND_EXCEEDS_PAYMENT(409, "The refund is more than what is left of the payment"),
    STOCK_PROMISED(409, "Units that are promised to shoppers cannot be taken away"),
    IN_USE(409, "Something still depends on this"),
    SAGA_NOT_STUCK(409, "Nobody has to look at this payment"),
    BODY_TOO_LARGE(413, "The request body is too large"),
    UNSUPPORTED_MEDIA_TYPE(415, "The request body is of an unsupported media type"),
    IDEMPOTENCY_KEY_REUSED(422, "This idempotency key was used with a different request"),
    CARD_DATA_NOT_ACCEPTED(422, "A card number was sent; cards go to the payment provider only"),
    RATE_LIMITED(429, "Too often in a short time"),
    INTERNAL_ERROR(500, "Something broke on our side"),
    UNAVAILABLE(503, "The shop cannot answer right now");

    private final int status;
    private final String title;

    Problem(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /// The HTTP status it is answered with.
    public int status() {
        return status;
    }

    /// A short sentence, the same for every occurrence.
    public String title() {
        return title;
    }

    /// The stable name on the wire: `out_of_stock`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether the same request, sent again unchanged, may succeed without anything else having to happen
    /// first.
    public boolean retryable() {
        return switch (this) {
            case PAYMENT_IN_PROGRESS,
                    IDEMPOTENCY_KEY_IN_USE,
                    ORDER_NOT_PAID,
                    RATE_LIMITED,
                    INTERNAL_ERROR,
                    UNAVAILABLE -> true;
            case INVALID_REQUEST,
                    IDEMPOTENCY_KEY_REQUIRED,
                    IDEMPOTENCY_KEY_INVALID,
                    UNAUTHORIZED,
                    PAYMENT_DECLINED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    OUT_OF_STOCK,
                    PURCHASE_LIMIT,
                    PRICE_CHANGED,
                    HOLD_EXPIRED,
                    CHECKOUT_COMPLETED,
                    CHECKOUT_CANCELED,
                    DISCOUNT_CODE_UNAVAILABLE,
                    ORDER_NOT_CANCELABLE,
                    ORDER_NOT_FULFILLABLE,
                    NOT_IN_STOCK_YET,
                    REFUND_EXCEEDS_PAYMENT,
                    STOCK_PROMISED,
                    IN_USE,
                    SAGA_NOT_STUCK,
                    BODY_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    IDEMPOTENCY_KEY_REUSED,
                    CARD_DATA_NOT_ACCEPTED -> false;
        };
    }

    /// This problem as something to throw, with a sentence about this occurrence. The sentence never repeats
    /// what the client sent in free text.
    public Refusal refuse(String detail) {
        return new Refusal(this, detail);
    }
}
