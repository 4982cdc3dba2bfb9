package holdfast.trace;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Ids;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {

    private static final int CHECKOUTS = 20_000;

    /// Of which, by chance, six standard deviations more or fewer may be taken.
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0.05, 815, 1185", "0.5, 9575, 10425", "1, 20000, 20000"})
    void a_share_of_the_checkouts_is_taken_and_always_the_same(BigDecimal share, int least, int most) {
        var one = new Share(share);
        var other = new Share(share);
        long taken = Stream.generate(() -> TraceIds.of(Ids.next()))
                .limit(CHECKOUTS)
                .filter(trace -> {
                    assertThat(other.takes(trace)).isEqualTo(one.takes(trace));
                    return one.takes(trace);
                })
                .count();
        assertThat(taken).isBetween((long) least, (long) most);
    }
}
