package holdfast.payment;

import holdfast.kernel.Money;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A payment provider, as we use it: money is set aside, taken, let go or given back, each under a key of ours.
///
/// Repeating a call with the same key and content has one effect and tells its outcome again. No method throws
/// for what a provider or the network does: whatever leaves the outcome open is [Outcome.Unknown].
public interface Gateway {

    /// The name it is chosen by, configured by and stored under: `sandbox`.
    String name();

    /// Whether [#authorize] takes our payment id as the reference. Where it does not, [#create] names the
    /// payment first,
    /// before any money moves, and the name is stored before it is used.
    boolean takesOurReference();

    /// How we stand with it, as far as is known.
    default Standing standing() {
        return Standing.ANSWERS;
    }

    /// How one can stand with a gateway.
    enum Standing {
        /// It says yes or no.
        ANSWERS,
        /// Nobody has had a clear answer for a while.
        DOWN,
        /// It does not take our key: a person has to put that in order.
        REFUSES_US;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Makes the payment known to the gateway and moves no money. `Approved` carries the gateway's reference.
    Outcome create(Charge charge, String key);

    /// Sets the money aside. `Approved` only for the whole amount.
    Outcome authorize(String reference, Charge charge, String key);

    /// Takes the whole amount that was set aside.
    Outcome capture(String reference, Money amount, String key);

    /// Lets go of what was set aside, and makes sure that this payment can never take money: a fence.
    /// `Declined` if it has
    /// been captured.
    Outcome cancel(String reference, String key);

    /// Gives back some of what was captured. What is approved may still come back: see [#refunds].
    Outcome refund(String reference, Money amount, String key);

    /// Reads the true state, which settles every unknown.
    Retrieved retrieve(String reference);

    /// Reads what was given back of a payment, and what of that came back since.
    GivenBack refunds(String reference);

    /// Lists what this shop made known to the gateway at or after `from` and before `until`, page by page.
    /// What others do with the same account is left out.
    ///
    /// @param page where the page begins, as the one before it said; null for the first
    Listing list(Instant from, Instant until, @Nullable String page);
}
