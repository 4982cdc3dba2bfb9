package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CancelingTest extends StoryTest {

    @Test
    void an_order_that_is_not_paid_yet_gives_everything_back() {
        story.tell("""
                stock     LON MUG 3
                stock     NYC MUG 3
                place     A MUG 5 × 10.00 less 5.00 code SPRING  → pending
                cancel    A                     → canceled
                stock?    LON MUG               → 3 on hand, 0 allocated
                stock?    NYC MUG               → 3 on hand, 0 allocated
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                calls?                          → void
                timeline? A                     → pending, canceled
                events?   A                     → order.placed, order.canceled
                """);
        assertThat(usesOf("SPRING")).isZero();
    }

    @Test
    void an_order_that_is_paid_is_refunded_whole() {
        story.tell("""
                stock     LON MUG 3
                place     A MUG 2 × 10.00 shipping 4.99  → pending
                settle
                cancel    A                     → canceled
                order?    A                     → canceled, captured, captured 24.99, refunded 0.00
                settle
                order?    A                     → canceled, refunded, captured 24.99, refunded 24.99
                timeline? A                     → pending, paid, canceled
                events?   A                     → order.placed, order.paid, order.canceled, order.refunded
                """);
    }

    @Test
    void what_was_refunded_before_is_not_refunded_again() {
        story.tell("""
                stock     LON MUG 3
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 3.50                → pending 3.50
                settle
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, refunded, captured 20.00, refunded 20.00
                """);
        assertThat(story.read("A").refunds())
                .extracting(refund -> refund.amount().minor())
                .containsExactly(350L, 1650L);
    }

    @Test
    void canceling_twice_is_canceling_once() {
        story.tell("""
                stock     LON MUG 3
                place     A MUG 2 × 10.00       → pending
                settle
                cancel    A                     → canceled
                settle
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, refunded, captured 20.00, refunded 20.00
                timeline? A                     → pending, paid, canceled
                """);
    }

    @Test
    void what_was_shipped_cannot_be_canceled() {
        story.tell("""
                stock     LON MUG 3
                place     A MUG 2 × 10.00       → pending
                settle
                ship      A 1:1                 → 1 MUG from LON
                cancel    A                     → order_not_cancelable
                ship      A                     → 1 MUG from LON
                cancel    A                     → order_not_cancelable
                """);
    }

    @Test
    void an_order_over_nothing_only_gives_its_stock_back() {
        story.tell("""
                stock     LON MUG 3
                place     A MUG 2 × 0.00        → paid
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, captured
                stock?    LON MUG               → 3 on hand, 0 allocated
                """);
    }

    private int usesOf(String code) {
        return story.database.inTransaction(tx -> tx.query("select uses from discount_code where code = :code")
                .bind("code", code)
                .mapTo(Integer.class)
                .one());
    }
}
