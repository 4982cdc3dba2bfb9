package holdfast.inventory;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An area that a warehouse serves, and how near it is to it.
///
/// @param country ISO 3166-1 alpha-2
/// @param postalPrefix how the postal codes of the area begin; null: the whole country
/// @param rank the lower, the nearer
public record ServiceArea(String country, @Nullable String postalPrefix, int rank) {

    public static final int RANK_MAX = 1_000_000;

    private static final Pattern PREFIX = Pattern.compile("[A-Z0-9]{1,16}");

    /// Whether postal codes can begin like that: 1 to 16 of `A-Z 0-9`, without what is between them.
    public static boolean isPostalPrefix(String prefix) {
        return PREFIX.matcher(prefix).matches();
    }

    boolean covers(ShipTo shipTo) {
        if (!country.equals(shipTo.country())) return false;
        if (postalPrefix == null) return true;
        return shipTo.postalCode() != null && shipTo.postalCode().startsWith(postalPrefix);
    }

    int prefixLength() {
        return postalPrefix == null ? 0 : postalPrefix.length();
    }
}
