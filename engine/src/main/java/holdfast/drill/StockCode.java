package holdfast.drill;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a stock code of this retailer stands for.
///
/// Products carry five digits and, for a color or a size, up to five letters or digits more (`22423`, `85123A`,
/// `47503bl`); those made for the Dotcomgiftshop carry its mark instead (`DCGS0003`, `DCGSSBOY`), and the
/// sports range had `SP` (`SP1002`). Everything else in the column is an entry of the bookkeeper. A code that
/// nobody has seen before and that looks like none of these is no product either: better listed as skipped than
/// sold by mistake.
///
/// Codes are taken as they are written: `85123A` and `85123a` are two codes.
final class StockCode {

    private static final Pattern PRODUCT = Pattern.compile("[0-9]{5}[0-9A-Za-z]{0,5}|DCGS[0-9A-Za-z]{1,12}|SP[0-9]{4}");
    private static final Pattern VOUCHER = Pattern.compile("GIFT(_.*)?");

    private StockCode() {}

    /// Why nothing of this code can be sold; empty for a product.
    static Optional<Skip> refusal(String code) {
        return PRODUCT.matcher(code).matches() ? Optional.empty() : Optional.of(bookkeeping(code));
    }

    private static Skip bookkeeping(String code) {
        String name = code.toUpperCase(Locale.ROOT);
        return switch (name) {
            case "POST", "DOT", "C2", "C3" -> Skip.POSTAGE;
            case "M" -> Skip.MANUAL;
            case "D" -> Skip.DISCOUNT;
            case "S" -> Skip.SAMPLE;
            case "AMAZONFEE", "BANK CHARGES", "CRUK" -> Skip.FEE;
            case "B", "ADJUST", "ADJUST2" -> Skip.ADJUSTMENT;
            default -> VOUCHER.matcher(name).matches() ? Skip.VOUCHER : Skip.NOT_A_PRODUCT;
        };
    }
}
