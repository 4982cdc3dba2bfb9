package holdfast.inventory;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.BareCheckouts;
import holdfast.Parallel;
import holdfast.TestDatabase;
import holdfast.catalog.SaleTerms;
import holdfast.db.Database;
import holdfast.event.Outbox;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Many shoppers at the same moment, on two nodes with one database.
@ParameterizedClass
@EnumSource(Strategy.class)
final class ReservationsRaceTest {

    private static final int SHOPPERS = 200;
    private static final int AT_ONCE = 12;
    private static final TestDatabase TEST = TestDatabase.create(AT_ONCE);
    private static final Database OTHER = new Database(TEST.url(), AT_ONCE);

    private final Strategy strategy;
    private final TestReservations reservations;
    private final HoldStory story;
    private final List<Node> nodes;

    /// @param turns as many as it has connections, so that nobody waits in vain for one on a slow machine
    private record Node(Database database, Holds holds, Steps steps, Semaphore turns) {

        Node(Database database, Holds holds, Steps steps) {
            this(database, holds, steps, new Semaphore(AT_ONCE, true));
        }

        String serve(Shopper shopper, int number) throws Exception {
            turns.acquire();
            try {
                return shopper.shop(this, number);
            } finally {
                turns.release();
            }
        }
    }

    ReservationsRaceTest(Strategy strategy) {
        this.strategy = strategy;
        reservations = new TestReservations(strategy);
        story = new HoldStory(TEST, reservations);
        var other = new Holds(HoldPolicy.DEFAULT, reservations.node(), new Outbox());
        nodes = List.of(
                new Node(TEST.database(), story.holds, story.steps),
                new Node(OTHER, other, reservations.steps(OTHER, other)));
    }

    @AfterAll
    static void close() {
        OTHER.close();
        try (TEST) {
            assertThat(TEST.deadlocks()).isZero();
        }
    }

    @AfterEach
    void the_books_are_right() {
        reservations.close();
        assertThat(story.broken()).isEmpty();
    }

    @Test
    void of_a_hundred_units_a_hundred_are_sold() throws Exception {
        story.put("NORTH", "MUG", 60);
        story.put("SOUTH", "MUG", 40);
        List<String> heard = atOnce((node, _) -> buy(node, one("MUG")));
        assertThat(heard).filteredOn("sold"::equals).hasSize(100);
        assertThat(heard).filteredOn(each -> each.startsWith("out of stock")).hasSize(SHOPPERS - 100);
        story.tell("stock? MUG → 100 on hand, 0 held, 100 allocated, 0 available");
    }

    @Test
    void of_a_hundred_units_and_fifty_to_come_all_are_promised_and_no_more() throws Exception {
        story.put("NORTH", "MUG", 60);
        story.put("SOUTH", "MUG", 40);
        var terms = Map.of(Sku.of("MUG"), new SaleTerms(null, null, 50));
        List<String> heard = atOnce((node, _) -> buy(node, one("MUG"), terms));
        assertThat(heard).filteredOn("sold"::equals).hasSize(150);
        assertThat(heard).filteredOn(each -> each.startsWith("out of stock")).hasSize(SHOPPERS - 150);
        story.tell("""
                stock?       MUG    → 100 on hand, 0 held, 100 allocated, 0 available
                backordered? MUG    → 50
                """);
    }

    @Test
    void nobody_is_refused_while_there_is_enough() throws Exception {
        for (String sku : List.of("A", "B", "C", "D")) {
            story.put("NORTH", sku, SHOPPERS / 2);
            story.put("SOUTH", sku, SHOPPERS / 2);
        }
        assertThat(atOnce((node, _) -> buy(node, wanted("A", 1, "B", 1, "C", 1, "D", 1))))
                .containsOnly("sold");
    }

    @Test
    void holds_of_many_lines_come_and_go_and_strand_nothing() throws Exception {
        long seed = System.nanoTime();
        System.out.println("ReservationsRaceTest seed " + seed);
        List<String> skus = List.of("A", "B", "C", "D", "E", "F", "G", "H");
        for (String sku : skus) {
            story.put("NORTH", sku, 12);
            story.put("SOUTH", sku, 8);
        }
        var seeds = new SplittableRandom(seed);
        List<SplittableRandom> randoms = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) randoms.add(seeds.split());
        List<String> heard = atOnce((node, i) -> {
            SplittableRandom random = randoms.get(i);
            var basket = new TreeMap<Sku, Long>();
            for (int line = 0; line < 4; line++) {
                basket.put(Sku.of(skus.get(random.nextInt(skus.size()))), 1L + random.nextInt(2));
            }
            return random.nextBoolean() ? look(node, basket) : buy(node, basket);
        });
        assertThat(heard).contains("sold", "left").doesNotContain("too late");
        for (String sku : skus) {
            Stock stock = TEST.database().inTransaction(tx -> new StockRoom((_, _) -> {}).stock(tx, Sku.of(sku)));
            assertThat(stock.held()).isZero();
            long left = stock.available();
            if (left > 0) assertThat(buy(nodes.getFirst(), wanted(sku, left))).isEqualTo("sold");
            assertThat(buy(nodes.getLast(), one(sku))).isIn(refusalsOfTheLast(sku));
        }
    }

    /// What one may hear who wants what is gone. A counter in Redis may not know yet; whoever pays hears it
    /// then.
    private List<String> refusalsOfTheLast(String sku) {
        return switch (strategy) {
            case PESSIMISTIC, OPTIMISTIC, BATCHED -> List.of("out of stock");
            case REDIS -> List.of("out of stock", "out of stock {" + sku + "=0}");
        };
    }

    private interface Shopper {
        String shop(Node node, int number) throws Exception;
    }

    private List<String> atOnce(Shopper shopper) throws Exception {
        List<Callable<String>> tasks = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) {
            int number = i;
            tasks.add(() -> nodes.get(number % nodes.size()).serve(shopper, number));
        }
        return Parallel.all(tasks);
    }

    /// Holds, and lets go.
    private static String look(Node node, SortedMap<Sku, Long> basket) {
        CheckoutId checkout = BareCheckouts.open(node.database);
        if (!held(node, checkout, basket, Map.of())) return "out of stock";
        node.steps.carryOut(tx -> {
            Hold hold = requireNonNull(node.holds.lock(tx, List.of(checkout)).get(checkout));
            node.holds.release(tx, List.of(hold.checkout()));
            return hold;
        });
        return "left";
    }

    /// Holds, pays, and gets it.
    private static String buy(Node node, SortedMap<Sku, Long> basket) {
        return buy(node, basket, Map.of());
    }

    private static String buy(Node node, SortedMap<Sku, Long> basket, Map<Sku, SaleTerms> terms) {
        CheckoutId checkout = BareCheckouts.open(node.database);
        if (!held(node, checkout, basket, terms)) return "out of stock";
        String paying = HoldStory.pay(node.steps, node.holds, checkout);
        if (!paying.equals("paying")) return paying;
        node.steps.carryOut(tx -> {
            Hold hold = requireNonNull(node.holds.lock(tx, List.of(checkout)).get(checkout));
            node.holds.commit(tx, List.of(hold));
            return hold;
        });
        return "sold";
    }

    private static boolean held(
            Node node, CheckoutId checkout, SortedMap<Sku, Long> basket, Map<Sku, SaleTerms> terms) {
        var request = new HoldRequest(checkout, basket, null, terms);
        return node.steps.open(List.of(request)).getFirst() instanceof HoldPlan.Granted;
    }

    private static SortedMap<Sku, Long> one(String sku) {
        return wanted(sku, 1);
    }

    private static SortedMap<Sku, Long> wanted(Object... skusAndPieces) {
        var wanted = new TreeMap<Sku, Long>();
        for (int i = 0; i < skusAndPieces.length; i += 2) {
            wanted.put(Sku.of((String) skusAndPieces[i]), ((Number) skusAndPieces[i + 1]).longValue());
        }
        return wanted;
    }
}
