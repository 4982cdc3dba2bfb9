package holdfast.kernel;

import java.util.Currency;
import java.util.Optional;
import java.util.regex.Pattern;

/// The currencies of ISO 4217 that have a minor unit to count in; not gold, and not `XXX`.
public final class Currencies {

    private static final Pattern CODE = Pattern.compile("[A-Z]{3}");

    private Currencies() {}

    public static Optional<Currency> find(String code) {
        if (!CODE.matcher(code).matches()) return Optional.empty();
        try {
            return Optional.of(Currency.getInstance(code)).filter(known -> known.getDefaultFractionDigits() >= 0);
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }
}
