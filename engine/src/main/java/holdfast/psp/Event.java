package holdfast.psp;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Something that happened to a payment, told to those who want to know.
///
/// @param number how many there were before it
/// @param key the idempotency key of the request that brought it about, if it had one
/// @param intent how it stood then
/// @param refund null: it is not about a refund
record Event(
        int number,
        Kind kind,
        Instant at,
        @Nullable String key,
        PaymentIntent intent,
        @Nullable Refund refund) {

    private static final String PREFIX = "evt_3";
    private static final int NUMBER_DIGITS = 7;

    /// Which part of the payment it shows.
    enum Subject {
        INTENT,
        CHARGE,
        REFUND
    }

    enum Kind {
        CREATED("payment_intent.created", Subject.INTENT),
        AMOUNT_CAPTURABLE_UPDATED("payment_intent.amount_capturable_updated", Subject.INTENT),
        REQUIRES_ACTION("payment_intent.requires_action", Subject.INTENT),
        PROCESSING("payment_intent.processing", Subject.INTENT),
        SUCCEEDED("payment_intent.succeeded", Subject.INTENT),
        PAYMENT_FAILED("payment_intent.payment_failed", Subject.INTENT),
        CANCELED("payment_intent.canceled", Subject.INTENT),
        CHARGE_SUCCEEDED("charge.succeeded", Subject.CHARGE),
        CHARGE_FAILED("charge.failed", Subject.CHARGE),
        CHARGE_CAPTURED("charge.captured", Subject.CHARGE),
        CHARGE_REFUNDED("charge.refunded", Subject.CHARGE),
        REFUND_CREATED("refund.created", Subject.REFUND),
        REFUND_UPDATED("refund.updated", Subject.REFUND),
        REFUND_FAILED("refund.failed", Subject.REFUND);

        private final String type;
        private final Subject subject;

        Kind(String type, Subject subject) {
            this.type = type;
            this.subject = subject;
        }

        String type() {
            return type;
        }

        Subject subject() {
            return subject;
        }
    }

    /// Its name, which tells its number and is the same after every restart.
    String id() {
        return PREFIX + Names.digits(number, NUMBER_DIGITS) + Names.mark(intent.reference() + number);
    }

    /// The number that a name tells, or -1.
    static int numberOf(String id) {
        int end = PREFIX.length() + NUMBER_DIGITS;
        return id.startsWith(PREFIX) && id.length() > end ? Names.number(id.substring(PREFIX.length(), end)) : -1;
    }
}
