package holdfast.payment.stripe;

import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollection;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import holdfast.kernel.Money;
import holdfast.payment.GivenBack;
import holdfast.payment.Outcome;
import holdfast.payment.Outcome.Doubt;
import holdfast.payment.Retrieved;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Stripe's Refunds: made of a PaymentIntent, each marked with our key, so that it can be told from those of
/// others.
final class StripeRefunds {

    private static final String KEY = "request_key";
    private static final long PAGE = 100;

    private final Asking asking;

    StripeRefunds(Asking asking) {
        this.asking = asking;
    }

    Outcome make(String reference, Money amount, String key) {
        OptionalLong minor = MinorUnits.of(amount);
        if (minor.isEmpty()) return new Outcome.Declined(StripeGateway.NOT_PAYABLE);
        RefundCreateParams asked = RefundCreateParams.builder()
                .setPaymentIntent(reference)
                .setAmount(minor.getAsLong())
                .putMetadata(KEY, key)
                .build();
        return asking.asked(
                () -> refunded(reference, asking.stripe().refunds().create(asked, asking.moving(key))),
                reference,
                StripeRefunds::notRefundable);
    }

    private static Outcome refunded(String reference, Refund refund) {
        if (!reference.equals(refund.getPaymentIntent())) return Asking.foreign(reference);
        return switch (String.valueOf(refund.getStatus())) {
            // Pending is accepted: should it come back, a webhook and the reconciler tell.
            case "succeeded", "pending", "requires_action" ->
                MinorUnits.money(refund.getAmount(), refund.getCurrency())
                        .<Outcome>map(given -> new Outcome.Approved(refund.getId(), given, null))
                        .orElseGet(() -> Asking.unknown(Doubt.ONLY_READABLE, "refunded in another currency"));
            case "failed", "canceled" -> new Outcome.Declined(failure(refund));
            default -> Asking.unknown(Doubt.ONLY_READABLE, "the refund is " + refund.getStatus());
        };
    }

    private static Outcome notRefundable(PaymentIntent intent) {
        Retrieved.State state = Intents.state(intent);
        return state == null || state == Retrieved.State.SUCCEEDED || state == Retrieved.State.PROCESSING
                ? Asking.unknown(Doubt.OPEN, "captured just now, or about to be: " + intent.getStatus())
                : new Outcome.Declined(StripeGateway.NOT_CAPTURED);
    }

    /// All of a PaymentIntent, page by page.
    GivenBack of(String reference) {
        List<GivenBack.Refund> all = new ArrayList<>();
        String after = null;
        try {
            do {
                StripeCollection<Refund> page =
                        asking.stripe().refunds().list(page(reference, after), asking.reading());
                for (Refund refund : page.getData()) {
                    Money amount = amount(refund);
                    if (amount == null || !reference.equals(refund.getPaymentIntent())) {
                        return new GivenBack.Unreachable(refund.getId() + " is not as we know it");
                    }
                    all.add(new GivenBack.Refund(refund.getId(), key(refund), amount, cameBack(refund)));
                }
                boolean more = page.getHasMore() && !page.getData().isEmpty();
                after = more ? page.getData().getLast().getId() : null;
            } while (after != null);
        } catch (StripeException e) {
            return new GivenBack.Unreachable(Asking.described(e));
        }
        return new GivenBack.Refunds(all);
    }

    private static RefundListParams page(String reference, @Nullable String after) {
        var asked = RefundListParams.builder().setPaymentIntent(reference).setLimit(PAGE);
        return (after == null ? asked : asked.setStartingAfter(after)).build();
    }

    private static @Nullable Money amount(Refund refund) {
        if (refund.getAmount() == null || refund.getCurrency() == null) return null;
        return MinorUnits.money(refund.getAmount(), refund.getCurrency()).orElse(null);
    }

    private static @Nullable String key(Refund refund) {
        Map<String, String> written = refund.getMetadata();
        return written == null ? null : written.get(KEY);
    }

    private static @Nullable String cameBack(Refund refund) {
        boolean failed = "failed".equals(refund.getStatus()) || "canceled".equals(refund.getStatus());
        return failed ? failure(refund) : null;
    }

    private static String failure(Refund refund) {
        return Objects.requireNonNullElse(refund.getFailureReason(), "refund_failed");
    }
}
