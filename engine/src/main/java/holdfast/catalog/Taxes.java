package holdfast.catalog;

import static java.util.stream.Collectors.toMap;

import holdfast.kernel.Money;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.List;
import java.util.Map;

/// The tax rates that hold at one place, one per category: the region's own, or else the country's.
record Taxes(Map<String, TaxRate> byCategory) {

    /// @param category of the product
    /// @param net what is paid for it: the line less its discount
    record Taxed(String category, Money net) {}

    /// @param onLines in the order of the lines
    record Tax(List<Money> onLines, Money onShipping) {

        Money total() {
            return Money.sum(onShipping.currency(), onLines).plus(onShipping);
        }
    }

    static Taxes none() {
        return new Taxes(Map.of());
    }

    /// @param serving the rates of the region and those of the country as a whole
    static Taxes of(List<TaxRate> serving) {
        return new Taxes(serving.stream()
                .collect(
                        toMap(TaxRate::taxCategory, rate -> rate, (one, other) -> one.region() != null ? one : other)));
    }

    /// Each rate is taken once, of all it holds for, rounded half up, and what it comes to is split by the
    /// weight of what it was taken of. What no rate holds for is not taxed.
    Tax on(Currency currency, List<Taxed> lines, Money shipping) {
        var onLines = new ArrayList<>(Collections.nCopies(lines.size(), Money.zero(currency)));
        Money onShipping = Money.zero(currency);
        for (TaxRate rate : byCategory.values()) {
            List<Money> bases = bases(rate, lines, shipping);
            List<Money> shares = Money.sum(currency, bases).portion(rate.rate()).allocate(weights(bases));
            for (int i = 0; i < lines.size(); i++) {
                onLines.set(i, onLines.get(i).plus(shares.get(i)));
            }
            onShipping = onShipping.plus(shares.getLast());
        }
        return new Tax(onLines, onShipping);
    }

    /// What `rate` is taken of: one amount for every line, and the last for shipping.
    private static List<Money> bases(TaxRate rate, List<Taxed> lines, Money shipping) {
        Money nothing = Money.zero(shipping.currency());
        var bases = new ArrayList<Money>(lines.size() + 1);
        for (Taxed line : lines) {
            bases.add(line.category().equals(rate.taxCategory()) ? line.net() : nothing);
        }
        bases.add(rate.onShipping() ? shipping : nothing);
        return bases;
    }

    private static List<Long> weights(List<Money> amounts) {
        return amounts.stream().map(Money::minor).toList();
    }
}
