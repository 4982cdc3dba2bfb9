package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import holdfast.db.Command;
import holdfast.kernel.CheckoutId;
import holdfast.payment.Detour;
import holdfast.payment.Outcome;
import holdfast.psp.Movement;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The program dies at any step of the saga, and a start on the same database ends what was begun: one order
/// and one charge, or none of either, and nothing half-way.
class CrashTest {

    private static final String KEY = "the-one-key-of-this-test";

    /// Every moment at which a process can be gone: around each commit, and around each call to the gateway.
    static Stream<String> moments() {
        return Stream.of(
                "before BeginPayment",
                "after BeginPayment",
                "before create",
                "after create",
                "before authorize",
                "after authorize",
                "before CommitOrder",
                "after CommitOrder");
    }

    static Stream<String> momentsOfADecline() {
        return Stream.of("before authorize", "after authorize", "before EndPayment", "after EndPayment");
    }

    @ParameterizedTest
    @MethodSource("moments")
    void a_checkout_that_was_being_paid_becomes_one_order_after_a_restart(String moment) {
        try (var floor = dyingAt(moment)) {
            CheckoutId checkout = opened(floor);
            assertThat(catchThrowable(() -> floor.complete(checkout, "visa", KEY, 1000)))
                    .isInstanceOf(Death.class);
            floor.restart();
            floor.module.recovery().resumePayments();

            boolean begun = !moment.equals("before BeginPayment");
            assertThat(floor.checkout(checkout).status())
                    .isEqualTo(begun ? Checkout.Status.COMPLETED : Checkout.Status.OPEN);
            assertThat(floor.complete(checkout, "visa", KEY, 1000)).isEqualTo("completed");
            assertThat(floor.count("orders")).isEqualTo(1);
            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.broken()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("moments")
    void the_shopper_who_asks_again_before_the_recovery_gets_the_order_too(String moment) {
        try (var floor = dyingAt(moment)) {
            CheckoutId checkout = opened(floor);
            assertThat(catchThrowable(() -> floor.complete(checkout, "visa", KEY, 1000)))
                    .isInstanceOf(Death.class);
            floor.restart();

            assertThat(floor.complete(checkout, "visa", KEY, 1000)).isEqualTo("completed");
            assertThat(floor.count("orders")).isEqualTo(1);
            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.broken()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("momentsOfADecline")
    void a_declined_checkout_is_the_shoppers_again_after_a_restart(String moment) {
        try (var floor = dyingAt(moment)) {
            CheckoutId checkout = opened(floor);
            assertThat(catchThrowable(() -> floor.complete(checkout, "chargeDeclined", KEY, 1000)))
                    .isInstanceOf(Death.class);
            floor.restart();
            floor.module.recovery().resumePayments();

            assertThat(floor.complete(checkout, "chargeDeclined", KEY, 1000))
                    .isEqualTo("payment_declined generic_decline");
            assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.OPEN);
            assertThat(floor.chargesStanding()).isEmpty();
            assertThat(floor.broken()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("moments")
    void dying_again_while_recovering_changes_nothing(String moment) {
        try (var floor = dyingAt(moment)) {
            CheckoutId checkout = opened(floor);
            assertThat(catchThrowable(() -> floor.complete(checkout, "visa", KEY, 1000)))
                    .isInstanceOf(Death.class);
            for (String again : List.of("before CommitOrder", "after CommitOrder")) {
                var death = new DeathAt(again);
                floor.module = floor.wire(
                        gateway -> new Detour(gateway, new Dying(death)),
                        pipeline -> new Floor.Watched(pipeline, death));
                floor.database.inTransaction(floor.payments::freeAll);
                floor.module.recovery().resumePayments();
            }
            floor.restart();
            floor.module.recovery().resumePayments();

            assertThat(floor.complete(checkout, "visa", KEY, 1000)).isEqualTo("completed");
            assertThat(floor.count("orders")).isEqualTo(1);
            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.provider.ledger())
                    .filteredOn(movement -> movement.kind() == Movement.Kind.AUTH)
                    .hasSize(1);
            assertThat(floor.broken()).isEmpty();
        }
    }

    /// As when the database goes away between the charge and the order. No lease has to run out for it.
    @Test
    void what_its_owner_could_not_write_down_is_gone_on_with_at_once() {
        var away = new AwayOnce();
        try (var floor = new Floor(UnaryOperator.identity(), pipeline -> new Floor.Watched(pipeline, away))) {
            CheckoutId checkout = opened(floor);
            assertThat(catchThrowable(() -> floor.complete(checkout, "visa", KEY, 1000)))
                    .hasMessage("The database is away");

            floor.module.recovery().resumePayments();

            assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.COMPLETED);
            assertThat(floor.complete(checkout, "visa", KEY, 1000)).isEqualTo("completed");
            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.broken()).isEmpty();
        }
    }

    private static final class AwayOnce implements Floor.Watched.Watch {

        private boolean wasAway;

        @Override
        public void before(Command<?> command) {
            if (wasAway || !(command instanceof CommitOrder)) return;
            wasAway = true;
            throw new IllegalStateException("The database is away");
        }

        @Override
        public void after(Command<?> command) {
            // It is there again.
        }
    }

    private static Floor dyingAt(String moment) {
        var death = new DeathAt(moment);
        return new Floor(
                gateway -> new Detour(gateway, new Dying(death)), pipeline -> new Floor.Watched(pipeline, death));
    }

    private static CheckoutId opened(Floor floor) {
        floor.stock("MUG", 1, "MAIN");
        CheckoutId checkout = CheckoutId.next();
        assertThat(floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com"))
                .isEqualTo("open");
        return checkout;
    }

    /// What `kill -9` looks like from within: nothing after it runs.
    private static final class Death extends Error {

        private static final long serialVersionUID = 1;

        Death(String moment) {
            super(moment);
        }
    }

    private record DeathAt(String moment) implements Floor.Watched.Watch {

        void reach(String here) {
            if (here.equals(moment)) throw new Death(moment);
        }

        @Override
        public void before(Command<?> command) {
            reach("before " + command.getClass().getSimpleName());
        }

        @Override
        public void after(Command<?> command) {
            reach("after " + command.getClass().getSimpleName());
        }
    }

    /// A gateway that names payments itself, as Stripe does, and around whose calls the program may die.
    private record Dying(DeathAt death) implements Detour.Way {

        @Override
        public boolean takesOurReference(boolean does) {
            return false;
        }

        @Override
        public Outcome moved(String operation, Supplier<Outcome> request) {
            death.reach("before " + operation);
            Outcome outcome = request.get();
            death.reach("after " + operation);
            return outcome;
        }
    }
}
