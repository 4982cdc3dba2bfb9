package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.kernel.FulfillmentId;
import holdfast.kernel.OrderId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FulfillingTest extends StoryTest {

    @Test
    void a_paid_order_is_shipped_and_arrives() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                stock?    LON MUG               → 5 on hand, 2 allocated
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                ship      A                     → 2 MUG from LON
                order?    A                     → shipped, captured, captured 20.00, refunded 0.00
                stock?    LON MUG               → 3 on hand, 0 allocated
                arrive    A 1                   → delivered
                timeline? A                     → pending, paid, shipped, delivered
                events?   A                     → order.placed, order.paid, order.shipped, order.delivered
                """);
    }

    @Test
    void an_order_is_shipped_in_parts_from_where_it_lies() {
        story.tell("""
                stock     LON MUG 3
                stock     NYC MUG 3
                stock     NYC TEE 4
                place     A MUG 5 × 10.00, TEE 4 × 5.00  → pending
                settle
                ship      A 1:4                 → 3 MUG from LON, 1 MUG from NYC
                order?    A                     → partially_shipped, captured, captured 70.00, refunded 0.00
                ship      A 2:1                 → 1 TEE from NYC
                arrive    A 1                   → partially_shipped
                ship      A                     → 1 MUG from NYC, 3 TEE from NYC
                arrive    A 2                   → shipped
                arrive    A 3                   → delivered
                arrive    A 3                   → delivered
                timeline? A                     → pending, paid, partially_shipped, shipped, delivered
                stock?    NYC MUG               → 1 on hand, 0 allocated
                """);
    }

    @Test
    void nothing_is_shipped_that_is_not_paid_for() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                ship      A                     → order_not_paid
                stock?    LON MUG               → 5 on hand, 2 allocated
                """);
    }

    @Test
    void an_order_over_nothing_is_paid_for() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 0.00        → paid
                settle
                ship      A                     → 2 MUG from LON
                order?    A                     → shipped, captured
                """);
    }

    @Test
    void no_more_is_shipped_than_was_ordered() {
        story.tell("""
                stock     LON MUG 9
                place     A MUG 2 × 10.00, MUG 1 × 9.00  → pending
                settle
                ship      A 1:3 2:2             → order_not_fulfillable: 2 short
                ship      A 3:1                 → invalid_request: lines[0].line unknown
                ship      A 1:1 1:1             → invalid_request: lines[1].line duplicate
                ship      A 1:2                 → 2 MUG from LON
                ship      A 1:1                 → order_not_fulfillable: 1 short
                ship      A                     → 1 MUG from LON
                ship      A                     → order_not_fulfillable
                stock?    LON MUG               → 6 on hand, 0 allocated
                """);
    }

    @Test
    void a_canceled_order_is_not_shipped() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                cancel    A                     → canceled
                ship      A                     → order_not_fulfillable
                """);
    }

    @Test
    void shipping_under_the_same_id_ships_once() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 4 × 10.00       → pending
                settle
                """);
        FulfillmentId id = FulfillmentId.next();

        Order.Fulfillment first = ship(id, "1:2");
        Order.Fulfillment again = ship(id, "1:2");

        assertThat(again).isEqualTo(first);
        story.tell("stock? LON MUG → 3 on hand, 2 allocated");
    }

    @Test
    void a_fulfillment_belongs_to_its_order() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 1 × 10.00       → pending
                place     B MUG 1 × 10.00       → pending
                settle
                ship      A                     → 1 MUG from LON
                """);
        FulfillmentId ofA = story.read("A").fulfillments().getFirst().id();

        assertNotFound(() -> delivered(story.order("B"), ofA));
        assertNotFound(() -> delivered(OrderId.next(), ofA));
        assertNotFound(() -> delivered(story.order("A"), FulfillmentId.next()));
        story.tell("order? A → shipped, captured, captured 10.00, refunded 0.00");
    }

    private Order.Fulfillment ship(FulfillmentId id, String pieces) {
        return story.database.inTransaction(tx -> story.fulfilling.ship(
                tx, story.order("A"), id, OrderStory.pieces(List.of(pieces)), "Royal Mail", "RM1"));
    }

    private Order.Fulfillment delivered(OrderId order, FulfillmentId id) {
        return story.database.inTransaction(tx -> story.fulfilling.delivered(tx, order, id));
    }

    private static void assertNotFound(Runnable work) {
        assertThatThrownBy(work::run)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(Problem.NOT_FOUND));
    }
}
