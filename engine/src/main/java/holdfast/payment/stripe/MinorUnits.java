package holdfast.payment.stripe;

import holdfast.kernel.Currencies;
import holdfast.kernel.Money;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Amounts as Stripe counts them: in the minor unit of ISO 4217, except where it does not.
/// <https://docs.stripe.com/currencies#special-cases>
public final class MinorUnits {

    /// They have no minor unit any more, and Stripe counts in hundredths as before.
    private static final Set<String> IN_HUNDREDTHS = Set.of("ISK", "UGX");

    /// It has fifths, which are written as hundredths, and Stripe counts in whole ones.
    private static final Set<String> IN_WHOLE = Set.of("MGA");

    private MinorUnits() {}

    /// Empty if Stripe has no number for this amount.
    public static OptionalLong of(Money amount) {
        String currency = amount.currency().getCurrencyCode();
        if (IN_HUNDREDTHS.contains(currency)) return OptionalLong.of(Math.multiplyExact(amount.minor(), 100L));
        if (!IN_WHOLE.contains(currency)) return OptionalLong.of(amount.minor());
        return amount.minor() % 100 == 0 ? OptionalLong.of(amount.minor() / 100) : OptionalLong.empty();
    }

    /// Empty if it is no amount that we know.
    static Optional<Money> money(long amount, String currency) {
        return Currencies.find(currency.toUpperCase(Locale.ROOT)).map(known -> {
            if (IN_WHOLE.contains(known.getCurrencyCode())) return Money.of(Math.multiplyExact(amount, 100L), known);
            return Money.of(IN_HUNDREDTHS.contains(known.getCurrencyCode()) ? amount / 100 : amount, known);
        });
    }
}
