package holdfast.payment;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import holdfast.db.Tx;
import holdfast.event.Event;
import holdfast.event.Outbox;
import holdfast.kernel.PaymentId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// What a person has to look at: payments that do not go on by themselves, or not well.
///
/// A payment is here once for each reason, until it goes on, or somebody resolves it. Whatever comes here is
/// told as an event, `payment.stuck`, for whoever raises alarms.
public final class WorkList {

    /// Why somebody has to look.
    public enum Reason {
        /// For a quarter of an hour nobody has known whether there is money.
        OUTCOME_UNKNOWN,
        /// The gateway does not take our requests as they are meant, or answered about another payment.
        GATEWAY_REFUSES,
        /// Another amount was set aside than was asked for. It is let go of.
        OTHER_AMOUNT,
        /// A capture, a void or a refund was asked for again and again, without a clear answer.
        NOT_ANSWERED,
        /// The order is canceled, and the gateway does not let go of its money.
        VOID_REFUSED,
        /// The gateway will not give this money back.
        REFUND_REFUSED,
        /// The shopper has told the bank that something is wrong with it, and the merchant has to answer.
        DISPUTED,
        /// What is set aside lapses within twelve hours, and was not captured.
        LAPSING;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Reason of(String code) {
            return valueOf(code.toUpperCase(Locale.ROOT));
        }
    }

    /// One reason, since when it is one.
    ///
    /// @param detail in a sentence
    public record Item(Reason reason, String detail, Instant since) {}

    private static final String ADD = """
            insert into work_item as w (payment_id, reason, detail, since)
            values (:payment, :reason, :detail, shop_clock())
            on conflict (payment_id, reason) do update
               set detail = excluded.detail, since = excluded.since, resolved_at = null, note = null
             where w.resolved_at is not null
            """;

    // Of those that are due at some time only, which an index finds. What lapses is told once.
    private static final String WATCH = """
            insert into work_item as w (payment_id, reason, detail, since)
            select id, 'outcome_unknown', 'Whether it took money is not known, after ' || tries || ' looks',
                   shop_clock()
              from payment
             where due_at is not null and state in ('begun', 'unknown')
               and created_at < shop_clock() - interval '15 minutes'
             union all
            select id, 'not_answered', 'There was no clear answer to ' || tries || ' requests', shop_clock()
              from payment
             where due_at is not null and state in ('authorized', 'captured') and tries >= 9
             union all
            select id, 'lapsing', 'It has to be captured before ' || capture_before, shop_clock()
              from payment
             where due_at is not null and state = 'authorized'
               and capture_before < shop_clock() + interval '12 hours'
            on conflict (payment_id, reason) do update
               set detail = excluded.detail, since = excluded.since, resolved_at = null, note = null
             where w.resolved_at is not null and w.reason <> 'lapsing'
            returning payment_id, reason
            """;

    private static final String GONE_ON = """
            update work_item w
               set resolved_at = shop_clock(), note = 'It went on by itself'
              from payment p
             where p.id = w.payment_id and w.resolved_at is null
               and case w.reason
                     when 'outcome_unknown' then p.state not in ('begun', 'unknown')
                     when 'gateway_refuses' then p.state not in ('begun', 'unknown')
                     when 'not_answered' then p.due_at is null or p.tries < 9
                     when 'void_refused' then p.state <> 'authorized'
                     when 'lapsing' then p.state <> 'authorized'
                     else false
                   end
            """;

    private static final String OPEN = """
            select payment_id, reason, detail, since
              from work_item
             where payment_id = any (:payments) and resolved_at is null
             order by payment_id, since, reason
            """;

    private static final String RESOLVE = """
            update work_item
               set resolved_at = shop_clock(), note = :note
             where payment_id = :payment and resolved_at is null
            returning reason
            """;

    private final Outbox outbox;

    public WorkList(Outbox outbox) {
        this.outbox = outbox;
    }

    /// Puts a payment on the list, unless it is there for this reason already.
    public void add(Tx tx, PaymentId payment, Reason reason, String detail) {
        int added = tx.update(ADD)
                .bind("payment", payment.value())
                .bind("reason", reason.code())
                .bind("detail", detail)
                .execute();
        if (added == 1) outbox.append(tx, List.of(event(payment.value(), "payment.stuck", reason)));
    }

    /// Puts all on the list that have been waiting for too long, and takes those off that have gone on.
    public void watch(Tx tx) {
        tx.update(GONE_ON).execute();
        outbox.append(
                tx,
                tx.query(WATCH)
                        .map((row, _) -> event(
                                row.getObject("payment_id", UUID.class),
                                "payment.stuck",
                                Reason.of(row.getString("reason"))))
                        .list());
    }

    /// Why somebody has to look at each of these payments, where somebody has to.
    public Map<PaymentId, List<Item>> open(Tx tx, Collection<PaymentId> payments) {
        record Row(PaymentId payment, Item item) {}
        return tx
                .query(OPEN)
                .bind("payments", tx.uuids(payments, PaymentId::value))
                .map((row, _) -> new Row(
                        new PaymentId(row.getObject("payment_id", UUID.class)),
                        new Item(
                                Reason.of(row.getString("reason")),
                                row.getString("detail"),
                                row.getTimestamp("since").toInstant())))
                .stream()
                .collect(groupingBy(Row::payment, mapping(Row::item, toList())));
    }

    /// Takes a payment off the list, and says what was done about it; returns the reasons it was there for.
    ///
    /// @param note for whoever asks later
    public List<Reason> resolve(Tx tx, PaymentId payment, String note) {
        List<Reason> reasons = tx.query(RESOLVE)
                .bind("payment", payment.value())
                .bind("note", note)
                .map((row, _) -> Reason.of(row.getString("reason")))
                .list();
        outbox.append(
                tx,
                reasons.stream()
                        .map(reason -> event(payment.value(), "payment.resolved", reason))
                        .toList());
        return reasons;
    }

    private static Event event(UUID payment, String type, Reason reason) {
        return new Event("payment", payment, type, Map.of("reason", reason.code()));
    }
}
