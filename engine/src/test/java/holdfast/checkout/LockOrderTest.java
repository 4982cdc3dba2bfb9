package holdfast.checkout;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Row;
import holdfast.checkout.BeginPayment.Began.Begun;
import holdfast.db.Command;
import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.idempotency.Answer;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Authorization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Commands of several kinds that share a transaction take their locks in the one order of all: while a batch
/// waits for the one lock that somebody keeps from it, nothing is locked that comes after that.
class LockOrderTest {

    private @Nullable GroupCommit pipeline;
    private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

    @RegisterExtension
    final Floor floor = new Floor(UnaryOperator.identity(), this::noted);

    private Pipeline noted(Pipeline made) {
        pipeline = (GroupCommit) made;
        return made;
    }

    @BeforeEach
    void stock() {
        floor.stock("MUG", 10, "MAIN");
        floor.tenPercent("TEN", 10);
    }

    @AfterEach
    void close() {
        callers.close();
    }

    @Test
    void who_is_declined_and_who_cancels_have_their_holds_before_a_discount_code_is_given_back() throws Exception {
        Begun declined = begin("TEN");
        CheckoutId canceled = open();
        whileItWaitsFor(hold(canceled), List.of(ended(declined), cancel(canceled)), code("TEN"));
    }

    @Test
    void who_is_declined_and_who_gets_an_order_have_their_holds_before_an_attempt() throws Exception {
        Begun declined = begin();
        Begun approved = begin();
        whileItWaitsFor(hold(approved.checkout().id()), List.of(ended(declined), commit(approved)), attempt(declined));
    }

    @Test
    void who_is_declined_and_who_gets_an_order_have_their_attempts_before_a_discount_code_is_given_back()
            throws Exception {
        Begun declined = begin("TEN");
        Begun approved = begin();
        whileItWaitsFor(attempt(approved), List.of(ended(declined), commit(approved)), code("TEN"));
    }

    @Test
    void what_is_due_is_expired_after_those_who_get_an_order_have_their_holds() throws Exception {
        Begun approved = begin();
        CheckoutId due = open();
        floor.shiftClock(Duration.ofMinutes(11));
        whileItWaitsFor(hold(approved.checkout().id()), List.of(new ExpireHolds(), commit(approved)), hold(due));
    }

    /// Has the commands carried out in one batch, which finds the one row locked, and leaves the other free.
    private void whileItWaitsFor(Row row, List<Command<?>> batch, Row free) throws Exception {
        GroupCommit submitted = Objects.requireNonNull(pipeline);
        CheckoutId first = open();
        var answers = new ArrayList<Future<?>>();
        try (var _ = row.keep()) {
            try (var _ = hold(first).keep()) {
                answers.add(callers.submit(() -> submitted.submit(cancel(first))));
                await(() -> floor.databaseFile.waiting() == 1);
                batch.forEach(command -> answers.add(callers.submit(() -> submitted.submit(command))));
                await(() -> queued(submitted) == batch.size());
            }
            await(() -> queued(submitted) == 0 && floor.databaseFile.waiting() == 1);
            assertThat(free).matches(Row::isFree, "is free");
        }
        for (Future<?> answer : answers) answer.get(10, SECONDS);
    }

    private static int queued(GroupCommit pipeline) {
        return Objects.requireNonNull(pipeline.figures().get(Lane.STOCK)).waiting();
    }

    private static void await(BooleanSupplier state) {
        long end = System.nanoTime() + SECONDS.toNanos(10);
        while (!state.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private CheckoutId open(String... codes) {
        CheckoutId checkout = CheckoutId.next();
        assertThat(floor.open(checkout, Map.of("MUG", 1), List.of(codes), "ada@example.com"))
                .isEqualTo("open");
        return checkout;
    }

    private Begun begin(String... codes) {
        CheckoutId checkout = open(codes);
        var request = new CompleteRequest(checkout, "pm_card_visa", null, Money.of(floor.total(checkout), Floor.EUR));
        var payment = PaymentId.next();
        var begin = new BeginPayment(payment, request, "sandbox", true, Floor.key("key-of-" + payment, "once"));
        return (Begun) Objects.requireNonNull(pipeline).submit(begin);
    }

    private static Command<?> ended(Begun begun) {
        return new EndPayment(begun.attempt(), new EndPayment.End.Declined("insufficient_funds"));
    }

    private static Command<?> commit(Begun begun) {
        String reference = begun.attempt().id().toString();
        return new CommitOrder(begun.attempt(), begun.checkout(), new Authorization(reference, null, null));
    }

    private static Command<?> cancel(CheckoutId checkout) {
        return new CancelCheckout(checkout, Optional.empty(), _ -> Answer.of(200, new byte[0]));
    }

    private Row hold(CheckoutId checkout) {
        return Row.of(floor.databaseFile, "hold", "checkout_id", checkout.value());
    }

    private Row attempt(Begun begun) {
        return Row.of(floor.databaseFile, "payment", "id", begun.attempt().id().value());
    }

    private Row code(String code) {
        return new Row(floor.databaseFile, "discount_code", "code", code);
    }
}
