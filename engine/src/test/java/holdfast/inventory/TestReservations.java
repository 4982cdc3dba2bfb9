package holdfast.inventory;

import holdfast.db.Database;
import java.util.ArrayList;
import java.util.List;

/// The strategies, as a shop would make them, one for each node.
final class TestReservations implements AutoCloseable {

    private static final TestRedis REDIS = TestRedis.start();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(REDIS::close));
    }

    private final Strategy strategy;
    private final List<RedisReservations> connected = new ArrayList<>();
    private final List<Steps> begun = new ArrayList<>();

    TestReservations(Strategy strategy) {
        this.strategy = strategy;
    }

    Reservations node() {
        return switch (strategy) {
            case PESSIMISTIC, BATCHED -> new LockingReservations(SourcingPolicy.FEWEST_PARCELS);
            case OPTIMISTIC -> new OptimisticReservations(SourcingPolicy.FEWEST_PARCELS);
            case REDIS -> {
                var redis = RedisReservations.connect(REDIS.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
                connected.add(redis);
                yield redis;
            }
        };
    }

    /// How what shoppers do at a node comes into transactions there.
    Steps steps(Database database, Holds holds) {
        Steps steps = switch (strategy) {
            case PESSIMISTIC, OPTIMISTIC, REDIS -> new Steps.OneByOne(database, holds);
            case BATCHED -> new Steps.Shared(database, holds);
        };
        begun.add(steps);
        return steps;
    }

    /// Leaves an empty Redis.
    @Override
    public void close() {
        begun.forEach(Steps::close);
        connected.forEach(RedisReservations::close);
        if (!connected.isEmpty()) REDIS.flush();
    }
}
