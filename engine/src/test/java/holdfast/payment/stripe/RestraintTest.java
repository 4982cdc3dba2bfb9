package holdfast.payment.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When Stripe is asked, and when it is left alone.
class RestraintTest {

    private static final String CONFIRM = "POST /v1/payment_intents/*/confirm";
    private static final String REFUND = "POST /v1/refunds";

    private long now = Long.MAX_VALUE - 5; // An origin that overflows soon.
    private final Restraint restraint = new Restraint(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, 1", "3, 3", "' 7 ', 7", "86400, 60", "soon, 1", "-5, 1"})
    void it_is_left_alone_by_all_for_as_long_as_it_says_and_a_minute_at_most(String retryAfter, long seconds) {
        assertThat(restraint.objection(CONFIRM)).isNull();
        restraint.heard(CONFIRM, 429, retryAfter);

        pass(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(restraint.objection(REFUND)).contains("left alone");
        pass(Duration.ofMillis(1));
        assertThat(restraint.objection(REFUND)).isNull();
        assertThat(restraint.isRefused()).isFalse();
    }

    @Test
    void whose_key_is_not_taken_looks_now_and_then_until_it_is() {
        restraint.heard(CONFIRM, 401, null);
        assertThat(restraint.isRefused()).isTrue();
        assertThat(restraint.objection(REFUND)).contains("our key");

        pass(Restraint.LOOK_EVERY);
        assertThat(restraint.objection(REFUND)).as("the look").isNull();
        assertThat(restraint.objection(CONFIRM)).as("one is enough").contains("our key");
        restraint.heard(REFUND, 401, null);
        restraint.heard(REFUND, 503, null);
        assertThat(restraint.isRefused()).isTrue();

        pass(Restraint.LOOK_EVERY);
        assertThat(restraint.objection(CONFIRM)).isNull();
        restraint.heard(CONFIRM, 402, null);
        assertThat(restraint.isRefused()).isFalse();
        assertThat(restraint.objection(REFUND)).isNull();
    }

    @Test
    void a_right_that_is_missing_keeps_back_what_needs_it() {
        restraint.heard(REFUND, 403, null);

        assertThat(restraint.isRefused()).isTrue();
        assertThat(restraint.objection(REFUND)).contains("our key");
        assertThat(restraint.objection(CONFIRM)).isNull();
        restraint.heard(CONFIRM, 200, null);
        assertThat(restraint.isRefused()).isTrue();

        pass(Restraint.LOOK_EVERY);
        assertThat(restraint.objection(REFUND)).isNull();
        restraint.heard(REFUND, 200, null);
        assertThat(restraint.isRefused()).isFalse();
    }
}
