package holdfast.reconcile;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Gateway;
import holdfast.payment.Outcome;
import holdfast.reconcile.Report.Finding;
import org.jspecify.annotations.Nullable;

/// To let go of money that nothing stands for, or to give it back. Asked again, it is the same request, under
/// the same key.
///
/// @param taken what is to be given back; nothing, if it was only set aside
/// @param number the key's, which goes up before the provider may have forgotten the one before
record LetGo(String reference, PaymentId payment, Money taken, int number) {

    private static final String STRAY = ":stray:";

    private static final JsonMapper JSON = new JsonMapper();

    String operation() {
        return taken.isZero() ? "void" : "refund";
    }

    String key() {
        return payment + STRAY + taken.minor() + ":" + number;
    }

    /// Whether a key is one of [#key].
    static boolean isOurs(PaymentId payment, @Nullable String key) {
        return key != null && key.startsWith(payment + STRAY);
    }

    /// What is asked, as it is written down: JSON.
    String request() {
        try {
            return JSON.writeValueAsString(
                    new Request(reference, taken.minor(), taken.currency().getCurrencyCode()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A number and texts are JSON", e);
        }
    }

    private record Request(String reference, long amount, String currency) {}

    Outcome ask(Gateway gateway) {
        return taken.isZero() ? gateway.cancel(reference, key()) : gateway.refund(reference, taken, key());
    }

    /// How [#ask] ended, as an operation's state.
    static String state(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Approved _ -> "succeeded";
            case Outcome.Declined _ -> "declined";
            case Outcome.ActionRequired _, Outcome.Unknown _ -> "unknown";
        };
    }

    Finding finding(Outcome outcome) {
        String what = taken.isZero() ? "money was set aside for nothing" : taken + " was taken for nothing";
        return switch (outcome) {
            case Outcome.Approved _ ->
                finding(what + (taken.isZero() ? ", and was let go of" : ", and was given back"), true);
            case Outcome.Declined(String code) -> finding(what + ", and the provider refuses: " + code, false);
            case Outcome.ActionRequired _ -> finding(what + ", and asks for the shopper", false);
            case Outcome.Unknown unknown -> finding(what + ", and nobody knows yet: " + unknown.detail(), false);
        };
    }

    private Finding finding(String detail, boolean resolved) {
        return new Finding(reference, payment, detail, resolved);
    }
}
