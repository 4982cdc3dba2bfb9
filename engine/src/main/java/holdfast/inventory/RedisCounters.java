package holdfast.inventory;

import static java.util.stream.Collectors.groupingBy;

import holdfast.db.CannotStart;
import holdfast.kernel.CheckoutId;
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
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// How many pieces can still be promised, counted in Redis. For each SKU there is one hash with the pieces in
/// each warehouse, one with the claims on them, and a sorted set of the claims' deadlines. What is past its
/// deadline goes back to the counter with the next call.
///
/// A claim says in which transaction it was made, so that PostgreSQL can tell what became of it.
///
/// A script touches one SKU, whose keys share a hash tag: so it runs on Redis Cluster. A counter that is not
/// there is unknown, not zero. No call takes longer than [#PATIENCE]; what fails throws [Out].
final class RedisCounters implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
    private static final Duration RECONNECT_EVERY = Duration.ofMillis(500);
    private static final int WAITING_MAX = 10_000;
    private static final int THREADS = 2;

    /// A transaction that has not ended by then never will.
    private static final Duration UNDER_WAY_MAX = Duration.ofSeconds(10);

    // KEYS: what is left in each warehouse, with a `*` from when it is loaded on, so that it is there for a SKU without
    // stock too; the claims, `⟨transaction⟩@⟨made⟩ NORTH 2 SOUTH 1` for each hold; their deadlines.
    private static final String COMMON = """
            local now = redis.call('TIME')
            now = now[1] * 1000 + math.floor(now[2] / 1000)

            local function each(claim, what)
              for warehouse, pieces in string.gmatch(claim, ' (%S+) (%d+)') do what(warehouse, pieces) end
            end

            local function drop(hold)
              local claim = redis.call('HGET', KEYS[2], hold)
              redis.call('HDEL', KEYS[2], hold)
              redis.call('ZREM', KEYS[3], hold)
              return claim
            end

            local function give_back(hold)
              local claim = drop(hold)
              if claim and redis.call('EXISTS', KEYS[1]) == 1 then
                each(claim, function(warehouse, pieces) redis.call('HINCRBY', KEYS[1], warehouse, pieces) end)
              end
            end

            local function expire()
              for _, hold in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 1000)) do
                give_back(hold)
              end
            end

            local function keep(time)
              for _, key in ipairs(KEYS) do
                if redis.call('PTTL', key) < 2 * time then redis.call('PEXPIRE', key, 2 * time) end
              end
            end
            """;

    private static final String LOOK = COMMON + """
            expire()
            return redis.call('HGETALL', KEYS[1])
            """;

    // What the same hold has claimed before, in a transaction that was tried again, it gives back.
    private static final String TAKE = COMMON + """
            if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
            expire()
            local taken = {}
            for i = 2, #ARGV, 3 do
              local hold, time, pieces, enough = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2], 1
              give_back(hold)
              each(pieces, function(warehouse, wanted)
                local left = tonumber(redis.call('HGET', KEYS[1], warehouse) or '0')
                if left < tonumber(wanted) then enough = 0 end
              end)
              if enough == 1 then
                each(pieces, function(warehouse, wanted)
                  redis.call('HINCRBY', KEYS[1], warehouse, '-' .. wanted)
                end)
                redis.call('HSET', KEYS[2], hold, string.format('%s@%.0f%s', ARGV[1], now, pieces))
                redis.call('ZADD', KEYS[3], now + time, hold)
                keep(time)
              end
              taken[#taken + 1] = enough
            end
            return taken
            """;

    private static final String GIVE_BACK = COMMON + """
            for _, hold in ipairs(ARGV) do give_back(hold) end
            return 0
            """;

    private static final String FORGET = COMMON + """
            for _, hold in ipairs(ARGV) do drop(hold) end
            return 0
            """;

    // A claim that the database counts is in the numbers already. One that is under way is not, nor perhaps one that
    // was made after the database was asked.
    private static final String LOAD = COMMON + """
            local ttl, under_way_max, places = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], '*', '1')
            for i = 4, 2 + 2 * places, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
            local states = {}
            for i = 4 + 2 * places, #ARGV, 2 do states[ARGV[i]] = ARGV[i + 1] end
            local claims, new = redis.call('HGETALL', KEYS[2]), 0
            for i = 1, #claims, 2 do
              local hold, claim = claims[i], claims[i + 1]
              local state = states[hold]
              local deadline = tonumber(redis.call('ZSCORE', KEYS[3], hold) or '0')
              local age = now - tonumber(string.match(claim, '@(%d+)'))
              if deadline <= now or state == 'over' or (state == 'under_way' and age > under_way_max) then
                drop(hold)
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
    private final Duration ttl;

    /// Redis cannot be asked, or does not answer in time.
    static final class Out extends RuntimeException {

        private static final long serialVersionUID = 1L;

        Out(String why, Throwable cause) {
            super(why, cause);
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
        this.ttl = ttl;
    }

    /// Connects to a Redis, or to the Redis Cluster that a node of this address belongs to.
    ///
    /// @param ttl how long a claim lives unless it says otherwise
    /// @throws CannotStart if nothing answers there
    static RedisCounters connect(String url, Duration ttl) {
        RedisURI uri = address(url);
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

    private static RedisURI address(String url) {
        try {
            RedisURI uri = RedisURI.create(url);
            uri.setTimeout(CONNECT_MAX);
            return uri;
        } catch (IllegalArgumentException e) { // which repeats the password
            throw new CannotStart("HOLDFAST_REDIS_URL must be redis://user:password@host:6379, or rediss://", e);
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
            if (fields.get(i).equals("*")) continue;
            counts.put(WarehouseCode.of(fields.get(i)), Math.max(0, Long.parseLong(fields.get(i + 1))));
        }
        return counts;
    }

    /// Makes these claims, each wholly or not at all; returns those that came too late.
    ///
    /// @param transaction in which they are made
    Set<SoftClaim> take(String transaction, List<SoftClaim> claims) {
        Map<Sku, List<SoftClaim>> bySku = claims.stream().collect(groupingBy(SoftClaim::sku));
        var asked = new LinkedHashMap<Sku, RedisFuture<List<Long>>>();
        bySku.forEach((sku, ofSku) -> {
            var arguments = new ArrayList<String>();
            arguments.add(transaction);
            for (SoftClaim claim : ofSku) {
                arguments.add(claim.hold().toString());
                arguments.add(Long.toString(claim.time().toMillis()));
                arguments.add(claim.pieces());
            }
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

    /// Lets go of the claims of these holds; nobody waits for it.
    ///
    /// @param failed told the SKUs for which it was not to be done
    void giveBack(Map<Sku, List<CheckoutId>> holds, Consumer<Sku> failed) {
        unattended(GIVE_BACK, holds, failed);
    }

    /// Forgets the claims of these holds, whose pieces are taken from stock instead; nobody waits for it.
    void forget(Map<Sku, List<CheckoutId>> holds, Consumer<Sku> failed) {
        unattended(FORGET, holds, failed);
    }

    private void unattended(String script, Map<Sku, List<CheckoutId>> holds, Consumer<Sku> failed) {
        holds.forEach((sku, ofSku) -> {
            String[] ids = ofSku.stream().map(CheckoutId::toString).toArray(String[]::new);
            var _ = redis.eval(script, ScriptOutputType.INTEGER, keys(sku), ids).whenComplete((_, error) -> {
                if (error != null) failed.accept(sku);
            });
        });
    }

    /// Whose claims there are, and in which transactions they were made.
    Map<Sku, Map<CheckoutId, String>> claims(Collection<Sku> skus) {
        var asked = new LinkedHashMap<Sku, RedisFuture<Map<String, String>>>();
        skus.forEach(sku -> asked.put(sku, redis.hgetall(keys(sku)[1])));
        var claims = new HashMap<Sku, Map<CheckoutId, String>>();
        await(asked).forEach((sku, ofSku) -> {
            var transactions = new HashMap<CheckoutId, String>();
            ofSku.forEach((hold, claim) ->
                    transactions.put(new CheckoutId(UUID.fromString(hold)), claim.substring(0, claim.indexOf('@'))));
            claims.put(sku, transactions);
        });
        return claims;
    }

    /// What can be promised of a SKU.
    ///
    /// @param exact whether nobody claimed any of it while it was counted
    record Count(Map<WarehouseCode, Long> available, boolean exact) {}

    /// Counts anew, from what the database says of stock and of the holds that have claims here.
    Map<Sku, Count> load(Map<Sku, Map<CheckoutId, String>> claims, SoftHolds.Balance balance) {
        Map<Sku, List<AvailableStock>> available =
                balance.available().stream().collect(groupingBy(AvailableStock::sku));
        var asked = new LinkedHashMap<Sku, RedisFuture<List<Object>>>();
        claims.forEach((sku, ofSku) -> {
            List<AvailableStock> places = available.getOrDefault(sku, List.of());
            var arguments = new ArrayList<String>();
            arguments.add(Long.toString(ttl.toMillis()));
            arguments.add(Long.toString(UNDER_WAY_MAX.toMillis()));
            arguments.add(Integer.toString(places.size()));
            for (AvailableStock place : places) {
                arguments.add(place.place().warehouse().code());
                arguments.add(Long.toString(place.available()));
            }
            for (CheckoutId hold : ofSku.keySet()) {
                arguments.add(hold.toString());
                arguments.add(Objects.requireNonNull(balance.claims().get(hold)));
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
        return new String[] {tagged + "left", tagged + "claims", tagged + "deadlines"};
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
        } catch (ExecutionException e) {
            throw new Out(String.valueOf(e.getMessage()), e);
        } catch (TimeoutException e) {
            throw new Out("no answer within " + PATIENCE.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Out("interrupted", e);
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
