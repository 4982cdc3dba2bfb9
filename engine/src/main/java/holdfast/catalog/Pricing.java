package holdfast.catalog;

import holdfast.catalog.Taxes.Tax;
import holdfast.catalog.Taxes.Taxed;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The arithmetic of a quote. Knows no database and no clock: the same catalog gives the same quote.
///
/// @param lines all in `currency`
/// @param shipping what serves the address; null: there is no address yet
/// @param shippingOption what the shopper asked for; null: the cheapest
record Pricing(
        Currency currency,
        List<Item> lines,
        List<DiscountCode> codes,
        @Nullable ShippingPrices shipping,
        @Nullable String shippingOption,
        Taxes taxes) {

    /// A line, with what the catalog knows of it.
    record Item(Product product, Quantity quantity) {

        Sku sku() {
            return product.sku();
        }

        Money total() {
            return product.price().times(quantity);
        }

        long grams() {
            return (long) product.weightGrams() * quantity.pieces();
        }
    }

    /// Refuses amounts that no shop deals in, and a parcel that nobody carries, as [Quotes#quote] says.
    Quote quote(long catalogRevision) {
        try {
            Quote quote = calculate(catalogRevision);
            if (isTooMuch(quote.subtotal()) || isTooMuch(quote.total())) throw outOfRange();
            return quote;
        } catch (ArithmeticException tooMuchForALong) {
            throw outOfRange();
        }
    }

    private Quote calculate(long catalogRevision) {
        List<Money> totals = lines.stream().map(Item::total).toList();
        List<Money> discounts = Discounts.on(
                currency, totals, codes.stream().map(code -> code.terms().off()).toList());
        Money subtotal = Money.sum(currency, totals);
        Money discount = Money.sum(currency, discounts);

        List<ShippingChoice> choices = shippingChoices(subtotal.minus(discount));
        ShippingChoice choice = shippingChoice(choices);
        Money postage = choice == null ? Money.zero(currency) : choice.price();
        Tax tax = taxes.on(currency, taxed(totals, discounts), postage);

        return new Quote(
                currency,
                quoteLines(totals, discounts, tax.onLines()),
                codes.stream().map(DiscountCode::code).toList(),
                subtotal,
                discount,
                postage,
                tax.total(),
                subtotal.minus(discount).plus(postage).plus(tax.total()),
                choice,
                choices,
                catalogRevision);
    }

    private List<ShippingChoice> shippingChoices(Money goods) {
        if (shipping == null) return List.of();
        long grams = lines.stream().mapToLong(Item::grams).reduce(0, Math::addExact);
        return shipping.choices(grams, goods);
    }

    private @Nullable ShippingChoice shippingChoice(List<ShippingChoice> choices) {
        if (shipping == null) return null;
        if (choices.isEmpty()) throw Refusal.invalid(List.of(Quotes.notServed()));
        return choices.stream()
                .filter(choice -> shippingOption == null || choice.option().equals(shippingOption))
                .findFirst()
                .orElseThrow(() -> Refusal.invalid(List.of(Quotes.notAvailable())));
    }

    private List<Taxed> taxed(List<Money> totals, List<Money> discounts) {
        var taxed = new ArrayList<Taxed>();
        for (int i = 0; i < lines.size(); i++) {
            String category = lines.get(i).product().taxCategory();
            taxed.add(new Taxed(category, totals.get(i).minus(discounts.get(i))));
        }
        return taxed;
    }

    private List<QuoteLine> quoteLines(List<Money> totals, List<Money> discounts, List<Money> taxes) {
        var quoteLines = new ArrayList<QuoteLine>();
        for (int i = 0; i < lines.size(); i++) {
            Item line = lines.get(i);
            quoteLines.add(new QuoteLine(
                    i + 1,
                    line.sku(),
                    line.product().title(),
                    line.quantity(),
                    line.product().price(),
                    totals.get(i),
                    discounts.get(i),
                    taxes.get(i)));
        }
        return quoteLines;
    }

    private static boolean isTooMuch(Money amount) {
        return amount.minor() > Money.MINOR_MAX;
    }

    private static Refusal outOfRange() {
        return Refusal.invalid("line_items", "out_of_range", "This comes to more than " + Money.MINOR_MAX);
    }
}
