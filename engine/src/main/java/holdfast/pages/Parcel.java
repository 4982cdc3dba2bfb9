package holdfast.pages;

import holdfast.kernel.Address;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An address as it is written on a parcel.
public final class Parcel {

    /// Where the postal code stands behind the town; elsewhere it stands before it.
    private static final Set<String> TOWN_FIRST = Set.of("AU", "CA", "GB", "IE", "IN", "NZ", "US", "ZA");

    private Parcel() {}

    /// The lines of a label, the country last and by its name.
    public static List<String> label(Address to) {
        return Stream.of(to.name(), to.company(), to.line1(), to.line2(), town(to), country(to.country()))
                .filter(Objects::nonNull)
                .toList();
    }

    /// The English name of a country.
    public static String country(String code) {
        return Locale.of("", code).getDisplayCountry(Locale.US);
    }

    private static String town(Address to) {
        if (!TOWN_FIRST.contains(to.country())) return words(to.postalCode(), to.city(), to.region());
        String city = to.region() == null ? to.city() : to.city() + ",";
        return words(city, to.region(), to.postalCode());
    }

    private static String words(@Nullable String... words) {
        return Stream.of(words).filter(Objects::nonNull).collect(Collectors.joining(" "));
    }
}
