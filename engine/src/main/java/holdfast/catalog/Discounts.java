package holdfast.catalog;

import holdfast.kernel.Money;
import java.util.Currency;
import java.util.List;

/// What discount codes take off, line by line.
final class Discounts {

    private Discounts() {}

    /// Applies the codes one after the other, each to what the ones before it left of the subtotal, and splits
    /// what they take by the weight of the lines. No line goes below zero.
    static List<Money> on(Currency currency, List<Money> lines, List<DiscountCode.Off> codes) {
        Money subtotal = Money.sum(currency, lines);
        Money left = subtotal;
        for (DiscountCode.Off code : codes) {
            left = left.minus(code.of(left));
        }
        return subtotal.minus(left).allocate(lines.stream().map(Money::minor).toList());
    }
}
