package holdfast.order;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;
import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.inventory.AllocatedStock;
import holdfast.inventory.HeldLine;
import holdfast.kernel.Money;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import holdfast.kernel.RefundId;
import holdfast.kernel.Refusal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Gives money back, by amount or by line, never more than was taken. The refund is `pending` until the
/// [Settlement] has moved the money: wake it once this is committed.
///
/// A refund has a cause, such as the idempotency key of the request: the same cause asked again has its one
/// refund.
///
/// Refuses an unknown order (`not_found`), one whose money has not been taken yet (`order_not_paid`), and
/// more than is left (`refund_exceeds_payment`, with `refundable`).
public final class Refunding {

    private static final String COUNT_LINES = """
            update order_line l
               set refunded = l.refunded + u.pieces
              from unnest(:lineNos::int[], :pieces::int[]) as u (line_no, pieces)
             where l.order_id = :order and l.line_no = u.line_no
               and l.refunded + u.pieces <= l.quantity
            """;

    private static final String INSERT_LINES = """
            insert into refund_line (refund_id, line_no, quantity)
            select :refund, * from unnest(:lineNos::int[], :pieces::int[])
            """;

    private final Canceling canceling;
    private final AllocatedStock stock;
    private final Transitions transitions;
    private final Refunds refunds;
    private final Orders orders = new Orders();

    public Refunding(Canceling canceling, AllocatedStock stock, Outbox outbox) {
        this.canceling = canceling;
        this.stock = stock;
        this.transitions = new Transitions(outbox);
        this.refunds = new Refunds(outbox);
    }

    /// Gives back an amount, without saying for what.
    public Order.Refund refund(Tx tx, OrderId id, RefundId refund, Money amount, String reason, String cause) {
        LockedOrder order = LockedOrder.lock(tx, id);
        Optional<Order.Refund> before = before(tx, id, cause);
        if (before.isPresent()) return before.get();
        if (!amount.currency().equals(order.currency())) {
            throw Refusal.invalid("amount.currency", "other_currency", "Must be the currency of the order");
        }
        if (amount.isZero() || amount.isNegative()) {
            throw Refusal.invalid("amount.amount", "out_of_range", "Must be more than 0");
        }
        requireRefundable(tx, order, amount);
        Instant createdAt = refunds.add(tx, order, refund, amount, false, reason, cause);
        return new Order.Refund(refund, "pending", amount, false, reason, List.of(), createdAt);
    }

    /// Gives back what was paid for some pieces, discount and tax included; pieces that were not shipped yet
    /// never will be. An order of which nothing is left is canceled, and what else was paid for it is given
    /// back too.
    ///
    /// Refuses more pieces than were sold and not refunded yet (`refund_exceeds_payment`, with `refundable`
    /// and in `lines` how many pieces of each line that is short are left to be refunded).
    ///
    /// @param restock whether the shipped ones among the pieces came back and can be sold again
    public Order.Refund refund(
            Tx tx, OrderId id, RefundId refund, List<Pieces> pieces, boolean restock, String reason, String cause) {
        LockedOrder order = LockedOrder.lock(tx, id);
        Optional<Order.Refund> before = before(tx, id, cause);
        if (before.isPresent()) return before.get();
        List<Refunded> refunded = refunded(tx, order, pieces);
        Money amount = Money.sum(
                order.currency(), refunded.stream().map(Refunded::amount).toList());
        if (amount.isZero()) throw Refusal.invalid("lines", "out_of_range", "Nothing was paid for these pieces");
        requireRefundable(tx, order, amount);

        var goods = new Goods(Allocations.of(tx, id), refunded);
        boolean nothingRemains = order.status() == Order.Status.PAID && goods.nothingRemains();
        if (nothingRemains) canceling.freeDiscounts(tx, order);
        goods.allocations.cancel(tx, goods.canceled);
        stock.release(tx, pieces(goods.canceled), restock ? pieces(goods.returned) : List.of(), "refund:" + refund);
        Instant createdAt = refunds.add(tx, order, refund, amount, restock, reason, cause);
        writeLines(tx, id, refund, refunded);
        if (nothingRemains) {
            canceling.close(tx, order, reason);
        } else {
            transitions.progress(tx, order);
        }
        List<Order.Refunded> lines = refunded.stream().map(Refunded::line).toList();
        return new Order.Refund(refund, "pending", amount, restock, reason, lines, createdAt);
    }

    private Optional<Order.Refund> before(Tx tx, OrderId order, String cause) {
        return refunds.byCause(tx, order, cause)
                .flatMap(id -> orders.find(tx, order).stream()
                        .flatMap(found -> found.refunds().stream())
                        .filter(refund -> refund.id().equals(id))
                        .findFirst());
    }

    private void requireRefundable(Tx tx, LockedOrder order, Money amount) {
        if (order.status() == Order.Status.PENDING) {
            throw Problem.ORDER_NOT_PAID
                    .refuse("The money for this order was not taken yet")
                    .with("retry_after", 1);
        }
        Money refundable = refunds.refundable(tx, order);
        if (amount.compareTo(refundable) > 0) {
            throw Problem.REFUND_EXCEEDS_PAYMENT
                    .refuse("No more than what was taken and not given back yet can be refunded")
                    .with("refundable", refundable);
        }
    }

    private List<Refunded> refunded(Tx tx, LockedOrder order, List<Pieces> pieces) {
        Map<Integer, Order.Line> lines = orders.find(tx, order.id()).orElseThrow().lines().stream()
                .collect(toMap(Order.Line::lineNo, identity()));
        Pieces.requireLines(pieces, lines.keySet());
        List<Refunded> refunded = pieces.stream()
                .sorted(comparingInt(Pieces::lineNo))
                .map(wanted -> new Refunded(requireNonNull(lines.get(wanted.lineNo())), wanted.count()))
                .toList();
        List<Map<String, Object>> tooMany = refunded.stream()
                .filter(it -> it.pieces > it.left())
                .map(it -> Map.<String, Object>of("line", it.of.lineNo(), "left", it.left()))
                .toList();
        if (!tooMany.isEmpty()) {
            throw Problem.REFUND_EXCEEDS_PAYMENT
                    .refuse("More pieces than were sold and not refunded yet")
                    .with("refundable", refunds.refundable(tx, order))
                    .with("lines", tooMany);
        }
        return refunded;
    }

    private static void writeLines(Tx tx, OrderId order, RefundId refund, List<Refunded> refunded) {
        int counted = tx.update(COUNT_LINES)
                .bind("order", order.value())
                .bind("lineNos", tx.ints(refunded, it -> it.of.lineNo()))
                .bind("pieces", tx.ints(refunded, Refunded::pieces))
                .execute();
        if (counted != refunded.size()) throw new IllegalStateException("Lines of a locked order have changed");
        tx.update(INSERT_LINES)
                .bind("refund", refund.value())
                .bind("lineNos", tx.ints(refunded, it -> it.of.lineNo()))
                .bind("pieces", tx.ints(refunded, Refunded::pieces))
                .execute();
    }

    private static List<HeldLine> pieces(List<Allocations.Portion> portions) {
        return portions.stream().map(Allocations.Portion::pieces).toList();
    }

    /// So many pieces of a line, which are to be refunded now.
    private record Refunded(Order.Line of, int pieces) {

        int left() {
            return of.quantity().pieces() - of.refunded();
        }

        /// What is given back for all pieces up to these, less what was for all before them: so the parts add
        /// up to what was paid for the line, however it is parted.
        Money amount() {
            return upTo(of.refunded() + pieces).minus(upTo(of.refunded()));
        }

        private Money upTo(int count) {
            Money paid = of.total().minus(of.discount()).plus(of.tax());
            long others = (long) of.quantity().pieces() - count;
            return paid.allocate(List.of((long) count, others)).getFirst();
        }

        Order.Refunded line() {
            return new Order.Refunded(of.lineNo(), of.sku(), pieces);
        }
    }

    /// What becomes of the pieces themselves: those not shipped yet are canceled, as far as there are any;
    /// the others come back from the shopper, if they do.
    private static final class Goods {

        private final Allocations allocations;
        private final List<Allocations.Portion> canceled = new ArrayList<>();
        private final List<Allocations.Portion> returned = new ArrayList<>();

        Goods(Allocations allocations, List<Refunded> refunded) {
            this.allocations = allocations;
            for (Refunded it : refunded) {
                int lineNo = it.of.lineNo();
                long toCancel = Math.min(it.pieces, allocations.left(lineNo));
                long returnedBefore = Math.max(it.of.refunded() - allocations.canceled(lineNo), 0);
                long toReturn = Math.min(it.pieces - toCancel, allocations.shipped(lineNo) - returnedBefore);
                canceled.addAll(allocations.left(lineNo, toCancel));
                returned.addAll(allocations.shipped(lineNo, returnedBefore, toReturn));
            }
        }

        /// Nothing was shipped, and nothing is left that could be.
        boolean nothingRemains() {
            return !allocations.someShipped() && pieces(canceled) == pieces(allocations.left());
        }

        private static long pieces(List<Allocations.Portion> portions) {
            return portions.stream().mapToLong(Allocations.Portion::quantity).sum();
        }
    }
}
