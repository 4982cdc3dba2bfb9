package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.CannotStart;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// How many pieces can still be promised, counted in Redis: for each SKU one hash, warehouse by warehouse, and
/// one sorted set of the claims on them, by their deadlines. What is past its deadline goes back to the
/// counter with the next call.
///
/// A script touches one SKU, whose two keys share a hash tag: so it runs on Redis Cluster. A counter that is
/// not there is unknown, not zero. No call takes longer than [#PATIENCE]; what fails throws [Out].
final class RedisCounters implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration RECONNECT_EVERY = Duration.ofMillis(500);
    private static final int WAITING_MAX = 10_000;
    private static final int THREADS = 2;

    /// A transaction that has not ended by then never will.
    private static final Duration UNDER_WAY_MAX = Duration.ofSeconds(10);

    /// There from when a counter is loaded on, so that one of a SKU without stock is there too.
    private static final String LOADED = "*";

    private static final String COMMON = """
            local now = redis.call('TIME')
            now = now[1] * 1000 + math.floor(now[2] / 1000)

            local function each(claim, what)
              for warehouse, pieces in string.gmatch(claim, ' (%S+) (%d+)') do what(warehouse, pieces) end
            end

            local function give_back(claim)
              if redis.call('ZREM', KEYS[2], claim) == 1 and redis.call('EXISTS', KEYS[1]) == 1 then
                each(claim, function(warehouse, pieces) redis.call('HINCRBY', KEYS[1], warehouse, pieces) end)
              end
            end

            local function expire()
              for _, claim in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 1000)) do
                give_back(claim)
              end
            end
            """;

    private static final String LOOK = COMMON + """
            expire()
            return redis.call('HGETALL', KEYS[1])
            """;

    private static final String TAKE = COMMON + """
            if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
            expire()
            local taken = {}
            for i = 2, #ARGV do
              local claim, enough = ARGV[i], 1
              if not redis.call('ZSCORE', KEYS[2], claim) then
                each(claim, function(warehouse, pieces)
                  local left = tonumber(redis.call('HGET', KEYS[1], warehouse) or '0')
                  if left < tonumber(pieces) then enough = 0 end
                end)
                if enough == 1 then
                  each(claim, function(warehouse, pieces)
                    redis.call('HINCRBY', KEYS[1], warehouse, '-' .. pieces)
                  end)
                  redis.call('ZADD', KEYS[2], now + ARGV[1], claim)
                end
              end
              taken[i - 1] = enough
            end
            redis.call('PEXPIRE', KEYS[1], 2 * ARGV[1])
            redis.call('PEXPIRE', KEYS[2], 2 * ARGV[1])
            return taken
            """;

    private static final String GIVE_BACK = COMMON + """
            for _, claim in ipairs(ARGV) do give_back(claim) end
            return 0
            """;

    // A claim that the database counts is in the numbers already. One that it does not know is under way, and so
    // is, perhaps, one that was made after the database was asked.
    private static final String LOAD = COMMON + """
            local ttl, under_way_max, places = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], '*', '1')
            for i = 4, 2 + 2 * places, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
            local states = {}
            for i = 4 + 2 * places, #ARGV, 2 do states[ARGV[i]] = ARGV[i + 1] end
            local claims, new = redis.call('ZRANGE', KEYS[2], 0, -1, 'WITHSCORES'), 0
            for i = 1, #claims, 2 do
              local claim, deadline = claims[i], tonumber(claims[i + 1])
              local state, age = states[string.match(claim, '^%S+')], ttl - (deadline - now)
              if deadline <= now or state == 'over' or (state == 'unknown' and age > under_way_max) then
                redis.call('ZREM', KEYS[2], claim)
              elseif state ~= 'counted' then
                each(claim, function(warehouse, pieces)
                  redis.call('HINCRBY', KEYS[1], warehouse, '-' .. pieces)
                end)
                if not state then new = new + 1 end
              end
            end
            redis.call('PEXPIRE', KEYS[1], 2 * ttl)
            return {tostring(new), redis.call('HGETALL', KEYS[1])}
            """;

    private final AbstractRedisClient client;
    private final ClientResources resources;
    private final StatefulConnection<String, String> connection;
    private final RedisClusterAsyncCommands<String, String> redis;
    private final String ttl;

    /// Redis cannot be asked, or does not answer in time.
    static final class Out extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Out(Throwable cause) {
            super(cause.toString(), cause);
        }
    }

    private RedisCounters(
            AbstractRedisClient client,
            ClientResources resources,
            StatefulConnection<String, String> connection,
            RedisClusterAsyncCommands<String, String> redis,
            Duration ttl) {
        this.client = client;
        this.resources = resources;
        this.connection = connection;
        this.redis = redis;
        this.ttl = Long.toString(ttl.toMillis());
    }

    /// Connects to a Redis, or to the Redis Cluster that a node of this address belongs to.
    ///
    /// @param ttl how long a claim lives
    /// @throws CannotStart if nothing answers there
    static RedisCounters connect(String url, Duration ttl) {
        RedisURI uri = RedisURI.create(url);
        uri.setTimeout(CONNECT_MAX);
        ClientResources resources = ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .reconnectDelay(Delay.constant(RECONNECT_EVERY))
                .build();
        try {
            return isCluster(resources, uri) ? cluster(resources, uri, ttl) : single(resources, uri, ttl);
        } catch (RedisException e) {
            release(resources);
            String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
            throw new CannotStart(
                    "The Redis at " + uri.getHost() + ":" + uri.getPort() + " (HOLDFAST_REDIS_URL) cannot be used: "
                            + reason,
                    e);
        }
    }

    private static boolean isCluster(ClientResources resources, RedisURI uri) {
        try (RedisClient client = RedisClient.create(resources, uri)) {
            client.setOptions(options());
            return client.connect().sync().info("cluster").contains("cluster_enabled:1");
        }
    }

    private static RedisCounters single(ClientResources resources, RedisURI uri, Duration ttl) {
        RedisClient client = RedisClient.create(resources, uri);
        client.setOptions(options());
        var connection = client.connect();
        return new RedisCounters(client, resources, connection, connection.async(), ttl);
    }

    private static RedisCounters cluster(ClientResources resources, RedisURI uri, Duration ttl) {
        RedisClusterClient client = RedisClusterClient.create(resources, uri);
        client.setOptions(ClusterClientOptions.builder(options()).build());
        var connection = client.connect();
        connection.sync().dbsize(); // Meets every node, while nobody waits.
        return new RedisCounters(client, resources, connection, connection.async(), ttl);
    }

    private static ClientOptions options() {
        return ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(WAITING_MAX)
                .socketOptions(
                        SocketOptions.builder().connectTimeout(CONNECT_MAX).build())
                .build();
    }

    /// What can be promised, of those SKUs that are counted here.
    Map<Sku, Count> look(Collection<Sku> skus) {
        var asked = new LinkedHashMap<Sku, RedisFuture<List<String>>>();
        skus.forEach(sku -> asked.put(sku, redis.eval(LOOK, ScriptOutputType.MULTI, keys(sku))));
        var counts = new HashMap<Sku, Count>();
        await(asked).forEach((sku, fields) -> {
            if (!fields.isEmpty()) counts.put(sku, new Count(counts(fields), false));
        });
        return counts;
    }

    private static Map<WarehouseCode, Long> counts(List<String> fields) {
        var counts = new HashMap<WarehouseCode, Long>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equals(LOADED)) continue;
            counts.put(WarehouseCode.of(fields.get(i)), Math.max(0, Long.parseLong(fields.get(i + 1))));
        }
        return counts;
    }

    /// Makes these claims, each wholly or not at all, unless they are made already; returns those that came too
    /// late.
    Set<SoftClaim> take(List<SoftClaim> claims) {
        Map<Sku, List<SoftClaim>> bySku = claims.stream().collect(groupingBy(SoftClaim::sku));
        var asked = new LinkedHashMap<Sku, RedisFuture<List<Long>>>();
        bySku.forEach((sku, ofSku) -> {
            var arguments = new ArrayList<String>();
            arguments.add(ttl);
            ofSku.forEach(claim -> arguments.add(claim.text()));
            asked.put(sku, redis.eval(TAKE, ScriptOutputType.MULTI, keys(sku), arguments.toArray(new String[0])));
        });
        var late = new HashSet<SoftClaim>();
        await(asked).forEach((sku, taken) -> {
            List<SoftClaim> ofSku = bySku.getOrDefault(sku, List.of());
            for (int i = 0; i < ofSku.size(); i++) {
                if (i >= taken.size() || taken.get(i) == 0) late.add(ofSku.get(i));
            }
        });
        return late;
    }

    /// Lets go of claims; nobody waits for it.
    ///
    /// @param failed told the SKUs for which it was not to be done
    void giveBack(List<SoftClaim> claims, Consumer<Sku> failed) {
        texts(claims)
                .forEach((sku, texts) -> unattended(
                        sku,
                        redis.eval(GIVE_BACK, ScriptOutputType.INTEGER, keys(sku), texts.toArray(new String[0])),
                        failed));
    }

    /// Forgets claims whose pieces are taken from stock instead; nobody waits for it.
    void forget(List<SoftClaim> claims, Consumer<Sku> failed) {
        texts(claims)
                .forEach((sku, texts) ->
                        unattended(sku, redis.zrem(keys(sku)[1], texts.toArray(new String[0])), failed));
    }

    private static Map<Sku, List<String>> texts(List<SoftClaim> claims) {
        return claims.stream().collect(groupingBy(SoftClaim::sku, mapping(SoftClaim::text, toList())));
    }

    private static void unattended(Sku sku, RedisFuture<?> done, Consumer<Sku> failed) {
        var _ = done.whenComplete((_, error) -> {
            if (error != null) failed.accept(sku);
        });
    }

    /// Whose claims there are.
    Map<Sku, Set<HoldId>> holds(Collection<Sku> skus) {
        var asked = new LinkedHashMap<Sku, RedisFuture<List<String>>>();
        skus.forEach(sku -> asked.put(sku, redis.zrange(keys(sku)[1], 0, -1)));
        var holds = new HashMap<Sku, Set<HoldId>>();
        await(asked).forEach((sku, claims) -> {
            var ofSku = new HashSet<HoldId>();
            claims.forEach(claim -> ofSku.add(SoftClaim.holdOf(claim)));
            holds.put(sku, ofSku);
        });
        return holds;
    }

    /// What can be promised of a SKU.
    ///
    /// @param exact whether nobody claimed any of it while it was counted
    record Count(Map<WarehouseCode, Long> available, boolean exact) {}

    /// Counts anew, from what the database says of stock and of the holds that have claims here.
    Map<Sku, Count> load(Map<Sku, Set<HoldId>> holds, SoftHolds.Balance balance) {
        Map<Sku, List<AvailableStock>> available =
                balance.available().stream().collect(groupingBy(AvailableStock::sku));
        var asked = new LinkedHashMap<Sku, RedisFuture<List<Object>>>();
        holds.forEach((sku, ofSku) -> {
            List<AvailableStock> places = available.getOrDefault(sku, List.of());
            var arguments = new ArrayList<String>();
            arguments.add(ttl);
            arguments.add(Long.toString(UNDER_WAY_MAX.toMillis()));
            arguments.add(Integer.toString(places.size()));
            for (AvailableStock place : places) {
                arguments.add(place.place().warehouse().code());
                arguments.add(Long.toString(place.available()));
            }
            for (HoldId hold : ofSku) {
                Boolean counted = balance.known().get(hold);
                arguments.add(hold.toString());
                arguments.add(counted == null ? "unknown" : counted ? "counted" : "over");
            }
            asked.put(sku, redis.eval(LOAD, ScriptOutputType.MULTI, keys(sku), arguments.toArray(new String[0])));
        });
        var counts = new HashMap<Sku, Count>();
        await(asked).forEach((sku, answer) -> {
            boolean exact = answer.getFirst().equals("0");
            List<String> fields =
                    ((List<?>) answer.getLast()).stream().map(Object::toString).toList();
            counts.put(sku, new Count(counts(fields), exact));
        });
        return counts;
    }

    private static String[] keys(Sku sku) {
        String tagged = "holdfast:{" + sku.code() + "}:";
        return new String[] {tagged + "left", tagged + "claims"};
    }

    /// All the answers, within [#PATIENCE].
    private static <K, V> Map<K, V> await(Map<K, RedisFuture<V>> asked) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        var answers = new LinkedHashMap<K, V>();
        try {
            for (Map.Entry<K, RedisFuture<V>> each : asked.entrySet()) {
                long left = Math.max(0, deadline - System.nanoTime());
                answers.put(each.getKey(), each.getValue().get(left, TimeUnit.NANOSECONDS));
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new Out(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Out(e);
        }
        return answers;
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, CONNECT_MAX);
        release(resources);
    }

    private static void release(ClientResources resources) {
        var _ = resources.shutdown(0, CONNECT_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }
}
