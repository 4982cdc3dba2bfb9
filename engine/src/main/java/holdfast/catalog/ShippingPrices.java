package holdfast.catalog;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.groupingBy;

import holdfast.kernel.Money;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The price lists that hold for one country and currency: per option its own list for the country, or else
/// the one that names no country.
record ShippingPrices(List<ShippingRate> rates) {

    static ShippingPrices to(String country, List<ShippingRate> inCurrency) {
        return new ShippingPrices(inCurrency.stream().collect(groupingBy(ShippingRate::option)).values().stream()
                .map(ofOption -> ofOption.stream().anyMatch(rate -> country.equals(rate.country()))
                        ? naming(country, ofOption)
                        : naming(null, ofOption))
                .flatMap(List::stream)
                .toList());
    }

    boolean serveNothing() {
        return rates.isEmpty();
    }

    boolean offer(String option) {
        return rates.stream().anyMatch(rate -> rate.option().equals(option));
    }

    /// The options that carry such a parcel, the cheapest first.
    ///
    /// @param grams of all pieces
    /// @param goods the lines less the discount
    List<ShippingChoice> choices(long grams, Money goods) {
        return rates.stream()
                .filter(rate -> rate.holdsFor(
                        switch (rate.basis()) {
                            case WEIGHT -> grams;
                            case TOTAL -> goods.minor();
                        }))
                .map(rate -> new ShippingChoice(rate.option(), rate.title(), rate.price()))
                .sorted(comparing(ShippingChoice::price).thenComparing(ShippingChoice::option))
                .toList();
    }

    private static List<ShippingRate> naming(@Nullable String country, List<ShippingRate> rates) {
        return rates.stream()
                .filter(rate -> Objects.equals(rate.country(), country))
                .toList();
    }
}
