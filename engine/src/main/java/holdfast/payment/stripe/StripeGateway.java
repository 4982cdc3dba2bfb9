package holdfast.payment.stripe;

import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeCollection;
import com.stripe.param.PaymentIntentCancelParams;
import com.stripe.param.PaymentIntentCaptureParams;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentListParams;
import com.stripe.param.PaymentMethodCreateParams;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Outcome.Doubt;
import holdfast.payment.Retrieved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Stripe's PaymentIntents: made without moving money, named by Stripe, then confirmed by us and captured
/// later.
///
/// An answer is believed as far as it is about what was asked. One about another payment, or of the other
/// mode, is [Doubt#NOT_FOR_US] and touched no further; another amount is told as it is, for the caller to let
/// go of it. Nothing of a card but its brand and last four digits gets any further than here.
public final class StripeGateway implements Gateway, AutoCloseable {

    public static final String NAME = "stripe";

    /// How long Stripe may take to read something, and to move money, where banks are slow.
    private static final Duration READ_MAX = Duration.ofSeconds(5);

    private static final Duration MOVE_MAX = Duration.ofSeconds(15);

    private static final String ALREADY_CAPTURED = "already_captured";
    private static final String CANCELED = "payment_canceled";
    private static final String NOT_AUTHORIZED = "payment_not_authorized";
    static final String NOT_CAPTURED = "payment_not_captured";
    static final String NOT_PAYABLE = "amount_not_payable";

    private static final long PAGE = 100;

    private final StripeAccount account;
    private final Intents intents;
    private final Asking asking;
    private final StripeRefunds refunds;

    public StripeGateway(StripeAccount account) {
        this(account, READ_MAX, MOVE_MAX);
    }

    /// @param readMax how long Stripe may take to read something, `moveMax` to move money
    StripeGateway(StripeAccount account, Duration readMax, Duration moveMax) {
        this.account = account;
        this.intents = new Intents(account);
        this.asking = new Asking(account, intents, readMax, moveMax);
        this.refunds = new StripeRefunds(asking);
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
    public Standing standing() {
        return asking.isRefused() ? Standing.REFUSES_US : Standing.ANSWERS;
    }

    @Override
    public Outcome create(Charge charge, String key) {
        OptionalLong amount = MinorUnits.of(charge.amount());
        if (amount.isEmpty()) return new Outcome.Declined(NOT_PAYABLE);
        PaymentIntentCreateParams asked = withMethods(PaymentIntentCreateParams.builder())
                .setAmount(amount.getAsLong())
                .setCurrency(code(charge.amount()))
                .putAllMetadata(intents.marks(charge))
                .build();
        return asking.asked(() -> {
            PaymentIntent made = asking.stripe().paymentIntents().create(asked, asking.naming(key));
            if (!intents.isOurs(made, made.getId(), charge.payment())) return Asking.foreign(made.getId());
            return Intents.found(made) instanceof Retrieved.Found found
                            && found.amount().equals(charge.amount())
                    ? new Outcome.Approved(made.getId(), found.amount(), null)
                    : Asking.unknown(Doubt.NOT_FOR_US, made.getId() + " was made over another amount");
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
        return asking.asked(
                () -> {
                    PaymentIntentConfirmParams asked = PaymentIntentConfirmParams.builder()
                            .setPaymentMethod(paymentMethod(charge.token(), key))
                            .setReturnUrl(account.returnUrl().toString())
                            .addExpand(Asking.LATEST_CHARGE)
                            .build();
                    PaymentIntent intent =
                            asking.stripe().paymentIntents().confirm(reference, asked, asking.moving(key));
                    return intents.isOurs(intent, reference, charge.payment())
                            ? outcome(intent)
                            : Asking.foreign(reference);
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
        return asking.stripe()
                .paymentMethods()
                .create(asked, asking.naming(key + ":method"))
                .getId();
    }

    private Outcome outcome(PaymentIntent intent) {
        return switch (Intents.found(intent)) {
            case Retrieved.Found found -> outcome(intent.getId(), found);
            case Retrieved.Absent _ -> Asking.unknown(Doubt.NOT_FOR_US, intent.getId() + " is unknown");
            case Retrieved.Unreachable(String detail) -> Asking.unknown(Doubt.ONLY_READABLE, detail);
        };
    }

    private static Outcome outcome(String reference, Retrieved.Found found) {
        return switch (found.state()) {
            case REQUIRES_CAPTURE ->
                new Outcome.Approved(reference, found.amount(), found.card(), found.captureBefore());
            case SUCCEEDED -> new Outcome.Approved(reference, found.captured(), found.card());
            case REQUIRES_ACTION ->
                found.actionUrl() == null
                        ? Asking.unknown(Doubt.ONLY_READABLE, "the shopper has to act, and nobody says where")
                        : new Outcome.ActionRequired(reference, found.actionUrl());
            case CANCELED -> new Outcome.Declined(CANCELED);
            case REQUIRES_PAYMENT_METHOD ->
                found.declineCode() == null
                        ? Asking.unknown(Doubt.OPEN, "not confirmed yet")
                        : new Outcome.Declined(found.declineCode());
            case PROCESSING -> Asking.unknown(Doubt.ONLY_READABLE, "still processing");
        };
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        OptionalLong minor = MinorUnits.of(amount);
        if (minor.isEmpty()) return new Outcome.Declined(NOT_PAYABLE);
        PaymentIntentCaptureParams asked = PaymentIntentCaptureParams.builder()
                .setAmountToCapture(minor.getAsLong())
                .addExpand(Asking.LATEST_CHARGE)
                .build();
        return asking.asked(
                () -> {
                    PaymentIntent intent =
                            asking.stripe().paymentIntents().capture(reference, asked, asking.moving(key));
                    return intents.isOurs(intent, reference) ? outcome(intent) : Asking.foreign(reference);
                },
                reference,
                intent -> captured(intent, amount));
    }

    /// It could not be captured now: it may have been before, under another key.
    private Outcome captured(PaymentIntent intent, Money amount) {
        if (!(Intents.found(intent) instanceof Retrieved.Found found)) return outcome(intent);
        return switch (found.state()) {
            case SUCCEEDED ->
                found.captured().equals(amount)
                        ? new Outcome.Approved(intent.getId(), amount, found.card())
                        : Asking.unknown(Doubt.ONLY_READABLE, "captured " + found.captured());
            case CANCELED -> new Outcome.Declined(CANCELED);
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION -> new Outcome.Declined(NOT_AUTHORIZED);
            case REQUIRES_CAPTURE -> Asking.unknown(Doubt.OPEN, "authorized just now");
            case PROCESSING -> Asking.unknown(Doubt.ONLY_READABLE, "still processing");
        };
    }

    @Override
    public Outcome cancel(String reference, String key) {
        PaymentIntentCancelParams asked = PaymentIntentCancelParams.builder()
                .addExpand(Asking.LATEST_CHARGE)
                .build();
        return asking.asked(
                () -> {
                    PaymentIntent intent =
                            asking.stripe().paymentIntents().cancel(reference, asked, asking.moving(key));
                    return intents.isOurs(intent, reference) ? canceled(intent) : Asking.foreign(reference);
                },
                reference,
                this::canceled);
    }

    private Outcome canceled(PaymentIntent intent) {
        if (!(Intents.found(intent) instanceof Retrieved.Found found)) return outcome(intent);
        return switch (found.state()) {
            case CANCELED -> new Outcome.Approved(intent.getId(), found.amount(), found.card());
            case SUCCEEDED -> new Outcome.Declined(ALREADY_CAPTURED);
            case REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION, REQUIRES_CAPTURE, PROCESSING ->
                Asking.unknown(Doubt.ONLY_READABLE, "not canceled, but " + intent.getStatus());
        };
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return refunds.make(reference, amount, key);
    }

    @Override
    public GivenBack refunds(String reference) {
        return refunds.of(reference);
    }

    @Override
    public Retrieved retrieve(String reference) {
        try {
            PaymentIntent intent = asking.read(reference);
            return intents.isOurs(intent, reference)
                    ? Intents.found(intent)
                    : new Retrieved.Unreachable(reference + " was asked for, and something else came");
        } catch (StripeException e) {
            return switch (Meaning.of(e)) {
                case ABSENT -> new Retrieved.Absent();
                case NOT_DONE, OPEN, ONLY_READABLE, NOT_FOR_US, DECLINED, OTHER_STATE, REFUSED ->
                    new Retrieved.Unreachable(Asking.described(e));
            };
        }
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        var asked = PaymentIntentListParams.builder()
                .setCreated(PaymentIntentListParams.Created.builder()
                        .setGte(from.getEpochSecond())
                        .setLt(until.getEpochSecond())
                        .build())
                .setLimit(PAGE)
                .addExpand("data." + Asking.LATEST_CHARGE);
        if (page != null) asked.setStartingAfter(page);
        try {
            StripeCollection<PaymentIntent> came =
                    asking.stripe().paymentIntents().list(asked.build(), asking.readingMuch());
            List<Listing.Listed> ours = new ArrayList<>();
            for (PaymentIntent intent : came.getData()) {
                PaymentId payment = intents.payment(intent).orElse(null);
                if (payment == null || !intents.isOurs(intent, intent.getId())) continue;
                if (!(Intents.found(intent) instanceof Retrieved.Found found)) {
                    return new Listing.Unreachable(intent.getId() + " cannot be read: " + intent.getStatus());
                }
                ours.add(new Listing.Listed(intent.getId(), payment, found));
            }
            boolean more = came.getHasMore() && !came.getData().isEmpty();
            return new Listing.Page(ours, more ? came.getData().getLast().getId() : null);
        } catch (StripeException e) {
            return new Listing.Unreachable(Asking.described(e));
        }
    }

    private static String code(Money amount) {
        return amount.currency().getCurrencyCode().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        asking.close();
    }
}
