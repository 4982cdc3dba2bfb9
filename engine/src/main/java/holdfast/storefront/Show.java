package holdfast.storefront;

import holdfast.inventory.Availability;
import holdfast.kernel.Money;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// How things are put for people.
final class Show {

    private static final Locale LOCALE = Locale.US;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("MMM d, uuuu, HH:mm 'UTC'", LOCALE).withZone(ZoneOffset.UTC);
    private static final long FEW = 10;

    private Show() {}

    static String money(Money amount) {
        NumberFormat format = NumberFormat.getCurrencyInstance(LOCALE);
        int digits = amount.currency().getDefaultFractionDigits();
        format.setCurrency(amount.currency());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(BigDecimal.valueOf(amount.minor(), digits));
    }

    /// What something costs that may cost nothing.
    static String price(Money amount) {
        return amount.isZero() ? "Free" : money(amount);
    }

    /// Minutes and seconds that are left.
    static String clock(long seconds) {
        return seconds < 3_600
                ? "%d:%02d".formatted(seconds / 60, seconds % 60)
                : "%d:%02d:%02d".formatted(seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }

    static String time(Instant at) {
        return TIME.format(at);
    }

    /// The name of a card's brand, as it is written on the card.
    static String brand(String code) {
        return switch (code) {
            case "amex" -> "American Express";
            case "jcb" -> "JCB";
            case "unionpay" -> "UnionPay";
            case "diners" -> "Diners Club";
            default -> code.isEmpty() ? code : code.substring(0, 1).toUpperCase(LOCALE) + code.substring(1);
        };
    }

    static String pieces(long count) {
        return count == 1 ? "1 piece" : NumberFormat.getIntegerInstance(LOCALE).format(count) + " pieces";
    }

    /// How much there is of something, in a word or two.
    ///
    /// @param tone of the badge
    record Stock(String tone, String text) {

        static Stock of(Availability availability) {
            long left = availability.inStock();
            if (left > FEW) return new Stock("good", "In stock");
            if (left > 0) return new Stock("note", "Only " + left + " left");
            return availability.toBackorder() > 0 ? new Stock("info", "Ships later") : new Stock("bad", "Sold out");
        }
    }
}
