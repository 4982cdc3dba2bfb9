package holdfast.payment.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.service.V1Services;
import holdfast.payment.Outcome;
import holdfast.payment.Outcome.Doubt;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How Stripe is asked, and what it means if it does not answer with what was asked for.
final class Asking implements AutoCloseable {

    static final String LATEST_CHARGE = "latest_charge";

    private static final Logger LOG = LoggerFactory.getLogger(StripeGateway.class);

    private final Intents intents;
    private final Duration readMax;
    private final Duration moveMax;
    private final Transport transport = new Transport();
    private final StripeClient stripe;

    /// @param readMax how long Stripe may take to read something, `moveMax` to move money
    Asking(StripeAccount account, Intents intents, Duration readMax, Duration moveMax) {
        this.intents = intents;
        this.readMax = readMax;
        this.moveMax = moveMax;
        this.stripe = StripeClient.builder()
                .setApiKey(account.secretKey())
                .setApiBase(account.apiBase().toString())
                .setMaxNetworkRetries(0)
                .setHttpClient(transport)
                .build();
    }

    /// A request, and what it tells if it is answered as it should be.
    @FunctionalInterface
    interface Request {

        Outcome send() throws StripeException;
    }

    V1Services stripe() {
        return stripe.v1();
    }

    /// For a request that reads.
    RequestOptions reading() {
        return within(readMax).build();
    }

    /// For one that reads much.
    RequestOptions readingMuch() {
        return within(moveMax).build();
    }

    /// For one that makes something known and moves no money.
    RequestOptions naming(String key) {
        return within(readMax).setIdempotencyKey(key).build();
    }

    /// For one that moves money.
    RequestOptions moving(String key) {
        return within(moveMax).setIdempotencyKey(key).build();
    }

    private static RequestOptions.RequestOptionsBuilder within(Duration time) {
        return RequestOptions.builder().setReadTimeout((int) time.toMillis());
    }

    PaymentIntent read(String reference) throws StripeException {
        var asked =
                PaymentIntentRetrieveParams.builder().addExpand(LATEST_CHARGE).build();
        return stripe().paymentIntents().retrieve(reference, asked, reading());
    }

    Outcome asked(Request request) {
        try {
            return request.send();
        } catch (StripeException e) {
            return outcome(e);
        }
    }

    /// @param whenElsewhere what it means if the payment was in another state, by what that is
    Outcome asked(Request request, String reference, Function<PaymentIntent, Outcome> whenElsewhere) {
        try {
            return request.send();
        } catch (StripeException e) {
            if (Meaning.of(e) != Meaning.OTHER_STATE) return outcome(e);
        }
        try {
            PaymentIntent intent = read(reference);
            return intents.isOurs(intent, reference) ? whenElsewhere.apply(intent) : foreign(reference);
        } catch (StripeException e) {
            return unknown(Doubt.ONLY_READABLE, described(e));
        }
    }

    private static Outcome outcome(StripeException e) {
        return switch (Meaning.of(e)) {
            case DECLINED, REFUSED -> new Outcome.Declined(Meaning.code(e.getStripeError()));
            case NOT_DONE -> unknown(Doubt.NOT_DONE, described(e));
            case OPEN -> unknown(Doubt.OPEN, described(e));
            case ONLY_READABLE, OTHER_STATE -> unknown(Doubt.ONLY_READABLE, described(e));
            case NOT_FOR_US, ABSENT -> {
                LOG.error("Stripe does not take our requests as they are meant: {}", described(e));
                yield unknown(Doubt.NOT_FOR_US, described(e));
            }
        };
    }

    static Outcome unknown(Doubt doubt, String detail) {
        return new Outcome.Unknown(detail, doubt);
    }

    static Outcome foreign(String reference) {
        LOG.error("Stripe was asked about {} and answered about something else", reference);
        return unknown(Doubt.NOT_FOR_US, reference + " was asked for, and something else came");
    }

    /// Status and code, and not the message, which may repeat what was sent.
    static String described(StripeException e) {
        if (e.getStatusCode() == null || e.getStatusCode() == 0) return String.valueOf(e.getMessage());
        return "HTTP " + e.getStatusCode() + ", " + Meaning.code(e.getStripeError()) + ", request " + e.getRequestId();
    }

    /// Whether Stripe does not take our key.
    boolean isRefused() {
        return transport.isRefused();
    }

    @Override
    public void close() {
        transport.close();
    }
}
