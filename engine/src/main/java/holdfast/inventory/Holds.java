package holdfast.inventory;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Sets stock aside and sees it to its end: committed to an order, released, or expired.
///
/// Every method takes many holds at once and belongs to the caller's transaction. Holds are locked before
/// stock, and both in the order of their keys.
public final class Holds {

    /// How many holds one transaction of the sweeper expires.
    public static final int SWEEP_MAX = 1_000;

    private static final Inserts<Hold> INSERT_HOLDS = Inserts.<Hold>into("hold")
            .uuid("checkout_id", hold -> hold.checkout().value())
            .text("state", hold -> hold.state().code())
            .instant("created_at", Hold::createdAt)
            .instant("expires_at", Hold::expiresAt)
            .instant("hard_deadline", Hold::hardDeadline)
            .text("sourcing", Hold::sourcing)
            .texts("skus", hold -> map(hold.lines(), line -> line.sku().code()))
            .texts(
                    "warehouses",
                    hold -> map(hold.lines(), line -> line.warehouse().code()))
            .bigints("quantities", hold -> map(hold.lines(), HeldLine::quantity))
            .bool("soft", Hold::soft);

    private static final String READ_HOLDS = """
            select h.checkout_id, h.state, h.created_at, h.expires_at, h.hard_deadline, h.skus, h.warehouses,
                   h.quantities, h.sourcing, h.soft, h.expires_at > shop_clock() as live,
                   coalesce(h.paying_deadline > shop_clock(), false) as payable,
                   h.hard_deadline > shop_clock() as extendable
              from hold h
             where h.checkout_id = any (:checkouts)
             order by h.checkout_id
            """;

    private static final String LOCK_HOLDS = READ_HOLDS + " for update";

    private static final String PAY = """
            update hold
               set state = 'paying',
                   paying_deadline = least(shop_clock() + make_interval(secs => :paying), hard_deadline)
             where checkout_id = any (:holds) and state = 'active' and expires_at > shop_clock()
            """;

    private static final String REOPEN = """
            update hold
               set state = 'paying', closed_at = null,
                   paying_deadline = shop_clock() + make_interval(secs => :paying),
                   hard_deadline = shop_clock() + make_interval(secs => :paying)
             where checkout_id = :hold and state = 'released'
            """;

    private static final String EXTEND = """
            update hold
               set paying_deadline = least(greatest(paying_deadline, expires_at + make_interval(secs => :extension)),
                                           hard_deadline)
             where checkout_id = any (:holds) and state = 'paying'
            """;

    private static final String BACK_TO_ACTIVE = """
            update hold
               set state = 'active', paying_deadline = null
             where checkout_id = any (:holds) and state = 'paying'
            """;

    private static final String CLOSE = """
            update hold
               set state = :state, paying_deadline = null, closed_at = shop_clock()
             where checkout_id = any (:holds) and state = any (:from)
            """;

    private static final String CLOSE_AND_TELL = CLOSE + " returning checkout_id, skus, warehouses, quantities, soft";

    private static final String DUE = """
            select checkout_id
              from hold
             where closed_at is null and state = 'active' and expires_at <= shop_clock() and %s
             order by %s
             limit :limit
               for update skip locked
            """;

    private static final String IS_ANY_DUE = """
            select exists (select from hold
                            where closed_at is null and state = 'active' and expires_at <= shop_clock())
            """;

    private static final String REPLACE_LINES = """
            update hold h
               set skus = l.skus, warehouses = l.warehouses, quantities = l.quantities, sourcing = s.sourcing,
                   soft = false
              from unnest(:holds::uuid[], :sourcings::text[]) as s (checkout_id, sourcing)
              join (select checkout_id, array_agg(sku order by no) as skus,
                           array_agg(warehouse order by no) as warehouses,
                           array_agg(quantity order by no) as quantities
                      from unnest(:holdsOfLines::uuid[], :skus::text[], :warehouses::text[], :quantities::bigint[])
                           with ordinality as line (checkout_id, sku, warehouse, quantity, no)
                     group by checkout_id) l using (checkout_id)
             where h.checkout_id = s.checkout_id
            """;

    private final HoldPolicy policy;
    private final Reservations reservations;
    private final Reservations locking;
    private final Outbox outbox;

    public Holds(HoldPolicy policy, Reservations reservations, Outbox outbox) {
        this.policy = policy;
        this.reservations = reservations;
        this.locking = new LockingReservations(reservations.sourcing());
        this.outbox = outbox;
    }

    /// Decides, one after the other, which of the requests can be had, and sets aside what is granted, which
    /// has to be [#open]ed in this transaction.
    public List<HoldPlan> reserve(Tx tx, List<HoldRequest> requests) {
        return reservations.reserve(tx, requests);
    }

    /// Begins the holds of what [#reserve] granted in this transaction.
    ///
    /// @param at from when on: [Tx#now]
    public List<Hold> open(Tx tx, List<HoldPlan.Granted> plans, Instant at) {
        if (plans.isEmpty()) return List.of();
        List<Hold> opened = map(plans, plan -> opened(plan, at));
        tx.insert(INSERT_HOLDS, opened);
        CrashPoint.K04.reached();
        outbox.append(
                tx,
                map(
                        opened,
                        hold -> event(
                                hold.checkout(),
                                "hold.created",
                                Map.of("checkout_id", hold.checkout().toString()))));
        return opened;
    }

    private Hold opened(HoldPlan.Granted plan, Instant at) {
        HoldRequest request = plan.request();
        Duration time = request.time(policy.ttl());
        return new Hold(
                request.checkout(),
                Hold.State.ACTIVE,
                at,
                at.plus(time),
                at.plus(policy.limit(time)),
                plan.lines(),
                plan.sourcing(),
                plan.soft(),
                true,
                false,
                true);
    }

    /// Gives a hold other lines, at once and in place of what it has; its deadline stays. The caller has it
    /// locked, active and live. Refused, it is as before.
    public HoldPlan change(Tx tx, HoldRequest request) {
        CheckoutId id = request.checkout();
        Hold before = Objects.requireNonNull(read(tx, List.of(id)).get(id));
        free(tx, before);
        HoldPlan plan = reservations.change(tx, request);
        switch (plan) {
            case HoldPlan.Granted granted -> {
                giveBack(tx, soft(List.of(before)));
                replaceLines(tx, List.of(granted));
                outbox.append(tx, List.of(event(id, "hold.changed", Map.of())));
            }
            case HoldPlan.OutOfStock _ -> keep(tx, before);
        }
        return plan;
    }

    /// As [#change], where only the address is another one: from other warehouses, where these are nearer now.
    /// A hold that could not be had anew, since a warehouse was closed meanwhile, stays as it is.
    public void move(Tx tx, HoldRequest request) {
        if (reservations.sourcing() == SourcingPolicy.NEAREST) change(tx, request);
    }

    /// A hold that somebody is about to pay, and where it is to be sent.
    public record Payable(Hold hold, ShipTo shipTo) {

        private HoldRequest request() {
            var wanted = new TreeMap<Sku, Long>();
            hold.lines().forEach(line -> wanted.merge(line.sku(), line.quantity(), Long::sum));
            return new HoldRequest(hold.checkout(), wanted, shipTo, Map.of());
        }
    }

    /// Takes the stock of those holds for which it is promised in Redis alone, before anybody pays for it.
    /// Where it is not there any more the hold is released, and what there is of what is short is told. The
    /// caller has them locked, active and live.
    public Map<CheckoutId, SortedMap<Sku, Long>> harden(Tx tx, Collection<Payable> holds) {
        List<Payable> promised = holds.stream().filter(each -> each.hold.soft()).toList();
        if (promised.isEmpty()) return Map.of();
        List<HoldRequest> requests = map(promised, Payable::request);
        List<HoldPlan> plans = locking.reserve(tx, requests);
        replaceLines(tx, HoldPlan.granted(plans));
        var missing = new HashMap<CheckoutId, SortedMap<Sku, Long>>();
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i) instanceof HoldPlan.OutOfStock(SortedMap<Sku, Long> available)) {
                missing.put(requests.get(i).checkout(), available);
            }
        }
        Map<CheckoutId, List<HeldLine>> taken = soft(map(promised, Payable::hold));
        Set<Sku> short_ = missing.values().stream()
                .flatMap(available -> available.keySet().stream())
                .collect(toSet());
        tx.afterCommit(() -> reservations.hardened(taken, short_));
        release(tx, missing.keySet());
        return missing;
    }

    /// `released → paying`: sets the pieces of a hold aside once more, for money that came after its hard
    /// limit; it has as long as any payment from now on. The caller has it locked. Refused, it stays released.
    public HoldPlan holdAgain(Tx tx, HoldRequest request) {
        HoldPlan plan = locking.reserve(tx, List.of(request)).getFirst();
        if (plan instanceof HoldPlan.Granted granted) {
            replaceLines(tx, List.of(granted));
            expect(
                    1,
                    tx.update(REOPEN)
                            .bind("hold", request.checkout().value())
                            .bind("paying", seconds(policy.paying()))
                            .execute(),
                    "paying again");
            outbox.append(tx, List.of(event(request.checkout(), "hold.reopened", Map.of())));
        }
        return plan;
    }

    private void replaceLines(Tx tx, List<HoldPlan.Granted> plans) {
        if (plans.isEmpty()) return;
        record Line(CheckoutId hold, HeldLine held) {}
        List<Line> lines = plans.stream()
                .flatMap(plan -> plan.lines().stream()
                        .map(line -> new Line(plan.request().checkout(), line)))
                .toList();
        int replaced = tx.update(REPLACE_LINES)
                .bind("holds", tx.uuids(plans, plan -> plan.request().checkout().value()))
                .bind("sourcings", tx.texts(plans, HoldPlan.Granted::sourcing))
                .bind("holdsOfLines", tx.uuids(lines, line -> line.hold.value()))
                .bind("skus", tx.texts(lines, line -> line.held.sku().code()))
                .bind(
                        "warehouses",
                        tx.texts(lines, line -> line.held.warehouse().code()))
                .bind("quantities", tx.bigints(lines, line -> line.held.quantity()))
                .execute();
        expect(plans.size(), replaced, "other lines");
    }

    /// Locks the holds of these checkouts, in the order of their ids, and reads them.
    public Map<CheckoutId, Hold> lock(Tx tx, Collection<CheckoutId> checkouts) {
        return read(tx, LOCK_HOLDS, checkouts);
    }

    /// The holds of these checkouts as they are now, unlocked.
    public Map<CheckoutId, Hold> read(Tx tx, Collection<CheckoutId> checkouts) {
        return read(tx, READ_HOLDS, checkouts);
    }

    private static Map<CheckoutId, Hold> read(Tx tx, String sql, Collection<CheckoutId> checkouts) {
        return tx.query(sql)
                .bind(
                        "checkouts",
                        tx.uuids(checkouts.stream().map(CheckoutId::value).toList()))
                .map((row, _) -> hold(row))
                .collectToMap(Hold::checkout, Function.identity());
    }

    /// `active → paying`, for holds that the caller has locked, active and live: from now on only the payment
    /// ends them.
    public void pay(Tx tx, Collection<CheckoutId> holds) {
        expect(
                holds.size(),
                tx.update(PAY)
                        .bind("holds", tx.uuids(values(holds)))
                        .bind("paying", seconds(policy.paying()))
                        .execute(),
                "paying");
    }

    /// Gives the shopper time for a challenge, once, within the hard limit; asked again, it is the same time.
    public void extend(Tx tx, Collection<CheckoutId> holds) {
        expect(
                holds.size(),
                tx.update(EXTEND)
                        .bind("holds", tx.uuids(values(holds)))
                        .bind("extension", seconds(policy.extension()))
                        .execute(),
                "extended");
    }

    /// `paying → active` after a decline, or `expired` where the time was up meanwhile. The caller has them
    /// locked.
    public void declined(Tx tx, Collection<CheckoutId> holds) {
        expect(
                holds.size(),
                tx.update(BACK_TO_ACTIVE).bind("holds", tx.uuids(values(holds))).execute(),
                "active");
        expire(
                tx,
                tx.query(DUE.formatted("checkout_id = any (:holds)", "checkout_id"))
                        .bind("holds", tx.uuids(values(holds)))
                        .bind("limit", holds.size())
                        .mapTo(UUID.class)
                        .list());
    }

    /// `paying → committed`: the stock is the order's. The caller has them locked and paying.
    public void commit(Tx tx, List<Hold> holds) {
        List<CheckoutId> ids = map(holds, Hold::checkout);
        int committed = tx.update(CLOSE)
                .bind("state", Hold.State.COMMITTED.code())
                .bind("holds", tx.uuids(values(ids)))
                .bind("from", tx.texts(List.of(Hold.State.PAYING.code())))
                .execute();
        expect(holds.size(), committed, "committed");
        StockMoves moves = StockMoves.of(tx);
        holds.forEach(hold -> hold.lines().forEach(moves::allocate));
        tell(tx, ids, "hold.committed");
    }

    /// `active | paying → released`: the stock is anyone's again. Holds that are closed already stay as they
    /// are.
    public void release(Tx tx, Collection<CheckoutId> holds) {
        letGo(tx, values(holds), Hold.State.RELEASED, Hold.State.ACTIVE, Hold.State.PAYING);
    }

    /// Whether there is anything for [#expireDue].
    public boolean isAnyDue(Tx tx) {
        return tx.query(IS_ANY_DUE).mapTo(Boolean.class).one();
    }

    /// `active → expired` for up to [#SWEEP_MAX] holds whose time is up and that nobody else is ending; tells
    /// how many.
    public int expireDue(Tx tx) {
        List<UUID> due = tx.query(DUE.formatted("true", "expires_at"))
                .bind("limit", SWEEP_MAX)
                .mapTo(UUID.class)
                .list();
        expire(tx, due);
        return due.size();
    }

    private void expire(Tx tx, List<UUID> holds) {
        letGo(tx, holds, Hold.State.EXPIRED, Hold.State.ACTIVE);
    }

    /// What was set aside by a hold that is open no more.
    private record LetGo(CheckoutId hold, List<HeldLine> lines, boolean soft) {}

    private void letGo(Tx tx, List<UUID> holds, Hold.State to, Hold.State... from) {
        if (holds.isEmpty()) return;
        List<LetGo> closed = tx.query(CLOSE_AND_TELL)
                .bind("state", to.code())
                .bind("holds", tx.uuids(holds))
                .bind("from", tx.texts(map(List.of(from), Hold.State::code)))
                .map((row, _) -> new LetGo(checkout(row), lines(row), row.getBoolean("soft")))
                .list();
        if (closed.isEmpty()) return;
        if (to == Hold.State.EXPIRED) CrashPoint.K29.reached();
        StockMoves moves = StockMoves.of(tx);
        closed.stream().filter(hold -> !hold.soft).forEach(hold -> hold.lines.forEach(moves::release));
        Map<CheckoutId, List<HeldLine>> soft =
                closed.stream().filter(LetGo::soft).collect(toMap(LetGo::hold, LetGo::lines));
        giveBack(tx, soft);
        tell(tx, map(closed, LetGo::hold), "hold." + to.code());
    }

    /// Only for good: what others are promised then is theirs.
    private void giveBack(Tx tx, Map<CheckoutId, List<HeldLine>> soft) {
        if (!soft.isEmpty()) tx.afterCommit(() -> reservations.givenBack(soft));
    }

    /// Gives back what is held in stock.
    private static void free(Tx tx, Hold hold) {
        if (!hold.soft()) hold.lines().forEach(StockMoves.of(tx)::release);
    }

    /// Undoes [#free].
    private static void keep(Tx tx, Hold hold) {
        if (!hold.soft()) hold.lines().forEach(StockMoves.of(tx)::hold);
    }

    /// What those of these holds have that are promised in Redis alone.
    private static Map<CheckoutId, List<HeldLine>> soft(List<Hold> holds) {
        return holds.stream().filter(Hold::soft).collect(toMap(Hold::checkout, Hold::lines));
    }

    private void tell(Tx tx, List<CheckoutId> holds, String type) {
        outbox.append(tx, map(holds, hold -> event(hold, type, Map.of())));
    }

    private static Event event(CheckoutId hold, String type, Map<String, Object> payload) {
        return new Event("hold", hold.value(), type, payload);
    }

    private static void expect(int holds, int changed, String state) {
        if (holds != changed) {
            throw new IllegalStateException(changed + " of " + holds + " holds became " + state + " under their locks");
        }
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                checkout(row),
                Hold.State.of(row.getString("state")),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                row.getTimestamp("hard_deadline").toInstant(),
                lines(row),
                row.getString("sourcing"),
                row.getBoolean("soft"),
                row.getBoolean("live"),
                row.getBoolean("payable"),
                row.getBoolean("extendable"));
    }

    private static CheckoutId checkout(ResultSet row) throws SQLException {
        return new CheckoutId(row.getObject("checkout_id", UUID.class));
    }

    private static List<HeldLine> lines(ResultSet row) throws SQLException {
        var skus = (String[]) row.getArray("skus").getArray();
        var warehouses = (String[]) row.getArray("warehouses").getArray();
        var quantities = (Long[]) row.getArray("quantities").getArray();
        return IntStream.range(0, skus.length)
                .mapToObj(i -> new HeldLine(Sku.of(skus[i]), WarehouseCode.of(warehouses[i]), quantities[i]))
                .toList();
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    private static List<UUID> values(Collection<CheckoutId> holds) {
        return map(holds, CheckoutId::value);
    }

    private static <A, B> List<B> map(Collection<A> list, Function<A, B> function) {
        return list.stream().map(function).toList();
    }
}
