package holdfast.bench;

import holdfast.db.Database;
import holdfast.db.GroupCommit;
import holdfast.db.Pipeline;
import holdfast.db.TransactionPerCommand;
import holdfast.event.Outbox;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.Holds;
import holdfast.inventory.LockingReservations;
import holdfast.inventory.OptimisticReservations;
import holdfast.inventory.RedisReservations;
import holdfast.inventory.Reservations;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.Strategy;
import java.util.ArrayDeque;
import java.util.Deque;

/// Where holds are handed out, by one of the strategies, put together as the shop does it.
final class Counter implements AutoCloseable {

    private static final SourcingPolicy SOURCING = SourcingPolicy.FEWEST_PARCELS;

    private final Deque<Runnable> parts = new ArrayDeque<>();
    private final Pipeline pipeline;
    private final Holds holds;

    Counter(Strategy strategy, HoldPolicy policy, Database database, String redisUrl) {
        this.pipeline = pipeline(strategy, database);
        this.holds = new Holds(policy, reservations(strategy, policy, redisUrl), new Outbox());
    }

    private Pipeline pipeline(Strategy strategy, Database database) {
        return switch (strategy) {
            case PESSIMISTIC, OPTIMISTIC -> new TransactionPerCommand(database);
            case REDIS, BATCHED -> {
                var groupCommit = new GroupCommit(database, GroupCommit.Limits.DEFAULT);
                parts.push(groupCommit::close);
                yield groupCommit;
            }
        };
    }

    private Reservations reservations(Strategy strategy, HoldPolicy policy, String redisUrl) {
        return switch (strategy) {
            case PESSIMISTIC, BATCHED -> new LockingReservations(SOURCING);
            case OPTIMISTIC -> new OptimisticReservations(SOURCING);
            case REDIS -> {
                var redis = RedisReservations.connect(redisUrl, policy, SOURCING);
                parts.push(redis::close);
                yield redis;
            }
        };
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Holds holds() {
        return holds;
    }

    @Override
    public void close() {
        parts.forEach(Runnable::run);
    }
}
