package holdfast.idempotency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What a key promises, whatever it is used for.
class IdempotencyTest {

    private static final TestDatabase DATABASE = TestDatabase.create(70);

    private final Idempotency idempotency = new Idempotency(
            DATABASE.database(),
            refusal -> Answer.of(
                    refusal.problem().status(), bytes(refusal.problem().code())));
    private final AtomicInteger runs = new AtomicInteger();

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void the_first_use_does_the_work_and_every_later_one_hears_the_same_bytes() {
        KeyUse use = use("first-use-of-a-key", "body");
        Answer first = idempotency.once(use, tx -> answer(201));
        Answer second = idempotency.once(use, tx -> answer(201));
        assertThat(runs).hasValue(1);
        assertThat(first.replayed()).isFalse();
        assertThat(second.replayed()).isTrue();
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void another_request_with_the_same_key_is_refused() {
        idempotency.once(use("key-of-two-requests", "one"), tx -> answer(200));
        assertThat(refusal(use("key-of-two-requests", "two")).problem()).isEqualTo(Problem.IDEMPOTENCY_KEY_REUSED);
        assertThat(runs).hasValue(1);
    }

    @Test
    void the_same_key_means_something_else_to_somebody_else() {
        idempotency.once(use("key-of-two-people", "one"), tx -> answer(200));
        var other = new KeyUse("somebody else", "key-of-two-people", bytes("two"), Duration.ofDays(2));
        assertThat(idempotency.once(other, tx -> answer(200)).replayed()).isFalse();
    }

    @Test
    void a_final_refusal_is_an_answer_and_its_work_leaves_nothing() {
        KeyUse use = use("key-of-a-final-refusal", "body");
        Answer first = idempotency.once(use, tx -> {
            tx.execute("insert into warehouse (code, title, country) values ('GONE', 'Gone', 'DE')");
            throw Problem.OUT_OF_STOCK.refuse("none left");
        });
        Answer second = idempotency.once(use, tx -> answer(200));
        assertThat(first.status()).isEqualTo(409);
        assertThat(second.body()).isEqualTo(bytes("out_of_stock"));
        assertThat(second.replayed()).isTrue();
        assertThat(runs).hasValue(0);
        assertThat(DATABASE.database()
                        .<Long>inTransaction(tx -> tx.query("select count(*) from warehouse")
                                .mapTo(Long.class)
                                .one()))
                .isZero();
    }

    @Test
    void a_refusal_that_is_not_final_and_a_fault_leave_the_key_unused() {
        KeyUse use = use("key-of-a-passing-refusal", "body");
        assertThatThrownBy(() -> idempotency.once(use, tx -> {
                    throw Problem.ORDER_NOT_PAID.refuse("wait");
                }))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> idempotency.once(use, tx -> {
                    throw Refusal.invalid("quantity", "out_of_range", "too many");
                }))
                .isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> idempotency.once(use, tx -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(idempotency.once(use, tx -> answer(200)).replayed()).isFalse();
    }

    @Test
    void a_five_hundred_is_never_stored() {
        assertThatThrownBy(() -> idempotency.once(use("key-of-a-five-hundred", "body"), tx -> answer(503)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(idempotency
                        .once(use("key-of-a-five-hundred", "body"), tx -> answer(200))
                        .replayed())
                .isFalse();
    }

    @Test
    void sixty_four_first_uses_at_once_do_the_work_once() throws Exception {
        KeyUse use = use("key-of-sixty-four-at-once", "body");
        var start = new CountDownLatch(1);
        var answers = new ArrayList<Future<Answer>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                answers.add(threads.submit(() -> {
                    start.await();
                    return idempotency.once(use, tx -> answer(200));
                }));
            }
            start.countDown();
        }
        var bodies = new ArrayList<String>();
        for (Future<Answer> answer : answers) {
            bodies.add(new String(answer.get().body(), StandardCharsets.UTF_8));
        }
        assertThat(runs).hasValue(1);
        assertThat(bodies).hasSize(64).containsOnly("run 1");
    }

    @Test
    void a_first_use_that_takes_too_long_is_told_of_after_two_seconds() throws Exception {
        KeyUse use = use("key-of-a-slow-first-use", "body");
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> slow = threads.submit(() -> idempotency.once(use, tx -> {
                begun.countDown();
                await(goOn);
                return answer(200);
            }));
            begun.await();
            long before = System.nanoTime();
            Refusal refusal = refusal(use);
            assertThat(refusal.problem()).isEqualTo(Problem.IDEMPOTENCY_KEY_IN_USE);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Idempotency.WAIT_MAX);
            goOn.countDown();
            assertThat(slow.get().status()).isEqualTo(200);
        }
        assertThat(idempotency.once(use, tx -> answer(200)).replayed()).isTrue();
    }

    @Test
    void of_two_uses_of_one_key_in_one_batch_the_first_is_granted() {
        KeyUse use = use("key-twice-in-a-batch", "body");
        List<Claim> claims = DATABASE.database()
                .inTransaction(tx -> idempotency.claim(tx, List.of(use, use("another-key-in-a-batch", "body"), use)));
        assertThat(claims).containsExactly(new Claim.Granted(), new Claim.Granted(), new Claim.Pending());
    }

    @Test
    void an_answer_keeps_standing_and_is_forgotten_when_its_time_is_over() {
        KeyUse use = use("key-that-is-forgotten", "body");
        idempotency.once(use, tx -> answer(200));
        assertThatThrownBy(() ->
                        DATABASE.database().transact(tx -> idempotency.store(tx, Map.of(use.id(), answer(402)))))
                .satisfies(e -> assertThat(Database.sqlState(e)).isEqualTo("23505")); // a duplicate
        assertThat(stored(use)).map(Answer::status).contains(200);

        DATABASE.database().inTransaction(idempotency::forgetExpired);
        assertThat(stored(use)).isPresent();
        DATABASE.shiftClock(Duration.ofHours(49));
        assertThat(DATABASE.database().inTransaction(idempotency::forgetExpired))
                .isPositive();
        assertThat(stored(use)).isEmpty();
    }

    private Optional<Answer> stored(KeyUse use) {
        return DATABASE.database().inTransaction(tx -> idempotency.answer(tx, use.id()));
    }

    private Refusal refusal(KeyUse use) {
        return catchThrowableOfType(Refusal.class, () -> idempotency.once(use, tx -> answer(200)));
    }

    private Answer answer(int status) {
        return Answer.of(status, bytes("run " + runs.incrementAndGet()));
    }

    private static KeyUse use(String key, String content) {
        return new KeyUse("somebody", key, bytes(content), Duration.ofDays(2));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
