package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Money;
import holdfast.kernel.Rate;
import java.time.Instant;
import java.util.Currency;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A code that makes an order cheaper.
///
/// @param code in upper case
/// @param uses how many orders have it, or are being paid with it
public record DiscountCode(String code, Terms terms, int uses) {

    /// A code as typed, in the spelling it is kept in.
    public static String spelled(String code) {
        return code.strip().toUpperCase(Locale.ROOT);
    }

    /// What a code gives, how often, and when.
    ///
    /// @param usesMax how many orders may have it; null: any number
    /// @param usesPerCustomer how many orders of one customer may have it; null: any number
    /// @param startsAt when it begins to be good; null: it is
    /// @param endsAt when it no longer is; null: never
    public record Terms(
            Off off,
            @Nullable Integer usesMax,
            @Nullable Integer usesPerCustomer,
            @Nullable Instant startsAt,
            @Nullable Instant endsAt) {

        /// Whether one more order may have the code.
        ///
        /// @param uses how many orders have it
        /// @param usesOfCustomer how many of them are the customer's
        boolean allowOneMore(int uses, int usesOfCustomer) {
            return (usesMax == null || uses < usesMax) && (usesPerCustomer == null || usesOfCustomer < usesPerCustomer);
        }

        Checks check(String code) {
            return new Checks()
                    .name("code", code)
                    .that(off.isSome(), off.field(), "out_of_range", "Must be more than nothing")
                    .that(off.isAtMostTheMost(), off.field(), "out_of_range", "At most " + Money.MINOR_MAX)
                    .that(usesMax == null || usesMax > 0, "uses_max", "out_of_range", "At least 1")
                    .that(
                            usesPerCustomer == null || usesPerCustomer > 0,
                            "uses_per_customer",
                            "out_of_range",
                            "At least 1")
                    .that(
                            startsAt == null || endsAt == null || startsAt.isBefore(endsAt),
                            "ends_at",
                            "out_of_range",
                            "Must be after starts_at");
        }
    }

    /// What is taken off.
    public sealed interface Off {

        /// A share of what is left of the subtotal, rounded half up.
        record Percent(Rate rate) implements Off {}

        /// An amount, as far as something is left of the subtotal.
        record Amount(Money amount) implements Off {}

        /// What it takes off an amount: never more than there is.
        default Money of(Money left) {
            return switch (this) {
                case Percent(Rate rate) -> left.portion(rate);
                case Amount(Money amount) -> amount.atMost(left);
            };
        }

        /// Whether it says anything about an order in this currency.
        default boolean isGoodIn(Currency currency) {
            return switch (this) {
                case Percent _ -> true;
                case Amount(Money amount) -> amount.currency().equals(currency);
            };
        }

        private boolean isSome() {
            return switch (this) {
                case Percent(Rate rate) -> rate.ppm() > 0;
                case Amount(Money amount) -> amount.minor() > 0;
            };
        }

        private boolean isAtMostTheMost() {
            return switch (this) {
                case Percent _ -> true;
                case Amount(Money amount) -> amount.minor() <= Money.MINOR_MAX;
            };
        }

        private String field() {
            return switch (this) {
                case Percent _ -> "percent";
                case Amount _ -> "amount.amount";
            };
        }
    }
}
