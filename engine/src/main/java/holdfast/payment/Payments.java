package holdfast.payment;

import static java.util.function.Function.identity;

import holdfast.db.Inserts;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.KeyId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The attempts to pay, from the moment before the gateway is first asked until it is known whether there is
/// money.
///
/// An attempt has one owner at a time: whoever has its lease and its latest fencing number. Everything here
/// belongs to the caller's transaction.
public final class Payments {

    /// How long an owner may be silent before another may take over; longer than the slowest call to a gateway.
    public static final Duration LEASE = Duration.ofSeconds(30);

    private static final Duration ACTION_POLL = Duration.ofSeconds(5);

    private record Beginning(Begun begun, Instant at) {

        Instant leasedUntil() {
            return at.plus(LEASE);
        }
    }

    private static final Inserts<Beginning> BEGIN = Inserts.<Beginning>into("payment")
            .uuid("id", each -> each.begun.id.value())
            .uuid("checkout_id", each -> each.begun.checkout.value())
            .text("gateway", each -> each.begun.gateway)
            .text("gateway_ref", each -> each.begun.reference)
            .bigint("amount", each -> each.begun.amount.minor())
            .text("currency", each -> each.begun.amount.currency().getCurrencyCode())
            .text("token", each -> each.begun.token)
            .text("state", _ -> Attempt.State.BEGUN.code())
            .uuid("asked", each -> each.begun.asked.value())
            .instant("leased_until", Beginning::leasedUntil)
            .instant("due_at", Beginning::leasedUntil);

    private static final String SELECT = """
            select id, checkout_id, gateway, gateway_ref, amount, currency, token, state, card_brand, card_last4,
                   decline_code, next_action_url, asked, fence
              from payment
            """;

    private static final String READ = SELECT + " where id = :id";

    private static final String LOCK = """
            select id, fence, state
              from payment
             where id = any (:ids)
             order by id
               for update
            """;

    // Live or over: each kind has an index of its own.
    private static final String LATEST = SELECT + """
             where id in (select distinct on (checkout_id) id
                            from (select checkout_id, id, created_at
                                    from payment
                                   where checkout_id = any (:checkouts) and live
                                   union all
                                  select checkout_id, id, created_at
                                    from payment
                                   where checkout_id = any (:checkouts) and not live) as attempts
                           order by checkout_id, created_at desc, id desc)
            """;

    private static final String OPEN_UNDER_KEY = """
            select id
              from payment
             where checkout_id = :checkout and live and asked = :asked
               and state in ('begun', 'requires_action', 'unknown')
            """;

    private static final String TAKE_OVER = """
            update payment
               set fence = fence + 1,
                   leased_until = shop_clock() + make_interval(secs => :lease),
                   due_at = shop_clock() + make_interval(secs => :lease),
                   updated_at = shop_clock()
             where id = :id
               and state in ('begun', 'requires_action', 'unknown')
               and coalesce(leased_until <= shop_clock(), true)
            """;

    private static final String TAKE_OVER_DUE = """
            with due as (
              select id
                from payment
               where due_at <= shop_clock()
                 and state in ('begun', 'requires_action', 'unknown')
                 and coalesce(leased_until <= shop_clock(), true)
               order by due_at
               limit :limit
                 for update skip locked
            )
            update payment p
               set fence = p.fence + 1,
                   leased_until = shop_clock() + make_interval(secs => :lease),
                   due_at = shop_clock() + make_interval(secs => :lease),
                   updated_at = shop_clock()
              from due d
             where p.id = d.id
            returning p.id, p.checkout_id, p.gateway, p.gateway_ref, p.amount, p.currency, p.token, p.state,
                      p.card_brand, p.card_last4, p.decline_code, p.next_action_url, p.asked, p.fence
            """;

    private static final String NAME = """
            update payment set gateway_ref = :reference, updated_at = shop_clock() where id = :id and fence = :fence
            """;

    private static final String SETTLE = """
            update payment p
               set state = u.state,
                   gateway_ref = coalesce(u.gateway_ref, p.gateway_ref),
                   card_brand = u.card_brand, card_last4 = u.card_last4, decline_code = u.decline_code,
                   next_action_url = null, tries = 0, updated_at = shop_clock(),
                   live = u.state = 'authorized',
                   capture_before = u.capture_before, awaits_shipment = u.awaits_shipment,
                   leased_until = case when u.state = 'authorized' and not u.awaits_shipment
                                       then shop_clock() + make_interval(secs => :lease) end,
                   due_at = case when u.awaits_shipment then u.capture_before
                                 when u.state = 'authorized' then p.due_at end
              from unnest(:ids::uuid[], :states::text[], :references::text[], :brands::text[], :last4s::text[],
                          :capturesBefore::timestamptz[], :awaitShipment::bool[], :declineCodes::text[])
                   as u (id, state, gateway_ref, card_brand, card_last4, capture_before, awaits_shipment, decline_code)
             where p.id = u.id
            """;

    private static final String PARK = """
            update payment
               set state = :state, next_action_url = :url, leased_until = null,
                   tries = case when :state = 'requires_action' then 0 else tries + 1 end,
                   due_at = least(
                     shop_clock() + make_interval(secs => case when :state = 'requires_action' then :poll
                                                               else least(2 * power(2, least(tries, 10)), 300) end),
                     case when :latest::timestamptz > shop_clock() then :latest::timestamptz end),
                   updated_at = shop_clock()
             where id = :id and fence = :fence
               and state in ('begun', 'requires_action', 'unknown')
            """;

    // Not those that are due in days: they do not wait for the gateway.
    private static final String HURRY = """
            with waiting as (
              select id
                from payment
               where due_at > shop_clock() and due_at < shop_clock() + interval '10 minutes'
                 and gateway = :gateway
                 and coalesce(leased_until <= shop_clock(), true)
               order by id
                 for update skip locked
            )
            update payment p
               set due_at = shop_clock()
              from waiting w
             where p.id = w.id
            """;

    private static final String SENT_AGAIN = """
            update payment set sent = sent + 1, updated_at = shop_clock() where id = :id and fence = :fence
            """;

    private static final String DUE_NOW = """
            update payment
               set due_at = shop_clock(), tries = 0
             where id = :id and due_at is not null and coalesce(leased_until <= shop_clock(), true)
            """;

    private static final String FREE = """
            update payment
               set leased_until = null, due_at = shop_clock()
             where id = :id and fence = :fence and state in ('begun', 'requires_action', 'unknown')
            """;

    private static final String FREE_ALL = """
            update payment
               set leased_until = null, due_at = shop_clock()
             where leased_until is not null or state in ('begun', 'unknown')
            """;

    /// A try to pay that is about to begin.
    ///
    /// @param reference what the gateway will call it, where the gateway takes our own name for it
    public record Begun(
            PaymentId id,
            CheckoutId checkout,
            String gateway,
            @Nullable String reference,
            Money amount,
            String token,
            KeyId asked) {

        Attempt attempt() {
            return new Attempt(
                    id, checkout, gateway, reference, amount, token, Attempt.State.BEGUN, null, null, null, asked, 1);
        }
    }

    /// How a try to pay ended.
    public sealed interface Settled {

        PaymentId id();

        /// With money set aside, which is taken by `policy`.
        record Authorized(PaymentId id, Authorization authorization, CapturePolicy policy) implements Settled {}

        /// The issuer said no.
        record Declined(PaymentId id, String code) implements Settled {}

        /// It can never take money any more.
        record Failed(PaymentId id) implements Settled {}

        private Attempt.State state() {
            return switch (this) {
                case Authorized _ -> Attempt.State.AUTHORIZED;
                case Declined _ -> Attempt.State.DECLINED;
                case Failed _ -> Attempt.State.FAILED;
            };
        }

        private @Nullable Authorization money() {
            return this instanceof Authorized authorized ? authorized.authorization : null;
        }

        private @Nullable Card card() {
            Authorization money = money();
            return money == null ? null : money.card();
        }

        private @Nullable String captureBefore() {
            Authorization money = money();
            return money == null || money.captureBefore() == null
                    ? null
                    : money.captureBefore().toString();
        }

        private boolean awaitsShipment() {
            return this instanceof Authorized authorized && authorized.policy == CapturePolicy.SHIPMENT;
        }
    }

    /// Writes attempts down, each with all that will be sent, leased to the caller.
    public List<Attempt> begin(Tx tx, List<Begun> begun) {
        Instant at = tx.now();
        List<Beginning> beginning =
                begun.stream().map(each -> new Beginning(each, at)).toList();
        tx.insert(BEGIN, beginning);
        return begun.stream().map(Begun::attempt).toList();
    }

    /// Locks attempts, in the order of their ids, and tells who may go on with each.
    public Map<PaymentId, Attempt.Owner> lock(Tx tx, Collection<PaymentId> ids) {
        return tx.query(LOCK)
                .bind("ids", tx.uuids(ids, PaymentId::value))
                .map((row, _) -> Map.entry(
                        new PaymentId(row.getObject("id", UUID.class)),
                        new Attempt.Owner(row.getInt("fence"), Attempt.State.of(row.getString("state")))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// The last attempt to pay for each of these checkouts, where there was one.
    public Map<CheckoutId, Attempt> latest(Tx tx, Collection<CheckoutId> checkouts) {
        return tx.query(LATEST)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .map((row, _) -> attempt(row))
                .collectToMap(Attempt::checkout, identity());
    }

    /// The attempt that a request with this idempotency key began and that has no end yet.
    public Optional<PaymentId> openUnder(Tx tx, CheckoutId checkout, KeyId asked) {
        return tx.query(OPEN_UNDER_KEY)
                .bind("checkout", checkout.value())
                .bind("asked", asked.value())
                .mapTo(UUID.class)
                .findOne()
                .map(PaymentId::new);
    }

    /// Makes the caller the owner of an attempt that has no end and no owner; empty if it has either.
    public Optional<Attempt> takeOver(Tx tx, PaymentId id) {
        int taken = tx.update(TAKE_OVER)
                .bind("id", id.value())
                .bind("lease", LEASE.toSeconds())
                .execute();
        return taken == 0
                ? Optional.empty()
                : tx.query(READ)
                        .bind("id", id.value())
                        .map((row, _) -> attempt(row))
                        .findOne();
    }

    /// Makes the caller the owner of up to `limit` attempts without end and owner that somebody should look at
    /// now.
    public List<Attempt> takeOverDue(Tx tx, int limit) {
        return tx.query(TAKE_OVER_DUE)
                .bind("limit", limit)
                .bind("lease", LEASE.toSeconds())
                .map((row, _) -> attempt(row))
                .list();
    }

    /// Stores what the gateway calls an attempt, before it is asked to move money. False if the owner has
    /// changed.
    public boolean name(Tx tx, Attempt attempt, String reference) {
        return tx.update(NAME)
                        .bind("reference", reference)
                        .bind("id", attempt.id().value())
                        .bind("fence", attempt.fence())
                        .execute()
                == 1;
    }

    /// Ends attempts that the caller has locked, with a fencing number it has checked. One that is authorized
    /// stays leased to the caller, who takes the money next, unless that awaits the shipment: then it is due
    /// when the authorization lapses.
    public void settle(Tx tx, List<Settled> settled) {
        if (settled.isEmpty()) return;
        tx.update(SETTLE)
                .bind("ids", tx.uuids(settled, each -> each.id().value()))
                .bind("states", tx.texts(settled, each -> each.state().code()))
                .bind(
                        "references",
                        tx.texts(
                                settled,
                                each -> each.money() == null
                                        ? null
                                        : each.money().reference()))
                .bind(
                        "brands",
                        tx.texts(
                                settled,
                                each -> each.card() == null ? null : each.card().brand()))
                .bind(
                        "last4s",
                        tx.texts(
                                settled,
                                each -> each.card() == null ? null : each.card().last4()))
                .bind("capturesBefore", tx.texts(settled, Settled::captureBefore))
                .bind("awaitShipment", tx.bools(settled, Settled::awaitsShipment))
                .bind("declineCodes", tx.texts(settled, each -> each instanceof Settled.Declined no ? no.code : null))
                .bind("lease", LEASE.toSeconds())
                .execute();
    }

    /// Leaves an attempt whose outcome is open, to be looked at again: in five seconds if the shopper has to
    /// act at `url`, else in two, four, eight … seconds, at most five minutes. Who waits for the shopper has
    /// not looked in vain. False if the owner has changed.
    ///
    /// @param latest when it is to be looked at at the latest, unless that is over
    public boolean park(Tx tx, Attempt attempt, @Nullable URI url, Instant latest) {
        return tx.update(PARK)
                        .bind("id", attempt.id().value())
                        .bind("fence", attempt.fence())
                        .bind("state", (url == null ? Attempt.State.UNKNOWN : Attempt.State.REQUIRES_ACTION).code())
                        .bind("url", url == null ? null : url.toString())
                        .bind("poll", ACTION_POLL.toSeconds())
                        .bind("latest", Timestamp.from(latest))
                        .execute()
                == 1;
    }

    /// Notes that the stored request is about to be sent once more, under the same key.
    public void sentAgain(Tx tx, Attempt attempt) {
        tx.update(SENT_AGAIN)
                .bind("id", attempt.id().value())
                .bind("fence", attempt.fence())
                .execute();
    }

    /// Lets somebody look at an attempt now, instead of later; without effect where somebody does, and where
    /// there is nothing to be done.
    public void dueNow(Tx tx, PaymentId id) {
        tx.update(DUE_NOW).bind("id", id.value()).execute();
    }

    /// Makes all that wait for a gateway due now, since it answers again.
    public int hurry(Tx tx, String gateway) {
        return tx.update(HURRY).bind("gateway", gateway).execute();
    }

    /// Gives the lease of an attempt back, which its owner cannot go on with; somebody is to look at it now.
    /// Without effect if the owner has changed, or the attempt has an end.
    public void free(Tx tx, Attempt attempt) {
        tx.update(FREE)
                .bind("id", attempt.id().value())
                .bind("fence", attempt.fence())
                .execute();
    }

    /// Takes every attempt from its owner. Only for a start on a database that no other server works on.
    public int freeAll(Tx tx) {
        return tx.update(FREE_ALL).execute();
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        String brand = row.getString("card_brand");
        return new Attempt(
                new PaymentId(row.getObject("id", UUID.class)),
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                row.getString("gateway"),
                row.getString("gateway_ref"),
                Money.of(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                row.getString("token"),
                Attempt.State.of(row.getString("state")),
                brand == null ? null : new Card(brand, row.getString("card_last4")),
                row.getString("decline_code"),
                row.getString("next_action_url"),
                new KeyId(row.getObject("asked", UUID.class)),
                row.getInt("fence"));
    }
}
