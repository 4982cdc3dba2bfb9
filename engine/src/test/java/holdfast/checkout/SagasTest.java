package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import holdfast.kernel.CheckoutId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.payment.Trouble;
import holdfast.payment.WorkList.Item;
import holdfast.payment.WorkList.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Payments that cannot go on by themselves come before somebody who can do something about them.
class SagasTest {

    private final Trouble trouble = new Trouble();

    @RegisterExtension
    final Floor floor = new Floor(trouble::before, UnaryOperator.identity());

    private final CheckoutId checkout = CheckoutId.next();

    @BeforeEach
    void a_mug_is_wanted() {
        floor.stock("MUG", 1, "MAIN");
        floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com");
    }

    @Test
    void a_payment_is_under_way_until_it_is_known_how_it_ended() {
        dark(true);
        pay();

        Saga saga = sagas(false).getFirst();
        assertThat(saga.checkout()).isEqualTo(checkout);
        assertThat(saga.state()).isEqualTo("unknown");
        assertThat(saga.order()).isNull();
        assertThat(saga.nextLookAt()).isNotNull();
        assertThat(saga.stuck()).isEmpty();

        dark(false);
        recoverAfter("10s");
        Saga over = floor.database
                .inTransaction(tx -> floor.module.sagas().find(tx, saga.id()))
                .orElseThrow();
        assertThat(over.state()).isEqualTo("authorized");
        assertThat(over.order()).isNotNull();
    }

    @Test
    void an_outcome_that_is_open_for_a_quarter_of_an_hour_is_somebodys_work_until_it_is_known() {
        dark(true);
        pay();
        recoverAfter("14m");
        assertThat(sagas(true)).isEmpty();
        recoverAfter("16m");
        assertThat(reasons()).containsExactly(Reason.OUTCOME_UNKNOWN);
        assertThat(told("payment.stuck")).isEqualTo(1);
        recoverAfter("17m");
        assertThat(told("payment.stuck")).isEqualTo(1);

        dark(false);
        recoverAfter("30m");
        assertThat(sagas(true)).isEmpty();
    }

    @Test
    void whoever_knows_better_ends_a_payment_and_its_stock_is_anyones_again() {
        dark(true);
        pay();
        recoverAfter("16m");

        floor.database.transact(tx -> floor.module.sagas().resolve(tx, payment(), "The provider has no such payment"));

        assertThat(sagas(true)).isEmpty();
        assertThat(sagas(false)).isEmpty();
        assertThat(floor.stockOf("MUG")).isEqualTo("1 on hand, 0 held, 0 allocated");
        assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.EXPIRED);
        assertThat(told("payment.resolved")).isEqualTo(1);
    }

    @Test
    void a_payment_that_is_looked_at_sooner_goes_on_at_once() {
        dark(true);
        pay();
        recoverAfter("9m");
        recoverAfter("10m");
        dark(false);
        floor.module.recovery().resumePayments();
        assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.PROCESSING);

        floor.database.transact(tx -> floor.module.sagas().retry(tx, payment()));
        floor.module.recovery().resumePayments();

        assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.COMPLETED);
    }

    @Test
    void a_payment_that_goes_on_by_itself_is_not_ended_by_hand() {
        dark(true);
        pay();
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() ->
                        floor.database.transact(tx -> floor.module.sagas().resolve(tx, payment(), "I am impatient")))
                .satisfies(refusal -> assertThat(refusal.problem()).isEqualTo(Problem.SAGA_NOT_STUCK));
        assertThat(floor.checkout(checkout).status()).isEqualTo(Checkout.Status.PROCESSING);
    }

    @Test
    void a_payment_over_another_amount_is_let_go_of_and_stays_somebodys_work() {
        trouble.next("authorize", Trouble.Fault.WRONG_AMOUNT);
        assertThat(pay()).isEqualTo("hold_expired");

        assertThat(reasons()).containsExactly(Reason.OTHER_AMOUNT);
        assertThat(floor.chargesStanding()).isEmpty();
        recoverAfter("1h");
        assertThat(reasons()).containsExactly(Reason.OTHER_AMOUNT);

        floor.database.transact(tx -> floor.module.sagas().resolve(tx, payment(), "Reported to the provider"));
        assertThat(sagas(true)).isEmpty();
    }

    private String pay() {
        return floor.complete(checkout, "visa", "a key", floor.total(checkout));
    }

    private void recoverAfter(String time) {
        floor.shiftClock(Duration.parse("PT" + time));
        floor.module.recovery().resumePayments();
        floor.module.recovery().watchPayments();
    }

    private void dark(boolean isDark) {
        trouble.dark(isDark);
    }

    private PaymentId payment() {
        return Objects.requireNonNull(floor.checkout(checkout).payment()).id();
    }

    private List<Saga> sagas(boolean stuck) {
        return floor.database
                .inTransaction(tx -> floor.module.sagas().list(tx, stuck, 10, null))
                .data();
    }

    private List<Reason> reasons() {
        return sagas(true).stream()
                .flatMap(saga -> saga.stuck().stream())
                .map(Item::reason)
                .toList();
    }

    private long told(String type) {
        return floor.database.inTransaction(tx -> tx.query("select count(*) from event where type = :type")
                .bind("type", type)
                .mapTo(Long.class)
                .one());
    }
}
