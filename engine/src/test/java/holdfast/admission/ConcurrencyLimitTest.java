package holdfast.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import holdfast.admission.ConcurrencyLimit.Policy;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A limit in front of shops that can do so much and no more, made of a seed: whoever comes does not care how
/// it goes.
class ConcurrencyLimitTest {

    private static final double SECOND = 1e9;

    @ParameterizedTest
    @ValueSource(doubles = {2, 10, 50})
    void at_many_times_what_it_can_do_the_shop_does_what_it_can_and_soon_in_time(double times) {
        for (int capacity : new int[] {1_000, 4_000, 8_000}) {
            var day = new Day(capacity, 7).comes(0, 25, _ -> times * capacity);
            assertThat(day.throughAfter(1) / 24).as("capacity %d", capacity).isGreaterThan(0.99 * capacity);
            assertThat(day.meanMillisAfter(10)).as("capacity %d", capacity).isLessThan(200);
        }
    }

    @Test
    void nobody_is_refused_as_long_as_there_is_room() {
        var day = new Day(2_000, 11).comes(0, 20, _ -> 1_600);
        assertThat(day.refused).isZero();
    }

    @Test
    void a_rush_is_let_in_as_a_whole() {
        var day = new Day(4_000, 19).comes(0, 1, _ -> 5_500);
        assertThat(day.refused).isZero();
    }

    @Test
    void after_the_storm_nobody_is_refused_any_more() {
        var day = new Day(2_000, 13).comes(0, 10, _ -> 20_000).comes(11, 30, _ -> 1_600);
        assertThat(day.refused).isGreaterThan(100_000);
        assertThat(day.refusedAfter(11)).isZero();
        assertThat(day.meanMillisAfter(12)).isLessThan(10);
        assertThat(day.limit.figures().limit()).isEqualTo(Policy.DEFAULT.most());
    }

    @Test
    void a_shop_that_has_become_slower_lets_fewer_in_and_more_when_it_is_itself_again() {
        var day = new Day(4_000, 17).comes(0, 10, _ -> 8_000);
        int before = day.limit.figures().limit();
        day.capacity = 400;
        day.comes(10, 20, _ -> 8_000);
        int slow = day.limit.figures().limit();
        day.capacity = 4_000;
        day.comes(20, 30, _ -> 8_000);
        assertThat(slow).isBetween(64, 80); // 400 a second, a tenth of a second each, but never fewer than 64
        assertThat(before).isBetween(250, 800);
        assertThat(day.limit.figures().limit()).isBetween(250, 800);
    }

    @Test
    void a_slow_answer_in_an_empty_shop_changes_nothing() {
        var limit = new ConcurrencyLimit(Policy.DEFAULT, new Ticking()::next);
        for (int i = 0; i < 1_000; i++) {
            assertThat(limit.enter()).isTrue();
            limit.leave(Duration.ofSeconds(3).toNanos());
        }
        assertThat(limit.figures().limit()).isEqualTo(Policy.DEFAULT.most());
    }

    @Test
    void beyond_the_limit_everybody_is_refused_and_counted() {
        var limit = new ConcurrencyLimit(new Policy(Duration.ofMillis(100), Duration.ofSeconds(1), 1, 2));
        assertThat(limit.enter()).isTrue();
        assertThat(limit.refuses()).isFalse();
        assertThat(limit.enter()).isTrue();
        assertThat(limit.refuses()).isTrue();
        assertThat(limit.enter()).isFalse();
        limit.leave(1);
        assertThat(limit.enter()).isTrue();
        assertThat(limit.figures()).isEqualTo(new ConcurrencyLimit.Figures(2, 2, 3, 2));
    }

    @Test
    void a_policy_that_lets_nobody_in_is_refused() {
        var millis = Duration.ofMillis(100);
        assertThatIllegalArgumentException().isThrownBy(() -> new Policy(Duration.ZERO, millis, 1, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Policy(millis, millis, 0, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Policy(millis, millis, 3, 2));
    }

    /// A clock that goes on by a second whenever it is looked at.
    private static final class Ticking {

        private long now;

        long next() {
            return now += (long) SECOND;
        }
    }

    /// A shop that serves one after the other, so many a second, and those who come to it at random.
    private static final class Day {

        private final ConcurrencyLimit limit = new ConcurrencyLimit(Policy.DEFAULT, () -> this.now);
        private final SplittableRandom random;
        private final PriorityQueue<Served> inside =
                new PriorityQueue<>((one, other) -> Long.compare(one.through, other.through));
        private final long[] throughIn = new long[60];
        private final long[] nanosIn = new long[60];
        private final long[] refusedIn = new long[60];
        private int capacity;
        private long now;
        private long freeAt;
        private long refused;

        private record Served(long came, long through) {}

        Day(int capacity, long seed) {
            this.capacity = capacity;
            this.random = new SplittableRandom(seed);
        }

        /// From one second to another they come, so many a second.
        Day comes(int from, int until, LongToDoubleFunction rate) {
            double next = from * SECOND;
            while (next < until * SECOND) {
                serveUntil((long) next);
                now = (long) next;
                if (limit.enter()) {
                    freeAt = Math.max(freeAt, now) + (long) (SECOND / capacity);
                    inside.add(new Served(now, freeAt));
                } else {
                    refused++;
                    refusedIn[second()]++;
                }
                next += -Math.log(1 - random.nextDouble()) * SECOND / rate.applyAsDouble(now);
            }
            serveUntil((long) (until * SECOND));
            return this;
        }

        private void serveUntil(long moment) {
            while (!inside.isEmpty() && inside.peek().through <= moment) {
                Served served = inside.remove();
                now = served.through;
                throughIn[second()]++;
                nanosIn[second()] += served.through - served.came;
                limit.leave(served.through - served.came);
            }
        }

        private int second() {
            return (int) (now / SECOND);
        }

        double throughAfter(int second) {
            return sum(throughIn, second);
        }

        double meanMillisAfter(int second) {
            return (double) sum(nanosIn, second) / sum(throughIn, second) / 1e6;
        }

        long refusedAfter(int second) {
            return sum(refusedIn, second);
        }

        private static long sum(long[] seconds, int from) {
            long sum = 0;
            for (int i = from; i < seconds.length; i++) sum += seconds[i];
            return sum;
        }
    }
}
