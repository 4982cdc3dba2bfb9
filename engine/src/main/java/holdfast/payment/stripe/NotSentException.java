package holdfast.payment.stripe;

import com.stripe.exception.ApiConnectionException;
import org.jspecify.annotations.Nullable;

/// No connection came about, or none was tried, so nothing was sent.
final class NotSentException extends ApiConnectionException {

    private static final long serialVersionUID = 1;

    NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
