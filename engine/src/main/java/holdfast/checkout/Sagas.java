package holdfast.checkout;

import holdfast.db.Tx;
import holdfast.inventory.Holds;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Page;
import holdfast.kernel.PaymentId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.order.OrderMoney;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.payment.WorkList.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Payments that are under way, and the work list of those that are stuck: what an operator sees of the saga,
/// and can do about it.
public final class Sagas {

    private static final String STUCK = "select payment_id from work_item where resolved_at is null";

    private static final String UNDER_WAY = "select id from payment where due_at is not null union " + STUCK;

    private static final String SELECT = """
            select p.id, p.checkout_id, o.id as order_id, p.gateway, p.gateway_ref, p.state, p.amount, p.currency,
                   p.tries, p.created_at, p.due_at
              from payment p
              left join orders o on o.checkout_id = p.checkout_id and o.payment_id = p.id
            """;

    private final Holds holds;
    private final Payments payments;
    private final WorkList workList;
    private final OrderMoney orderMoney;
    private final EndPaymentHandler ending;

    Sagas(Holds holds, Payments payments, WorkList workList, OrderMoney orderMoney, EndPaymentHandler ending) {
        this.holds = holds;
        this.payments = payments;
        this.workList = workList;
        this.orderMoney = orderMoney;
        this.ending = ending;
    }

    /// Those under way or, of these, those that are stuck; the newest first.
    public Page<Saga> list(Tx tx, boolean onlyStuck, int limit, @Nullable String after) {
        String which = SELECT + " where p.id in (" + (onlyStuck ? STUCK : UNDER_WAY) + ")";
        String from = after == null ? "" : " and p.id < :after";
        var query = tx.query(which + from + " order by p.id desc limit :limit").bind("limit", limit + 1);
        if (after != null) query.bind("after", cursor(after));
        Page<Saga> page = Page.of(
                query.map((row, _) -> saga(row)).list(),
                limit,
                saga -> saga.id().toString());
        return new Page<>(withReasons(tx, page.data()), page.next());
    }

    private static UUID cursor(String cursor) {
        return PaymentId.parse(cursor)
                .map(PaymentId::value)
                .orElseThrow(() -> Refusal.invalid("cursor", "malformed", "Not a cursor of this list"));
    }

    /// One, under way or over.
    public Optional<Saga> find(Tx tx, PaymentId id) {
        List<Saga> found = tx.query(SELECT + " where p.id = :id")
                .bind("id", id.value())
                .map((row, _) -> saga(row))
                .list();
        return withReasons(tx, found).stream().findFirst();
    }

    /// Looks at it now, instead of when it would be due; refunds that the gateway refused are asked for anew.
    /// Without effect where somebody is at it, and where there is nothing to do. Wake the
    /// settlement once this is committed.
    ///
    /// @throws Refusal `not_found`
    public Saga retry(Tx tx, PaymentId id) {
        Saga saga = find(tx, id).orElseThrow(Sagas::notFound);
        payments.dueNow(tx, id);
        if (saga.order() != null && is(saga, Reason.REFUND_REFUSED)) {
            orderMoney.refundAnew(tx, saga.order());
            workList.resolve(tx, id, "Asked for anew");
        }
        return find(tx, id).orElseThrow();
    }

    /// Somebody has dealt with it by hand, and says how. A payment of which the outcome is unknown ends without
    /// money, and its stock is anyone's again; money that the gateway did not let go of counts as let go of.
    ///
    /// @param note what was done, for whoever asks later
    /// @throws Refusal `not_found`, `saga_not_stuck`, or `payment_in_progress` while somebody is at it
    public Saga resolve(Tx tx, PaymentId id, String note) {
        Saga saga = find(tx, id).orElseThrow(Sagas::notFound);
        if (saga.stuck().isEmpty()) throw Problem.SAGA_NOT_STUCK.refuse("Nobody has to look at this payment");
        if (is(saga, Reason.OUTCOME_UNKNOWN)) {
            holds.lock(tx, List.of(saga.checkout())); // Before the payment, as everybody does.
            var attempt = payments.takeOver(tx, id).orElseThrow(Refusals::paymentInProgress);
            ending.handle(tx, List.of(new EndPayment(attempt, new EndPayment.End.Fenced())));
        }
        if (saga.order() != null && is(saga, Reason.VOID_REFUSED)) orderMoney.letGoByHand(tx, saga.order());
        workList.resolve(tx, id, note);
        return find(tx, id).orElseThrow();
    }

    private static boolean is(Saga saga, Reason reason) {
        return saga.stuck().stream().anyMatch(item -> item.reason() == reason);
    }

    private static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is no such payment");
    }

    private List<Saga> withReasons(Tx tx, List<Saga> sagas) {
        if (sagas.isEmpty()) return sagas;
        Map<PaymentId, List<WorkList.Item>> open =
                workList.open(tx, sagas.stream().map(Saga::id).toList());
        return sagas.stream()
                .map(saga -> new Saga(
                        saga.id(),
                        saga.checkout(),
                        saga.order(),
                        saga.gateway(),
                        saga.reference(),
                        saga.state(),
                        saga.amount(),
                        saga.tries(),
                        saga.beganAt(),
                        saga.nextLookAt(),
                        open.getOrDefault(saga.id(), List.of())))
                .toList();
    }

    private static Saga saga(ResultSet row) throws SQLException {
        UUID order = row.getObject("order_id", UUID.class);
        Timestamp due = row.getTimestamp("due_at");
        return new Saga(
                new PaymentId(row.getObject("id", UUID.class)),
                new CheckoutId(row.getObject("checkout_id", UUID.class)),
                order == null ? null : new OrderId(order),
                row.getString("gateway"),
                row.getString("gateway_ref"),
                row.getString("state"),
                Money.of(row.getLong("amount"), Currency.getInstance(row.getString("currency"))),
                row.getInt("tries"),
                row.getTimestamp("created_at").toInstant(),
                due == null ? null : due.toInstant(),
                List.of());
    }
}
