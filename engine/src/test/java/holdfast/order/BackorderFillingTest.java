package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.inventory.Change;
import holdfast.kernel.FulfillmentId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What becomes of the pieces that an order was promised before they were there.
final class BackorderFillingTest extends StoryTest {

    @Test
    void what_comes_in_goes_to_those_who_wait_the_oldest_first() {
        story.tell("""
                stock        LON MUG 2
                limit        MUG 10
                place        A MUG 3 × 10.00      → pending
                place        B MUG 2 × 10.00      → pending
                allocations? A                    → 1 of 1 MUG backordered, 2 of 2 MUG in LON
                allocations? B                    → 2 of 2 MUG backordered
                backordered? MUG                  → 3
                receive      LON MUG 2            → 4 allocated there
                allocations? A                    → 3 of 3 MUG in LON
                allocations? B                    → 1 of 1 MUG backordered, 1 of 1 MUG in LON
                events?      A                    → order.placed, order.backorder_filled
                receive      LON MUG 5            → 5 allocated there
                allocations? B                    → 2 of 2 MUG in LON
                backordered? MUG                  → 0
                stock?       LON MUG              → 9 on hand, 5 allocated
                """);
    }

    @Test
    void what_is_there_can_be_shipped_and_the_rest_when_it_is() {
        story.tell("""
                stock        LON MUG 1
                limit        MUG 5
                place        A MUG 3 × 10.00      → pending
                settle
                ship         A 1:2                → not_in_stock_yet: 1 short
                ship         A 1:4                → order_not_fulfillable: 1 short
                ship         A                    → 1 MUG from LON
                order?       A                    → partially_shipped, captured, captured 30.00, refunded 0.00
                ship         A                    → not_in_stock_yet: 1 short
                receive      LON MUG 1            → 1 allocated there
                ship         A 1:1                → 1 MUG from LON
                receive      LON MUG 1            → 1 allocated there
                ship         A                    → 1 MUG from LON
                ship         A                    → order_not_fulfillable
                timeline?    A                    → pending, paid, partially_shipped, shipped
                """);
    }

    @Test
    void a_canceled_order_waits_no_more_and_leaves_its_stock_to_who_does() {
        story.tell("""
                stock        LON MUG 1
                limit        MUG 5
                place        A MUG 3 × 10.00      → pending
                place        B MUG 2 × 10.00      → pending
                cancel       A                    → canceled
                allocations? A                    → 0 of 2 MUG backordered, 0 of 1 MUG in LON
                backordered? MUG                  → 2
                sweep
                allocations? B                    → 1 of 1 MUG backordered, 1 of 1 MUG in LON
                sweep
                backordered? MUG                  → 1
                receive      LON MUG 2            → 2 allocated there
                """);
    }

    @Test
    void pieces_that_are_refunded_are_first_those_that_are_not_there() {
        story.tell("""
                stock        LON MUG 2
                limit        MUG 5
                place        A MUG 4 × 10.00      → pending
                settle
                refund       A 1:1                → pending 10.00
                allocations? A                    → 1 of 2 MUG backordered, 2 of 2 MUG in LON
                ship         A                    → 2 MUG from LON
                receive      LON MUG 1            → 1 allocated there
                allocations? A                    → 0 of 1 MUG backordered, 1 of 3 MUG in LON
                refund       A 1:3 restock        → pending 30.00
                order?       A                    → shipped, captured, captured 40.00, refunded 0.00
                stock?       LON MUG              → 3 on hand, 0 allocated
                backordered? MUG                  → 0
                """);
    }

    @Test
    void an_order_of_which_nothing_is_left_is_canceled() {
        story.tell("""
                stock        LON MUG 1
                limit        MUG 5
                place        A MUG 2 × 10.00      → pending
                settle
                refund       A 1:2                → pending 20.00
                order?       A                    → canceled, captured, captured 20.00, refunded 0.00
                backordered? MUG                  → 0
                stock?       LON MUG              → 1 on hand, 0 allocated
                """);
    }

    @Test
    void what_comes_back_or_from_elsewhere_goes_to_those_who_wait() {
        story.tell("""
                stock        LON MUG 1
                stock        LON TEE 0
                limit        MUG 5
                place        A MUG 1 × 10.00      → pending
                settle
                ship         A                    → 1 MUG from LON
                place        B MUG 3 × 10.00      → pending
                refund       A 1:1 restock        → pending 10.00
                allocations? B                    → 2 of 2 MUG backordered, 1 of 1 MUG in LON
                stock        NYC MUG 2
                transfer     NYC LON MUG 1        → 2 allocated there
                sweep
                allocations? B                    → 2 of 2 MUG in LON, 1 of 1 MUG in NYC
                """);
    }

    @Test
    void a_warehouse_that_takes_no_orders_gives_nothing() {
        story.tell("""
                stock        LON MUG 0
                stock        NYC MUG 0
                limit        MUG 5
                place        A MUG 2 × 10.00      → pending
                """);
        story.database.transact(tx -> tx.execute("update warehouse set active = false where code = 'NYC'"));
        story.tell("""
                receive      NYC MUG 2            → 0 allocated there
                sweep
                backordered? MUG                  → 2
                transfer     NYC LON MUG 2        → 2 allocated there
                """);
    }

    @Test
    void what_is_dealt_to_an_order_that_somebody_is_at_work_on_is_kept_for_it() {
        story.tell("""
                stock        LON MUG 0
                limit        MUG 5
                place        A MUG 2 × 10.00      → pending
                place        B MUG 2 × 10.00      → pending
                """);
        story.database.transact(tx -> {
            LockedOrder.lock(tx, story.order("A"));
            CompletableFuture.runAsync(() -> story.tell("""
                            receive      LON MUG 3        → 1 allocated there
                            allocations? A                → 2 of 2 MUG backordered
                            allocations? B                → 1 of 1 MUG backordered, 1 of 1 MUG in LON
                            """)).join();
        });
        story.tell("""
                sweep
                allocations? A                    → 2 of 2 MUG in LON
                backordered? MUG                  → 1
                """);
    }

    @Test
    void many_who_fill_ship_and_cancel_at_once_leave_nothing_stranded() throws Exception {
        int orders = 24;
        story.tell("""
                stock        LON MUG 6
                stock        NYC MUG 0
                limit        MUG 100
                """);
        for (int i = 0; i < orders; i++) story.tell("place O" + i + " MUG 2 × 10.00 → pending");
        story.tell("settle");

        List<Callable<String>> work = new ArrayList<>();
        for (int i = 0; i < orders; i++) {
            String warehouse = i % 2 == 0 ? "LON" : "NYC";
            String order = "O" + i;
            boolean canceled = i % 3 == 0;
            work.add(() -> arrive(warehouse));
            work.add(() -> canceled ? cancel(order) : ship(order));
            work.add(() -> {
                story.database.transact(story.filling::fillAll);
                return "swept";
            });
        }
        assertThat(Parallel.all(work)).isNotEmpty();

        story.tell("""
                sweep
                receive      LON MUG 100
                sweep
                backordered? MUG                  → 0
                """);
        for (int i = 0; i < orders; i++) {
            if (i % 3 != 0) assertThat(ship("O" + i)).isIn("shipped", "order_not_fulfillable");
        }
    }

    private String arrive(String warehouse) {
        return story.database.inTransaction(tx -> story.stockRoom
                .adjust(
                        tx,
                        Sku.of("MUG"),
                        WarehouseCode.of(warehouse),
                        new Change.By(1),
                        "delivery",
                        "test:" + UUID.randomUUID())
                .reason());
    }

    private String cancel(String order) {
        return story.database.inTransaction(tx ->
                story.canceling.cancel(tx, story.order(order), null).status().code());
    }

    private String ship(String order) {
        try {
            story.database.inTransaction(tx ->
                    story.fulfilling.ship(tx, story.order(order), FulfillmentId.next(), null, "Royal Mail", "RM1"));
            return "shipped";
        } catch (Refusal refusal) {
            return refusal.problem().code();
        }
    }
}
