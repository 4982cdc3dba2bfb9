package holdfast.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.PaymentId;
import holdfast.kernel.RefundId;
import holdfast.order.SettlementJob.Operation;
import holdfast.payment.Attempt;
import holdfast.payment.Payments;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What has to be done about the money of orders, read from the state that orders, payments and refunds are
/// in, and what was asked of the gateways.
final class SettlementTable {

    private static final String CLAIM = """
            with due as (
              select p.id
                from payment p
                join orders o on o.checkout_id = p.checkout_id and o.payment_id = p.id
               where p.due_at <= shop_clock()
                 and p.state in ('authorized', 'captured')
                 and coalesce(p.leased_until <= shop_clock(), true)
               order by p.due_at
               limit :limit
                 for update of p skip locked
            )
            update payment p
               set fence = p.fence + 1, leased_until = shop_clock() + make_interval(secs => :lease)
              from due
             where p.id = due.id
            returning p.id
            """;

    // Runs after CLAIM, so that it sees what those who had the payments locked before have committed.
    private static final String CLAIMED = """
            select p.id, p.fence, p.gateway, coalesce(p.gateway_ref, p.id::text) as reference, p.state, p.amount,
                   p.currency, p.updated_at > shop_clock() - interval '20 hours' as resendable,
                   p.awaits_shipment,
                   o.checkout_id, o.id as order_id, o.status, r.id as refund_id, r.amount as refund_amount
              from payment p
              join orders o on o.checkout_id = p.checkout_id and o.payment_id = p.id
              left join lateral (select id, amount
                                   from refund
                                  where payment_id = p.id and state = 'pending'
                                  order by created_at, id
                                  limit 1) r on true
             where p.id = any (:payments)
            """;

    private static final String ASKED = """
            select payment_id, operation, key, (request ->> 'refund')::uuid as refund_id,
                   state in ('planned', 'unknown') as open,
                   first_sent_at > shop_clock() - interval '20 hours' as resendable
              from gateway_operation
             where payment_id = any (:payments) and operation in ('capture', 'void', 'refund')
             order by payment_id, created_at, key
            """;

    // What was sent before and does not stand here yet is a first capture: it was sent once the money was set aside.
    private static final String ASK = """
            insert into gateway_operation (key, payment_id, operation, request, state, tries, first_sent_at,
                                           last_sent_at)
            select u.key, p.id, u.operation, u.request::jsonb, 'planned', case when u.sent_before then 2 else 1 end,
                   case when u.sent_before then p.updated_at else shop_clock() end, shop_clock()
              from unnest(:keys::text[], :payments::uuid[], :operations::text[], :requests::text[], :sent::bool[])
                   as u (key, payment_id, operation, request, sent_before)
              join payment p on p.id = u.payment_id
            on conflict (payment_id, key) do update
               set tries = gateway_operation.tries + 1, last_sent_at = shop_clock()
            """;

    private static final String ANSWERED = """
            insert into gateway_operation (key, payment_id, operation, request, state, tries, first_sent_at,
                                           last_sent_at)
            select :key, id, :operation, :request::jsonb, :state, 1, updated_at, updated_at
              from payment
             where id = :payment
            on conflict (payment_id, key) do update
               set state = excluded.state
            """;

    private static final String ALL_SUCCEEDED = """
            update gateway_operation o
               set state = 'succeeded'
              from unnest(:payments::uuid[], :keys::text[]) as u (payment_id, key)
             where o.payment_id = u.payment_id and o.key = u.key
            """;

    private static final String SETTLE_CAPTURES = """
            update gateway_operation
               set state = :state
             where payment_id = :payment and operation = 'capture' and state in ('planned', 'unknown')
            """;

    private static final String CAPTURED = """
            update payment
               set state = 'captured', captured = amount, updated_at = shop_clock()
             where id = :payment and state = 'authorized'
            """;

    private static final String ALL_CAPTURED = """
            with locked as (
              select p.id
                from unnest(:payments::uuid[], :fences::int[]) as u (id, fence)
                join payment p on p.id = u.id and p.fence = u.fence and p.state = 'authorized'
               order by p.id
                 for update of p
            )
            update payment p
               set state = 'captured', captured = p.amount, leased_until = null, tries = 0, due_at = null,
                   updated_at = shop_clock()
              from locked l
             where p.id = l.id
            returning p.id
            """;

    private static final String VOIDED = """
            update payment
               set state = 'voided', live = false, updated_at = shop_clock()
             where id = :payment and state = 'authorized'
            """;

    private static final String REFUNDED = """
            with refunded as (
              update refund
                 set state = 'succeeded', gateway_ref = :reference, updated_at = shop_clock()
               where id = :refund and state = 'pending'
              returning payment_id, amount
            )
            update payment p
               set refunded = p.refunded + r.amount, updated_at = shop_clock()
              from refunded r
             where p.id = r.payment_id
            """;

    private static final String REFUND_FAILED = """
            update refund
               set state = 'failed', updated_at = shop_clock()
             where id = :refund and state = 'pending'
            """;

    // By the checkout, which has an index.
    private static final String ORDER_OF = """
            select o.id
              from payment p
              join orders o on o.checkout_id = p.checkout_id and o.payment_id = p.id
             where p.id = :payment
            """;

    private static final String CAME_BACK = """
            with failed as (
              update refund
                 set state = 'failed', updated_at = shop_clock()
               where payment_id = :payment and state = 'succeeded' and gateway_ref = any (:references)
              returning id, amount
            ), given as (
              update payment p
                 set refunded = p.refunded - f.amount, updated_at = shop_clock()
                from (select sum(amount) as amount from failed) f
               where p.id = :payment and f.amount is not null
            )
            select id, amount from failed order by id
            """;

    // What is authorized waits to be taken or let go of, and a pending refund to be made.
    private static final String RELEASE = """
            update payment p
               set leased_until = null, tries = 0,
                   due_at = case when p.state = 'authorized' and p.awaits_shipment and exists (
                                        select from orders o
                                         where o.checkout_id = p.checkout_id and o.payment_id = p.id
                                           and o.status <> 'canceled')
                                 then greatest(p.capture_before, shop_clock() + interval '1 hour')
                                 when p.state = 'authorized'
                                   or exists (select from refund r where r.payment_id = p.id and r.state = 'pending')
                                 then shop_clock() end
             where p.id = any (:payments)
            returning coalesce(p.due_at <= shop_clock(), false) as due
            """;

    private static final String LET_GO = """
            update payment p
               set state = 'voided', live = false, leased_until = null, due_at = null, updated_at = shop_clock()
              from orders o
             where o.id = :order and o.status = 'canceled' and p.id = o.payment_id and p.state = 'authorized'
            """;

    private static final String WANT_CAPTURE = """
            update payment p
               set awaits_shipment = false, due_at = shop_clock()
              from orders o
             where o.id = :order and o.status = 'pending' and p.id = o.payment_id
               and p.state = 'authorized' and p.awaits_shipment
            """;

    private static final String PARK = """
            update payment
               set leased_until = null, tries = tries + 1,
                   due_at = shop_clock() + make_interval(secs => least(2 * power(2, least(tries, 10)), 300))
             where id = :payment
            """;

    private static final String HURRY = """
            update payment
               set due_at = shop_clock()
             where id = :payment and due_at > shop_clock() and coalesce(leased_until <= shop_clock(), true)
            """;

    private SettlementTable() {}

    /// What is due about one payment.
    private record Due(
            PaymentId payment,
            CheckoutId checkout,
            OrderId order,
            int fence,
            String gateway,
            Operation operation,
            String reference,
            Money amount,
            @Nullable RefundId refund,
            boolean captureResendable) {

        private boolean isAskedBy(Asked asked) {
            return asked.operation == operation && Objects.equals(asked.refund, refund);
        }

        private SettlementJob job(String key, boolean sentBefore, boolean resendable) {
            return new SettlementJob(
                    payment,
                    checkout,
                    order,
                    fence,
                    gateway,
                    operation,
                    key,
                    reference,
                    amount,
                    refund,
                    sentBefore,
                    resendable,
                    true);
        }
    }

    /// What a gateway was asked before.
    private record Asked(
            PaymentId payment,
            Operation operation,
            @Nullable RefundId refund,
            String key,
            boolean open,
            boolean resendable) {}

    /// Makes a payment due that would be later, where nobody is at it.
    static void hurry(Tx tx, PaymentId payment) {
        tx.update(HURRY).bind("payment", payment.value()).execute();
    }

    /// Claims up to `limit` payments of orders for as long as [Payments#LEASE], and writes down what is to be
    /// sent for each of them. A payment about which nothing is to be done is let go of.
    static List<SettlementJob> claim(Tx tx, int limit) {
        List<UUID> payments = tx.query(CLAIM)
                .bind("limit", limit)
                .bind("lease", Payments.LEASE.toSeconds())
                .mapTo(UUID.class)
                .list();
        if (payments.isEmpty()) return List.of();
        List<Due> due = due(tx, payments);
        Map<PaymentId, List<Asked>> asked = asked(tx, payments);
        List<SettlementJob> jobs = due.stream()
                .map(each -> job(each, asked.getOrDefault(each.payment, List.of())))
                .toList();
        ask(
                tx,
                jobs.stream()
                        .filter(job -> !job.sentBefore() || job.resendable())
                        .toList());
        Set<UUID> idle = new HashSet<>(payments);
        due.forEach(each -> idle.remove(each.payment.value()));
        if (!idle.isEmpty()) release(tx, idle);
        return jobs;
    }

    private static List<Due> due(Tx tx, List<UUID> payments) {
        return tx.query(CLAIMED).bind("payments", tx.uuids(payments)).map((row, _) -> due(row)).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Due> due(ResultSet row) throws SQLException {
        Currency currency = Currency.getInstance(row.getString("currency"));
        UUID refund = row.getObject("refund_id", UUID.class);
        Operation operation = switch (Attempt.State.of(row.getString("state"))) {
            case AUTHORIZED -> {
                if (Order.Status.of(row.getString("status")) == Order.Status.CANCELED) yield Operation.VOID;
                yield row.getBoolean("awaits_shipment") ? null : Operation.CAPTURE;
            }
            case CAPTURED -> refund == null ? null : Operation.REFUND;
            case BEGUN, REQUIRES_ACTION, UNKNOWN, DECLINED, VOIDED, FAILED -> null;
        };
        if (operation == null) return Optional.empty();
        boolean refunding = operation == Operation.REFUND;
        return Optional.of(new Due(
                new PaymentId(row.getObject("id", UUID.class)),
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                new OrderId(row.getObject("order_id", UUID.class)),
                row.getInt("fence"),
                row.getString("gateway"),
                operation,
                row.getString("reference"),
                Money.of(row.getLong(refunding ? "refund_amount" : "amount"), currency),
                refunding && refund != null ? new RefundId(refund) : null,
                row.getBoolean("resendable")));
    }

    private static Map<PaymentId, List<Asked>> asked(Tx tx, List<UUID> payments) {
        return tx
                .query(ASKED)
                .bind("payments", tx.uuids(payments))
                .map((row, _) -> {
                    UUID refund = row.getObject("refund_id", UUID.class);
                    return new Asked(
                            new PaymentId(row.getObject("payment_id", UUID.class)),
                            Operation.of(row.getString("operation")),
                            refund == null ? null : new RefundId(refund),
                            row.getString("key"),
                            row.getBoolean("open"),
                            row.getBoolean("resendable"));
                })
                .stream()
                .collect(groupingBy(Asked::payment));
    }

    /// The request that has no answer yet, if there is one; else a new one, under the next number. The first
    /// capture was sent by whoever placed the order, or may have been.
    private static SettlementJob job(Due due, List<Asked> before) {
        Optional<Asked> open = before.stream()
                .filter(asked -> asked.open && due.isAskedBy(asked))
                .findFirst();
        if (open.isPresent()) return due.job(open.get().key, true, open.get().resendable);
        long number = 1
                + before.stream()
                        .filter(asked -> asked.operation == due.operation)
                        .count();
        String key = due.payment + ":" + due.operation.code() + ":" + number;
        boolean firstCapture = due.operation == Operation.CAPTURE && number == 1;
        return firstCapture ? due.job(key, true, due.captureResendable) : due.job(key, false, true);
    }

    /// Writes down what is about to be sent.
    static void ask(Tx tx, List<SettlementJob> jobs) {
        if (jobs.isEmpty()) return;
        tx.update(ASK)
                .bind("keys", tx.texts(jobs, SettlementJob::key))
                .bind("payments", tx.uuids(jobs, job -> job.payment().value()))
                .bind("operations", tx.texts(jobs, job -> job.operation().code()))
                .bind("requests", tx.texts(jobs, SettlementJob::request))
                .bind("sent", tx.bools(jobs, SettlementJob::sentBefore))
                .execute();
    }

    /// Writes down what the gateway answered: `succeeded`, `declined`, or `unknown` for as long as it did
    /// not.
    static void answered(Tx tx, SettlementJob job, String state) {
        tx.update(ANSWERED)
                .bind("key", job.key())
                .bind("operation", job.operation().code())
                .bind("request", job.request())
                .bind("state", state)
                .bind("payment", job.payment().value())
                .execute();
    }

    static void captured(Tx tx, SettlementJob job) {
        one(tx.update(CAPTURED).bind("payment", job.payment().value()).execute(), job);
    }

    /// As [#answered], [#captured] and [#release] for many of which no payment is locked yet: writes down those
    /// that are still the caller's, and returns them. A refund that is due is for [#release] to find.
    static List<SettlementJob> captured(Tx tx, List<SettlementJob> jobs) {
        Set<UUID> captured = tx.query(ALL_CAPTURED)
                .bind("payments", tx.uuids(jobs, job -> job.payment().value()))
                .bind("fences", tx.ints(jobs, SettlementJob::fence))
                .mapTo(UUID.class)
                .collect(toSet());
        List<SettlementJob> ours = jobs.stream()
                .filter(job -> captured.contains(job.payment().value()))
                .toList();
        succeeded(tx, ours.stream().filter(SettlementJob::written).toList());
        return ours;
    }

    private static void succeeded(Tx tx, List<SettlementJob> jobs) {
        if (jobs.isEmpty()) return;
        tx.update(ALL_SUCCEEDED)
                .bind("payments", tx.uuids(jobs, job -> job.payment().value()))
                .bind("keys", tx.texts(jobs, SettlementJob::key))
                .execute();
    }

    static void voided(Tx tx, SettlementJob job) {
        one(tx.update(VOIDED).bind("payment", job.payment().value()).execute(), job);
    }

    static void refunded(Tx tx, SettlementJob job, RefundId refund, @Nullable String reference) {
        one(
                tx.update(REFUNDED)
                        .bind("refund", refund.value())
                        .bind("reference", reference)
                        .execute(),
                job);
    }

    static void refundFailed(Tx tx, SettlementJob job, RefundId refund) {
        one(tx.update(REFUND_FAILED).bind("refund", refund.value()).execute(), job);
    }

    /// The order that a payment paid for.
    static Optional<OrderId> orderOf(Tx tx, PaymentId payment) {
        return tx.query(ORDER_OF)
                .bind("payment", payment.value())
                .mapTo(UUID.class)
                .findOne()
                .map(OrderId::new);
    }

    /// Money that was given back and failed to arrive.
    record CameBack(RefundId refund, Money amount) {}

    /// Writes down that refunds failed after they were made; returns those of which that was not known.
    static List<CameBack> cameBack(Tx tx, LockedOrder order, PaymentId payment, List<String> references) {
        return tx.query(CAME_BACK)
                .bind("payment", payment.value())
                .bind("references", tx.texts(references))
                .map((row, _) -> new CameBack(
                        new RefundId(row.getObject("id", UUID.class)),
                        Money.of(row.getLong("amount"), order.currency())))
                .list();
    }

    /// Gives the lease back; tells whether something is left to be done at once.
    static boolean release(Tx tx, Collection<UUID> payments) {
        return tx.query(RELEASE)
                .bind("payments", tx.uuids(payments))
                .mapTo(Boolean.class)
                .list()
                .contains(true);
    }

    /// The money of a canceled order is no longer set aside; false if it was not.
    static boolean letGo(Tx tx, LockedOrder order) {
        return tx.update(LET_GO).bind("order", order.id().value()).execute() == 1;
    }

    /// The money of this order no longer awaits the shipment; false if it did not.
    static boolean wantCapture(Tx tx, OrderId order) {
        return tx.update(WANT_CAPTURE).bind("order", order.value()).execute() == 1;
    }

    /// Gives the lease back until it is time to look again: in two, four, eight … seconds, at most five
    /// minutes.
    static void park(Tx tx, SettlementJob job) {
        tx.update(PARK).bind("payment", job.payment().value()).execute();
    }

    /// Writes down what became of a capture that is still open, now that the payment's end tells it.
    static void settleCaptures(Tx tx, SettlementJob job, String state) {
        tx.update(SETTLE_CAPTURES)
                .bind("state", state)
                .bind("payment", job.payment().value())
                .execute();
    }

    private static void one(int changed, SettlementJob job) {
        if (changed != 1) throw new IllegalStateException("Payment " + job.payment() + " has changed under its lock");
    }
}
