package holdfast.inventory;

import static io.lettuce.core.cluster.SlotHash.SLOT_COUNT;

import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A real Redis Cluster of three nodes, each with a third of the hash slots.
final class TestRedisCluster implements AutoCloseable {

    private static final int NODES = 3;
    private static final Duration AGREED_MAX = Duration.ofSeconds(60);

    private final List<TestRedis> nodes =
            Stream.generate(TestRedis::startNode).limit(NODES).toList();

    private TestRedisCluster() {}

    static TestRedisCluster start() {
        var cluster = new TestRedisCluster();
        for (int i = 0; i < NODES; i++) cluster.join(i);
        cluster.nodes.forEach(TestRedisCluster::awaitAgreed);
        return cluster;
    }

    private void join(int number) {
        int[] slots = IntStream.range(firstSlot(number), firstSlot(number + 1)).toArray();
        nodes.get(number).asked(node -> {
            node.clusterSetConfigEpoch(number + 1);
            node.clusterAddSlots(slots);
            return number == 0
                    ? ""
                    : node.clusterMeet("127.0.0.1", nodes.getFirst().port());
        });
    }

    private static int firstSlot(int node) {
        return SLOT_COUNT * node / NODES;
    }

    private static void awaitAgreed(TestRedis each) {
        each.asked(node -> {
            await(() -> node.clusterInfo().contains("cluster_state:ok")
                    && node.clusterInfo().contains("cluster_known_nodes:" + NODES));
            return true;
        });
    }

    /// Looks until it is so.
    static void await(Supplier<Boolean> condition) {
        long end = System.nanoTime() + AGREED_MAX.toNanos();
        while (!condition.get()) {
            if (System.nanoTime() > end) throw new IllegalStateException("It has not become so in " + AGREED_MAX);
            Thread.onSpinWait();
        }
    }

    String url() {
        return nodes.getFirst().url();
    }

    /// The node that had a SKU from the beginning.
    TestRedis nodeOf(String sku) {
        int slot = SlotHash.getSlot(sku);
        return nodes.get(IntStream.range(0, NODES)
                .filter(number -> slot < firstSlot(number + 1))
                .findFirst()
                .orElseThrow());
    }

    /// Gives what a SKU is counted by to the last node, empty; clients are not told.
    void move(String sku) {
        TestRedis from = nodeOf(sku);
        TestRedis to = nodes.getLast();
        String id = to.asked(RedisCommands::clusterMyId);
        from.flush(); // A node does not let go of a slot with keys.
        nodes.forEach(each -> each.asked(node -> node.clusterSetSlotNode(SlotHash.getSlot(sku), id)));
        to.asked(RedisCommands::clusterBumpepoch); // Whose word is newest, counts.
    }

    @Override
    public void close() {
        nodes.forEach(TestRedis::close);
    }
}
