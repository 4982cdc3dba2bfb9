package holdfast.inventory;

import static java.util.stream.Collectors.toSet;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.CrashPoint;
import holdfast.kernel.HoldId;
import holdfast.kernel.Sku;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/// Sets stock aside and sees it to its end: committed to an order, released, or expired.
///
/// Every method takes many holds at once and belongs to the caller's transaction. Holds are locked before
/// stock, and both in the order of their keys.
public final class Holds {

    /// How many holds one transaction of the sweeper expires.
    public static final int SWEEP_MAX = 1_000;

    private record Opening(HoldPlan.Granted plan, Instant at, Instant expiry, Instant hardDeadline) {

        HoldRequest request() {
            return plan.request();
        }
    }

    private static final Inserts<Opening> INSERT_HOLDS = Inserts.<Opening>into("hold")
            .uuid("id", each -> each.request().id().value())
            .uuid("checkout_id", each -> each.request().checkout().value())
            .text("state", _ -> Hold.State.ACTIVE.code())
            .instant("created_at", Opening::at)
            .instant("expires_at", Opening::expiry)
            .instant("hard_deadline", Opening::hardDeadline)
            .text("sourcing", each -> each.plan.sourcing())
            .bool("soft", each -> each.plan.soft());

    private static final String READ_HOLDS = """
            select h.id, h.checkout_id, h.state, h.created_at, h.expires_at, h.sourcing, h.soft,
                   h.expires_at > shop_clock() as live,
                   coalesce(h.paying_deadline > shop_clock(), false) as payable,
                   h.hard_deadline > shop_clock() as extendable
              from hold h
             where h.checkout_id = any (:checkouts)
             order by h.id
            """;

    private static final String LOCK_HOLDS = READ_HOLDS + " for update";

    private static final String PAY = """
            update hold
               set state = 'paying',
                   paying_deadline = least(shop_clock() + make_interval(secs => :paying), hard_deadline)
             where id = any (:holds) and state = 'active' and expires_at > shop_clock()
            """;

    private static final String REOPEN = """
            update hold
               set state = 'paying', closed_at = null,
                   paying_deadline = shop_clock() + make_interval(secs => :paying),
                   hard_deadline = shop_clock() + make_interval(secs => :paying)
             where id = :hold and state = 'released'
            """;

    private static final String EXTEND = """
            update hold
               set paying_deadline = least(greatest(shop_clock(), expires_at) + make_interval(secs => :extension),
                                           hard_deadline)
             where id = any (:holds) and state = 'paying'
            """;

    private static final String BACK_TO_ACTIVE = """
            update hold
               set state = 'active', paying_deadline = null
             where id = any (:holds) and state = 'paying'
            """;

    private static final String CLOSE = """
            update hold
               set state = :state, paying_deadline = null, closed_at = shop_clock(), soft = false
             where id = any (:holds) and state = any (:from)
            returning id
            """;

    private static final String DUE = """
            select id
              from hold
             where closed_at is null and state = 'active' and expires_at <= shop_clock() and %s
             order by %s
             limit :limit
               for update skip locked
            """;

    private static final String SOURCE = """
            update hold h
               set sourcing = u.sourcing, soft = false
              from unnest(:holds::uuid[], :sourcings::text[]) as u (id, sourcing)
             where h.id = u.id
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
        List<HoldRequest> requests = map(plans, HoldPlan.Granted::request);
        tx.insert(INSERT_HOLDS, map(plans, plan -> opening(plan, at)));
        CrashPoint.K04.reached();
        HoldLine.insert(tx, plans);
        outbox.append(
                tx,
                map(
                        requests,
                        request -> event(
                                request.id(),
                                "hold.created",
                                Map.of("checkout_id", request.checkout().toString()))));
        return map(plans, plan -> opened(plan, at));
    }

    private Opening opening(HoldPlan.Granted plan, Instant at) {
        Instant expiry = expiry(plan.request(), at);
        Instant hardLimit = at.plus(policy.hardLimit());
        return new Opening(plan, at, expiry, hardLimit.isBefore(expiry) ? expiry : hardLimit);
    }

    private Instant expiry(HoldRequest request, Instant at) {
        return at.plus(request.time(policy.ttl()));
    }

    private Hold opened(HoldPlan.Granted plan, Instant at) {
        HoldRequest request = plan.request();
        return new Hold(
                request.id(),
                request.checkout(),
                Hold.State.ACTIVE,
                at,
                expiry(request, at),
                plan.sourcing(),
                plan.soft(),
                true,
                false,
                true);
    }

    /// Gives a hold other lines, at once and in place of what it has; its deadline stays. The caller has it
    /// locked, active and live. Refused, it is as before.
    public HoldPlan change(Tx tx, HoldRequest request) {
        List<HoldLine> before = HoldLine.of(tx, List.of(request.id().value()));
        before.forEach(line -> line.free(tx));
        HoldPlan plan = reservations.change(tx, request);
        switch (plan) {
            case HoldPlan.Granted granted -> {
                reservations.givenBack(HoldLine.byHold(before, HoldLine::soft));
                replaceLines(tx, List.of(granted));
                outbox.append(tx, List.of(event(request.id(), "hold.changed", Map.of())));
            }
            case HoldPlan.OutOfStock _ -> {
                before.forEach(line -> line.keep(tx));
            }
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

        private HoldRequest request(List<HeldLine> lines) {
            var wanted = new TreeMap<Sku, Long>();
            lines.forEach(line -> wanted.merge(line.sku(), line.quantity(), Long::sum));
            return new HoldRequest(hold.id(), hold.checkout(), wanted, shipTo, Map.of());
        }
    }

    /// Takes the stock of those holds for which it is promised in Redis alone, before anybody pays for it.
    /// Where it is not there any more the hold is released, and what there is of what is short is told. The
    /// caller has them locked, active and live.
    public Map<HoldId, SortedMap<Sku, Long>> harden(Tx tx, Collection<Payable> holds) {
        List<Payable> promised = holds.stream().filter(each -> each.hold.soft()).toList();
        if (promised.isEmpty()) return Map.of();
        Map<HoldId, List<HeldLine>> soft = lines(tx, map(promised, each -> each.hold.id()));
        List<HoldRequest> requests = map(promised, each -> each.request(soft.getOrDefault(each.hold.id(), List.of())));
        List<HoldPlan> plans = locking.reserve(tx, requests);
        replaceLines(tx, HoldPlan.granted(plans));
        var missing = new HashMap<HoldId, SortedMap<Sku, Long>>();
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i) instanceof HoldPlan.OutOfStock(SortedMap<Sku, Long> available)) {
                missing.put(requests.get(i).id(), available);
            }
        }
        reservations.hardened(
                soft,
                missing.values().stream()
                        .flatMap(available -> available.keySet().stream())
                        .collect(toSet()));
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
                            .bind("hold", request.id().value())
                            .bind("paying", seconds(policy.paying()))
                            .execute(),
                    "paying again");
            outbox.append(tx, List.of(event(request.id(), "hold.reopened", Map.of())));
        }
        return plan;
    }

    private void replaceLines(Tx tx, List<HoldPlan.Granted> plans) {
        if (plans.isEmpty()) return;
        List<UUID> holds = map(plans, plan -> plan.request().id().value());
        HoldLine.drop(tx, holds);
        HoldLine.insert(tx, plans);
        tx.update(SOURCE)
                .bind("holds", tx.uuids(holds))
                .bind("sourcings", tx.texts(plans, HoldPlan.Granted::sourcing))
                .execute();
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

    /// What each of these holds has set aside, and where.
    public Map<HoldId, List<HeldLine>> lines(Tx tx, Collection<HoldId> holds) {
        return HoldLine.byHold(HoldLine.of(tx, values(holds)), _ -> true);
    }

    /// `active → paying`, for holds that the caller has locked, active and live: from now on only the payment
    /// ends them.
    public void pay(Tx tx, Collection<HoldId> holds) {
        expect(
                holds.size(),
                tx.update(PAY)
                        .bind("holds", tx.uuids(values(holds)))
                        .bind("paying", seconds(policy.paying()))
                        .execute(),
                "paying");
    }

    /// Gives the shopper time for a challenge, within the hard limit.
    public void extend(Tx tx, Collection<HoldId> holds) {
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
    public void declined(Tx tx, Collection<HoldId> holds) {
        expect(
                holds.size(),
                tx.update(BACK_TO_ACTIVE).bind("holds", tx.uuids(values(holds))).execute(),
                "active");
        expire(
                tx,
                tx.query(DUE.formatted("id = any (:holds)", "id"))
                        .bind("holds", tx.uuids(values(holds)))
                        .bind("limit", holds.size())
                        .mapTo(UUID.class)
                        .list());
    }

    /// `paying → committed`: the stock is the order's. The caller has them locked and paying, and knows their
    /// lines.
    public void commit(Tx tx, Map<HoldId, List<HeldLine>> holds) {
        List<UUID> committed = close(tx, values(holds.keySet()), Hold.State.COMMITTED, Hold.State.PAYING);
        expect(holds.size(), committed.size(), "committed");
        StockMoves moves = StockMoves.of(tx);
        holds.values().forEach(lines -> lines.forEach(moves::allocate));
        tell(tx, committed, "hold.committed");
    }

    /// `active | paying → released`: the stock is anyone's again. Holds that are closed already stay as they
    /// are.
    public void release(Tx tx, Collection<HoldId> holds) {
        List<UUID> released = close(tx, values(holds), Hold.State.RELEASED, Hold.State.ACTIVE, Hold.State.PAYING);
        letGo(tx, released);
        tell(tx, released, "hold.released");
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
        List<UUID> expired = close(tx, holds, Hold.State.EXPIRED, Hold.State.ACTIVE);
        if (!expired.isEmpty()) CrashPoint.K29.reached();
        letGo(tx, expired);
        tell(tx, expired, "hold.expired");
    }

    private static List<UUID> close(Tx tx, List<UUID> holds, Hold.State to, Hold.State... from) {
        if (holds.isEmpty()) return List.of();
        return tx.query(CLOSE)
                .bind("state", to.code())
                .bind("holds", tx.uuids(holds))
                .bind("from", tx.texts(map(List.of(from), Hold.State::code)))
                .mapTo(UUID.class)
                .list();
    }

    private void letGo(Tx tx, List<UUID> holds) {
        if (holds.isEmpty()) return;
        List<HoldLine> lines = HoldLine.of(tx, holds);
        lines.forEach(line -> line.free(tx));
        Map<HoldId, List<HeldLine>> soft = HoldLine.byHold(lines, HoldLine::soft);
        if (soft.isEmpty()) return;
        HoldLine.noLongerSoft(tx, values(soft.keySet()));
        reservations.givenBack(soft);
    }

    private void tell(Tx tx, List<UUID> holds, String type) {
        outbox.append(tx, map(holds, hold -> event(new HoldId(hold), type, Map.of())));
    }

    private static Event event(HoldId hold, String type, Map<String, Object> payload) {
        return new Event("hold", hold.value(), type, payload);
    }

    private static void expect(int holds, int changed, String state) {
        if (holds != changed) {
            throw new IllegalStateException(changed + " of " + holds + " holds became " + state + " under their locks");
        }
    }

    private static Hold hold(ResultSet row) throws SQLException {
        return new Hold(
                new HoldId(row.getObject("id", UUID.class)),
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                Hold.State.of(row.getString("state")),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("expires_at").toInstant(),
                row.getString("sourcing"),
                row.getBoolean("soft"),
                row.getBoolean("live"),
                row.getBoolean("payable"),
                row.getBoolean("extendable"));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1_000.0;
    }

    private static List<UUID> values(Collection<HoldId> holds) {
        return map(holds, HoldId::value);
    }

    private static <A, B> List<B> map(Collection<A> list, Function<A, B> function) {
        return list.stream().map(function).toList();
    }
}
