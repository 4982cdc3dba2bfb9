package holdfast.payment.stripe;

import com.stripe.exception.ApiConnectionException;

/// No connection came about, so nothing was sent.
final class NotSentException extends ApiConnectionException {

    private static final long serialVersionUID = 1;

    NotSentException(String message, Throwable cause) {
        super(message, cause);
    }
}
