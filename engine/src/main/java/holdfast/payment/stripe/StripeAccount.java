package holdfast.payment.stripe;

import java.net.URI;
import java.util.Set;
import java.util.UUID;

/// Whose money moves, and how.
///
/// @param secretKey `sk_live_…`, `sk_test_…`, or a restricted key, `rk_…`
/// @param apiBase where Stripe answers
/// @param methods the payment methods that are offered, as Stripe calls them: `card`, `ideal`
/// @param returnUrl where a shopper comes back to after a challenge or a redirect
/// @param shop which of all shops on this account we are
public record StripeAccount(String secretKey, URI apiBase, Set<String> methods, URI returnUrl, UUID shop) {

    /// Methods with which money can be set aside first and taken later: those that Stripe lets have a
    /// `capture_method` of their own. With all others it is taken at once.
    private static final Set<String> WITH_MANUAL_CAPTURE = Set.of(
            "affirm",
            "afterpay_clearpay",
            "alma",
            "amazon_pay",
            "billie",
            "card",
            "cashapp",
            "klarna",
            "link",
            "mobilepay",
            "paypal",
            "revolut_pay",
            "satispay");

    /// Whether real money moves; every answer has to agree.
    boolean isLive() {
        return secretKey.startsWith("sk_live_") || secretKey.startsWith("rk_live_");
    }

    boolean capturesEverythingLater() {
        return WITH_MANUAL_CAPTURE.containsAll(methods);
    }

    static boolean capturesLater(String method) {
        return WITH_MANUAL_CAPTURE.contains(method);
    }

    /// Without the key.
    @Override
    public String toString() {
        return "StripeAccount[" + apiBase + "]";
    }
}
