package holdfast.storefront;

import holdfast.pages.Parcel;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// The countries of an address, by their English names.
final class Countries {

    record Country(String code, String name) {}

    /// All of them, in the order of their names.
    static final List<Country> ALL = Arrays.stream(Locale.getISOCountries())
            .map(code -> new Country(code, Parcel.country(code)))
            .sorted(Comparator.comparing(Country::name))
            .toList();

    private Countries() {}

    /// Whether an address there needs a state, for the tax and the parcel.
    static boolean hasRegions(String country) {
        return country.equals("US") || country.equals("CA") || country.equals("AU");
    }
}
