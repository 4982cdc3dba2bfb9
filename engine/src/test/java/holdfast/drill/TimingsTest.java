package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TimingsTest {

    @Test
    void a_percentile_is_a_time_that_was_measured_the_nearest_rank_to_three_digits() {
        var timings = new Timings();
        IntStream.rangeClosed(1, 1990).forEach(millis -> timings.add(Duration.ofMillis(1991 - millis)));

        assertThat(timings.count()).isEqualTo(1990);
        assertThat(timings.percentile(50)).isCloseTo(Duration.ofMillis(995), Duration.ofMillis(2));
        assertThat(timings.percentile(99)).isCloseTo(Duration.ofMillis(1971), Duration.ofMillis(2));
        assertThat(timings.percentile(100)).isCloseTo(Duration.ofMillis(1990), Duration.ofMillis(2));
    }

    @Test
    void without_a_measurement_there_is_no_time() {
        assertThat(new Timings().percentile(99)).isZero();
    }
}
