package holdfast.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MoneyTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Currency JPY = Currency.getInstance("JPY");
    private static final Currency KWD = Currency.getInstance("KWD");

    @Test
    void an_amount_is_shown_with_the_decimals_of_its_currency() {
        assertThat(Money.of(1999, EUR)).hasToString("19.99 EUR");
        assertThat(Money.of(1999, JPY)).hasToString("1999 JPY");
        assertThat(Money.of(1999, KWD)).hasToString("1.999 KWD");
        assertThat(Money.of(-5, EUR)).hasToString("-0.05 EUR");
    }

    @Test
    void amounts_of_two_currencies_do_not_mix() {
        Money euro = Money.of(1, EUR);
        Money yen = Money.of(1, JPY);
        assertThatThrownBy(() -> euro.plus(yen)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> euro.compareTo(yen)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_does_not_fit_is_an_error_and_never_wraps() {
        Money most = Money.of(Long.MAX_VALUE, EUR);
        assertThatThrownBy(() -> most.plus(Money.of(1, EUR))).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> most.times(Quantity.of(2))).isInstanceOf(ArithmeticException.class);
    }

    @Test
    void a_portion_is_rounded_half_up_to_the_minor_unit() {
        assertThat(Money.of(50, EUR).portion(Rate.percent("1"))).isEqualTo(Money.of(1, EUR)); // 0.50 cents
        assertThat(Money.of(49, EUR).portion(Rate.percent("1"))).isEqualTo(Money.of(0, EUR));
        assertThat(Money.of(1999, JPY).portion(Rate.percent("8.875"))).isEqualTo(Money.of(177, JPY)); // 177.41
        assertThat(Money.of(Long.MAX_VALUE, EUR).portion(Rate.percent("100"))).isEqualTo(Money.of(Long.MAX_VALUE, EUR));
    }

    @Test
    void a_split_loses_and_invents_nothing_and_is_as_even_as_its_weights() {
        long seed = System.nanoTime();
        System.out.println("MoneyTest seed " + seed);
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            List<Long> weights = new ArrayList<>();
            int parts = 1 + random.nextInt(12);
            for (int i = 0; i < parts; i++) {
                weights.add(random.nextLong(0, 1L << random.nextInt(1, 50)));
            }
            long whole = random.nextLong(0, 1L << random.nextInt(1, 55));
            long sum = weights.stream().mapToLong(Long::longValue).sum();
            if (sum == 0) continue;
            List<Money> shares = Money.of(whole, EUR).allocate(weights);
            assertThat(Money.sum(EUR, shares)).as("seed %d", seed).isEqualTo(Money.of(whole, EUR));
            for (int i = 0; i < parts; i++) {
                double exact = (double) whole * weights.get(i) / sum;
                assertThat((double) shares.get(i).minor())
                        .as("seed %d", seed)
                        .isBetween(Math.floor(exact) - exact * 1e-9 - 1, Math.ceil(exact) + exact * 1e-9 + 1);
            }
        }
    }

    @Test
    void what_the_rounding_leaves_over_goes_to_the_largest_remainders_and_then_to_the_first() {
        assertThat(Money.of(100, EUR).allocate(List.of(1L, 1L, 1L)))
                .containsExactly(Money.of(34, EUR), Money.of(33, EUR), Money.of(33, EUR));
        assertThat(Money.of(5, EUR).allocate(List.of(0L, 3L, 7L)))
                .containsExactly(Money.of(0, EUR), Money.of(2, EUR), Money.of(3, EUR));
        assertThat(Money.of(0, EUR).allocate(List.of(0L, 0L))).containsOnly(Money.of(0, EUR));
    }

    @Test
    void nothing_can_be_split_by_nothing() {
        assertThatThrownBy(() -> Money.of(1, EUR).allocate(List.of(0L))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Money.of(-1, EUR).allocate(List.of(1L))).isInstanceOf(IllegalArgumentException.class);
    }
}
