package holdfast.kernel;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.stream.LongStream;

/// An exact amount in the minor unit of its currency: `Money.of(1999, EUR)` is €19.99, `Money.of(1999, JPY)`
/// is ¥1999.
///
/// Arithmetic is checked and never rounds: what does not fit into a `long` throws `ArithmeticException`.
/// Amounts of different currencies do not mix and throw `IllegalArgumentException`. An amount may be negative;
/// who must not have that says so where the amount comes in.
public record Money(long minor, Currency currency) implements Comparable<Money> {

    /// The most that any amount, price or total of the shop may be, in minor units.
    public static final long MINOR_MAX = 1_000_000_000_000_000L;

    public static Money of(long minor, Currency currency) {
        return new Money(minor, currency);
    }

    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    public static Money sum(Currency currency, List<Money> amounts) {
        Money total = zero(currency);
        for (Money amount : amounts) {
            total = total.plus(amount);
        }
        return total;
    }

    public Money plus(Money other) {
        return new Money(Math.addExact(minor, sameCurrency(other).minor), currency);
    }

    public Money minus(Money other) {
        return new Money(Math.subtractExact(minor, sameCurrency(other).minor), currency);
    }

    public Money times(Quantity quantity) {
        return new Money(Math.multiplyExact(minor, quantity.pieces()), currency);
    }

    /// The part that `rate` takes of this amount, rounded half up to a whole minor unit, away from zero.
    public Money portion(Rate rate) {
        return new Money(rate.of(minor), currency);
    }

    /// Splits this amount in proportion to `weights`, without losing or inventing a minor unit: what the
    /// rounding leaves over goes, one unit each, to the largest remainders, the earlier ones first.
    ///
    /// Refuses a negative amount, a negative weight, and weights that are all zero, unless the amount is too.
    public List<Money> allocate(List<Long> weights) {
        if (minor < 0 || weights.stream().mapToLong(Long::longValue).min().orElse(0) < 0) {
            throw new IllegalArgumentException("Only a positive amount can be split, and by positive weights");
        }
        return LongStream.of(Shares.largestRemainder(
                        minor, weights.stream().mapToLong(Long::longValue).toArray()))
                .mapToObj(share -> new Money(share, currency))
                .toList();
    }

    public Money atMost(Money ceiling) {
        return compareTo(ceiling) <= 0 ? this : ceiling;
    }

    public boolean isZero() {
        return minor == 0;
    }

    public boolean isNegative() {
        return minor < 0;
    }

    @Override
    public int compareTo(Money other) {
        return Long.compare(minor, sameCurrency(other).minor);
    }

    /// For people: `19.99 EUR`, `1999 JPY`, `1.999 KWD`.
    @Override
    public String toString() {
        return BigDecimal.valueOf(minor, currency.getDefaultFractionDigits()).toPlainString() + " "
                + currency.getCurrencyCode();
    }

    private Money sameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("An amount in " + other.currency + " does not mix with " + currency);
        }
        return other;
    }
}
