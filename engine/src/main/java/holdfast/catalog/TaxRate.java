package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Rate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a state takes of a sale to one of its places.
///
/// @param country ISO 3166-1 alpha-2
/// @param region the part of the country it holds for, in upper case; null: wherever no rate names the region
/// @param taxCategory the products it holds for
/// @param onShipping whether shipping is taxed too; only rates of the category `standard` can say so
public record TaxRate(
        String id,
        String title,
        String country,
        @Nullable String region,
        String taxCategory,
        Rate rate,
        boolean onShipping) {

    public static final int REGION_LENGTH_MAX = 64;

    public TaxRate {
        region = region == null ? null : region.strip().toUpperCase(Locale.ROOT);
    }

    Checks check() {
        var checks = new Checks()
                .name("id", id)
                .text("title", title, NewProduct.TITLE_LENGTH_MAX)
                .country("country", country)
                .name("tax_category", taxCategory)
                .that(
                        !onShipping || taxCategory.equals(NewProduct.TAX_CATEGORY_DEFAULT),
                        "on_shipping",
                        "exclusive",
                        "Shipping is taxed by the rate of the category " + NewProduct.TAX_CATEGORY_DEFAULT);
        return region == null ? checks : checks.text("region", region, REGION_LENGTH_MAX);
    }
}
