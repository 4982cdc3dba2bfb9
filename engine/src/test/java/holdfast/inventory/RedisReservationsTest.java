package holdfast.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.BareCheckouts;
import holdfast.TestDatabase;
import holdfast.catalog.StockSetter;
import holdfast.db.CannotStart;
import holdfast.db.StatementCount;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is promised in Redis alone, and that nothing is lost with it.
final class RedisReservationsTest {

    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Sku MUG = Sku.of("MUG");
    private static final WarehouseCode NORTH = WarehouseCode.of("NORTH");
    private static final WarehouseCode SOUTH = WarehouseCode.of("SOUTH");
    private static TestRedis redis;

    private final StockRoom stockRoom = new StockRoom((_, _) -> {});

    private RedisReservations reservations;
    private HoldStory story;

    @BeforeAll
    static void start() {
        redis = TestRedis.start();
    }

    @BeforeEach
    void open() {
        redis.flush();
        reservations = RedisReservations.connect(redis.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
        story = new HoldStory(DATABASE, reservations);
    }

    @AfterEach
    void the_books_are_right() {
        reservations.close();
        assertThat(story.broken()).isEmpty();
    }

    @AfterAll
    static void close() {
        redis.close();
        DATABASE.close();
    }

    @Test
    void stock_is_not_touched_before_somebody_pays() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 2    → MUG 2 NORTH
                """);
        assertThat(heldInStock()).isZero();
        story.tell("""
                pay      A          → paying
                """);
        assertThat(heldInStock()).isEqualTo(2);
        story.tell("""
                stock?   MUG        → 3 on hand, 2 held, 0 allocated, 1 available
                """);
    }

    @Test
    void who_comes_to_pay_for_what_is_gone_loses_the_hold() {
        story.tell("""
                stock    NORTH MUG 3
                stock    SOUTH MUG 1
                hold     A MUG 2    → MUG 2 NORTH
                hold     B MUG 2    → MUG 1 NORTH, MUG 1 SOUTH
                """);
        lose(3, "NORTH");
        story.tell("""
                pay      A          → out of stock {MUG=1}
                hold?    A          → released
                pay      B          → out of stock {MUG=1}
                hold     C MUG 2    → out of stock {MUG=1}
                hold     C MUG 1    → MUG 1 SOUTH
                """);
    }

    @Test
    void who_pays_gets_it_from_where_it_is() {
        story.tell("""
                stock    NORTH MUG 2
                stock    SOUTH MUG 2
                hold     A MUG 2    → MUG 2 NORTH
                """);
        lose(2, "NORTH");
        story.tell("""
                pay      A          → paying
                commit   A          → committed
                stock?   MUG        → 2 on hand, 0 held, 2 allocated, 0 available
                """);
    }

    @Test
    void what_is_promised_softly_is_not_taken_away_by_staff_either() {
        story.tell("""
                stock    NORTH MUG 3
                stock    SOUTH MUG 0
                hold     A MUG 2    → MUG 2 NORTH
                """);
        for (Change change : List.of(new Change.By(-2), new Change.To(1), new Change.To(0))) {
            Refusal refusal = refusalOf(tx -> stockRoom.adjust(tx, MUG, NORTH, change, "Theft", "a" + change));
            assertThat(refusal.problem()).isEqualTo(Problem.STOCK_PROMISED);
            assertThat(refusal.members()).containsEntry("held", 2L).containsEntry("allocated", 0L);
            assertThat(refusal.members().get("promised_to")).asString().contains(checkout("A"), "hold_count=1");
        }
        assertThat(refusalOf(tx -> stockRoom.transfer(tx, MUG, NORTH, SOUTH, Quantity.of(2), "Move", "t"))
                        .problem())
                .isEqualTo(Problem.STOCK_PROMISED);
        var counts = List.of(new StockSetter.Count(MUG, NORTH, 1));
        assertThat(story.database
                        .inTransaction(tx -> stockRoom.check(tx, counts))
                        .getFirst())
                .isPresent();
        assertThat(refusalOf(tx -> {
                            stockRoom.set(tx, counts, "Import", "i");
                            return true;
                        })
                        .problem())
                .isEqualTo(Problem.STOCK_PROMISED);
        adjust(new Change.By(-1));
        story.tell("release A → released");
        adjust(new Change.To(0));
    }

    @Test
    void what_arrives_is_taken_in_though_more_than_that_is_promised() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 3    → MUG 3 NORTH
                """);
        lose(3, "NORTH");
        adjust(new Change.By(1));
        adjust(new Change.To(2));
        assertThat(refusalOf(tx -> stockRoom.adjust(tx, MUG, NORTH, new Change.By(-1), "Theft", "a"))
                        .problem())
                .isEqualTo(Problem.STOCK_PROMISED);
        story.tell("pay A → out of stock {MUG=2}");
    }

    @Test
    void what_was_promised_softly_is_kept_by_a_shop_that_has_gone_back_to_another_strategy() {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 1    → MUG 1 NORTH
                hold     B MUG 1    → MUG 1 NORTH
                hold     C MUG 1    → MUG 1 NORTH
                """);
        story.onAnotherNode(new LockingReservations(SourcingPolicy.FEWEST_PARCELS))
                .tell("""
                pay      A          → paying
                commit   A          → committed
                release  B          → released
                change   C MUG 2    → MUG 2 NORTH
                pay      C          → paying
                stock?   MUG        → 3 on hand, 2 held, 1 allocated, 0 available
                """);
    }

    @Test
    void a_hold_whose_stock_is_taken_is_not_asked_about_again() {
        var firmly = story.onAnotherNode(new LockingReservations(SourcingPolicy.FEWEST_PARCELS));
        firmly.tell("""
                stock    NORTH MUG 3
                hold     A MUG 1    → MUG 1 NORTH
                """);
        Hold hold = firmly.read("A");
        assertThat(StatementCount.of(
                        DATABASE.url(),
                        tx -> firmly.holds.harden(tx, List.of(new Holds.Payable(hold, new ShipTo("GB", "SW1Y 4JH"))))))
                .isZero();
    }

    @ParameterizedTest
    @EnumSource
    void checkouts_go_on_and_nothing_is_oversold_when_redis_is(TestRedis.Accident accident) {
        story.tell("""
                stock    NORTH MUG 3
                hold     A MUG 1    → MUG 1 NORTH
                """);
        accident.begin(redis);
        try {
            story.tell("""
                    hold     B MUG 1           → MUG 1 NORTH
                    hold     C MUG 2           → out of stock {MUG=1}
                    hold     C MUG 1           → MUG 1 NORTH
                    hold     D MUG 1           → out of stock {MUG=0}
                    stock?   MUG               → 3 on hand, 3 held, 0 allocated, 0 available
                    pay      A                 → paying
                    commit   A                 → committed
                    release  B                 → released
                    hold     D MUG 1           → MUG 1 NORTH
                    """);
        } finally {
            accident.end(redis);
        }
        story.tell("""
                hold     E MUG 1    → out of stock {MUG=0}
                release  C          → released
                hold     E MUG 1    → MUG 1 NORTH
                pay      D          → paying
                pay      E          → paying
                commit   D          → committed
                commit   E          → committed
                hold     F MUG 1    → out of stock {MUG=0}
                stock?   MUG        → 3 on hand, 0 held, 3 allocated, 0 available
                """);
    }

    @Test
    void a_frozen_redis_keeps_nobody_waiting_for_long() {
        story.tell("""
                stock    NORTH MUG 9
                hold     A MUG 1    → MUG 1 NORTH
                """);
        redis.freeze();
        try {
            long began = System.nanoTime();
            story.tell("""
                    hold     B MUG 1    → MUG 1 NORTH
                    hold     C MUG 1    → MUG 1 NORTH
                    hold     D MUG 1    → MUG 1 NORTH
                    """);
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(45)); // by itself, its client would wait a minute
        } finally {
            redis.thaw();
        }
    }

    @Test
    void what_a_transaction_reserved_that_was_rolled_back_is_anyones_at_once() {
        story.tell("stock NORTH MUG 1");
        var request = request(1);
        assertThatThrownBy(() -> story.database.transact(tx -> {
                    assertThat(story.holds.reserve(tx, List.of(request)).getFirst())
                            .isInstanceOf(HoldPlan.Granted.class);
                    // As long as it is under way, it has the mug.
                    story.tell("hold A MUG 1 → out of stock {MUG=0}");
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        story.tell("hold B MUG 1 → MUG 1 NORTH");
    }

    @Test
    void what_is_not_let_go_of_after_all_is_promised_to_nobody_else() {
        story.tell("""
                stock    NORTH MUG 2
                stock    NORTH TEE 1
                hold     A MUG 2    → MUG 2 NORTH
                """);
        CheckoutId hold = story.checkout("A");
        rolledBack(tx -> story.holds.release(tx, List.of(hold)));
        story.tell("""
                hold     B MUG 1    → out of stock {MUG=0}
                """);
        var another = new HoldRequest(hold, new TreeMap<>(Map.of(Sku.of("TEE"), 1L)), null, Map.of());
        rolledBack(tx -> assertThat(story.holds.change(tx, another)).isInstanceOf(HoldPlan.Granted.class));
        story.tell("""
                hold     C MUG 1    → out of stock {MUG=0}
                release  A          → released
                hold     D MUG 2    → MUG 2 NORTH
                """);
    }

    private void rolledBack(Consumer<Tx> work) {
        assertThatThrownBy(() -> story.database.transact(tx -> {
                    work.accept(tx);
                    throw new IllegalStateException("It is not to be");
                }))
                .hasMessage("It is not to be");
    }

    @Test
    void what_the_same_transaction_has_taken_from_stock_is_not_promised_again() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 1    → MUG 1 NORTH
                hold     B MUG 1    → MUG 1 NORTH
                """);
        story.database.transact(tx -> {
            story.holds.harden(tx, List.of(new Holds.Payable(story.read("A"), new ShipTo("GB", "SW1Y 4JH"))));
            assertThat(story.holds.reserve(tx, List.of(request(1)))).satisfiesExactly(refused());
        });
    }

    @Test
    void a_transaction_that_is_tried_again_reserves_the_same_once() {
        story.tell("stock NORTH MUG 3");
        List<HoldRequest> requests = List.of(request(2), request(2), request(1));
        for (int time = 1; time <= 3; time++) {
            assertThatThrownBy(() -> story.database.transact(tx -> {
                        assertThat(story.holds.reserve(tx, requests)).satisfiesExactly(granted(), refused(), granted());
                        throw new IllegalStateException("rolled back");
                    }))
                    .hasMessage("rolled back");
        }
        assertThat(story.steps.open(requests)).satisfiesExactly(granted(), refused(), granted());
        story.tell("stock? MUG → 3 on hand, 3 held, 0 allocated, 0 available");
    }

    @Test
    void what_a_process_claimed_that_died_is_anyones_at_once() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 1    → MUG 1 NORTH
                """);
        String gone = story.database.inTransaction(SoftHolds::transaction);
        redis.claim("MUG", CheckoutId.next(), gone, "NORTH", 1);
        story.tell("""
                hold     B MUG 1    → MUG 1 NORTH
                hold     C MUG 1    → out of stock {MUG=0}
                """);
    }

    @Test
    void what_redis_does_not_know_yet_or_any_more_comes_from_the_database() {
        story.tell("""
                stock    NORTH MUG 2
                hold     A MUG 2    → MUG 2 NORTH
                hold     B MUG 1    → out of stock {MUG=0}
                """);
        var other = RedisReservations.connect(redis.url(), HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS);
        redis.flush();
        reservations.close();
        reservations = other;
        var again = story.onAnotherNode(other);
        again.tell("""
                hold     B MUG 1    → out of stock {MUG=0}
                release  A          → released
                hold     B MUG 2    → MUG 2 NORTH
                """);
    }

    @Test
    void warehouses_are_chosen_by_the_policy_of_the_shop() {
        try (var byPriority = RedisReservations.connect(redis.url(), HoldPolicy.DEFAULT, SourcingPolicy.PRIORITY)) {
            story.onAnotherNode(byPriority).tell("""
                    stock    NORTH MUG 1
                    stock    SOUTH MUG 3
                    hold     A MUG 2    → MUG 1 NORTH, MUG 1 SOUTH
                    hold     B MUG 2    → MUG 2 SOUTH
                    pay      A          → paying
                    """);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://:sound@host:99999", "redis://:sound@[::1", "redis://sound"})
    void an_address_that_is_none_is_not_repeated(String url) {
        assertThatThrownBy(() -> RedisReservations.connect(url, HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS))
                .isInstanceOf(CannotStart.class)
                .hasMessageNotContaining(":sound");
    }

    @Test
    void an_address_where_nothing_answers_is_told_without_its_password() {
        var gone = TestRedis.start();
        gone.kill();
        String url = gone.url().replace("//", "//shop:sound@");
        assertThatThrownBy(() -> RedisReservations.connect(url, HoldPolicy.DEFAULT, SourcingPolicy.FEWEST_PARCELS))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("The Redis at 127.0.0.1:")
                .hasMessageContaining("(HOLDFAST_REDIS_URL) cannot be used: ")
                .hasMessageNotContaining("sound");
    }

    private Refusal refusalOf(Function<Tx, Object> change) {
        return assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> story.database.inTransaction(change))
                .actual();
    }

    private void adjust(Change change) {
        story.database.inTransaction(
                tx -> stockRoom.adjust(tx, MUG, NORTH, change, "Stocktaking", "adjustment:" + UUID.randomUUID()));
    }

    private String checkout(String name) {
        return story.checkout(name).toString();
    }

    private static HoldRequest request(long mugs) {
        CheckoutId checkout = BareCheckouts.open(DATABASE.database());
        var wanted = new TreeMap<>(Map.of(MUG, mugs));
        return new HoldRequest(checkout, wanted, null, Map.of());
    }

    private static ThrowingConsumer<HoldPlan> granted() {
        return plan -> assertThat(plan).isInstanceOf(HoldPlan.Granted.class);
    }

    private static ThrowingConsumer<HoldPlan> refused() {
        return plan -> assertThat(plan).isInstanceOf(HoldPlan.OutOfStock.class);
    }

    private long heldInStock() {
        return story.database.inTransaction(
                tx -> tx.query("select sum(held) from stock").mapTo(Long.class).one());
    }

    /// Finds fewer pieces on the shelf than were believed to be there.
    private void lose(int pieces, String warehouse) {
        story.database.transact(tx -> tx.update("update stock set on_hand = on_hand - :pieces where warehouse = :code")
                .bind("pieces", pieces)
                .bind("code", warehouse)
                .execute());
    }
}
