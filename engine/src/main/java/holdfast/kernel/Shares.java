package holdfast.kernel;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.stream.IntStream;

/// Splitting a whole number in proportion, by the method of the largest remainder.
final class Shares {

    private Shares() {}

    static long[] largestRemainder(long whole, long[] weights) {
        BigInteger sum = IntStream.range(0, weights.length)
                .mapToObj(i -> BigInteger.valueOf(weights[i]))
                .reduce(BigInteger.ZERO, BigInteger::add);
        if (sum.signum() == 0) {
            if (whole != 0)
                throw new IllegalArgumentException("Nothing to split " + whole + " by: every weight is zero");
            return new long[weights.length];
        }
        long[] shares = new long[weights.length];
        BigInteger[] remainders = new BigInteger[weights.length];
        long left = whole;
        for (int i = 0; i < weights.length; i++) {
            BigInteger[] parts = BigInteger.valueOf(whole)
                    .multiply(BigInteger.valueOf(weights[i]))
                    .divideAndRemainder(sum);
            shares[i] = parts[0].longValueExact();
            remainders[i] = parts[1];
            left -= shares[i];
        }
        IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
                .limit(left)
                .forEach(i -> shares[i]++);
        return shares;
    }
}
