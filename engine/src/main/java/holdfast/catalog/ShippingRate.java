package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Money;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One step of a price list for shipping.
///
/// Rates of the same option, currency and country make up one price list; its steps do not overlap and are all
/// of one basis. What falls in between them, or beyond, is not shipped.
///
/// @param option what the shopper chooses: `standard`, `express`
/// @param title how the option is shown
/// @param country ISO 3166-1 alpha-2; null: wherever no rate of this option and currency names the country
/// @param price of the whole parcel
/// @param atLeast the first value of `basis` it holds for
/// @param below the first value it no longer holds for; null: no upper end
public record ShippingRate(
        String id,
        String option,
        String title,
        @Nullable String country,
        Money price,
        Basis basis,
        long atLeast,
        @Nullable Long below) {

    /// What the steps are measured in.
    public enum Basis {
        /// Grams, of all pieces together.
        WEIGHT,
        /// Minor units of the price's currency: the lines less the discount.
        TOTAL;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Checks check() {
        var checks = new Checks()
                .name("id", id)
                .name("option", option)
                .text("title", title, NewProduct.TITLE_LENGTH_MAX)
                .amount("price", price)
                .between(0, Money.MINOR_MAX, "at_least", atLeast)
                .that(below == null || below > atLeast, "below", "out_of_range", "Must be more than at_least");
        return country == null ? checks : checks.country("country", country);
    }

    boolean holdsFor(long measure) {
        return atLeast <= measure && (below == null || measure < below);
    }

    boolean isOfTheSameListAs(ShippingRate other) {
        return option.equals(other.option)
                && price.currency().equals(other.price.currency())
                && Objects.equals(country, other.country);
    }

    boolean overlaps(ShippingRate other) {
        return (other.below == null || atLeast < other.below) && (below == null || other.atLeast < below);
    }
}
