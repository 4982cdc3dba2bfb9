package holdfast.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import holdfast.admission.RateLimits.Visitor;
import holdfast.kernel.Refusal;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a visitor may do, told by a clock that goes on when the test says so.
class RateLimitsTest {

    private static final UUID CHECKOUT = UUID.fromString("01a204ea-f903-7000-8000-000000000001");
    private static final Visitor ADA = new Visitor("ada", "203.0.113.1");

    private long now = Long.MAX_VALUE - Duration.ofMinutes(3).toNanos(); // it goes round in the middle
    private RateLimits limits = limits(Rule.DEFAULTS);

    private RateLimits limits(String rules) {
        return new RateLimits(Rule.parse(rules), Duration.ofMinutes(10), () -> now);
    }

    @Test
    void so_many_at_once_and_then_as_time_goes_by() {
        limits = limits("reads=5/m");
        times(5, () -> limits.read(ADA));
        assertThat(refused(() -> limits.read(ADA))).isEqualTo(12);
        later(Duration.ofSeconds(12));
        limits.read(ADA);
        assertThat(refused(() -> limits.read(ADA))).isEqualTo(12);
        later(Duration.ofMinutes(5));
        times(5, () -> limits.read(ADA));
        assertThat(refused(() -> limits.read(ADA))).isEqualTo(12);
        assertThat(limits.refused()).containsOnly(Map.entry(Rule.READS, 3L));
    }

    @Test
    void everybody_has_their_own_and_an_address_is_shared() {
        limits = limits("writes=2/h,writes_per_address=3/h");
        times(2, () -> limits.write(ADA));
        assertThat(refused(() -> limits.write(ADA))).isPositive();
        limits.write(new Visitor("grace", "203.0.113.1"));
        assertThat(refused(() -> limits.write(new Visitor("grace", "203.0.113.1"))))
                .isPositive();
        limits.write(new Visitor("grace", "203.0.113.2"));
        times(100, () -> limits.write(new Visitor(null, null)));
    }

    @Test
    void who_tries_cards_comes_to_an_end() {
        for (int i = 0; i < 3; i++) {
            limits.pay(ADA, CHECKOUT, "attempt " + i);
            limits.declined(ADA, CHECKOUT);
        }
        assertThat(refused(() -> limits.pay(ADA, CHECKOUT, "another"))).isBetween(1_000L, 1_200L);
        for (int i = 0; i < 7; i++) {
            UUID another = new UUID(7, i);
            limits.pay(ADA, another, "once");
            limits.declined(ADA, another);
        }
        assertThat(refused(() -> limits.pay(ADA, new UUID(7, 8), "once"))).isPositive();
        limits.pay(new Visitor("ada", "203.0.113.2"), new UUID(7, 8), "once");
    }

    @Test
    void who_asks_again_how_a_payment_went_on_has_not_paid_again() {
        times(100, () -> limits.pay(ADA, CHECKOUT, "the same"));
        IntStream.range(0, 4).forEach(i -> limits.pay(ADA, CHECKOUT, "attempt " + i));
        assertThat(refused(() -> limits.pay(ADA, CHECKOUT, "the sixth"))).isEqualTo(12);
    }

    @Test
    void who_guesses_codes_comes_to_an_end() {
        times(1_000, () -> limits.code(ADA));
        times(10, () -> limits.wrongCode(ADA));
        assertThat(refused(() -> limits.code(ADA))).isEqualTo(6);
        later(Duration.ofSeconds(6));
        limits.code(ADA);
    }

    @Test
    void who_hoards_stock_has_to_let_go_of_some() {
        for (int i = 0; i < 3; i++) {
            limits.open(ADA);
            limits.opened(ADA, new UUID(7, i));
        }
        assertThat(refused(() -> limits.open(ADA))).isEqualTo(60);
        limits.closed(ADA, new UUID(7, 1));
        limits.open(ADA);
        limits.opened(ADA, new UUID(7, 4));
        assertThat(refused(() -> limits.open(ADA))).isEqualTo(60);
        later(Duration.ofMinutes(10));
        limits.open(ADA);
    }

    @Test
    void memory_is_bounded_whoever_comes() {
        var buckets = new Buckets(5, Duration.ofHours(1), 1_000);
        var holds = new OpenHolds(1_000);
        for (int i = 0; i < 50_000; i++) {
            buckets.take("visitor " + i, now);
            holds.add("visitor " + i, CHECKOUT, now + 1);
        }
        assertThat(buckets.size()).isEqualTo(1_000);
        assertThat(holds.size()).isEqualTo(1_000);
        now += Duration.ofHours(1).toNanos();
        assertThat(buckets.waitFor("visitor 49999", now)).isZero();
        assertThat(holds.count("visitor 49999", now)).isZero();
        assertThat(buckets.size()).isEqualTo(999);
        assertThat(holds.size()).isEqualTo(999);
    }

    @Test
    void what_is_off_limits_nobody() {
        limits = limits("off");
        assertThatCode(() -> times(10_000, () -> {
                    limits.read(ADA);
                    limits.write(ADA);
                    limits.pay(ADA, CHECKOUT, "attempt");
                    limits.declined(ADA, CHECKOUT);
                    limits.code(ADA);
                    limits.wrongCode(ADA);
                    limits.open(ADA);
                }))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reads", "reads=5", "reads=5/d", "reads=0/s", "holds=3/s", "reeds=5/s", "reads=5/s,", ""})
    void what_is_no_rule_is_refused(String rules) {
        assertThatIllegalArgumentException().isThrownBy(() -> Rule.parse(rules));
    }

    private void later(Duration passed) {
        now += passed.toNanos();
    }

    private static void times(int times, Runnable what) {
        for (int i = 0; i < times; i++) what.run();
    }

    /// After how many seconds they may come again.
    private static long refused(Runnable what) {
        @Nullable Refusal refusal = catchThrowableOfType(Refusal.class, what::run);
        assertThat(refusal).isNotNull();
        return ((Number) refusal.members().getOrDefault("retry_after", 0L)).longValue();
    }
}
