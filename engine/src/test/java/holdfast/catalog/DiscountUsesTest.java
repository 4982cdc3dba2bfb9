package holdfast.catalog;

import static holdfast.catalog.Samples.limited;
import static holdfast.catalog.Samples.percent;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.BareCheckouts;
import holdfast.Parallel;
import holdfast.TestDatabase;
import holdfast.catalog.DiscountUses.Claim;
import holdfast.db.Database;
import holdfast.db.StatementCount;
import holdfast.kernel.CheckoutId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// No code is used more often than it may be, by nobody and by all together.
final class DiscountUsesTest {

    private static final Pattern BLANKS = Pattern.compile(" +");
    private static final int SHOPPERS = 64;
    private static final TestDatabase TEST = TestDatabase.create(24);
    private static final Database DATABASE = TEST.database();

    private final DiscountUses uses = new DiscountUses();
    private final Map<String, CheckoutId> checkouts = new HashMap<>();

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void clear() {
        DATABASE.transact(tx -> tx.execute("truncate discount_use, discount_code"));
    }

    @Test
    void a_use_is_taken_kept_and_given_back() {
        check("""
                code  SPRING  2
                take  C1 ada SPRING         yes
                take  C2 bob SPRING         yes
                take  C3 cat SPRING         no
                uses  SPRING                2 of 2: C1 taken, C2 taken
                back  C1
                uses  SPRING                1 of 2: C1 returned, C2 taken
                take  C3 cat SPRING         yes
                keep  C2
                keep  C3
                uses  SPRING                2 of 2: C1 returned, C2 used, C3 used
                back  C2
                uses  SPRING                1 of 2: C1 returned, C2 returned, C3 used
                take  C1 ada SPRING         yes
                uses  SPRING                2 of 2: C1 taken, C2 returned, C3 used
                """);
    }

    @Test
    void every_step_may_be_repeated() {
        check("""
                code  SPRING  5
                take  C1 ada SPRING         yes
                take  C1 ada SPRING         yes
                uses  SPRING                1 of 5: C1 taken
                keep  C1
                keep  C1
                take  C1 ada SPRING         yes
                uses  SPRING                1 of 5: C1 used
                back  C1
                back  C1
                uses  SPRING                0 of 5: C1 returned
                keep  C1
                uses  SPRING                0 of 5: C1 returned
                """);
    }

    @Test
    void a_customer_has_a_limit_of_their_own() {
        check("""
                code  ONCE  - 1
                take  C1 ada ONCE           yes
                take  C2 ada ONCE           no
                take  C3 bob ONCE           yes
                back  C1
                take  C2 ada ONCE           yes
                take  C1 ada ONCE           no
                uses  ONCE                  2: C1 returned, C2 taken, C3 taken
                """);
    }

    @Test
    void all_codes_of_a_claim_are_taken_or_none() {
        check("""
                code  LAST  1
                code  MANY  9
                take  C1 ada MANY LAST      yes
                take  C2 bob MANY LAST      no
                take  C2 bob LAST MANY      no
                take  C2 bob MANY GONE      no
                take  C2 bob                yes
                take  C2 bob MANY MANY      yes
                uses  LAST                  1 of 1: C1 taken
                uses  MANY                  2 of 9: C1 taken, C2 taken
                back  C1
                uses  LAST                  0 of 1: C1 returned
                uses  MANY                  1 of 9: C1 returned, C2 taken
                """);
    }

    @Test
    void claims_of_one_list_are_decided_in_order() {
        check("""
                code  TWO   2
                code  ONCE  - 1
                take  C1 ada TWO, C2 bob TWO, C3 cat TWO, C4 dan           yes yes no yes
                take  C5 ada ONCE, C6 ada ONCE, C5 ada ONCE, C7 bob ONCE   yes no yes yes
                uses  TWO                   2 of 2: C1 taken, C2 taken
                uses  ONCE                  2: C5 taken, C7 taken
                """);
    }

    @Test
    void a_refused_claim_leaves_its_uses_to_the_next() {
        check("""
                code  A  1
                code  B  1
                take  C1 ada A, C2 bob B A, C3 cat B                       yes no yes
                uses  A                     1 of 1: C1 taken
                uses  B                     1 of 1: C3 taken
                """);
    }

    @Test
    void a_thousand_claims_take_as_many_statements_as_one() {
        put("BULK", 900, 1);
        List<Claim> claims = IntStream.range(0, 1_000)
                .mapToObj(i -> new Claim(BareCheckouts.open(DATABASE), List.of("BULK"), "customer" + i))
                .toList();

        assertThat(statementsOf(claims.subList(0, 1))).isEqualTo(4);
        assertThat(statementsOf(claims)).as("lock, uses, take, count").isEqualTo(4);
        assertThat(used("BULK")).isEqualTo(900);
    }

    @Test
    void sixty_four_shoppers_after_ten_uses_get_ten() throws Exception {
        put("TEN", 10, null);
        List<Boolean> answers = atOnce(IntStream.range(0, SHOPPERS)
                .mapToObj(i -> new Claim(BareCheckouts.open(DATABASE), List.of("TEN"), "customer" + i))
                .toList());

        assertThat(answers.stream().filter(yes -> yes)).hasSize(10);
        assertThat(used("TEN")).isEqualTo(10);
    }

    @Test
    void one_customer_in_sixty_four_tabs_gets_one() throws Exception {
        put("ONCE", null, 1);
        List<Boolean> answers = atOnce(IntStream.range(0, SHOPPERS)
                .mapToObj(_ -> new Claim(BareCheckouts.open(DATABASE), List.of("ONCE"), "ada"))
                .toList());

        assertThat(answers.stream().filter(yes -> yes)).hasSize(1);
        assertThat(used("ONCE")).isEqualTo(1);
    }

    @Test
    void codes_named_in_opposite_orders_lock_nobody_out() throws Exception {
        put("A", null, null);
        put("B", null, null);
        put("C", null, null);
        long deadlocks = deadlocks();
        List<Boolean> answers = atOnce(IntStream.range(0, SHOPPERS)
                .mapToObj(i -> new Claim(
                        BareCheckouts.open(DATABASE),
                        i % 2 == 0 ? List.of("A", "B", "C") : List.of("C", "B", "A"),
                        "customer" + i))
                .toList());

        assertThat(answers).containsOnly(true);
        assertThat(Stream.of("A", "B", "C").map(DiscountUsesTest::used)).containsOnly(SHOPPERS);
        assertThat(deadlocks()).isEqualTo(deadlocks);
    }

    @Test
    void what_is_taken_and_given_back_at_once_is_counted_right() throws Exception {
        put("BUSY", 8, null);
        List<CheckoutId> shoppers = Stream.generate(() -> BareCheckouts.open(DATABASE))
                .limit(SHOPPERS)
                .toList();

        Parallel.all(shoppers.stream()
                .map(shopper -> (Callable<Boolean>) () -> {
                    boolean taken = take(List.of(new Claim(shopper, List.of("BUSY"), "ada")))
                            .getFirst();
                    if (taken) DATABASE.transact(tx -> uses.giveBack(tx, List.of(shopper)));
                    return taken;
                })
                .toList());

        assertThat(used("BUSY")).isZero();
    }

    // ---------------------------------------------------------------- how the stories are read

    private void check(String story) {
        assertThat(story.lines()
                        .map(line -> String.join(" ", words(line)))
                        .map(this::told)
                        .toList())
                .isEqualTo(
                        story.lines().map(line -> String.join(" ", words(line))).toList());
    }

    /// The line, as it should have been written.
    private String told(String line) {
        List<String> words = words(line);
        return switch (words.getFirst()) {
            case "code" -> {
                put(words.get(1), limit(words.get(2)), words.size() > 3 ? limit(words.get(3)) : null);
                yield line;
            }
            case "take" -> {
                String claims = line.replaceAll("( (yes|no))+$", "");
                yield claims + answers(claims.substring("take ".length()));
            }
            case "keep" -> {
                DATABASE.transact(tx -> uses.keep(tx, List.of(checkout(words.get(1)))));
                yield line;
            }
            case "back" -> {
                DATABASE.transact(tx -> uses.giveBack(tx, List.of(checkout(words.get(1)))));
                yield line;
            }
            case "uses" -> "uses " + words.get(1) + " " + ledger(words.get(1));
            default -> throw new IllegalArgumentException(line);
        };
    }

    private String answers(String claims) {
        List<Claim> list = Arrays.stream(claims.split(", "))
                .map(DiscountUsesTest::words)
                .map(words -> new Claim(checkout(words.get(0)), words.subList(2, words.size()), words.get(1)))
                .toList();
        var answers = new StringBuilder();
        take(list).forEach(yes -> answers.append(yes ? " yes" : " no"));
        return answers.toString();
    }

    private String ledger(String code) {
        DiscountCode found =
                DATABASE.inTransaction(tx -> new DiscountCodes().find(tx, code).orElseThrow());
        Integer limit = found.terms().usesMax();
        return found.uses() + (limit == null ? "" : " of " + limit) + ": " + String.join(", ", states(code));
    }

    private List<String> states(String code) {
        Map<CheckoutId, String> names = new HashMap<>();
        checkouts.forEach((name, id) -> names.put(id, name));
        return DATABASE.inTransaction(tx -> tx
                .query("select checkout_id, state from discount_use where code = :code")
                .bind("code", code)
                .map((row, _) -> names.get(new CheckoutId(row.getObject("checkout_id", UUID.class))) + " "
                        + row.getString("state"))
                .stream()
                .sorted()
                .toList());
    }

    private static List<String> words(String line) {
        return BLANKS.splitAsStream(line).toList();
    }

    private CheckoutId checkout(String name) {
        return checkouts.computeIfAbsent(name, _ -> BareCheckouts.open(DATABASE));
    }

    private static @Nullable Integer limit(String word) {
        return word.equals("-") ? null : Integer.valueOf(word);
    }

    private static void put(String code, @Nullable Integer usesMax, @Nullable Integer usesPerCustomer) {
        DATABASE.transact(tx -> new DiscountCodes().put(tx, code, limited(percent("10"), usesMax, usesPerCustomer)));
    }

    private List<Boolean> take(List<Claim> claims) {
        return DATABASE.inTransaction(tx -> uses.take(tx, claims));
    }

    private int statementsOf(List<Claim> claims) {
        return StatementCount.of(TEST.url(), tx -> uses.take(tx, claims));
    }

    private static int used(String code) {
        return DATABASE.inTransaction(
                tx -> new DiscountCodes().find(tx, code).orElseThrow().uses());
    }

    private static long deadlocks() {
        return DATABASE.inTransaction(tx -> {
            tx.execute("select pg_stat_clear_snapshot()");
            return tx.query("select deadlocks from pg_stat_database where datname = current_database()")
                    .mapTo(Long.class)
                    .one();
        });
    }

    private List<Boolean> atOnce(List<Claim> claims) throws Exception {
        return Parallel.all(claims.stream()
                .map(claim -> (Callable<Boolean>) () -> take(List.of(claim)).getFirst())
                .toList());
    }
}
