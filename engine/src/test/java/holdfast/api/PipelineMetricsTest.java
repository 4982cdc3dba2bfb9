package holdfast.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.Await;
import holdfast.db.Command;
import holdfast.db.Lane;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What `/metrics` tells of a lane of the pipeline, after work that is known.
class PipelineMetricsTest {

    private static final String SIZES = "holdfast_pipeline_batch_size";
    private static final String TIMES = "holdfast_pipeline_commit_duration_seconds";

    private final TestShop shop = new TestShop();

    private enum Kind {
        PLAIN,
        POISON,

        /// Keeps the lane busy until the test lets go of it.
        DAWDLING,

        /// Takes its connection with it, once, in the middle of the commit.
        DOOMED
    }

    private record Work(Kind kind) implements Command<Kind> {}

    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicBoolean doomed = new AtomicBoolean(true);

    @BeforeEach
    void register() {
        shop.database().transact(tx -> {
            tx.execute("create table doomed (id int)");
            tx.execute("""
                    create function die() returns trigger language plpgsql as
                    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$""");
            tx.execute("""
                    create constraint trigger die_at_commit after insert on doomed
                    deferrable initially deferred for each row execute function die()""");
        });
        shop.pipeline().register(Work.class, Lane.STOCK, this::work);
    }

    @AfterEach
    void close() {
        shop.close();
    }

    private List<Kind> work(Tx tx, List<Work> works) {
        for (Work work : works) {
            switch (work.kind) {
                case PLAIN -> {}
                case POISON -> throw new IllegalStateException("That was poison");
                case DAWDLING -> {
                    began.countDown();
                    Await.opened(end);
                }
                case DOOMED -> {
                    if (doomed.getAndSet(false)) tx.execute("insert into doomed values (1)");
                }
            }
        }
        return works.stream().map(Work::kind).toList();
    }

    @Test
    void a_lane_tells_who_waits_and_how_large_its_batches_are_and_how_long_they_take() throws Exception {
        Map<String, Double> before = figures();
        try (var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<Future<Kind>>();
            waiting.add(shoppers.submit(() -> shop.pipeline().submit(new Work(Kind.DAWDLING))));
            Await.opened(began);
            for (Kind kind : List.of(Kind.PLAIN, Kind.PLAIN, Kind.PLAIN, Kind.POISON)) {
                waiting.add(shoppers.submit(() -> shop.pipeline().submit(new Work(kind))));
                Await.waiting(shop.pipeline(), waiting.size() - 1);
            }
            assertThat(figures()).containsEntry("holdfast_pipeline_waiting{lane=\"stock\"}", 4.0);
            end.countDown();
            Future<Kind> poisoned = waiting.removeLast();
            for (Future<Kind> each : waiting) each.get(10, SECONDS);
            assertThatThrownBy(() -> poisoned.get(10, SECONDS)).isInstanceOf(ExecutionException.class);
        }
        shop.pipeline().submit(new Work(Kind.DOOMED));

        Map<String, Double> after = figures();
        assertThat(after).containsEntry("holdfast_pipeline_waiting{lane=\"stock\"}", 0.0);
        assertThat(rise("holdfast_pipeline_splits_total", before, after))
                .as("four, and the two with the poison")
                .isEqualTo(2);
        assertThat(rise("holdfast_pipeline_lost_commits_total", before, after)).isEqualTo(1);

        assertThat(rise(SIZES + "_count", before, after))
                .as("the dawdling one, two of the four, the third, and the doomed one")
                .isEqualTo(4);
        assertThat(rise(SIZES + "_sum", before, after)).isEqualTo(5);
        assertThat(rise(SIZES + "_bucket", "1.0", before, after)).isEqualTo(3);
        assertThat(rise(SIZES + "_bucket", "2.0", before, after)).isEqualTo(4);

        assertThat(rise(TIMES + "_count", before, after)).isEqualTo(4);
        assertThat(rise(TIMES + "_sum", before, after)).as("busy").isPositive();
        assertThat(rise(TIMES + "_bucket", "+Inf", before, after)).isEqualTo(4);
    }

    private Map<String, Double> figures() {
        return MetricsTest.Page.parse(shop.anyone().get("/metrics").body()).samples();
    }

    private static double rise(String name, Map<String, Double> before, Map<String, Double> after) {
        return between(name + "{lane=\"stock\"}", before, after);
    }

    private static double rise(String name, String bound, Map<String, Double> before, Map<String, Double> after) {
        return between(name + "{lane=\"stock\",le=\"" + bound + "\"}", before, after);
    }

    private static double between(String sample, Map<String, Double> before, Map<String, Double> after) {
        assertThat(after).containsKey(sample);
        return after.getOrDefault(sample, 0.0) - before.getOrDefault(sample, 0.0);
    }
}
