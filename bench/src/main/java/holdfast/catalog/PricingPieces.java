package holdfast.catalog;

import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The arithmetic of a quote.
@State(Scope.Benchmark)
public class PricingPieces {

    private static final Currency EUR = Currency.getInstance("EUR");

    @Param({"1", "100"})
    private int lines = 1;

    private Pricing pricing = pricing(lines);

    @Setup
    public void fill() {
        pricing = pricing(lines);
    }

    @Benchmark
    public Quote price_a_quote() {
        return pricing.quote(1);
    }

    private static Pricing pricing(int lines) {
        var standard = new ShippingRate(
                "standard", "standard", "Standard", null, Money.of(495, EUR), ShippingRate.Basis.TOTAL, 0, null);
        var tax = new TaxRate("de", "USt", "DE", null, NewProduct.TAX_CATEGORY_DEFAULT, Rate.percent("19"), true);
        return new Pricing(
                EUR,
                IntStream.range(0, lines).mapToObj(PricingPieces::item).toList(),
                List.of(),
                ShippingPrices.to("DE", List.of(standard)),
                null,
                Taxes.of(List.of(tax)));
    }

    private static Pricing.Item item(int number) {
        var product = new Product(
                Sku.of("SKU-" + number),
                "Mug number " + number,
                Money.of(1900, EUR),
                350,
                NewProduct.TAX_CATEGORY_DEFAULT,
                SaleTerms.NONE,
                Instant.EPOCH,
                Instant.EPOCH);
        return new Pricing.Item(product, Quantity.of(1 + number % 3));
    }
}
