package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.db.Tx;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Problem;
import holdfast.kernel.RefundId;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/// What happens to one order from many sides at once. The audit after each test has the last word.
final class OrderRaceTest extends StoryTest {

    @Test
    void refunds_in_parallel_never_exceed_the_payment() throws Exception {
        story.tell("""
                stock     LON MUG 10
                place     A MUG 10 × 10.00      → pending
                settle
                """);

        List<String> outcomes = atOnce(IntStream.range(0, 32)
                .<Function<Tx, Object>>mapToObj(i -> tx -> story.refunding.refund(
                        tx, story.order("A"), RefundId.next(), OrderStory.money("7.00"), "goodwill", "key:" + i))
                .toList());

        assertThat(outcomes).filteredOn("done"::equals).hasSize(14);
        assertThat(outcomes).filteredOn("refund_exceeds_payment"::equals).hasSize(18);
        story.tell("""
                settle
                order?    A                     → paid, partially_refunded, captured 100.00, refunded 98.00
                """);
    }

    @Test
    void pieces_in_parallel_are_refunded_once_each() throws Exception {
        story.tell("""
                stock     LON MUG 10
                stock     NYC MUG 10
                place     A MUG 12 × 10.00      → pending
                settle
                ship      A 1:5
                """);

        List<String> outcomes = atOnce(IntStream.range(0, 32)
                .<Function<Tx, Object>>mapToObj(i -> tx -> story.refunding.refund(
                        tx,
                        story.order("A"),
                        RefundId.next(),
                        OrderStory.pieces(List.of("1:1")),
                        true,
                        "broken",
                        "key:" + i))
                .toList());

        assertThat(outcomes).filteredOn("done"::equals).hasSize(12);
        story.tell("""
                settle
                order?    A                     → shipped, refunded, captured 120.00, refunded 120.00
                stock?    LON MUG               → 10 on hand, 0 allocated
                """);
    }

    @Test
    void one_cause_in_parallel_has_one_refund() throws Exception {
        story.tell("""
                stock     LON MUG 10
                place     A MUG 10 × 10.00      → pending
                settle
                """);

        List<String> outcomes = atOnce(IntStream.range(0, 32)
                .<Function<Tx, Object>>mapToObj(_ -> tx -> story.refunding.refund(
                        tx, story.order("A"), RefundId.next(), OrderStory.money("7.00"), "goodwill", "key"))
                .toList());

        assertThat(outcomes).containsOnly("done");
        assertThat(story.read("A").refunds()).hasSize(1);
    }

    @Test
    void pieces_in_parallel_are_shipped_once_each() throws Exception {
        story.tell("""
                stock     LON MUG 10
                place     A MUG 10 × 10.00      → pending
                settle
                """);

        List<String> outcomes = atOnce(IntStream.range(0, 32)
                .<Function<Tx, Object>>mapToObj(_ -> tx -> ship(tx, "1:3"))
                .toList());

        assertThat(outcomes).filteredOn("done"::equals).hasSize(3);
        assertThat(outcomes).filteredOn("order_not_fulfillable"::equals).hasSize(29);
        story.tell("stock? LON MUG → 1 on hand, 1 allocated");
    }

    @RepeatedTest(10)
    void shipping_and_canceling_exclude_each_other() throws Exception {
        story.tell("""
                stock     LON MUG 10
                stock     NYC TEE 10
                place     A MUG 2 × 10.00, TEE 2 × 5.00  → pending
                settle
                """);

        List<String> outcomes = atOnce(List.of(
                tx -> ship(tx, "1:1"),
                tx -> story.canceling.cancel(tx, story.order("A"), null),
                tx -> ship(tx, "2:2")));

        story.tell("settle");
        Order order = story.read("A");
        if (order.status() == Order.Status.CANCELED) {
            assertThat(outcomes).containsExactly("order_not_fulfillable", "done", "order_not_fulfillable");
            assertThat(order.paymentStatus()).isEqualTo(Order.PaymentStatus.REFUNDED);
        } else {
            assertThat(outcomes).containsExactly("done", "order_not_cancelable", "done");
            assertThat(order.paymentStatus()).isEqualTo(Order.PaymentStatus.CAPTURED);
        }
    }

    @RepeatedTest(10)
    void canceling_while_capturing_leaves_no_money_behind() throws Exception {
        story.tell("""
                stock     LON MUG 10
                place     A MUG 2 × 10.00       → pending
                """);

        atOnce(List.of(
                _ -> {
                    story.settlement.settleDue();
                    return "";
                },
                tx -> story.canceling.cancel(tx, story.order("A"), null)));

        story.tell("settle");
        Order order = story.read("A");
        assertThat(order.status()).isEqualTo(Order.Status.CANCELED);
        assertThat(order.paymentStatus()).isIn(Order.PaymentStatus.VOIDED, Order.PaymentStatus.REFUNDED);
    }

    @Test
    void many_orders_of_the_same_goods_do_not_wait_in_a_circle() throws Exception {
        story.tell("""
                stock     LON MUG 99
                stock     LON TEE 99
                stock     NYC MUG 99
                """);
        for (int i = 0; i < 16; i++) {
            boolean turned = i % 2 == 0;
            story.tell("place A" + i + (turned ? " MUG 2 × 1.00, TEE 2 × 1.00" : " TEE 2 × 1.00, MUG 2 × 1.00"));
        }
        story.tell("settle");

        List<String> outcomes = atOnce(IntStream.range(0, 16)
                .<Function<Tx, Object>>mapToObj(i -> tx -> switch (i % 3) {
                    case 0 -> story.fulfilling.ship(tx, story.order("A" + i), FulfillmentId.next(), null, "DHL", "1");
                    case 1 -> story.canceling.cancel(tx, story.order("A" + i), null);
                    default ->
                        story.refunding.refund(
                                tx,
                                story.order("A" + i),
                                RefundId.next(),
                                OrderStory.pieces(List.of("2:1", "1:2")),
                                true,
                                "broken",
                                "key:" + i);
                })
                .toList());

        assertThat(outcomes).containsOnly("done");
    }

    private Order.Fulfillment ship(Tx tx, String pieces) {
        return story.fulfilling.ship(
                tx, story.order("A"), FulfillmentId.next(), OrderStory.pieces(List.of(pieces)), "DHL", "1");
    }

    /// Runs each in a transaction of its own, all at the same moment: `done`, or the problem it was refused
    /// with.
    private List<String> atOnce(List<Function<Tx, Object>> works) throws Exception {
        var start = new CyclicBarrier(works.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> running = works.stream()
                    .map(work -> threads.submit((Callable<String>) () -> {
                        start.await();
                        try {
                            story.database.inTransaction(work);
                            return "done";
                        } catch (Refusal refusal) {
                            Problem problem = refusal.problem();
                            return problem.code();
                        }
                    }))
                    .toList();
            var outcomes = new ArrayList<String>();
            for (Future<String> each : running) outcomes.add(each.get());
            return outcomes;
        }
    }
}
