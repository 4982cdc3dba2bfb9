package holdfast.inventory;

import java.util.Locale;
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
    private static final Pattern BETWEEN = Pattern.compile("[^\\p{L}\\p{N}]+");

    /// Whether postal codes can begin like that: 1 to 16 of `A-Z 0-9`, without what is between them.
    public static boolean isPostalPrefix(String prefix) {
        return PREFIX.matcher(prefix).matches();
    }

    boolean covers(ShipTo shipTo) {
        return country.equals(shipTo.country())
                && (postalPrefix == null || plain(shipTo.postalCode()).startsWith(postalPrefix));
    }

    int prefixLength() {
        return postalPrefix == null ? 0 : postalPrefix.length();
    }

    /// `sw1y 4jh` is `SW1Y4JH`.
    private static String plain(@Nullable String postalCode) {
        return postalCode == null
                ? ""
                : BETWEEN.matcher(postalCode).replaceAll("").toUpperCase(Locale.ROOT);
    }
}
