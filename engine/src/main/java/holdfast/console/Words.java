package holdfast.console;

import holdfast.kernel.Money;
import holdfast.kernel.Refusal;
import holdfast.order.Order;
import java.math.BigDecimal;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How things are put for people.
final class Words {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private Words() {}

    /// `$1,234.50`
    static String money(Money money) {
        NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
        format.setCurrency(money.currency());
        int digits = Math.max(0, money.currency().getDefaultFractionDigits());
        format.setMinimumFractionDigits(digits);
        format.setMaximumFractionDigits(digits);
        return format.format(BigDecimal.valueOf(money.minor(), digits));
    }

    /// `$79,098` or `$54.48M`: where there is much of it, the whole units are enough, and of millions two
    /// digits.
    static String roughly(Money money) {
        int digits = Math.max(0, money.currency().getDefaultFractionDigits());
        BigDecimal amount = BigDecimal.valueOf(money.minor(), digits);
        if (amount.compareTo(BigDecimal.valueOf(1_000)) < 0) return money(money);
        NumberFormat format = NumberFormat.getCurrencyInstance(Locale.US);
        format.setCurrency(money.currency());
        boolean millions = amount.compareTo(MILLION) >= 0;
        format.setMaximumFractionDigits(millions ? 2 : 0);
        return millions ? format.format(amount.divide(MILLION)) + "M" : format.format(amount);
    }

    /// As it is typed into a field: `1234.50`
    static String plain(Money money) {
        return BigDecimal.valueOf(money.minor(), Math.max(0, money.currency().getDefaultFractionDigits()))
                .toPlainString();
    }

    /// What was typed into a field.
    ///
    /// @throws Refusal if it is no amount of this currency
    static Money money(String field, String typed, Currency currency) {
        int digits = Math.max(0, currency.getDefaultFractionDigits());
        if (typed.matches("[0-9]{1,12}(\\.[0-9]{1,3})?")) {
            BigDecimal amount = new BigDecimal(typed);
            if (amount.scale() <= digits) {
                return Money.of(amount.movePointRight(digits).longValueExact(), currency);
            }
        }
        throw Refusal.invalid(field, "malformed", "Must be an amount such as " + plain(Money.of(1999, currency)));
    }

    /// What was typed into a field, a whole number.
    static int count(String field, String typed, int least, int most) {
        if (typed.matches("-?[0-9]{1,9}")) {
            int count = Integer.parseInt(typed);
            if (least <= count && count <= most) return count;
        }
        throw Refusal.invalid(field, "out_of_range", "Must be a whole number from " + least + " to " + most);
    }

    static String count(long number) {
        return NumberFormat.getIntegerInstance(Locale.US).format(number);
    }

    /// `1 row`, `1,200 rows`
    static String count(long number, String one, String many) {
        return count(number) + " " + (number == 1 ? one : many);
    }

    static String time(@Nullable Instant time) {
        return time == null ? "" : TIME.format(time);
    }

    /// `partially_shipped` as people say it.
    static String plain(String code) {
        String spaced = code.replace('_', ' ');
        return spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
    }

    /// The tone of a badge.
    static String tone(Order.Status status) {
        return switch (status) {
            case PENDING -> "note";
            case PAID, PARTIALLY_SHIPPED -> "info";
            case SHIPPED, DELIVERED -> "good";
            case CANCELED -> "";
        };
    }

    static String tone(Order.PaymentStatus status) {
        return switch (status) {
            case AUTHORIZED -> "note";
            case CAPTURED -> "good";
            case PARTIALLY_REFUNDED -> "info";
            case REFUNDED, VOIDED -> "";
        };
    }

    /// The tone of a payment, a gateway's operation, a refund or a webhook.
    static String tone(String state) {
        return switch (state) {
            case "captured", "succeeded", "done", "clean", "committed" -> "good";
            case "unknown", "dead", "unexplained" -> "bad";
            case "begun",
                    "requires_action",
                    "authorized",
                    "pending",
                    "planned",
                    "waiting",
                    "running",
                    "paying",
                    "active",
                    "incomplete" -> "note";
            default -> "";
        };
    }
}
