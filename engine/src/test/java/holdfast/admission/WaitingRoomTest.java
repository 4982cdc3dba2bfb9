package holdfast.admission;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.Parallel;
import holdfast.Row;
import holdfast.TestDatabase;
import holdfast.admission.WaitingRoom.Policy;
import holdfast.db.GroupCommit;
import holdfast.db.TransactionPerCommand;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A queue before a shop with three units of one thing, two of whose customers may be inside at once.
class WaitingRoomTest {

    private static final Sku DROP = Sku.of("DROP");
    private static final Policy POLICY = new Policy(2, Duration.ofSeconds(30), Duration.ofMinutes(3));

    private final TestDatabase database = TestDatabase.create();
    private final GroupCommit pipeline = new GroupCommit(database.database(), GroupCommit.Limits.DEFAULT);
    private final WaitingRoom room = new WaitingRoom(database.database(), pipeline, POLICY);
    private final Map<String, CheckoutId> checkouts = new HashMap<>();

    @BeforeEach
    void stock() {
        execute("insert into product (sku, title, price_minor, currency) values ('DROP', 'Drop', 100, 'EUR')");
        execute("insert into warehouse (code, title, country) values ('main', 'Main', 'DE')");
        execute("insert into stock (sku, warehouse, on_hand) values ('DROP', 'main', 3)");
        begins(Duration.ZERO);
    }

    @AfterEach
    void close() {
        pipeline.close();
        database.close();
    }

    @Test
    void a_sale_that_is_over_is_locked_before_its_tickets() throws Exception {
        come("ada");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> ended;
            try (var _ = new Row(database, "sale", "sku", "DROP").keep()) {
                ended = threads.submit(() -> database.database().inTransaction(tx -> room.end(tx, DROP)));
                long end = System.nanoTime() + SECONDS.toNanos(10);
                while (database.waiting() == 0) assertThat(System.nanoTime()).isLessThan(end);
                assertThat(new Row(database, "sale_ticket", "number", "1")).matches(Row::isFree, "is free");
            }
            assertThat(ended.get(10, SECONDS)).isTrue();
        }
    }

    @Test
    void those_who_come_first_are_called_first() {
        come("ada", "bob", "cy", "dot");
        assertThat(place("dot")).isEqualTo(new Place.Waiting(3, null));
        room.round();
        assertThat(place("ada")).isInstanceOf(Place.Inside.class);
        assertThat(place("bob")).isInstanceOf(Place.Inside.class);
        assertThat(place("cy")).isInstanceOf(Place.Waiting.class);
        assertThat(place("dot"))
                .isInstanceOfSatisfying(
                        Place.Waiting.class, dot -> assertThat(dot.ahead()).isEqualTo(1));
    }

    @Test
    void nobody_is_called_before_it_begins_but_has_a_place() {
        begins(Duration.ofMinutes(5));
        come("ada", "bob");
        room.round();
        assertThat(place("bob"))
                .isInstanceOfSatisfying(
                        Place.Early.class, bob -> assertThat(bob.ahead()).isEqualTo(1));
        database.shiftClock(Duration.ofMinutes(5));
        room.round();
        assertThat(place("bob")).isInstanceOf(Place.Inside.class);
    }

    @Test
    void a_place_is_kept_when_the_page_is_loaded_again_and_when_the_server_is_another() {
        come("ada", "bob", "cy", "dot", "dot", "dot", "eve");
        room.round();
        var other = new WaitingRoom(database.database(), new TransactionPerCommand(database.database()), POLICY);
        other.round();
        assertThat(other.look(DROP, secret("dot")))
                .get()
                .isInstanceOfSatisfying(
                        Place.Waiting.class, dot -> assertThat(dot.ahead()).isEqualTo(1));
        assertThat(other.look(DROP, secret("ada"))).get().isInstanceOf(Place.Inside.class);
        assertThat(other.look(DROP, secret("nobody"))).isEmpty();
    }

    @Test
    void the_next_is_called_when_somebody_has_bought() {
        come("ada", "bob", "cy");
        room.round();
        opens("ada");
        room.round();
        assertThat(place("ada")).isEqualTo(new Place.Buying());
        assertThat(place("cy")).isInstanceOf(Place.Waiting.class);
        buys("ada");
        room.round();
        assertThat(place("ada")).isEqualTo(new Place.Bought());
        assertThat(place("cy")).isInstanceOf(Place.Inside.class);
    }

    @Test
    void who_does_not_come_when_called_or_does_not_buy_makes_room_for_the_next() {
        come("ada", "bob", "cy", "dot");
        room.round();
        assertThat(place("bob")).isInstanceOf(Place.Inside.class);
        database.shiftClock(Duration.ofSeconds(31));
        room.round();
        assertThat(place("ada")).isEqualTo(new Place.Missed());
        assertThat(place("bob")).isInstanceOf(Place.Inside.class);
        assertThat(place("cy")).isInstanceOf(Place.Inside.class);
        database.shiftClock(Duration.ofMinutes(3));
        room.round();
        assertThat(place("bob")).isEqualTo(new Place.Missed());
        assertThat(place("dot")).isInstanceOf(Place.Inside.class);
        assertThat(room.comeAgain(DROP, secret("ada"))).isInstanceOf(Place.Waiting.class);
        room.round();
        assertThat(place("ada")).as("the last in the row").isInstanceOf(Place.Inside.class);
    }

    @Test
    void never_more_are_called_than_there_are_units() {
        execute("update stock set on_hand = 1");
        come("ada", "bob", "cy");
        room.round();
        assertThat(place("ada")).isInstanceOf(Place.Inside.class);
        assertThat(place("bob")).isInstanceOf(Place.Waiting.class);
        opens("ada");
        room.round();
        assertThat(place("bob")).as("it is held").isInstanceOf(Place.Waiting.class);
        expires("ada");
        room.round();
        assertThat(place("ada")).isEqualTo(new Place.Missed());
        assertThat(place("bob")).as("it came back").isInstanceOf(Place.Inside.class);
    }

    @Test
    void when_all_is_sold_everybody_hears_it_and_hears_when_something_comes_back() {
        execute("update stock set on_hand = 1");
        come("ada", "bob");
        room.round();
        opens("ada");
        buys("ada");
        room.round();
        assertThat(place("ada")).isEqualTo(new Place.Bought());
        assertThat(place("bob")).isEqualTo(new Place.SoldOut());
        assertThat(place("late")).isEqualTo(new Place.SoldOut());
        execute("update stock set allocated = 0"); // the order was canceled
        room.round();
        assertThat(place("bob")).as("the queue is asked first").isInstanceOf(Place.Inside.class);
    }

    @Test
    void that_all_is_sold_is_told_from_memory() {
        come("ada");
        execute("update stock set on_hand = 0");
        room.round();
        pipeline.close(); // Nobody could ask the database for a place.
        var threads = ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 2_000; i++) place("warm up " + i);
        long began = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < 1_000; i++) assertThat(place("late " + i)).isEqualTo(new Place.SoldOut());
        assertThat(Duration.ofNanos((threads.getCurrentThreadCpuTime() - began) / 1_000))
                .isLessThan(Duration.ofMillis(1));
    }

    @Test
    void only_who_is_inside_may_buy() {
        come("ada", "bob", "cy");
        room.round();
        Set<Sku> basket = Set.of(DROP, Sku.of("MUG"));
        assertThat(room.mayBuy(basket, secret("ada"))).isTrue();
        assertThat(room.mayBuy(basket, secret("cy"))).isFalse();
        assertThat(room.mayBuy(basket, secret("nobody"))).isFalse();
        assertThat(room.mayBuy(basket, null)).isFalse();
        assertThat(room.mayBuy(Set.of(Sku.of("MUG")), null)).isTrue();
        opens("ada");
        assertThat(room.mayBuy(basket, secret("ada"))).as("once").isFalse();
    }

    @Test
    void those_who_come_at_once_get_a_place_each() throws Exception {
        Parallel.all(IntStream.range(0, 300)
                .<Callable<Place>>mapToObj(i -> () -> place("visitor " + i % 200))
                .toList());
        List<Long> numbers = database.database()
                .inTransaction(tx -> tx.query("select number from sale_ticket order by number")
                        .mapTo(Long.class)
                        .list());
        assertThat(numbers)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 200).boxed().toList());
    }

    @Test
    void the_queue_tells_how_fast_it_moves() {
        execute("update stock set on_hand = 1000");
        come(IntStream.range(0, 50).mapToObj(i -> "visitor " + i).toArray(String[]::new));
        for (int i = 0; i < 10; i += 2) {
            room.round();
            for (int buyer = i; buyer < i + 2; buyer++) {
                place("visitor " + buyer);
                opens("visitor " + buyer);
                buys("visitor " + buyer);
            }
        }
        room.round();
        assertThat(place("visitor 49")).isInstanceOfSatisfying(Place.Waiting.class, last -> {
            assertThat(last.ahead()).isEqualTo(37);
            assertThat(last.estimate()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(25)); // two a second
        });
    }

    @Test
    void what_is_not_sold_this_way_has_no_queue() {
        assertThat(room.sale(Sku.of("MUG"))).isEmpty();
        assertThat(room.look(Sku.of("MUG"), secret("ada"))).isEmpty();
        assertThatThrownBy(() -> room.come(Sku.of("MUG"), secret("ada"))).isInstanceOf(Refusal.class);
        database.database().transact(tx -> room.end(tx, DROP));
        room.round();
        assertThat(room.isEmpty()).isTrue();
    }

    private void begins(Duration later) {
        database.database().transact(tx -> room.plan(tx, DROP, tx.now().plus(later), null));
        // Looks, and calls nobody yet.
        room.round();
    }

    private void come(String... visitors) {
        for (String visitor : visitors) place(visitor);
    }

    private Place place(String visitor) {
        return room.come(DROP, secret(visitor));
    }

    private void opens(String visitor) {
        CheckoutId checkout = CheckoutId.next();
        checkouts.put(visitor, checkout);
        database.database().transact(tx -> {
            tx.update("""
                    insert into hold (checkout_id, state, created_at, expires_at, hard_deadline, sourcing, skus,
                                      warehouses, quantities)
                    values (:id, 'active', shop_clock(), shop_clock() + interval '1 hour',
                            shop_clock() + interval '1 hour', '', '{DROP}', '{MAIN}', '{1}')
                    """).bind("id", checkout.value()).execute();
            tx.update("update stock set held = held + 1").execute();
        });
        room.opened(Set.of(DROP), secret(visitor), checkout);
    }

    private void buys(String visitor) {
        ends(visitor, "committed", "update stock set held = held - 1, allocated = allocated + 1");
    }

    private void expires(String visitor) {
        ends(visitor, "expired", "update stock set held = held - 1");
    }

    private void ends(String visitor, String state, String stock) {
        database.database().transact(tx -> {
            tx.update("update hold set state = :state, closed_at = shop_clock() where checkout_id = :checkout")
                    .bind("state", state)
                    .bind(
                            "checkout",
                            Objects.requireNonNull(checkouts.get(visitor)).value())
                    .execute();
            tx.update(stock).execute();
        });
    }

    private void execute(String sql) {
        database.database().transact((Tx tx) -> tx.update(sql).execute());
    }

    private static byte[] secret(String visitor) {
        return visitor.getBytes(StandardCharsets.UTF_8);
    }
}
