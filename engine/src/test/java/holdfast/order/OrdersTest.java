package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.db.StatementCount;
import holdfast.kernel.Email;
import holdfast.kernel.OrderId;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class OrdersTest extends StoryTest {

    @Test
    void an_order_is_read_as_it_was_placed() {
        story.tell("""
                stock     LON MUG 3
                stock     NYC MUG 3
                place     A MUG 5 × 10.00, MUG 1 × 9.00 less 5.90 tax 10.62 shipping 4.95 code SPRING  → pending
                """);

        Order order = story.read("A");

        assertThat(order.email()).isEqualTo(Email.of("Ada@Example.org"));
        assertThat(order.shippingAddress().line1()).isEqualTo("12 St James's Square");
        assertThat(order.discountCodes()).containsExactly("SPRING");
        assertThat(order.totals().total()).isEqualTo(OrderStory.money("68.67"));
        assertThat(order.lines())
                .extracting(line -> line.lineNo() + " " + line.quantity().pieces() + " " + line.discount())
                .containsExactly("1 5 5.00 GBP", "2 1 0.90 GBP");
        assertThat(order.allocations())
                .extracting(it -> it.lineNo() + " " + it.warehouse() + " " + it.quantity())
                .containsExactly("1 LON 3", "1 NYC 2", "2 NYC 1");
        assertThat(order.payments())
                .singleElement()
                .satisfies(payment -> assertThat(payment.state()).isEqualTo("authorized"));
        assertThat(order.timeline()).extracting(Order.Transition::status).containsExactly(Order.Status.PENDING);
    }

    @Test
    void everything_that_happened_to_an_order_is_read_with_it() {
        story.tell("""
                stock     LON MUG 9
                place     A MUG 5 × 10.00, MUG 1 × 9.00  → pending
                settle
                ship      A 1:2
                ship      A 1:1 2:1
                arrive    A 1
                refund    A 1:1 2:1 restock
                refund    A 4.00
                settle
                """);

        Order order = story.read("A");

        assertThat(order.fulfillments()).hasSize(2);
        assertThat(order.fulfillments().get(1).lines())
                .extracting(it -> it.lineNo() + ": " + it.quantity() + " " + it.sku() + " from " + it.warehouse())
                .containsExactly("1: 1 MUG from LON", "2: 1 MUG from LON");
        assertThat(order.fulfillments().getFirst().deliveredAt()).isNotNull();
        assertThat(order.fulfillments().get(1).deliveredAt()).isNull();
        assertThat(order.refunds())
                .extracting(refund -> refund.amount() + " " + refund.restock() + " "
                        + refund.lines().size())
                .containsExactly("19.00 GBP true 2", "4.00 GBP false 0");
        assertThat(order.lines()).extracting(Order.Line::refunded).containsExactly(1, 1);
        assertThat(order.updatedAt()).isAfter(order.placedAt());
    }

    @Test
    void many_orders_are_read_at_once_and_each_has_its_own() {
        story.tell("""
                stock     LON MUG 90
                stock     LON TEE 90
                """);
        List<OrderId> ids = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            story.tell("place A" + i + " MUG " + i + " × 1.00, TEE 1 × 2.00");
            ids.add(story.order("A" + i));
        }
        ids.add(OrderId.next());

        List<Order> found = story.database.inTransaction(tx -> story.orders.find(tx, ids));

        assertThat(found)
                .extracting(order -> order.lines().getFirst().quantity().pieces())
                .containsExactly(5, 4, 3, 2, 1);
        assertThat(found)
                .allSatisfy(order -> assertThat(order.lines())
                        .extracting(line -> line.sku().code())
                        .containsExactly("MUG", "TEE"));
    }

    @Test
    void an_order_of_a_thousand_lines_is_read_whole() {
        story.tell("stock LON MUG 5000");
        String lines = IntStream.rangeClosed(1, 1_000)
                .mapToObj(i -> "MUG 2 × " + i + ".00")
                .collect(Collectors.joining(", "));
        story.tell("place A " + lines + "\nsettle\nship A\narrive A 1 → delivered\nrefund A 1000:1 1:2 restock");

        Order order = story.read("A");

        assertThat(order.lines()).hasSize(1_000).extracting(Order.Line::lineNo).isSorted();
        assertThat(order.fulfillments().getFirst().lines()).hasSize(1_000);
    }

    @Test
    void one_order_takes_as_many_statements_as_many() {
        story.tell("""
                stock     LON MUG 90
                place     A MUG 1 × 1.00
                place     B MUG 1 × 1.00, MUG 1 × 2.00
                settle
                ship      B
                refund    B 1:1
                """);
        List<OrderId> both = List.of(story.order("A"), story.order("B"));

        int forOne = StatementCount.of(story.url(), tx -> story.orders.find(tx, story.order("A")));
        int forBoth = StatementCount.of(story.url(), tx -> story.orders.find(tx, both));

        assertThat(forBoth).isEqualTo(forOne).isEqualTo(9);
    }

    @Test
    void a_list_is_filtered_and_goes_on_where_it_ended() {
        story.tell("""
                stock     LON MUG 90
                stock     LON TEE 90
                place     A MUG 1 × 1.00
                place     B TEE 1 × 1.00
                place     C MUG 1 × 1.00, MUG 2 × 0.50
                place     D MUG 1 × 1.00
                settle
                ship      A
                cancel    D
                """);

        Page<Order> first = list(OrderFilter.ALL, 3, null);
        Page<Order> second = list(OrderFilter.ALL, 3, first.next());

        assertThat(names(first)).containsExactly("D", "C", "B");
        assertThat(names(second)).containsExactly("A");
        assertThat(second.next()).isNull();
        assertThat(list(OrderFilter.ALL, 4, null).next()).isNull();
        assertThat(names(list(new OrderFilter(null, null, Sku.of("MUG")), 9, null)))
                .containsExactly("D", "C", "A");
        assertThat(names(list(new OrderFilter(Order.Status.PAID, null, null), 9, null)))
                .containsExactly("C", "B");
        assertThat(names(list(new OrderFilter(Order.Status.PAID, Email.of("ADA@example.ORG"), Sku.of("TEE")), 9, null)))
                .containsExactly("B");
        assertThat(names(list(new OrderFilter(null, Email.of("bob@example.org"), null), 9, null)))
                .isEmpty();
        assertThatThrownBy(() -> list(OrderFilter.ALL, 3, "no cursor"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("cursor");
    }

    @Test
    void the_secret_of_its_checkout_opens_an_order_and_no_other_does() {
        story.tell("""
                stock     LON MUG 90
                place     A MUG 1 × 1.00
                """);

        assertThat(belongs(story.order("A"), 1, 2, 3)).isTrue();
        assertThat(belongs(story.order("A"), 1, 2, 4)).isFalse();
        assertThat(belongs(OrderId.next(), 1, 2, 3)).isFalse();
    }

    private boolean belongs(OrderId order, int... secret) {
        var bytes = new byte[secret.length];
        for (int i = 0; i < secret.length; i++) bytes[i] = (byte) secret[i];
        return story.database.inTransaction(tx -> story.orders.belongsTo(tx, order, bytes));
    }

    private Page<Order> list(OrderFilter filter, int limit, @Nullable String after) {
        return story.database.inTransaction(tx -> story.orders.list(tx, filter, limit, after));
    }

    private List<String> names(Page<Order> page) {
        return page.data().stream().map(order -> story.name(order.id())).toList();
    }
}
