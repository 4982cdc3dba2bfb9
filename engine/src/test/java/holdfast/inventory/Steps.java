package holdfast.inventory;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Await;
import holdfast.db.Command;
import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Lane;
import holdfast.db.LaneFigures;
import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// How what shoppers do comes into transactions.
sealed interface Steps extends AutoCloseable {

    <R> R carryOut(Function<Tx, R> step);

    /// Opens checkouts that come in this order, all of them in one transaction.
    List<HoldPlan> open(List<HoldRequest> requests);

    @Override
    void close();

    private static List<HoldPlan> open(Tx tx, Holds holds, List<HoldRequest> requests) {
        List<HoldPlan> plans = holds.reserve(tx, requests);
        holds.open(tx, HoldPlan.granted(plans), tx.now());
        return plans;
    }

    /// Each step has a transaction of its own.
    record OneByOne(Database database, Holds holds) implements Steps {

        @Override
        public <R> R carryOut(Function<Tx, R> step) {
            return database.inTransaction(step);
        }

        @Override
        public List<HoldPlan> open(List<HoldRequest> requests) {
            return database.inTransaction(tx -> Steps.open(tx, holds, requests));
        }

        @Override
        public void close() {}
    }

    /// Each step is a command, and all who wait share a transaction: those that may give stock back first.
    final class Shared implements Steps {

        private final GroupCommit pipeline;

        private record Step(Function<Tx, ?> work) implements Command<Object> {}

        private record Open(HoldRequest request) implements Command<HoldPlan> {}

        Shared(Database database, Holds holds) {
            pipeline = new GroupCommit(database, GroupCommit.Limits.DEFAULT);
            pipeline.register(
                    Step.class,
                    Lane.STOCK,
                    (tx, steps) -> steps.stream()
                            .<Object>map(step -> step.work.apply(tx))
                            .toList());
            pipeline.register(
                    Open.class,
                    Lane.STOCK,
                    (tx, opens) -> Steps.open(
                            tx, holds, opens.stream().map(Open::request).toList()));
        }

        @Override
        @SuppressWarnings("unchecked") // The handler answers each step with what its own work returns.
        public <R> R carryOut(Function<Tx, R> step) {
            return (R) pipeline.submit(new Step(step));
        }

        @Override
        public List<HoldPlan> open(List<HoldRequest> requests) {
            if (requests.size() == 1) return List.of(pipeline.submit(new Open(requests.getFirst())));
            long batches = figures().batches();
            var busy = new CountDownLatch(1);
            var gathered = new CountDownLatch(1);
            try (var shoppers = Executors.newVirtualThreadPerTaskExecutor()) {
                Thread.startVirtualThread(() -> carryOut(_ -> {
                    busy.countDown();
                    Await.opened(gathered);
                    return true;
                }));
                Await.opened(busy);
                var waiting = new ArrayList<Future<HoldPlan>>();
                for (HoldRequest request : requests) {
                    waiting.add(shoppers.submit(() -> pipeline.submit(new Open(request))));
                    Await.waiting(pipeline, waiting.size());
                }
                gathered.countDown();
                var heard = new ArrayList<HoldPlan>();
                for (Future<HoldPlan> each : waiting) heard.add(each.get(10, SECONDS));
                assertThat(figures().batches() - batches)
                        .as("what kept the lane busy, and all of them together")
                        .isEqualTo(2);
                return heard;
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("Nothing was heard", e);
            }
        }

        private LaneFigures figures() {
            return Objects.requireNonNull(pipeline.figures().get(Lane.STOCK));
        }

        @Override
        public void close() {
            pipeline.close();
        }
    }
}
