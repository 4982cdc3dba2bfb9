package holdfast.payment;

import static java.util.function.Function.identity;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    private static final String BEGIN = """
            insert into payment (id, checkout_id, attempt_no, gateway, gateway_ref, amount, currency, state,
                                 asked_scope, asked_key, leased_until, due_at)
            select u.id, u.checkout_id,
                   1 + coalesce((select max(p.attempt_no) from payment p where p.checkout_id = u.checkout_id), 0),
                   u.gateway, u.gateway_ref, u.amount, u.currency, 'begun', u.asked_scope, u.asked_key,
                   shop_clock() + make_interval(secs => :lease), shop_clock() + make_interval(secs => :lease)
              from unnest(:ids::uuid[], :checkouts::uuid[], :gateways::text[], :references::text[], :amounts::bigint[],
                          :currencies::text[], :scopes::text[], :keys::text[])
                   as u (id, checkout_id, gateway, gateway_ref, amount, currency, asked_scope, asked_key)
            """;

    private static final String PLAN_AUTHORIZATION = """
            insert into gateway_operation (key, payment_id, operation, request, state, tries, first_sent_at,
                                           last_sent_at)
            select u.key, u.payment_id, 'authorize',
                   jsonb_build_object('amount', u.amount, 'currency', u.currency, 'token', u.token),
                   'planned', 1, shop_clock(), shop_clock()
              from unnest(:keys::text[], :payments::uuid[], :amounts::bigint[], :currencies::text[], :tokens::text[])
                   as u (key, payment_id, amount, currency, token)
            """;

    private static final String SELECT = """
            select p.id, p.checkout_id, p.gateway, p.gateway_ref, p.amount, p.currency, p.state,
                   p.card_brand, p.card_last4, p.decline_code, p.next_action_url, p.asked_scope, p.asked_key, p.fence,
                   o.request ->> 'token' as token
              from payment p
              join gateway_operation o on o.payment_id = p.id and o.operation = 'authorize'
            """;

    private static final String LOCK = SELECT + " where p.id = any (:ids) order by p.id for update of p";

    private static final String LATEST = SELECT + """
             where p.id in (select last.id
                              from unnest(:checkouts::uuid[]) as c (id)
                             cross join lateral (select l.id
                                                   from payment l
                                                  where l.checkout_id = c.id
                                                  order by l.attempt_no desc
                                                  limit 1) last)
            """;

    private static final String OPEN_UNDER_KEY = """
            select id
              from payment
             where checkout_id = :checkout and asked_scope = :scope and asked_key = :key
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

    private static final String DUE = """
            select id, checkout_id
              from payment
             where due_at <= shop_clock()
               and state in ('begun', 'requires_action', 'unknown')
               and coalesce(leased_until <= shop_clock(), true)
             order by due_at
             limit :limit
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
                   leased_until = case when u.state = 'authorized'
                                       then shop_clock() + make_interval(secs => :lease) end,
                   due_at = case when u.state = 'authorized' then p.due_at end
              from unnest(:ids::uuid[], :states::text[], :references::text[], :brands::text[], :last4s::text[],
                          :declineCodes::text[])
                   as u (id, state, gateway_ref, card_brand, card_last4, decline_code)
             where p.id = u.id
            """;

    private static final String SETTLE_OPERATION = """
            update gateway_operation o
               set state = case when u.state = 'declined' then 'declined' else 'succeeded' end
              from unnest(:ids::uuid[], :keys::text[], :states::text[]) as u (id, key, state)
             where o.payment_id = u.id and o.key = u.key and u.state in ('declined', 'authorized')
            """;

    private static final String PARK = """
            update payment
               set state = :state, next_action_url = :url, leased_until = null, tries = tries + 1,
                   due_at = shop_clock()
                     + make_interval(secs => case when :state = 'requires_action' then :poll
                                                  else least(2 * power(2, least(tries, 10)), 300) end),
                   updated_at = shop_clock()
             where id = :id and fence = :fence
               and state in ('begun', 'requires_action', 'unknown')
            """;

    private static final String SENT_AGAIN = """
            update gateway_operation
               set tries = tries + 1, last_sent_at = shop_clock()
             where payment_id = :id and operation = 'authorize'
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
            String askedScope,
            String askedKey) {

        Attempt attempt() {
            return new Attempt(
                    id,
                    checkout,
                    gateway,
                    reference,
                    amount,
                    token,
                    Attempt.State.BEGUN,
                    null,
                    null,
                    null,
                    askedScope,
                    askedKey,
                    1);
        }
    }

    /// How a try to pay ended.
    public record Settled(
            PaymentId id,
            Attempt.State state,
            @Nullable String reference,
            @Nullable Card card,
            @Nullable String declineCode) {}

    /// Writes attempts down with the exact request that will be sent, leased to the caller.
    public List<Attempt> begin(Tx tx, List<Begun> begun) {
        if (begun.isEmpty()) return List.of();
        tx.update(BEGIN)
                .bind("ids", tx.uuids(begun, each -> each.id.value()))
                .bind("checkouts", tx.uuids(begun, each -> each.checkout.value()))
                .bind("gateways", tx.texts(begun, Begun::gateway))
                .bind("references", tx.texts(begun, Begun::reference))
                .bind("amounts", tx.bigints(begun, each -> each.amount.minor()))
                .bind(
                        "currencies",
                        tx.texts(begun, each -> each.amount.currency().getCurrencyCode()))
                .bind("scopes", tx.texts(begun, Begun::askedScope))
                .bind("keys", tx.texts(begun, Begun::askedKey))
                .bind("lease", LEASE.toSeconds())
                .execute();
        List<Attempt> attempts = begun.stream().map(Begun::attempt).toList();
        tx.update(PLAN_AUTHORIZATION)
                .bind("keys", tx.texts(attempts, attempt -> attempt.key("authorize")))
                .bind("payments", tx.uuids(attempts, attempt -> attempt.id().value()))
                .bind(
                        "amounts",
                        tx.bigints(attempts, attempt -> attempt.amount().minor()))
                .bind(
                        "currencies",
                        tx.texts(
                                attempts, attempt -> attempt.amount().currency().getCurrencyCode()))
                .bind("tokens", tx.texts(attempts, Attempt::token))
                .execute();
        return attempts;
    }

    /// Locks attempts, in the order of their ids, and reads them.
    public Map<PaymentId, Attempt> lock(Tx tx, Collection<PaymentId> ids) {
        return tx.query(LOCK)
                .bind("ids", tx.uuids(ids, PaymentId::value))
                .map((row, _) -> attempt(row))
                .collectToMap(Attempt::id, identity());
    }

    /// The last attempt to pay for each of these checkouts, where there was one.
    public Map<CheckoutId, Attempt> latest(Tx tx, Collection<CheckoutId> checkouts) {
        return tx.query(LATEST)
                .bind("checkouts", tx.uuids(checkouts, CheckoutId::value))
                .map((row, _) -> attempt(row))
                .collectToMap(Attempt::checkout, identity());
    }

    /// The attempt that a request with this idempotency key began and that has no end yet.
    public Optional<PaymentId> openUnder(Tx tx, CheckoutId checkout, String scope, String key) {
        return tx.query(OPEN_UNDER_KEY)
                .bind("checkout", checkout.value())
                .bind("scope", scope)
                .bind("key", key)
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
                : lock(tx, Set.of(id)).values().stream().findFirst();
    }

    /// Up to `limit` attempts without end and owner that somebody should look at now, and their checkouts.
    public Map<PaymentId, CheckoutId> due(Tx tx, int limit) {
        return tx.query(DUE)
                .bind("limit", limit)
                .map((row, _) -> Map.entry(
                        new PaymentId(row.getObject("id", UUID.class)),
                        new CheckoutId(row.getObject("checkout_id", UUID.class))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
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
    /// stays leased to the caller, who takes the money next.
    public void settle(Tx tx, List<Settled> settled) {
        if (settled.isEmpty()) return;
        tx.update(SETTLE)
                .bind("ids", tx.uuids(settled, each -> each.id.value()))
                .bind("states", tx.texts(settled, each -> each.state.code()))
                .bind("references", tx.texts(settled, Settled::reference))
                .bind("brands", tx.texts(settled, each -> each.card == null ? null : each.card.brand()))
                .bind("last4s", tx.texts(settled, each -> each.card == null ? null : each.card.last4()))
                .bind("declineCodes", tx.texts(settled, Settled::declineCode))
                .bind("lease", LEASE.toSeconds())
                .execute();
        tx.update(SETTLE_OPERATION)
                .bind("ids", tx.uuids(settled, each -> each.id.value()))
                .bind("keys", tx.texts(settled, each -> Attempt.key(each.id, "authorize")))
                .bind("states", tx.texts(settled, each -> each.state.code()))
                .execute();
    }

    /// Leaves an attempt whose outcome is open, to be looked at again: in five seconds if the shopper has to
    /// act at `url`, else in two, four, eight … seconds, at most five minutes. False if the owner has changed.
    public boolean park(Tx tx, Attempt attempt, @Nullable URI url) {
        return tx.update(PARK)
                        .bind("id", attempt.id().value())
                        .bind("fence", attempt.fence())
                        .bind("state", (url == null ? Attempt.State.UNKNOWN : Attempt.State.REQUIRES_ACTION).code())
                        .bind("url", url == null ? null : url.toString())
                        .bind("poll", ACTION_POLL.toSeconds())
                        .execute()
                == 1;
    }

    /// Notes that the stored request is about to be sent once more, under the same key.
    public void sentAgain(Tx tx, Attempt attempt) {
        tx.update(SENT_AGAIN).bind("id", attempt.id().value()).execute();
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
                row.getString("asked_scope"),
                row.getString("asked_key"),
                row.getInt("fence"));
    }
}
