package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.util.List;

/// A product as the merchant describes it: what [Catalog#put] makes a [Product] of.
public record NewProduct(Sku sku, String title, Money price, int weightGrams, String taxCategory, SaleTerms terms) {

    public static final int TITLE_LENGTH_MAX = 500;
    public static final int WEIGHT_GRAMS_MAX = 100_000_000; // a hundred tons
    public static final String TAX_CATEGORY_DEFAULT = "standard";

    /// One that is sold on no terms of its own.
    public NewProduct(Sku sku, String title, Money price, int weightGrams, String taxCategory) {
        this(sku, title, price, weightGrams, taxCategory, SaleTerms.NONE);
    }

    /// What is wrong with it, field by field as they are called on the wire; nothing, if it may be put.
    List<FieldError> errors() {
        Checks checks = new Checks()
                .text("title", title, TITLE_LENGTH_MAX)
                .amount("price", price)
                .between(0, WEIGHT_GRAMS_MAX, "weight_grams", weightGrams)
                .name("tax_category", taxCategory);
        terms.check(checks);
        return checks.errors();
    }
}
