package holdfast.inventory;

import static java.util.function.Predicate.not;

import holdfast.db.CannotStart;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Promises stock in Redis alone, and takes it from PostgreSQL when somebody is about to pay. So the browsing
/// of many never touches the row that everybody wants.
///
/// Redis only makes it quicker. Its counters are made from PostgreSQL, where they are missing, older than
/// [#TRUSTED_FOR], or about to refuse somebody; and PostgreSQL decides about each unit before money is asked
/// for. While Redis cannot be asked, stock is reserved in PostgreSQL, beside what was promised here.
///
/// Nobody is refused but by PostgreSQL's word. What somebody claimed here counts as long as PostgreSQL knows
/// the hold, or says that the transaction which is to open it is under way. A claim that a transaction left
/// behind when it was rolled back, or lost with its process, is dropped by the next who would be refused for
/// it.
public final class RedisReservations implements Reservations, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisReservations.class);

    private static final int TRIES_MAX = 4;
    private static final Duration TRUSTED_FOR = Duration.ofSeconds(5);
    private static final Duration LEFT_ALONE_FOR = Duration.ofSeconds(1);

    private final RedisCounters counters;
    private final HoldPolicy holds;
    private final SourcingPolicy policy;
    private final Reservations fallback;
    private final Map<Sku, Long> loadedAt = new ConcurrentHashMap<>();
    private final Map<WarehouseCode, Sourcing.Place> places = new ConcurrentHashMap<>();
    private volatile boolean out;
    private volatile long outSince;

    private RedisReservations(RedisCounters counters, HoldPolicy holds, SourcingPolicy policy) {
        this.counters = counters;
        this.holds = holds;
        this.policy = policy;
        this.fallback = LockingReservations.sparingSoftHolds(policy, List.of());
    }

    /// Connects to a Redis, or to the Redis Cluster that a node of this address belongs to.
    ///
    /// @throws CannotStart if nothing answers there
    public static RedisReservations connect(String url, HoldPolicy holds, SourcingPolicy sourcing) {
        return new RedisReservations(RedisCounters.connect(url, holds.ttl()), holds, sourcing);
    }

    @Override
    public SourcingPolicy sourcing() {
        return policy;
    }

    @Override
    public List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests) {
        if (isLeftAlone()) return fallback.reserve(tx, requests);
        try {
            List<HoldPlan> plans = decided(tx, requests, promise(tx, requests));
            loadedAt.keySet().removeAll(HoldPlan.firmSkus(plans)); // Stock has changed without Redis.
            if (out) LOG.info("Redis answers again");
            out = false;
            return plans;
        } catch (RedisCounters.Out e) {
            leaveAlone(e);
            return fallback.reserve(tx, requests);
        }
    }

    @Override
    public HoldPlan change(Tx tx, HoldRequest request) {
        HoldPlan plan = fallback.reserve(tx, List.of(request)).getFirst();
        loadedAt.keySet().removeAll(request.wanted().keySet()); // Stock has changed without Redis.
        return plan;
    }

    @Override
    public void givenBack(Map<CheckoutId, List<HeldLine>> soft) {
        if (!isLeftAlone()) counters.giveBack(SoftClaim.holds(soft), loadedAt::remove);
    }

    @Override
    public void hardened(Map<CheckoutId, List<HeldLine>> soft, Set<Sku> missing) {
        if (!isLeftAlone()) counters.forget(SoftClaim.holds(soft), loadedAt::remove);
        loadedAt.keySet().removeAll(missing);
    }

    /// Whether stock is reserved without Redis, since it does not answer.
    public boolean isOut() {
        return out;
    }

    /// Whether nobody should wait for Redis now.
    private boolean isLeftAlone() {
        return out && System.nanoTime() - outSince < LEFT_ALONE_FOR.toNanos();
    }

    private void leaveAlone(RedisCounters.Out e) {
        if (!out) LOG.warn("Redis does not answer; stock is reserved in the database meanwhile: {}", e.getMessage());
        outSince = System.nanoTime();
        out = true;
        loadedAt.clear(); // Who knows what it missed.
    }

    /// What Redis leaves open, or refuses though it may be backordered, the database decides beside what is granted
    /// here: all of it at once, since its locks are taken in one order.
    private List<HoldPlan> decided(Tx tx, List<HoldRequest> requests, Map<CheckoutId, HoldPlan> promised) {
        List<HoldRequest> open = requests.stream()
                .filter(request -> isOpen(request, promised.get(request.checkout())))
                .toList();
        if (!open.isEmpty()) {
            List<HeldLine> softly = HoldPlan.softLines(List.copyOf(promised.values()));
            List<HoldPlan> others =
                    LockingReservations.sparingSoftHolds(policy, softly).reserve(tx, open);
            for (int i = 0; i < others.size(); i++) promised.put(open.get(i).checkout(), others.get(i));
        }
        return requests.stream()
                .map(request -> Objects.requireNonNull(promised.get(request.checkout())))
                .toList();
    }

    private static boolean isOpen(HoldRequest request, @Nullable HoldPlan plan) {
        return plan == null
                || (plan instanceof HoldPlan.OutOfStock(SortedMap<Sku, Long> available)
                        && available.keySet().stream().anyMatch(request::mayBeBackordered));
    }

    /// Those that could be decided in a few tries.
    private Map<CheckoutId, HoldPlan> promise(Tx tx, List<HoldRequest> requests) {
        var plans = new HashMap<CheckoutId, HoldPlan>();
        List<HoldRequest> open = requests;
        for (int tries = 0; tries < TRIES_MAX && !open.isEmpty(); tries++) {
            Map<Sku, RedisCounters.Count> counts = counts(tx, HoldRequest.skus(open));
            Sourcing sourcing = sourcing(tx, open, counts);
            List<HoldPlan> decided = open.stream().map(sourcing::decide).toList();
            Set<CheckoutId> late = claim(tx, HoldPlan.granted(decided));
            for (int i = 0; i < open.size(); i++) {
                CheckoutId hold = open.get(i).checkout();
                switch (decided.get(i)) {
                    case HoldPlan.Granted granted -> {
                        if (!late.contains(hold)) plans.put(hold, granted.softly());
                    }
                    case HoldPlan.OutOfStock short_ -> {
                        // Redis alone refuses nobody: what is short has to be counted anew first.
                        Set<Sku> skus = short_.available().keySet();
                        if (late.isEmpty() && skus.stream().allMatch(sku -> isExact(counts.get(sku)))) {
                            plans.put(hold, short_);
                        } else {
                            loadedAt.keySet().removeAll(skus);
                        }
                    }
                }
            }
            open = open.stream()
                    .filter(request -> !plans.containsKey(request.checkout()))
                    .toList();
        }
        return plans;
    }

    private static boolean isExact(RedisCounters.@Nullable Count count) {
        return count != null && count.exact();
    }

    /// Claims what was decided; returns the holds for which somebody was quicker.
    private Set<CheckoutId> claim(Tx tx, List<HoldPlan.Granted> granted) {
        if (granted.isEmpty()) return Set.of();
        List<SoftClaim> claims = granted.stream()
                .flatMap(plan -> SoftClaim.of(plan, plan.request().time(holds.ttl())).stream())
                .toList();
        Set<SoftClaim> late = counters.take(SoftHolds.transaction(tx), claims);
        var lateHolds = new HashSet<CheckoutId>();
        late.forEach(claim -> lateHolds.add(claim.hold()));
        counters.giveBack(
                SoftClaim.holds(claims.stream()
                        .filter(claim -> lateHolds.contains(claim.hold()))
                        .filter(not(late::contains))
                        .toList()),
                loadedAt::remove);
        return lateHolds;
    }

    /// What is counted, and counted anew where nobody knows.
    private Map<Sku, RedisCounters.Count> counts(Tx tx, Collection<Sku> skus) {
        Map<Sku, RedisCounters.Count> counts =
                counters.look(skus.stream().filter(this::isTrusted).toList());
        counts.values()
                .removeIf(
                        count -> !places.keySet().containsAll(count.available().keySet()));
        counts.putAll(load(tx, skus.stream().filter(not(counts::containsKey)).toList()));
        return counts;
    }

    private Sourcing sourcing(Tx tx, List<HoldRequest> requests, Map<Sku, RedisCounters.Count> counts) {
        var stock = new ArrayList<AvailableStock>();
        counts.forEach((sku, count) -> count.available().forEach((warehouse, available) -> {
            Sourcing.Place place = places.get(warehouse);
            if (place != null) stock.add(new AvailableStock(sku, place, true, available));
        }));
        return AvailableStock.sourcing(policy, tx, requests, stock);
    }

    private boolean isTrusted(Sku sku) {
        Long at = loadedAt.get(sku);
        return at != null && System.nanoTime() - at < TRUSTED_FOR.toNanos();
    }

    private Map<Sku, RedisCounters.Count> load(Tx tx, List<Sku> skus) {
        if (skus.isEmpty()) return Map.of();
        long now = System.nanoTime();
        Map<Sku, Map<CheckoutId, String>> claims = counters.claims(skus);
        var transactions = new HashMap<CheckoutId, String>();
        claims.values().forEach(transactions::putAll);
        SoftHolds.Balance balance = SoftHolds.balance(tx, skus, transactions);
        balance.available().forEach(stock -> places.put(stock.place().warehouse(), stock.place()));
        Map<Sku, RedisCounters.Count> counts = counters.load(claims, balance);
        skus.forEach(sku -> loadedAt.put(sku, now));
        return counts;
    }

    @Override
    public void close() {
        counters.close();
    }
}
