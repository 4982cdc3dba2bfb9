package holdfast.kernel;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// A share of an amount in parts per million: `Rate.percent("8.875")` is 88,750 ppm. From 0 % to 100 %.
public record Rate(int ppm) {

    private static final int PPM_PER_PERCENT = 10_000;
    private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

    public Rate {
        if (ppm < 0 || ppm > 1_000_000) throw new IllegalArgumentException("A rate is from 0 to 100 percent");
    }

    /// Reads a percentage with at most four decimals, such as `20`, `8.875`; throws `IllegalArgumentException`
    /// or `ArithmeticException` for anything else.
    public static Rate percent(String percent) {
        return new Rate(new BigDecimal(percent).movePointRight(4).intValueExact());
    }

    /// The percentage as a plain decimal without trailing zeros: `8.875`.
    public String percent() {
        BigDecimal percent = BigDecimal.valueOf(ppm).divide(BigDecimal.valueOf(PPM_PER_PERCENT));
        return percent.signum() == 0 ? "0" : percent.stripTrailingZeros().toPlainString();
    }

    /// This share of `amount`, rounded half up (away from zero).
    long of(long amount) {
        return new BigDecimal(BigInteger.valueOf(amount).multiply(BigInteger.valueOf(ppm)))
                .divide(new BigDecimal(MILLION), 0, RoundingMode.HALF_UP)
                .longValueExact();
    }
}
