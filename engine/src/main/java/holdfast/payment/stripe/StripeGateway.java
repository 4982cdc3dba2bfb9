package holdfast.payment.stripe;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge.PaymentMethodDetails;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentIntentRetrieveParams;
import com.stripe.param.PaymentMethodCreateParams;
import com.stripe.param.RefundCreateParams;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Card;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Outcome.Doubt;
import holdfast.payment.Retrieved;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stripe's PaymentIntents: made without moving money, named by Stripe, then confirmed by us and captured
/// later.
///
/// An answer is believed as far as it is about what was asked. One about another payment, or of the other
/// mode, is [Doubt#NOT_FOR_US] and touched no further; another amount is told as it is, for the caller to let
/// go of it. Nothing of a card but its brand and last four digits gets any further than here.
public final class StripeGateway implements Gateway, AutoCloseable {

    public static final String NAME = "stripe";

    private static final Logger LOG = LoggerFactory.getLogger(StripeGateway.class);

    /// What is written on every payment, to find it again.
    private static final String PAYMENT_ID = "payment_id";

    private static final String CHECKOUT_ID = "checkout_id";
    private static final String SHOP_ID = "shop_id";

    /// How long Stripe may take to read something, and to move money, where banks are slow.
    private static final Duration READ_MAX = Duration.ofSeconds(5);

    private static final Duration MOVE_MAX = Duration.ofSeconds(15);

    private static final String ALREADY_CAPTURED = "already_captured";
    private static final String CANCELED = "payment_canceled";
    private static final String NOT_AUTHORIZED = "payment_not_authorized";
    private static final String NOT_CAPTURED = "payment_not_captured";
    private static final String NOT_PAYABLE = "amount_not_payable";

    private static final String LATEST_CHARGE = "latest_charge";
    private static final long PAGE = 100;
    private static final Pattern LAST4 = Pattern.compile("[0-9]{4}");

    private final StripeAccount account;
    private final Duration readMax;
    private final Duration moveMax;
    private final Transport transport = new Transport();
    private final StripeClient stripe;

    public StripeGateway(StripeAccount account) {
        this(account, READ_MAX, MOVE_MAX);
    }

    /// @param readMax how long Stripe may take to read something, `moveMax` to move money
    StripeGateway(StripeAccount account, Duration readMax, Duration moveMax) {
        this.account = account;
        this.readMax = readMax;
        this.moveMax = moveMax;
        this.stripe = StripeClient.builder()
                .setApiKey(account.secretKey())
                .setApiBase(account.apiBase().toString())
                .setMaxNetworkRetries(0)
                .setHttpClient(transport)
                .build();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean takesOurReference() {
        return false;
    }

    @Override
    public Outcome create(Charge charge, String key) {
        OptionalLong amount = MinorUnits.of(charge.amount());
        if (amount.isEmpty()) return new Outcome.Declined(NOT_PAYABLE);
        PaymentIntentCreateParams asked = withMethods(PaymentIntentCreateParams.builder())
                .setAmount(amount.getAsLong())
                .setCurrency(code(charge.amount()))
                .putMetadata(PAYMENT_ID, charge.payment().toString())
                .putMetadata(CHECKOUT_ID, charge.checkout().toString())
                .putMetadata(SHOP_ID, account.shop().toString())
                .build();
        return asked(() -> {
            PaymentIntent made = stripe.v1().paymentIntents().create(asked, within(readMax, key));
            if (!isOurs(made, made.getId(), charge.payment())) return foreign(made.getId());
            return found(made) instanceof Retrieved.Found found
                            && found.amount().equals(charge.amount())
                    ? new Outcome.Approved(made.getId(), found.amount(), null)
                    : unknown(Doubt.NOT_FOR_US, made.getId() + " was made over another amount");
        });
    }

    /// Money is set aside where the method can do that, and taken at once where it cannot.
    private PaymentIntentCreateParams.Builder withMethods(PaymentIntentCreateParams.Builder asked) {
        account.methods().stream().sorted().forEach(asked::addPaymentMethodType);
        if (account.capturesEverythingLater()) {
            return asked.setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.MANUAL);
        }
        Map<String, Object> later = new TreeMap<>();
        for (String method : account.methods()) {
            if (StripeAccount.capturesLater(method)) later.put(method, Map.of("capture_method", "manual"));
        }
        if (!later.isEmpty()) asked.putExtraParam("payment_method_options", later);
        return asked.setCaptureMethod(PaymentIntentCreateParams.CaptureMethod.AUTOMATIC);
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return asked(
                () -> {
                    PaymentIntentConfirmParams asked = PaymentIntentConfirmParams.builder()
                            .setPaymentMethod(paymentMethod(charge.token(), key))
                            .setReturnUrl(account.returnUrl().toString())
                            .addExpand(LATEST_CHARGE)
                            .build();
                    PaymentIntent intent = stripe.v1().paymentIntents().confirm(reference, asked, within(moveMax, key));
                    return isOurs(intent, reference, charge.payment()) ? outcome(intent) : foreign(reference);
                },
                reference,
                this::outcome);
    }

    /// A card's token becomes a payment method first; every other token, a wallet's too, is one already.
    private String paymentMethod(String token, String key) throws StripeException {
        if (!token.startsWith("tok_")) return token;
        var asked = PaymentMethodCreateParams.builder()
                .setType(PaymentMethodCreateParams.Type.CARD)
                .setCard(PaymentMethodCreateParams.Token.builder()
                        .setToken(token)
                        .build())
                .build();
        return stripe.v1()
                .paymentMethods()
                .create(asked, within(readMax, key + ":method"))
                .getId();
    }

    private Outcome outcome(PaymentIntent intent) {
        return switch (found(intent)) {
            case Retrieved.Found found -> outcome(intent.getId(), found);
            case Retrieved.Absent _ -> unknown(Doubt.NOT_FOR_US, intent.getId() + " is unknown");
            case Retrieved.Unreachable(String detail) -> unknown(Doubt.ONLY_READABLE, detail);
        };
    }

    private static Outcome outcome(String reference, Retrieved.Found found) {
        return switch (found.state()) {
            case REQUIRES_CAPTURE ->
                new Outcome.Approved(reference, found.amount(), found.card(), found.captureBefore());
            case SUCCEEDED -> new Outcome.Approved(reference, found.captured(), found.card());
            case REQUIRES_ACTION ->
                found.actionUrl() == null
                        ? unknown(Doubt.ONLY_READABLE, "the shopper has to act, and nobody says where")
                        : new Outcome.ActionRequired(reference, found.actionUrl());
            case CANCELED -> new Outcome.Declined(CANCELED);
            case REQUIRES_PAYMENT_METHOD ->
                found.declineCode() == null
                        ? unknown(Doubt.OPEN, "not confirmed yet")
                        : new Outcome.Declined(found.declineCode());
            case PROCESSING -> unknown(Doubt.ONLY_READABLE, "still processing");
        };
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        OptionalLong minor = MinorUnits.of(amount);
        if (minor.isEmpty()) return new Outcome.Declined(NOT_PAYABLE);
        PaymentIntentCaptureParams asked = PaymentIntentCaptureParams.builder()
                .setAmountToCapture(minor.getAsLong())
                .addExpand(LATEST_CHARGE)
                .build();
        return asked(
                () -> {
                    PaymentIntent intent = stripe.v1().paymentIntents().capture(reference, asked, within(moveMax, key));
                    return isOurs(intent, reference) ? outcome(intent) : foreign(reference);
                },
                reference,
                intent -> captured(intent, amount));
    }

    /// It could not be captured now: it may have been before, under another key.
    private Outcome captured(PaymentIntent intent, Money amount) {
        if (!(found(intent) instanceof Retrieved.Found found)) return outcome(intent);
        return switch (found.state()) {
            case SUCCEEDED ->
                found.captured().equals(amount)
                        ? new Outcome.Approved(intent.getId(), amount, found.card())
                        : unknown(Doubt.ONLY_READABLE, "captured " + found.captured());
            case CANCELED -> new Outcome.Declined(CANCELED);
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION -> new Outcome.Declined(NOT_AUTHORIZED);
            case REQUIRES_CAPTURE -> unknown(Doubt.OPEN, "authorized just now");
            case PROCESSING -> unknown(Doubt.ONLY_READABLE, "still processing");
        };
    }

    @Override
    public Outcome cancel(String reference, String key) {
        PaymentIntentCancelParams asked =
                PaymentIntentCancelParams.builder().addExpand(LATEST_CHARGE).build();
        return asked(
                () -> {
                    PaymentIntent intent = stripe.v1().paymentIntents().cancel(reference, asked, within(moveMax, key));
                    return isOurs(intent, reference) ? canceled(intent) : foreign(reference);
                },
                reference,
                this::canceled);
    }

    private Outcome canceled(PaymentIntent intent) {
        if (!(found(intent) instanceof Retrieved.Found found)) return outcome(intent);
        return switch (found.state()) {
            case CANCELED -> new Outcome.Approved(intent.getId(), found.amount(), found.card());
            case SUCCEEDED -> new Outcome.Declined(ALREADY_CAPTURED);
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, REQUIRES_CAPTURE, PROCESSING ->
                unknown(Doubt.ONLY_READABLE, "not canceled, but " + intent.getStatus());
        };
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        OptionalLong minor = MinorUnits.of(amount);
        if (minor.isEmpty()) return new Outcome.Declined(NOT_PAYABLE);
        RefundCreateParams asked = RefundCreateParams.builder()
                .setPaymentIntent(reference)
                .setAmount(minor.getAsLong())
                .build();
        return asked(
                () -> refunded(reference, stripe.v1().refunds().create(asked, within(moveMax, key))),
                reference,
                StripeGateway::notRefundable);
    }

    private static Outcome refunded(String reference, Refund refund) {
        if (!reference.equals(refund.getPaymentIntent())) return foreign(reference);
        return switch (String.valueOf(refund.getStatus())) {
            // Pending is accepted: should it fail later, a webhook and the reconciler tell.
            case "succeeded", "pending", "requires_action" ->
                MinorUnits.money(refund.getAmount(), refund.getCurrency())
                        .<Outcome>map(given -> new Outcome.Approved(refund.getId(), given, null))
                        .orElseGet(() -> unknown(Doubt.ONLY_READABLE, "refunded in another currency"));
            case "failed", "canceled" ->
                new Outcome.Declined(refund.getFailureReason() == null ? "refund_failed" : refund.getFailureReason());
            default -> unknown(Doubt.ONLY_READABLE, "the refund is " + refund.getStatus());
        };
    }

    private static Outcome notRefundable(PaymentIntent intent) {
        Retrieved.State state = state(intent);
        return state == null || state == Retrieved.State.SUCCEEDED || state == Retrieved.State.PROCESSING
                ? unknown(Doubt.OPEN, "captured just now, or about to be: " + intent.getStatus())
                : new Outcome.Declined(NOT_CAPTURED);
    }

    @Override
    public Retrieved retrieve(String reference) {
        try {
            PaymentIntent intent = read(reference);
            return isOurs(intent, reference)
                    ? found(intent)
                    : new Retrieved.Unreachable(reference + " was asked for, and something else came");
        } catch (StripeException e) {
            return switch (Meaning.of(e)) {
                case ABSENT -> new Retrieved.Absent();
                case NOT_DONE, OPEN, ONLY_READABLE, NOT_FOR_US, DECLINED, OTHER_STATE, REFUSED ->
                    new Retrieved.Unreachable(described(e));
            };
        }
    }

    private PaymentIntent read(String reference) throws StripeException {
        var asked =
                PaymentIntentRetrieveParams.builder().addExpand(LATEST_CHARGE).build();
        return stripe.v1().paymentIntents().retrieve(reference, asked, within(readMax));
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        var asked = PaymentIntentListParams.builder()
                .setCreated(PaymentIntentListParams.Created.builder()
                        .setGte(from.getEpochSecond())
                        .setLt(until.getEpochSecond())
                        .build())
                .setLimit(PAGE)
                .addExpand("data." + LATEST_CHARGE);
        if (page != null) asked.setStartingAfter(page);
        try {
            StripeCollection<PaymentIntent> came = stripe.v1().paymentIntents().list(asked.build(), within(moveMax));
            List<Listing.Listed> ours = new ArrayList<>();
            for (PaymentIntent intent : came.getData()) {
                PaymentId payment = payment(intent).orElse(null);
                if (payment == null || !isOurs(intent, intent.getId())) continue;
                if (!(found(intent) instanceof Retrieved.Found found)) {
                    return new Listing.Unreachable(intent.getId() + " cannot be read: " + intent.getStatus());
                }
                ours.add(new Listing.Listed(intent.getId(), payment, found));
            }
            boolean more = came.getHasMore() && !came.getData().isEmpty();
            return new Listing.Page(ours, more ? came.getData().getLast().getId() : null);
        } catch (StripeException e) {
            return new Listing.Unreachable(described(e));
        }
    }

    /// A request, and what it tells if it is answered as it should be.
    @FunctionalInterface
    private interface Request {

        Outcome send() throws StripeException;
    }

    private Outcome asked(Request request) {
        try {
            return request.send();
        } catch (StripeException e) {
            return outcome(e);
        }
    }

    /// @param whenElsewhere what it means if the payment was in another state, by what that is
    private Outcome asked(Request request, String reference, Function<PaymentIntent, Outcome> whenElsewhere) {
        try {
            return request.send();
        } catch (StripeException e) {
            if (Meaning.of(e) != Meaning.OTHER_STATE) return outcome(e);
        }
        try {
            PaymentIntent intent = read(reference);
            return isOurs(intent, reference) ? whenElsewhere.apply(intent) : foreign(reference);
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

    private static Outcome unknown(Doubt doubt, String detail) {
        return new Outcome.Unknown(detail, doubt);
    }

    private static Outcome foreign(String reference) {
        LOG.error("Stripe was asked about {} and answered about something else", reference);
        return unknown(Doubt.NOT_FOR_US, reference + " was asked for, and something else came");
    }

    /// Status and code, and not the message, which may repeat what was sent.
    private static String described(StripeException e) {
        if (e.getStatusCode() == null || e.getStatusCode() == 0) return String.valueOf(e.getMessage());
        return "HTTP " + e.getStatusCode() + ", " + Meaning.code(e.getStripeError()) + ", request " + e.getRequestId();
    }

    private static RequestOptions within(Duration time) {
        return options(time).build();
    }

    private static RequestOptions within(Duration time, String key) {
        return options(time).setIdempotencyKey(key).build();
    }

    private static RequestOptions.RequestOptionsBuilder options(Duration time) {
        return RequestOptions.builder().setReadTimeout((int) time.toMillis());
    }

    private boolean isOurs(PaymentIntent intent, String reference, PaymentId payment) {
        return isOurs(intent, reference)
                && payment(intent).filter(payment::equals).isPresent();
    }

    private boolean isOurs(PaymentIntent intent, String reference) {
        return reference.equals(intent.getId())
                && Boolean.valueOf(account.isLive()).equals(intent.getLivemode());
    }

    /// Our own id of a payment, if it is of this shop.
    private Optional<PaymentId> payment(PaymentIntent intent) {
        Map<String, String> written = intent.getMetadata() == null ? Map.of() : intent.getMetadata();
        return account.shop().toString().equals(written.get(SHOP_ID))
                ? PaymentId.parse(written.getOrDefault(PAYMENT_ID, ""))
                : Optional.empty();
    }

    private Retrieved found(PaymentIntent intent) {
        Retrieved.State state = state(intent);
        com.stripe.model.Charge charge = intent.getLatestChargeObject();
        boolean waits = state == Retrieved.State.REQUIRES_CAPTURE;
        boolean taken = state == Retrieved.State.SUCCEEDED;
        Money amount = amount(waits ? intent.getAmountCapturable() : intent.getAmount(), intent);
        Money captured = amount(taken ? intent.getAmountReceived() : Long.valueOf(0), intent);
        // Of a void, a charge says that it was refunded.
        Money refunded = amount(taken && charge != null ? charge.getAmountRefunded() : Long.valueOf(0), intent);
        if (state == null || amount == null || captured == null || refunded == null) {
            return new Retrieved.Unreachable(intent.getId() + " is not as we know it: " + intent.getStatus());
        }
        return new Retrieved.Found(
                state,
                amount,
                captured,
                refunded,
                card(charge),
                actionUrl(intent),
                state == Retrieved.State.REQUIRES_PAYMENT_METHOD && intent.getLastPaymentError() != null
                        ? Meaning.code(intent.getLastPaymentError())
                        : null,
                waits ? captureBefore(charge) : null);
    }

    private static Retrieved.@Nullable State state(PaymentIntent intent) {
        return switch (String.valueOf(intent.getStatus())) {
            case "requires_payment_method", "requires_confirmation" -> Retrieved.State.REQUIRES_PAYMENT_METHOD;
            case "requires_action" -> Retrieved.State.REQUIRES_ACTION;
            case "processing" -> Retrieved.State.PROCESSING;
            case "requires_capture" -> Retrieved.State.REQUIRES_CAPTURE;
            case "succeeded" -> Retrieved.State.SUCCEEDED;
            case "canceled" -> Retrieved.State.CANCELED;
            default -> null;
        };
    }

    private static @Nullable Money amount(@Nullable Long amount, PaymentIntent intent) {
        if (amount == null || intent.getCurrency() == null) return null;
        return MinorUnits.money(amount, intent.getCurrency()).orElse(null);
    }

    private static @Nullable URI actionUrl(PaymentIntent intent) {
        PaymentIntent.NextAction next = intent.getNextAction();
        if (next == null
                || next.getRedirectToUrl() == null
                || next.getRedirectToUrl().getUrl() == null) return null;
        try {
            return new URI(next.getRedirectToUrl().getUrl());
        } catch (URISyntaxException e) {
            return null;
        }
    }

    private static @Nullable Card card(com.stripe.model.@Nullable Charge charge) {
        PaymentMethodDetails.Card card = cardOf(charge);
        if (card == null || card.getBrand() == null || card.getLast4() == null) return null;
        return LAST4.matcher(card.getLast4()).matches() ? new Card(card.getBrand(), card.getLast4()) : null;
    }

    private static @Nullable Instant captureBefore(com.stripe.model.@Nullable Charge charge) {
        PaymentMethodDetails.Card card = cardOf(charge);
        return card == null || card.getCaptureBefore() == null ? null : Instant.ofEpochSecond(card.getCaptureBefore());
    }

    private static PaymentMethodDetails.@Nullable Card cardOf(com.stripe.model.@Nullable Charge charge) {
        return charge == null || charge.getPaymentMethodDetails() == null
                ? null
                : charge.getPaymentMethodDetails().getCard();
    }

    private static String code(Money amount) {
        return amount.currency().getCurrencyCode().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        transport.close();
    }
}
