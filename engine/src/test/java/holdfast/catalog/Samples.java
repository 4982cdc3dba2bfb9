package holdfast.catalog;

import holdfast.kernel.Address;
import holdfast.kernel.Money;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import java.util.Currency;
import org.jspecify.annotations.Nullable;

/// Things that the tests of the catalog are told with.
final class Samples {

    static final Currency GBP = Currency.getInstance("GBP");
    static final Currency JPY = Currency.getInstance("JPY");
    static final Currency KWD = Currency.getInstance("KWD");

    private Samples() {}

    static Money pence(long minor) {
        return Money.of(minor, GBP);
    }

    static NewProduct product(String sku, Money price) {
        return new NewProduct(Sku.of(sku), "A " + sku, price, 0, NewProduct.TAX_CATEGORY_DEFAULT);
    }

    static Address address(String country, @Nullable String region) {
        return new Address("Ada Lovelace", null, "12 St James's Square", null, "London", region, null, country, null);
    }

    static TaxRate tax(String id, String country, @Nullable String region, String category, String percent) {
        return new TaxRate(id, "VAT", country, region, category, Rate.percent(percent), false);
    }

    static ShippingRate byWeight(
            String id, String option, @Nullable String country, Money price, long atLeast, @Nullable Long below) {
        return new ShippingRate(id, option, option, country, price, ShippingRate.Basis.WEIGHT, atLeast, below);
    }

    static ShippingRate byTotal(
            String id, String option, @Nullable String country, Money price, long atLeast, @Nullable Long below) {
        return new ShippingRate(id, option, option, country, price, ShippingRate.Basis.TOTAL, atLeast, below);
    }

    static DiscountCode.Off percent(String percent) {
        return new DiscountCode.Off.Percent(Rate.percent(percent));
    }

    static DiscountCode.Off amount(Money amount) {
        return new DiscountCode.Off.Amount(amount);
    }

    static DiscountCode.Terms always(DiscountCode.Off off) {
        return new DiscountCode.Terms(off, null, null, null, null);
    }

    static DiscountCode.Terms limited(
            DiscountCode.Off off, @Nullable Integer usesMax, @Nullable Integer usesPerCustomer) {
        return new DiscountCode.Terms(off, usesMax, usesPerCustomer, null, null);
    }
}
