package holdfast.payment.stripe;

import com.stripe.model.Charge.PaymentMethodDetails;
import com.stripe.model.PaymentIntent;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Card;
import holdfast.payment.Charge;
import holdfast.payment.Retrieved;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a PaymentIntent says, in our words, and whether it is one of ours.
final class Intents {

    // What is written on every payment, to find it again.
    private static final String PAYMENT_ID = "payment_id";
    private static final String CHECKOUT_ID = "checkout_id";
    private static final String SHOP_ID = "shop_id";

    private static final Pattern LAST4 = Pattern.compile("[0-9]{4}");

    private final StripeAccount account;

    Intents(StripeAccount account) {
        this.account = account;
    }

    Map<String, String> marks(Charge charge) {
        return Map.of(
                PAYMENT_ID, charge.payment().toString(),
                CHECKOUT_ID, charge.checkout().toString(),
                SHOP_ID, account.shop().toString());
    }

    boolean isOurs(PaymentIntent intent, String reference, PaymentId payment) {
        return isOurs(intent, reference)
                && payment(intent).filter(payment::equals).isPresent();
    }

    boolean isOurs(PaymentIntent intent, String reference) {
        return reference.equals(intent.getId())
                && Boolean.valueOf(account.isLive()).equals(intent.getLivemode());
    }

    /// Our own id of a payment, if it is of this shop.
    Optional<PaymentId> payment(PaymentIntent intent) {
        Map<String, String> written = intent.getMetadata() == null ? Map.of() : intent.getMetadata();
        return account.shop().toString().equals(written.get(SHOP_ID))
                ? PaymentId.parse(written.getOrDefault(PAYMENT_ID, ""))
                : Optional.empty();
    }

    static Retrieved found(PaymentIntent intent) {
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

    static Retrieved.@Nullable State state(PaymentIntent intent) {
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
}
