package holdfast.db;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.Await;
import holdfast.TestDatabase;
import holdfast.db.CuttingProxy.Cut;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the pipeline promises to those who wait in it.
class GroupCommitTest {

    private final TestDatabase shop = TestDatabase.create();
    private final CuttingProxy proxy = new CuttingProxy(port(shop.url()));
    private final Database database = new Database(shop.url().replace(":" + port(shop.url()), ":" + proxy.port()), 4);

    /// Writes a warehouse down, so that there is something to count.
    private record Build(String warehouse) implements Command<String> {}

    /// As that, but PostgreSQL asks for another try as often as it says.
    private record Contend(String warehouse, AtomicInteger failures, String sqlState) implements Command<String> {}

    /// Keeps the lane busy until the test lets go of it.
    private record Dawdle(CountDownLatch began, CountDownLatch end, CompletableFuture<Thread> writer)
            implements Command<String> {}

    /// How many commands the handler had each time it tried.
    private final List<Integer> tries = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        database.close();
        proxy.close();
        shop.close();
    }

    @Test
    void all_who_wait_share_one_commit_and_each_gets_its_own_answer() throws Exception {
        try (GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.NORMAL);
                var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var dawdle = dawdle(pipeline);
            List<Future<String>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> shoppers.submit(() -> pipeline.submit(new Build("W" + i))))
                    .toList();
            Await.waiting(pipeline, 50);
            dawdle.end.countDown();
            for (int i = 0; i < 50; i++) {
                assertThat(answers.get(i).get(10, SECONDS)).isEqualTo("built W" + i);
            }
            LaneFigures figures = figures(pipeline);
            assertThat(figures.commands()).isEqualTo(51);
            assertThat(figures.batches()).isEqualTo(2);
        }
        assertThat(warehouses()).isEqualTo(50);
    }

    @Test
    void a_poisoned_command_fails_alone() throws Exception {
        try (GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.NORMAL);
                var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var dawdle = dawdle(pipeline);
            List<Future<String>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> shoppers.submit(() -> pipeline.submit(new Build(i == 13 ? "poison" : "W" + i))))
                    .toList();
            Await.waiting(pipeline, 20);
            dawdle.end.countDown();
            for (int i = 0; i < 20; i++) {
                Future<String> answer = answers.get(i);
                if (i == 13) {
                    assertThatThrownBy(() -> answer.get(10, SECONDS)).hasRootCauseMessage("That was poison");
                } else {
                    assertThat(answer.get(10, SECONDS)).isEqualTo("built W" + i);
                }
            }
            assertThat(figures(pipeline).splits()).isBetween(1L, 5L);
        }
        assertThat(warehouses()).isEqualTo(19);
    }

    @Test
    void a_commit_whose_answer_was_lost_is_found_out_about() {
        try (GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.LOSE_THE_ANSWER)) {
            assertThat(pipeline.submit(new Build("LON"))).isEqualTo("built LON");
            assertThat(figures(pipeline).lost()).as("it was committed").isZero();
        }
        assertThat(warehouses()).isOne();
    }

    @Test
    void a_commit_that_never_arrived_is_carried_out_again() {
        try (GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.LOSE_THE_COMMIT)) {
            assertThat(pipeline.submit(new Build("LON"))).isEqualTo("built LON");
            assertThat(figures(pipeline).lost()).isOne();
        }
        assertThat(warehouses()).isOne();
    }

    @Test
    void whether_it_was_committed_is_answered_the_same_however_often_it_is_asked() throws Exception {
        var lost = new Receipt(database);
        assertThat(lost.isCommitted()).isFalse();
        assertThat(lost.isCommitted()).isFalse(); // Because the first answer was lost, too.
        var committed = new Receipt(database);
        String result = committed.during(_ -> "done");
        assertThat(result).isEqualTo("done");
        assertThat(committed.isCommitted()).isTrue();
        assertThat(committed.isCommitted()).isTrue();
    }

    @Test
    void where_too_many_wait_the_next_one_is_sent_away_at_once() throws Exception {
        try (GroupCommit pipeline = pipeline(new GroupCommit.Limits(3, 100, Duration.ofSeconds(10)), Handling.NORMAL);
                var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var dawdle = dawdle(pipeline);
            List<Future<String>> waiting = IntStream.range(0, 3)
                    .mapToObj(i -> shoppers.submit(() -> pipeline.submit(new Build("W" + i))))
                    .toList();
            Await.waiting(pipeline, 3);
            assertThatThrownBy(() -> pipeline.submit(new Build("LATE"))).isInstanceOfSatisfying(Refusal.class, it -> {
                assertThat(it.problem()).isEqualTo(Problem.UNAVAILABLE);
                assertThat(it.members()).containsEntry("retry_after", 1);
            });
            dawdle.end.countDown();
            for (Future<String> each : waiting) {
                assertThat(each.get(10, SECONDS)).startsWith("built");
            }
        }
    }

    @Test
    void closing_answers_who_waits_and_refuses_who_comes_later() throws Exception {
        GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.NORMAL);
        try (var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var dawdle = dawdle(pipeline);
            Future<String> waiting = shoppers.submit(() -> pipeline.submit(new Build("LON")));
            Await.waiting(pipeline, 1);
            dawdle.end.countDown();
            pipeline.close();
            assertThat(waiting.get(10, SECONDS)).isEqualTo("built LON");
            assertThatThrownBy(() -> pipeline.submit(new Build("LATE")))
                    .isInstanceOfSatisfying(
                            Refusal.class, it -> assertThat(it.problem()).isEqualTo(Problem.UNAVAILABLE));
        }
        assertThat(warehouses()).isOne();
    }

    @Test
    void a_deadlock_that_passes_is_heard_by_nobody() throws Exception {
        assertThat(contend("40P01", 4)).isEqualTo(List.of("built A", "built B", "built C", "built LAST"));
        assertThat(tries).containsExactly(4, 4, 4, 4, 4);
        assertThat(warehouses()).isEqualTo(4);
    }

    /// Five tries of the four, five of the half with the guilty one, five of that one alone.
    @ParameterizedTest
    @ValueSource(strings = {"40P01", "40001"})
    void one_that_is_always_in_the_way_fails_alone_after_so_many_tries(String sqlState) throws Exception {
        assertThat(contend(sqlState, Integer.MAX_VALUE)).isEqualTo(List.of("built A", "built B", "built C", sqlState));
        assertThat(tries).containsExactly(4, 4, 4, 4, 4, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1);
        assertThat(warehouses()).isEqualTo(3);
    }

    /// What four hear who share a batch; the last of them contends.
    private List<String> contend(String sqlState, int failures) throws Exception {
        try (GroupCommit pipeline = pipeline(GroupCommit.Limits.DEFAULT, Handling.NORMAL);
                var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            pipeline.register(Contend.class, Lane.STOCK, this::contend);
            var dawdle = dawdle(pipeline);
            var waiting = new ArrayList<Future<String>>();
            for (String code : List.of("A", "B", "C", "LAST")) {
                int times = code.equals("LAST") ? failures : 0;
                var command = new Contend(code, new AtomicInteger(times), sqlState);
                waiting.add(shoppers.submit(() -> pipeline.submit(command)));
                Await.waiting(pipeline, waiting.size());
            }
            dawdle.end.countDown();
            var heard = new ArrayList<String>();
            for (Future<String> each : waiting) heard.add(heard(each));
            return heard;
        }
    }

    private static String heard(Future<String> answer) throws Exception {
        try {
            return answer.get(10, SECONDS);
        } catch (ExecutionException e) {
            return Database.sqlState(e);
        }
    }

    private List<String> contend(Tx tx, List<Contend> commands) {
        tries.add(commands.size());
        for (Contend each : commands) {
            if (each.failures.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
                tx.execute("do $$ begin raise exception using errcode = '" + each.sqlState + "'; end $$");
            }
        }
        return build(
                tx, commands.stream().map(each -> new Build(each.warehouse)).toList());
    }

    @Test
    void closing_a_lane_that_is_stuck_refuses_everybody_and_nothing_is_done_for_them() throws Exception {
        GroupCommit pipeline = pipeline(new GroupCommit.Limits(2, 100, Duration.ZERO), Handling.NORMAL);
        try (var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = dawdle(pipeline);
            Future<String> inHand = shoppers.submit(() -> pipeline.submit(new Build("IN-HAND")));
            Await.waiting(pipeline, 1);
            var stuck = new Dawdle(new CountDownLatch(1), new CountDownLatch(1), new CompletableFuture<>());
            Future<String> besideIt = shoppers.submit(() -> pipeline.submit(stuck));
            Await.waiting(pipeline, 2);
            first.end.countDown();
            Await.opened(stuck.began);
            List<Future<String>> filling = Stream.of("W1", "W2")
                    .map(code -> shoppers.submit(() -> pipeline.submit(new Build(code))))
                    .toList();
            Await.waiting(pipeline, 2);

            shoppers.submit(pipeline::close).get(10, SECONDS);
            for (Future<String> each : List.of(inHand, besideIt, filling.getFirst(), filling.getLast())) {
                assertThatThrownBy(() -> each.get(10, SECONDS))
                        .cause()
                        .isInstanceOfSatisfying(
                                Refusal.class, it -> assertThat(it.problem()).isEqualTo(Problem.UNAVAILABLE));
            }
            stuck.end.countDown();
            assertThat(stuck.writer.get(10, SECONDS).join(Duration.ofSeconds(10)))
                    .as("the thread ends")
                    .isTrue();
        }
        assertThat(warehouses()).isZero();
    }

    /// How the handler of the test treats the connection that it works on.
    private enum Handling {
        NORMAL,
        LOSE_THE_ANSWER,
        LOSE_THE_COMMIT
    }

    private GroupCommit pipeline(GroupCommit.Limits limits, Handling handling) {
        var pipeline = new GroupCommit(database, limits);
        var once = new CompletableFuture<Handling>();
        pipeline.register(Build.class, Lane.STOCK, (tx, builds) -> {
            List<String> answers = build(tx, builds);
            if (once.complete(handling)) {
                proxy.cut(
                        switch (handling) {
                            case NORMAL -> Cut.NOWHERE;
                            case LOSE_THE_ANSWER -> Cut.ON_THE_WAY_BACK;
                            case LOSE_THE_COMMIT -> Cut.ON_THE_WAY_TO_THE_SERVER;
                        });
            }
            return answers;
        });
        pipeline.register(Dawdle.class, Lane.STOCK, (_, dawdles) -> {
            var answers = new ArrayList<String>();
            for (Dawdle dawdle : dawdles) {
                dawdle.writer.complete(Thread.currentThread());
                dawdle.began.countDown();
                Await.opened(dawdle.end);
                answers.add("at last");
            }
            return answers;
        });
        return pipeline;
    }

    private static List<String> build(Tx tx, List<Build> builds) {
        tx.update("""
                        insert into warehouse (code, title, country)
                        select code, code, 'GB' from unnest(:codes::text[]) as w (code)
                        """).bind("codes", tx.texts(builds, Build::warehouse)).execute();
        if (builds.stream().anyMatch(each -> each.warehouse.equals("poison"))) {
            throw new IllegalStateException("That was poison");
        }
        return builds.stream().map(each -> "built " + each.warehouse).toList();
    }

    private Dawdle dawdle(GroupCommit pipeline) {
        var dawdle = new Dawdle(new CountDownLatch(1), new CountDownLatch(1), new CompletableFuture<>());
        Thread.startVirtualThread(() -> pipeline.submit(dawdle));
        Await.opened(dawdle.began);
        return dawdle;
    }

    private static LaneFigures figures(GroupCommit pipeline) {
        return Objects.requireNonNull(pipeline.figures().get(Lane.STOCK));
    }

    private long warehouses() {
        return shop.database()
                .read(tx -> tx.query("select count(*) from warehouse")
                        .mapTo(Long.class)
                        .one());
    }

    private static int port(String url) {
        return Integer.parseInt(url.chars()
                .skip(url.indexOf("127.0.0.1:") + "127.0.0.1:".length())
                .takeWhile(Character::isDigit)
                .mapToObj(Character::toString)
                .collect(joining()));
    }
}
