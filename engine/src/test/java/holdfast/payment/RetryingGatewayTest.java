package holdfast.payment;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Outcome.Doubt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How often a gateway is asked, and what is told in the end.
class RetryingGatewayTest {

    private static final Money AMOUNT = Money.of(1999, Currency.getInstance("GBP"));
    private static final Charge CHARGE = new Charge(PaymentId.next(), CheckoutId.next(), AMOUNT, "pm_card_visa");

    private final Scripted gateway = new Scripted();
    private final Hours hours = new Hours();
    private int returns;
    private final RetryingGateway retrying =
            new RetryingGateway(gateway, new SplittableRandom(1), () -> returns++, hours);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            approved                       | approved      | 1
            declined                       | declined      | 1
            open approved                  | approved      | 2
            not_done approved              | approved      | 2
            open open approved             | approved      | 3
            open open open approved        | open          | 3
            not_done not_done not_done     | not_done      | 3
            open not_done not_done         | open          | 3
            not_done open declined         | declined      | 3
            only_readable approved         | only_readable | 1
            not_for_us approved            | not_for_us    | 1
            open only_readable             | only_readable | 2
            """)
    void a_call_is_repeated_where_that_may_help(String script, String told, int calls) {
        gateway.script(script);

        assertThat(told(retrying.authorize("pi_1", CHARGE, "key"))).isEqualTo(told);

        assertThat(gateway.keys).hasSize(calls).containsOnly("key");
    }

    @Test
    void every_operation_is_repeated() {
        gateway.script("open approved open approved open approved open approved");

        assertThat(told(retrying.create(CHARGE, "c"))).isEqualTo("approved");
        assertThat(told(retrying.capture("pi_1", AMOUNT, "t"))).isEqualTo("approved");
        assertThat(told(retrying.cancel("pi_1", "v"))).isEqualTo("approved");
        assertThat(told(retrying.refund("pi_1", AMOUNT, "r"))).isEqualTo("approved");
        assertThat(retrying.retrieve("pi_1")).isInstanceOf(Retrieved.Unreachable.class);
        assertThat(retrying.refunds("pi_1")).isInstanceOf(GivenBack.Unreachable.class);
        assertThat(retrying.list(Instant.EPOCH, Instant.EPOCH, null)).isInstanceOf(Listing.Unreachable.class);

        assertThat(gateway.keys)
                .containsExactly(
                        "c", "c", "t", "t", "v", "v", "r", "r", "read", "read", "read", "refunds", "refunds", "refunds",
                        "list", "list", "list");
    }

    @Test
    void the_waits_are_random_up_to_a_limit_that_doubles() {
        for (int i = 0; i < 4; i++) {
            gateway.script("open open approved");
            assertThat(told(retrying.capture("pi_1", AMOUNT, "key"))).isEqualTo("approved");
        }

        assertThat(hours.waits).hasSize(8).doesNotHaveDuplicates();
        for (int i = 0; i < 8; i++) {
            assertThat(hours.waits.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(i % 2 == 0 ? 500 : 1000));
        }
    }

    @Test
    void nothing_is_begun_when_the_first_try_is_long_ago() {
        gateway.script("open approved");
        gateway.takes = RetryingGateway.NO_TRY_AFTER.plusMillis(1);

        assertThat(told(retrying.capture("pi_1", AMOUNT, "key"))).isEqualTo("open");

        assertThat(gateway.keys).hasSize(1);
    }

    @Test
    void nothing_is_begun_when_nobody_may_wait_any_more() {
        gateway.script("open approved");
        retrying.close();

        assertThat(told(retrying.capture("pi_1", AMOUNT, "key"))).isEqualTo("open");
    }

    @Test
    void of_many_calls_that_go_wrong_a_tenth_is_repeated() {
        for (int i = 0; i < 1_000; i++) {
            gateway.script("open");
            gateway.whenSilent = new Outcome.Unknown("down");
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }

        assertThat(gateway.keys.size() - 1_000).isBetween(100, 115);
    }

    @Test
    void a_gateway_that_is_well_again_has_its_retries_again() {
        gateway.whenSilent = new Outcome.Unknown("down");
        for (int i = 0; i < 100; i++) {
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }
        gateway.whenSilent = approved();
        for (int i = 0; i < 100; i++) {
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }
        gateway.keys.clear();
        gateway.script("open open approved");

        assertThat(told(retrying.capture("pi_1", AMOUNT, "key"))).isEqualTo("approved");

        assertThat(gateway.keys).hasSize(3);
    }

    @Test
    void that_a_gateway_is_back_is_noticed_by_a_probe_and_told_once() {
        gateway.whenSilent = new Outcome.Unknown("down");
        for (int i = 0; i < 3; i++) {
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }
        retrying.probe();
        retrying.probe();
        assertThat(returns).isZero();

        gateway.listing = new Listing.Page(List.of(), null);
        retrying.probe();
        retrying.probe();

        assertThat(returns).isEqualTo(1);
    }

    @Test
    void that_a_gateway_is_back_is_noticed_by_whoever_asks_it_as_well() {
        gateway.whenSilent = new Outcome.Unknown("down");
        for (int i = 0; i < 3; i++) {
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }
        gateway.whenSilent = approved();
        var _ = retrying.capture("pi_1", AMOUNT, "key");

        retrying.probe();

        assertThat(returns).isEqualTo(1);
        assertThat(gateway.keys).doesNotContain("list");
    }

    @Test
    void an_answer_that_is_lost_now_and_then_is_no_outage() {
        for (int i = 0; i < 10; i++) {
            gateway.script("only_readable");
            var _ = retrying.capture("pi_1", AMOUNT, "key");
            var _ = retrying.capture("pi_1", AMOUNT, "key");
        }

        retrying.probe();

        assertThat(returns).isZero();
        assertThat(gateway.keys).doesNotContain("list");
    }

    private static Outcome approved() {
        return new Outcome.Approved("pi_1", AMOUNT, null);
    }

    private static String told(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Approved _ -> "approved";
            case Outcome.Declined _ -> "declined";
            case Outcome.ActionRequired _ -> "action required";
            case Outcome.Unknown unknown -> unknown.doubt().name().toLowerCase(Locale.ROOT);
        };
    }

    /// Time that passes when somebody waits or a gateway is slow, and not otherwise.
    private static final class Hours implements RetryingGateway.Waiting {

        private final List<Duration> waits = new ArrayList<>();
        private boolean closed;
        private long now;

        @Override
        public boolean await(Duration time) {
            waits.add(time);
            now += time.toNanos();
            return !closed;
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /// Says what it is told to say.
    private final class Scripted implements Gateway {

        private final Queue<Outcome> script = new ArrayDeque<>();
        private final List<String> keys = new ArrayList<>();
        private Outcome whenSilent = approved();
        private Listing listing = new Listing.Unreachable("down");
        private Duration takes = Duration.ZERO;

        void script(String words) {
            script.clear();
            script.addAll(Arrays.stream(words.split(" ", -1)).map(this::outcome).collect(Collectors.toList()));
        }

        private Outcome outcome(String word) {
            return switch (word) {
                case "approved" -> approved();
                case "declined" -> new Outcome.Declined("no");
                default -> new Outcome.Unknown(word, Doubt.valueOf(word.toUpperCase(Locale.ROOT)));
            };
        }

        private Outcome say(String key) {
            keys.add(key);
            hours.now += takes.toNanos();
            Outcome next = script.poll();
            return next == null ? whenSilent : next;
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public boolean takesOurReference() {
            return false;
        }

        @Override
        public Outcome create(Charge charge, String key) {
            return say(key);
        }

        @Override
        public Outcome authorize(String reference, Charge charge, String key) {
            return say(key);
        }

        @Override
        public Outcome capture(String reference, Money amount, String key) {
            return say(key);
        }

        @Override
        public Outcome cancel(String reference, String key) {
            return say(key);
        }

        @Override
        public Outcome refund(String reference, Money amount, String key) {
            return say(key);
        }

        @Override
        public Retrieved retrieve(String reference) {
            keys.add("read");
            return new Retrieved.Unreachable("down");
        }

        @Override
        public GivenBack refunds(String reference) {
            keys.add("refunds");
            return new GivenBack.Unreachable("down");
        }

        @Override
        public Listing list(Instant from, Instant until, @Nullable String page) {
            keys.add("list");
            return listing;
        }
    }
}
