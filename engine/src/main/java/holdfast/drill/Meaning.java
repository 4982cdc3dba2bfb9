package holdfast.drill;

import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Sku;
import java.math.BigDecimal;
import java.util.Currency;

/// What a line of an invoice is to a shop: a sale, something taken back, or neither.
sealed interface Meaning {

    /// The currency of the files, and of the shop they are replayed in.
    Currency GBP = Currency.getInstance("GBP");

    /// Pieces of a product, sold.
    record Sale(Item item) implements Meaning {}

    /// Pieces of a product that an earlier invoice sold, taken back. The quantity is positive.
    record Return(Item item) implements Meaning {}

    record Skipped(Skip reason) implements Meaning {}

    /// So many pieces of a product, at one price.
    ///
    /// @param sku the stock code and the unit price, as `85123A-2.55`: this retailer sells one code at several
    ///     prices, even within one invoice, and a SKU has one price
    /// @param pieces 1 to 1,000,000 on one line; a whole invoice may ask for more, and it is the shop that says
    ///     no then
    record Item(Sku sku, Money unitPrice, long pieces) {

        Item plus(Item more) {
            return new Item(sku, unitPrice, Math.addExact(pieces, more.pieces));
        }

        Money total() {
            return Money.of(Math.multiplyExact(unitPrice.minor(), pieces), unitPrice.currency());
        }
    }

    static Meaning of(InvoiceLine line) {
        var code = StockCode.refusal(line.code());
        if (code.isPresent()) return new Skipped(code.get());

        boolean cancellation = Invoice.isCancellation(line.invoice());
        if (line.pieces() == 0) return new Skipped(Skip.NO_UNITS);
        if (line.pieces() < 0 && !cancellation) return new Skipped(Skip.WRITE_OFF);
        if (line.pieces() > 0 && cancellation) return new Skipped(Skip.ADDED_BY_CANCELLATION);
        if (Math.abs(line.pieces()) > Quantity.PIECES_MAX) return new Skipped(Skip.TOO_MANY);

        BigDecimal price = line.unitPrice().stripTrailingZeros();
        if (price.signum() == 0) return new Skipped(Skip.ZERO_PRICE);
        if (price.signum() < 0) return new Skipped(Skip.NEGATIVE_PRICE);
        if (price.scale() > GBP.getDefaultFractionDigits()) return new Skipped(Skip.FRACTION_OF_PENNY);

        Item item = item(line.code(), price, Math.abs(line.pieces()));
        return cancellation ? new Return(item) : new Sale(item);
    }

    private static Item item(String code, BigDecimal price, int pieces) {
        BigDecimal pounds = price.setScale(GBP.getDefaultFractionDigits());
        return new Item(
                Sku.of(code + "-" + pounds.toPlainString()),
                Money.of(pounds.unscaledValue().longValueExact(), GBP),
                pieces);
    }
}
