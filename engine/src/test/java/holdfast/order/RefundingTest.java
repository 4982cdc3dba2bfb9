package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.kernel.Money;
import holdfast.kernel.RefundId;
import java.util.Currency;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RefundingTest extends StoryTest {

    @Test
    void an_amount_is_given_back() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 5.00                → pending 5.00
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 5.00
                refund    A 15.00               → pending 15.00
                settle
                order?    A                     → paid, refunded, captured 20.00, refunded 20.00
                stock?    LON MUG               → 5 on hand, 2 allocated
                events?   A                     → order.placed, order.paid, order.partially_refunded, order.refunded
                """);
    }

    @Test
    void no_more_is_given_back_than_was_taken() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                refund    A 1.00                → order_not_paid
                settle
                refund    A 20.01               → refund_exceeds_payment: 20.00 left
                refund    A 12.00               → pending 12.00
                refund    A 8.01                → refund_exceeds_payment: 8.00 left
                refund    A 1:1                 → refund_exceeds_payment: 8.00 left
                settle
                refund    A 8.01                → refund_exceeds_payment: 8.00 left
                refund    A 0.00                → invalid_request: amount.amount out_of_range
                refund    A -1.00               → invalid_request: amount.amount out_of_range
                """);
    }

    @Test
    void pieces_that_were_not_shipped_are_free_again() {
        story.tell("""
                stock     LON MUG 3
                stock     NYC MUG 3
                place     A MUG 5 × 10.00       → pending
                settle
                refund    A 1:4                 → pending 40.00
                stock?    LON MUG               → 3 on hand, 0 allocated
                stock?    NYC MUG               → 3 on hand, 1 allocated
                settle
                order?    A                     → paid, partially_refunded, captured 50.00, refunded 40.00
                ship      A                     → 1 MUG from NYC
                """);
    }

    @Test
    void pieces_that_were_shipped_come_back_if_they_do() {
        story.tell("""
                stock     LON MUG 3
                stock     NYC MUG 3
                place     A MUG 6 × 10.00       → pending
                settle
                ship      A 1:5                 → 3 MUG from LON, 2 MUG from NYC
                refund    A 1:3 restock         → pending 30.00
                stock?    LON MUG               → 2 on hand, 0 allocated
                stock?    NYC MUG               → 1 on hand, 0 allocated
                refund    A 1:1                 → pending 10.00
                stock?    LON MUG               → 2 on hand, 0 allocated
                refund    A 1:2 restock         → pending 20.00
                stock?    NYC MUG               → 3 on hand, 0 allocated
                refund    A 1:1                 → refund_exceeds_payment: 1 short: 0.00 left
                settle
                order?    A                     → shipped, refunded, captured 60.00, refunded 60.00
                """);
    }

    @Test
    void an_order_of_which_the_rest_is_refunded_is_shipped() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 3 × 10.00       → pending
                settle
                ship      A 1:2                 → 2 MUG from LON
                arrive    A 1                   → partially_shipped
                refund    A 1:1                 → pending 10.00
                order?    A                     → delivered, captured, captured 30.00, refunded 0.00
                timeline? A                     → pending, paid, partially_shipped, shipped, delivered
                """);
    }

    @Test
    void an_order_of_which_everything_is_refunded_is_canceled_and_owes_nothing() {
        story.tell("""
                stock     LON MUG 5
                stock     LON TEE 5
                place     A MUG 2 × 10.00, TEE 1 × 5.00 shipping 3.95 code SPRING  → pending
                settle
                refund    A 2:1                 → pending 5.00
                order?    A                     → paid, captured, captured 28.95, refunded 0.00
                refund    A 1:2                 → pending 20.00
                order?    A                     → canceled, captured, captured 28.95, refunded 0.00
                settle
                order?    A                     → canceled, refunded, captured 28.95, refunded 28.95
                stock?    LON MUG               → 5 on hand, 0 allocated
                refund    A 1:1                 → refund_exceeds_payment: 1 short: 0.00 left
                """);
    }

    @Test
    void every_bad_line_is_named() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00, MUG 1 × 9.00  → pending
                settle
                refund    A 3:1 1:1 1:1         → invalid_request: lines[0].line unknown, lines[2].line duplicate
                refund    A 1:3 2:2             → refund_exceeds_payment: 2 short: 29.00 left
                """);
    }

    @Test
    void pieces_that_cost_nothing_are_worth_nothing() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 0.00        → paid
                refund    A 1:1                 → invalid_request: lines out_of_range
                refund    A 0.01                → refund_exceeds_payment: 0.00 left
                """);
    }

    @Test
    void however_a_line_is_parted_its_refunds_add_up_to_what_was_paid_for_it() {
        story.tell("""
                stock     LON MUG 7
                place     A MUG 7 × 3.33 less 2.00 tax 4.27  → pending
                settle
                """);
        for (int piece = 0; piece < 7; piece++) {
            story.tell("refund A 1:1");
        }
        story.tell("settle");

        Order order = story.read("A");
        assertThat(order.payments().getFirst().refunded())
                .isEqualTo(order.totals().total());
        assertThat(order.refunds())
                .allSatisfy(refund -> assertThat(refund.amount().minor()).isBetween(365L, 366L));
    }

    @Test
    void the_same_cause_has_one_refund() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                """);

        Order.Refund first = refund(OrderStory.money("5.00"), "key:1");
        Order.Refund again = refund(OrderStory.money("5.00"), "key:1");
        Order.Refund other = refund(OrderStory.money("5.00"), "key:2");

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
        assertThat(story.read("A").refunds()).containsExactly(first, other);
    }

    @Test
    void a_refund_by_lines_is_asked_for_once() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                """);
        List<Pieces> one = OrderStory.pieces(List.of("1:1"));

        for (int i = 0; i < 2; i++) {
            story.database.transact(
                    tx -> story.refunding.refund(tx, story.order("A"), RefundId.next(), one, false, "broken", "key:1"));
        }

        assertThat(story.read("A").lines().getFirst().refunded()).isEqualTo(1);
        story.tell("stock? LON MUG → 5 on hand, 1 allocated");
    }

    @Test
    void another_currency_is_not_mixed_in() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                """);

        assertThatThrownBy(() -> refund(Money.of(500, Currency.getInstance("USD")), "key:1"))
                .hasMessageContaining("amount.currency");
    }

    private Order.Refund refund(Money amount, String cause) {
        return story.database.inTransaction(
                tx -> story.refunding.refund(tx, story.order("A"), RefundId.next(), amount, "goodwill", cause));
    }
}
