package holdfast.inventory;

import holdfast.kernel.Address;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a hold is to be sent, as far as the choice of its warehouses depends on it.
///
/// @param country ISO 3166-1 alpha-2
/// @param postalCode as the shopper wrote it, or as it is kept here: `sw1y 4jh` is `SW1Y4JH`
public record ShipTo(String country, @Nullable String postalCode) {

    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

    public ShipTo {
        if (postalCode != null) {
            postalCode = BETWEEN.matcher(postalCode).replaceAll("").toUpperCase(Locale.ROOT);
        }
    }

    public static ShipTo of(Address address) {
        return new ShipTo(address.country(), address.postalCode());
    }
}
