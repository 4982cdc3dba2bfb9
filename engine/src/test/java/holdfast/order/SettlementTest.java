package holdfast.order;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SettlementTest extends StoryTest {

    @Test
    void money_is_taken_once_the_order_stands() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                settle
                calls?                          → retrieve, capture
                """);
    }

    @Test
    void whoever_placed_an_order_takes_its_money_at_once_and_writes_down_no_request_of_its_own() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                capture   A
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                settle
                calls?                          → capture
                """);
        assertThat(operations()).isEmpty();
    }

    @Test
    void a_capture_of_whoever_placed_the_order_is_written_down_once_it_goes_wrong() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_before
                capture   A
                """);
        assertThat(operations()).containsExactly("capture:1 unknown 1");
        story.tell("""
                clock     2s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                calls?                          → capture, retrieve, capture
                """);
        assertThat(operations()).containsExactly("capture:1 succeeded 2");
    }

    @Test
    void money_that_awaits_the_shipment_is_taken_when_something_is_first_to_be_shipped() {
        story.tell("""
                stock     LON MUG 5
                policy    shipment
                place     A MUG 2 × 10.00       → pending
                clock     60s
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                ship      A 1:3                 → order_not_fulfillable: 1 short
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                ship      A 1:1                 → order_not_paid
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                ship      A 1:1                 → 1 MUG from LON
                ship      A                     → 1 MUG from LON
                settle
                ledger?                         → AUTH 20.00, CAPTURE 20.00
                """);
    }

    @Test
    void money_that_awaits_the_shipment_of_a_canceled_order_is_let_go_of() {
        story.tell("""
                stock     LON MUG 5
                policy    shipment
                place     A MUG 2 × 10.00       → pending
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                ledger?                         → AUTH 20.00, VOID 20.00
                """);
    }

    @Test
    void money_that_awaits_the_shipment_is_not_taken_because_it_lapses() {
        story.tell("""
                stock     LON MUG 5
                policy    shipment
                place     A MUG 2 × 10.00       → pending
                clock     169h
                settle
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                calls?                          →
                """);
    }

    @Test
    void a_refund_that_the_gateway_refuses_is_somebodys_work_and_can_be_asked_for_anew() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                capture   A
                refund    A 5.00                → pending 5.00
                next      refund declined
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                stuck?    A                     → refund_refused
                refund    A 18.00               → pending 18.00
                anew      A
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 18.00
                """);
        story.tell("""
                place     B MUG 2 × 10.00       → pending
                capture   B
                refund    B 5.00                → pending 5.00
                next      refund declined
                settle
                anew      B
                settle
                order?    B                     → paid, partially_refunded, captured 20.00, refunded 5.00
                """);
    }

    @Test
    void a_refund_that_comes_back_is_no_refund_and_somebodys_work_until_it_is_made_anew() {
        story.tell("""
                stock     LON MUG 5
                card      refundFail
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 5.00                → pending 5.00
                refund    A 15.00               → pending 15.00
                settle
                order?    A                     → paid, refunded, captured 20.00, refunded 20.00
                returns   A
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                stuck?    A                     → refund_refused
                refund    A 0.01                → pending 0.01
                anew      A
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 5.01
                returns   A
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                """);
    }

    @Test
    void of_several_refunds_one_may_come_back() {
        story.tell("""
                stock     LON MUG 5
                card      refundFail
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 5.00                → pending 5.00
                settle
                returns   A
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                refund    A 5.00                → pending 5.00
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 5.00
                """);
    }

    @Test
    void money_that_the_gateway_does_not_let_go_of_is_somebodys_work_until_it_does() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                cancel    A                     → canceled
                next      void declined
                settle
                stuck?    A                     → void_refused
                clock     2s
                settle
                watch
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                stuck?    A                     →
                """);
    }

    @Test
    void money_that_lapses_without_being_captured_is_somebodys_work_in_time() {
        story.tell("""
                stock     LON MUG 5
                policy    shipment
                place     A MUG 2 × 10.00       → pending
                clock     155h
                watch
                stuck?    A                     →
                clock     157h
                watch
                stuck?    A                     → lapsing
                ship      A                     → order_not_paid
                settle
                watch
                stuck?    A                     →
                """);
    }

    @Test
    void a_capture_whose_answer_was_lost_is_found_by_reading() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_after
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                settle
                calls?                          → retrieve, capture
                clock     2s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                calls?                          → retrieve
                """);
    }

    @Test
    void a_capture_that_never_arrived_is_sent_again_under_its_key() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_before
                next      capture lost_before
                settle
                clock     2s
                settle
                clock     3s
                settle
                calls?                          → retrieve, capture, retrieve, capture
                clock     1s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                calls?                          → retrieve, capture
                """);
        assertThat(operations()).containsExactly("capture:1 succeeded 4");
    }

    @Test
    void a_gateway_that_cannot_be_read_is_asked_ever_more_rarely_but_for_ever() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_before
                settle
                """);
        for (int i = 0; i < 20; i++) {
            story.tell("""
                    next  retrieve lost_before
                    clock 300s
                    settle
                    """);
        }
        story.tell("""
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                clock     300s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                """);
    }

    @Test
    void a_key_that_the_gateway_may_have_forgotten_is_not_used_again() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_before
                settle
                clock     20h
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                calls?                          → retrieve, capture, retrieve, capture
                """);
        assertThat(operations()).containsExactly("capture:1 declined 2", "capture:2 succeeded 1");
    }

    @Test
    void a_capture_that_is_declined_for_good_takes_the_order_back() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00 code SPRING  → pending
                next      capture declined
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                stock?    LON MUG               → 5 on hand, 0 allocated
                calls?                          → retrieve, capture, retrieve, void
                """);
    }

    @Test
    void an_order_canceled_while_its_capture_was_under_way_is_refunded() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_after
                settle
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, refunded, captured 20.00, refunded 20.00
                timeline? A                     → pending, canceled
                """);
        assertThat(operations()).containsExactly("capture:1 succeeded 2", "refund:1 succeeded 1", "void:1 declined 1");
    }

    @Test
    void an_order_canceled_while_its_capture_was_lost_is_never_captured() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture lost_before
                settle
                cancel    A                     → canceled
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                """);
        assertThat(operations()).containsExactly("capture:1 declined 2", "void:1 succeeded 1");
    }

    @Test
    void a_void_whose_answer_was_lost_is_found_by_reading() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                cancel    A                     → canceled
                next      void lost_after
                settle
                clock     2s
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                calls?                          → void, retrieve
                """);
    }

    @Test
    void a_void_that_is_declined_is_asked_for_again_later() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                cancel    A                     → canceled
                next      void declined
                settle
                order?    A                     → canceled, authorized, captured 0.00, refunded 0.00
                clock     2s
                settle
                order?    A                     → canceled, voided, captured 0.00, refunded 0.00
                """);
    }

    @Test
    void a_refund_is_made_once_whatever_gets_lost() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 5.00                → pending 5.00
                refund    A 6.00                → pending 6.00
                next      refund lost_after
                settle
                clock     2s
                next      refund lost_before
                settle
                clock     2s
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 11.00
                calls?                          → retrieve, capture, refund, refunds, refund, refunds, refund
                """);
        assertThat(operations())
                .containsExactly("capture:1 succeeded 2", "refund:1 succeeded 2", "refund:2 succeeded 2");
    }

    @Test
    void a_refund_that_is_declined_leaves_the_money_refundable() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                settle
                refund    A 20.00               → pending 20.00
                next      refund declined
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                refund    A 20.00               → pending 20.00
                settle
                order?    A                     → paid, refunded, captured 20.00, refunded 20.00
                """);
        assertThat(story.read("A").refunds()).extracting(Order.Refund::state).containsExactly("failed", "succeeded");
    }

    @Test
    void an_answer_for_another_amount_is_believed_only_after_reading() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                next      capture wrong_amount
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                clock     2s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                """);
    }

    /// Where a server may die between two commits.
    enum Death {
        AFTER_CLAIMING,
        AFTER_ASKING_THE_GATEWAY
    }

    @ParameterizedTest
    @EnumSource
    void what_a_server_left_half_done_is_done_once_by_another(Death death) {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                """);
        dieOn(SettlementJob.Operation.CAPTURE, death);
        story.tell("""
                settle
                order?    A                     → pending, authorized, captured 0.00, refunded 0.00
                clock     30s
                settle
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                refund    A 5.00                → pending 5.00
                """);
        dieOn(SettlementJob.Operation.REFUND, death);
        story.tell("""
                clock     30s
                settle
                order?    A                     → paid, partially_refunded, captured 20.00, refunded 5.00
                place     B MUG 2 × 10.00       → pending
                cancel    B                     → canceled
                """);
        dieOn(SettlementJob.Operation.VOID, death);
        story.tell("""
                clock     30s
                settle
                order?    B                     → canceled, voided, captured 0.00, refunded 0.00
                ledger?                         → AUTH 20.00, CAPTURE 20.00, REFUND 5.00, AUTH 20.00, VOID 20.00
                """);
    }

    private void dieOn(SettlementJob.Operation operation, Death death) {
        List<SettlementJob> jobs = story.database.inTransaction(tx -> SettlementTable.claim(tx, 10));
        assertThat(jobs).extracting(SettlementJob::operation).containsExactly(operation);
        if (death == Death.AFTER_ASKING_THE_GATEWAY) {
            assertThat(jobs.getFirst().carryOut(story.gateway)).isInstanceOf(SettlementJob.Verdict.Done.class);
        }
    }

    @Test
    void an_owner_who_comes_too_late_changes_nothing() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                """);
        SettlementJob late = story.database
                .inTransaction(tx -> SettlementTable.claim(tx, 10))
                .getFirst();
        story.tell("""
                clock     30s
                settle
                """);

        story.settlement.work(late);

        story.tell("""
                order?    A                     → paid, captured, captured 20.00, refunded 0.00
                timeline? A                     → pending, paid
                """);
    }

    @Test
    void a_woken_settlement_captures_at_once() {
        story.settlement.start();
        story.tell("""
                stock     LON MUG 500
                place     A MUG 2 × 10.00       → pending
                """);

        story.settlement.wake();

        assertThat(story.settlement.awaitCapture(story.order("A"), Duration.ofSeconds(10)))
                .isTrue();
        story.tell("order? A → paid, captured, captured 20.00, refunded 0.00");
    }

    @Test
    void waiting_for_a_capture_that_does_not_come_has_an_end() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                """);

        assertThat(story.settlement.awaitCapture(story.order("A"), Duration.ofMillis(20)))
                .isFalse();
    }

    @Test
    void a_database_that_fails_for_a_while_does_not_end_the_settlement() {
        story.tell("""
                stock     LON MUG 5
                place     A MUG 2 × 10.00       → pending
                """);
        story.database.transact(tx -> tx.execute("alter table gateway_operation rename to gone"));
        story.settlement.start();
        assertThat(story.settlement.awaitCapture(story.order("A"), Duration.ofMillis(300)))
                .isFalse();

        story.database.transact(tx -> tx.execute("alter table gone rename to gateway_operation"));

        assertThat(story.settlement.awaitCapture(story.order("A"), Duration.ofSeconds(10)))
                .isTrue();
    }

    @Test
    void two_servers_settle_many_orders_once_each() {
        story.tell("stock LON MUG 500");
        IntStream.range(0, 40).forEach(i -> story.tell("place A" + i + " MUG 2 × 10.00 → pending"));
        try (var other = story.anotherSettlement()) {
            story.settlement.start();
            other.start();
            IntStream.range(0, 40)
                    .forEach(i -> assertThat(other.awaitCapture(story.order("A" + i), Duration.ofSeconds(20)))
                            .isTrue());
        }
        assertThat(story.trouble.calls()).filteredOn("capture"::equals).hasSize(40);
    }

    private List<String> operations() {
        return story.database.inTransaction(
                tx -> tx.query("""
                        select substring(key from 38) || ' ' || state || ' ' || tries
                          from gateway_operation
                         order by key
                        """).mapTo(String.class).list());
    }
}
