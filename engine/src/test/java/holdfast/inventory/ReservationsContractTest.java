package holdfast.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What every strategy promises.
@ParameterizedClass
@EnumSource(Strategy.class)
final class ReservationsContractTest {

    private static final TestDatabase DATABASE = TestDatabase.create();

    private final TestReservations reservations;
    private final HoldStory story;

    ReservationsContractTest(Strategy strategy) {
        reservations = new TestReservations(strategy);
        story = new HoldStory(DATABASE, reservations);
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @AfterEach
    void the_books_are_right() {
        reservations.close();
        assertThat(story.broken()).isEmpty();
    }

    @Test
    void a_hold_takes_stock_and_a_release_gives_it_back() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 2    → MUG 2 NORTH
                hold     B MUG 2    → out of stock {MUG=1}
                stock?   MUG        → 3 on hand, 2 held, 0 allocated, 1 available
                release  A          → released
                stock?   MUG        → 3 on hand, 0 held, 0 allocated, 3 available
                hold     C MUG 2    → MUG 2 NORTH
                """);
    }

    @Test
    void a_hold_is_all_or_nothing() {
        story.tell("""
                stock    NORTH MUG 3
                stock    NORTH TEE 1
                hold     A MUG 2 TEE 2    → out of stock {TEE=1}
                stock?   MUG              → 3 on hand, 0 held, 0 allocated, 3 available
                hold     B MUG 3 TEE 1    → MUG 3 NORTH, TEE 1 NORTH
                hold     C MUG 1 TEE 1    → out of stock {MUG=0, TEE=0}
                """);
    }

    @Test
    void of_many_at_once_each_is_decided_for_itself() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 2 | B MUG 2 | C MUG 1    → MUG 2 NORTH | out of stock {MUG=1} | MUG 1 NORTH
                stock?   MUG                            → 3 on hand, 3 held, 0 allocated, 0 available
                """);
    }

    @Test
    void a_line_is_split_where_no_warehouse_has_enough() {
        story.tell("""
                stock    NORTH MUG 2
                stock    SOUTH MUG 2
                hold     A MUG 3    → MUG 2 NORTH, MUG 1 SOUTH
                hold     B MUG 1    → MUG 1 SOUTH
                hold     C MUG 1    → out of stock {MUG=0}
                """);
    }

    @Test
    void what_nobody_ever_had_is_out_of_stock() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A CUP 1          → out of stock {CUP=0}
                hold     A CUP 1 MUG 1    → out of stock {CUP=0}
                """);
    }

    @Test
    void what_is_not_there_is_backordered_up_to_the_limit() {
        story.tell("""
                stock        NORTH MUG 3
                limit        MUG 2
                hold         A MUG 4            → MUG 3 NORTH, MUG 1 backorder
                hold         B MUG 2            → out of stock {MUG=1}
                hold         C MUG 1            → MUG 1 backorder
                hold         D MUG 1            → out of stock {MUG=0}
                backordered? MUG                → 2
                stock?       MUG                → 3 on hand, 3 held, 0 allocated, 0 available
                release      A                  → released
                backordered? MUG                → 1
                hold         D MUG 3            → MUG 3 NORTH
                pay          C                  → paying
                decline      C                  → active
                clock        10m
                sweep                           → 2
                backordered? MUG                → 0
                """);
    }

    @Test
    void what_nobody_ever_had_can_be_backordered() {
        story.tell("""
                stock        NORTH TEE 1
                stock        NORTH CUP 0
                limit        CUP 3
                hold         A CUP 2 TEE 1      → TEE 1 NORTH, CUP 2 backorder
                pay          A                  → paying
                commit       A                  → committed
                backordered? CUP                → 2
                hold         B CUP 1 TEE 1      → out of stock {TEE=0}
                hold         C CUP 2            → out of stock {CUP=1}
                """);
    }

    @Test
    void of_many_at_once_the_last_ones_are_backordered() {
        story.tell("""
                stock        NORTH MUG 3
                limit        MUG 3
                hold         A MUG 2 | B MUG 2      → MUG 2 NORTH | MUG 1 NORTH, MUG 1 backorder
                hold         C MUG 1 | D MUG 1      → MUG 1 backorder | MUG 1 backorder
                hold         E MUG 1 | F MUG 1      → out of stock {MUG=0} | out of stock {MUG=0}
                """);
    }

    @Test
    void a_lower_limit_takes_back_nothing() {
        story.tell("""
                stock        NORTH MUG 1
                limit        MUG 3
                hold         A MUG 4            → MUG 1 NORTH, MUG 3 backorder
                limit        MUG 1
                hold         B MUG 1            → out of stock {MUG=0}
                backordered? MUG                → 3
                release      A                  → released
                hold         B MUG 2            → MUG 1 NORTH, MUG 1 backorder
                hold         C MUG 1            → out of stock {MUG=0}
                """);
    }

    @Test
    void a_changed_hold_gives_back_what_it_had_backordered() {
        story.tell("""
                stock        NORTH MUG 1
                limit        MUG 2
                hold         A MUG 2            → MUG 1 NORTH, MUG 1 backorder
                change       A MUG 4            → out of stock {MUG=3}
                backordered? MUG                → 1
                change       A MUG 3            → MUG 1 NORTH, MUG 2 backorder
                backordered? MUG                → 2
                change       A MUG 1            → MUG 1 NORTH
                backordered? MUG                → 0
                """);
    }

    @Test
    void a_payment_turns_held_into_allocated() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 2    → MUG 2 NORTH
                pay      A          → paying
                commit   A          → committed
                stock?   MUG        → 3 on hand, 0 held, 2 allocated, 1 available
                hold     B MUG 2    → out of stock {MUG=1}
                """);
    }

    @Test
    void a_decline_leaves_the_stock_with_its_hold() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 2    → MUG 2 NORTH
                pay      A          → paying
                decline  A          → active
                hold     B MUG 1    → out of stock {MUG=0}
                pay      A          → paying
                release  A          → released
                hold     B MUG 2    → MUG 2 NORTH
                """);
    }

    @Test
    void what_is_due_is_expired_once_and_anyones_again() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 1 | B MUG 1    → MUG 1 NORTH | MUG 1 NORTH
                pay      B                    → paying
                clock    9m
                hold     C MUG 1              → MUG 1 NORTH
                clock    1m
                pay      A                    → too late
                sweep                         → 1
                sweep                         → 0
                hold?    A                    → expired
                hold?    B                    → paying
                stock?   MUG                  → 3 on hand, 2 held, 0 allocated, 1 available
                hold     D MUG 2              → out of stock {MUG=1}
                hold     D MUG 1              → MUG 1 NORTH
                """);
    }

    @Test
    void a_declined_payment_of_a_hold_whose_time_is_up_expires_it() {
        story.tell("""
                stock    NORTH MUG 1
                hold     A MUG 1    → MUG 1 NORTH
                pay      A          → paying
                clock    10m
                decline  A          → expired
                hold     B MUG 1    → MUG 1 NORTH
                """);
    }

    @Test
    void a_hold_is_changed_in_place_of_what_it_has() {
        story.tell("""
                stock    NORTH MUG 3
                stock    NORTH TEE 1
                hold     A MUG 2           → MUG 2 NORTH
                change   A MUG 3 TEE 1     → MUG 3 NORTH, TEE 1 NORTH
                stock?   MUG               → 3 on hand, 3 held, 0 allocated, 0 available
                change   A MUG 4           → out of stock {MUG=3}
                stock?   TEE               → 1 on hand, 1 held, 0 allocated, 0 available
                change   A TEE 1           → TEE 1 NORTH
                hold     B MUG 3           → MUG 3 NORTH
                pay      A                 → paying
                commit   A                 → committed
                """);
    }

    @Test
    void what_arrives_can_be_had() {
        story.tell("""
                stock    NORTH MUG 1
                hold     A MUG 1    → MUG 1 NORTH
                hold     B MUG 1    → out of stock {MUG=0}
                stock    SOUTH MUG 1
                hold     B MUG 1    → MUG 1 SOUTH
                stock    NORTH MUG 1
                hold     C MUG 1    → MUG 1 NORTH
                """);
    }
}
