package holdfast.inventory;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.catalog.SaleTerms;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourcingTest {

    @Test
    void one_warehouse_that_can_serve_everything_beats_two_that_are_asked_first() {
        assertThat(decide("""
                A MUG 5
                B MUG 1
                B BOWL 9
                """, Map.of("MUG", 1L, "BOWL", 2L)))
                .isEqualTo("BOWL 2 B, MUG 1 B · fewest-parcels: B can serve it all and is asked first");
    }

    @Test
    void among_equals_the_one_that_is_asked_first_is_taken() {
        assertThat(decide("""
                A MUG 5
                B MUG 5
                """, Map.of("MUG", 5L)))
                .isEqualTo("MUG 5 A · fewest-parcels: A can serve it all and is asked first");
    }

    @Test
    void a_line_is_split_where_no_warehouse_has_enough_of_it() {
        assertThat(decide("""
                A MUG 2
                B MUG 2
                C MUG 3
                """, Map.of("MUG", 5L)))
                .isEqualTo("MUG 2 A, MUG 3 C · fewest-parcels: no fewer than 2 can serve it all: A, C");
    }

    @Test
    void of_many_warehouses_it_does_not_claim_that_fewer_could_not() {
        var stock = new StringBuilder("W00 A 2\nW00 B 2\nW01 A 3\nW02 B 3\n");
        for (int i = 3; i <= 10; i++) stock.append(String.format("W%02d A 1%n", i));
        assertThat(decide(stock.toString(), Map.of("A", 3L, "B", 3L)))
                .endsWith("fewest-parcels: together, these 3 can serve it all: W00, W01, W02");
    }

    @Test
    void by_priority_each_piece_comes_from_the_first_warehouse_that_has_it() {
        assertThat(by(SourcingPolicy.PRIORITY, """
                A MUG 5
                B MUG 1
                B BOWL 9
                """, null, Map.of("MUG", 1L, "BOWL", 2L)))
                .isEqualTo("BOWL 2 B, MUG 1 A · priority: A, B have all of it together, asked in this order");
        assertThat(by(SourcingPolicy.PRIORITY, """
                A MUG 2
                B MUG 9
                """, null, Map.of("MUG", 3L)))
                .isEqualTo("MUG 2 A, MUG 1 B · priority: A, B have all of it together, asked in this order");
        assertThat(by(SourcingPolicy.PRIORITY, """
                A MUG 2
                B MUG 9
                """, null, Map.of("MUG", 2L)))
                .isEqualTo("MUG 2 A · priority: A is asked first and has all of it");
        assertThat(by(SourcingPolicy.PRIORITY, """
                A MUG 0
                B MUG 9
                """, null, Map.of("MUG", 2L)))
                .isEqualTo("MUG 2 B · priority: only B has any of it");
    }

    @Test
    void the_nearest_warehouse_is_the_one_whose_smallest_area_around_the_address_ranks_first() {
        String stock = """
                A MUG 5
                B MUG 5
                C MUG 5
                """;
        assertThat(by(SourcingPolicy.NEAREST, stock, new ShipTo("GB", "sw1y 4jh"), Map.of("MUG", 1L)))
                .isEqualTo("MUG 1 C · nearest: C is nearest to the address and has all of it");
        assertThat(by(SourcingPolicy.NEAREST, stock, new ShipTo("GB", "M1 1AA"), Map.of("MUG", 12L)))
                .isEqualTo("MUG 5 B, MUG 5 C, MUG 2 A"
                        + " · nearest: B, C, A have all of it together, asked in this order");
        assertThat(by(SourcingPolicy.NEAREST, stock, new ShipTo("GB", null), Map.of("MUG", 1L)))
                .startsWith("MUG 1 B · nearest: B is nearest");
    }

    @Test
    void what_is_near_to_nothing_is_chosen_by_priority_and_says_so() {
        String stock = """
                A MUG 5
                B MUG 5
                """;
        assertThat(by(SourcingPolicy.NEAREST, stock, new ShipTo("FR", "75001"), Map.of("MUG", 1L)))
                .isEqualTo("MUG 1 A · nearest, by priority as none of them serves the address:"
                        + " A is asked first and has all of it");
        assertThat(by(SourcingPolicy.NEAREST, stock, null, Map.of("MUG", 1L)))
                .isEqualTo("MUG 1 A · nearest, by priority as long as there is no address:"
                        + " A is asked first and has all of it");
    }

    @Test
    void of_many_warehouses_only_some_are_named() {
        String stock = IntStream.range(0, 8).mapToObj(i -> "W" + i + " MUG 1\n").collect(joining());
        assertThat(by(SourcingPolicy.PRIORITY, stock, null, Map.of("MUG", 8L)))
                .endsWith("W0, W1, W2, W3, W4 and 3 more have all of it together, asked in this order");
    }

    @Test
    void what_is_short_is_named_with_what_there_is() {
        assertThat(decide("""
                A MUG 2
                B MUG 2
                A BOWL 1
                """, Map.of("MUG", 5L, "BOWL", 1L, "CUP", 1L))).isEqualTo("out of stock {CUP=0, MUG=4}");
    }

    @Test
    void the_next_request_finds_what_the_one_before_has_left() {
        var sourcing = stocked("A MUG 3");
        assertThat(words(sourcing.decide(request(Map.of("MUG", 2L))))).startsWith("MUG 2 A");
        assertThat(words(sourcing.decide(request(Map.of("MUG", 2L))))).isEqualTo("out of stock {MUG=1}");
        assertThat(words(sourcing.decide(request(Map.of("MUG", 1L))))).startsWith("MUG 1 A");
    }

    @Test
    void what_is_not_there_is_backordered_and_the_reason_says_so() {
        var sourcing = stocked("A MUG 3");
        sourcing.backordered(Sku.of("MUG"), 1);
        assertThat(words(sourcing.decide(backorderable(Map.of("MUG", 4L), 3))))
                .isEqualTo("MUG 3 A, MUG 1  · fewest-parcels: only A has any of it; the rest is backordered");
        assertThat(words(sourcing.decide(backorderable(Map.of("MUG", 2L), 3)))).isEqualTo("out of stock {MUG=1}");
        assertThat(words(sourcing.decide(backorderable(Map.of("MUG", 1L), 3))))
                .isEqualTo("MUG 1  · fewest-parcels: none of it is in stock yet; all of it is backordered");
        assertThat(words(sourcing.decide(backorderable(Map.of("MUG", 1L), 2)))).isEqualTo("out of stock {MUG=0}");
    }

    private static HoldRequest backorderable(Map<String, Long> wanted, int limit) {
        return new HoldRequest(
                CheckoutId.next(), bySku(wanted), null, Map.of(Sku.of("MUG"), new SaleTerms(null, null, limit)));
    }

    @Test
    void whatever_is_asked_is_granted_exactly_if_it_is_there_and_never_from_more_warehouses_than_needed() {
        long seed = System.nanoTime();
        System.out.println("SourcingTest seed " + seed);
        var random = new SplittableRandom(seed);
        var policies = List.of(SourcingPolicy.values());
        for (int round = 0; round < 2_000; round++) {
            int warehouses = 1 + random.nextInt(12);
            SourcingPolicy policy = policies.get(random.nextInt(policies.size()));
            var stock = new TreeMap<String, Map<String, Long>>();
            var sourcing = new Sourcing(policy, NEAR);
            for (String sku : List.of("A", "B", "C")) {
                for (int i = 0; i < warehouses; i++) {
                    String warehouse = String.format("W%02d", i);
                    long pieces = random.nextInt(4);
                    stock.computeIfAbsent(sku, _ -> new TreeMap<>()).put(warehouse, pieces);
                    sourcing.add(Sku.of(sku), new Sourcing.Place(i, WarehouseCode.of(warehouse)), pieces);
                }
            }
            var wanted = new TreeMap<String, Long>();
            for (String sku : List.of("A", "B", "C")) {
                if (random.nextBoolean()) wanted.put(sku, 1L + random.nextInt(8));
            }
            if (wanted.isEmpty()) continue;
            boolean there = wanted.entrySet().stream()
                    .allMatch(line -> sum(stock.getOrDefault(line.getKey(), Map.of())) >= line.getValue());
            switch (sourcing.decide(request(wanted))) {
                case HoldPlan.OutOfStock _ ->
                    assertThat(there).as("seed %d", seed).isFalse();
                case HoldPlan.Granted granted -> {
                    assertThat(there).as("seed %d", seed).isTrue();
                    var held = new TreeMap<String, Long>();
                    granted.lines().forEach(line -> {
                        held.merge(line.sku().code(), line.quantity(), Long::sum);
                        assertThat(line.quantity())
                                .as("seed %d", seed)
                                .isBetween(
                                        1L,
                                        stock.getOrDefault(line.sku().code(), Map.of())
                                                .getOrDefault(line.warehouse().code(), 0L));
                    });
                    assertThat(held).as("seed %d", seed).isEqualTo(wanted);
                    long parcels = granted.lines().stream()
                            .map(HeldLine::warehouse)
                            .distinct()
                            .count();
                    if (warehouses <= 10 && policy == SourcingPolicy.FEWEST_PARCELS) {
                        assertThat(parcels).as("seed %d", seed).isEqualTo(fewest(stock, wanted, warehouses));
                    }
                }
            }
        }
    }

    private static long fewest(Map<String, Map<String, Long>> stock, Map<String, Long> wanted, int warehouses) {
        return IntStream.range(1, 1 << warehouses)
                .filter(set -> wanted.entrySet().stream()
                        .allMatch(line -> IntStream.range(0, warehouses)
                                        .filter(i -> (set & 1 << i) != 0)
                                        .mapToLong(i -> stock.getOrDefault(line.getKey(), Map.of())
                                                .getOrDefault(String.format("W%02d", i), 0L))
                                        .sum()
                                >= line.getValue()))
                .map(Integer::bitCount)
                .min()
                .orElseThrow();
    }

    private static long sum(Map<String, Long> pieces) {
        return pieces.values().stream().mapToLong(Long::longValue).sum();
    }

    /// B is near to Great Britain, C even nearer to the middle of London, and A not far.
    private static final Nearness NEAR = new Nearness(Map.of(
            WarehouseCode.of("A"), List.of(new ServiceArea("GB", null, 30)),
            WarehouseCode.of("B"), List.of(new ServiceArea("GB", null, 10)),
            WarehouseCode.of("C"),
                    List.of(
                            new ServiceArea("GB", null, 20),
                            new ServiceArea("GB", "SW1", 5),
                            new ServiceArea("GB", "SW", 90))));

    private static String decide(String stock, Map<String, Long> wanted) {
        return words(stocked(stock).decide(request(wanted)));
    }

    private static String by(SourcingPolicy policy, String stock, @Nullable ShipTo shipTo, Map<String, Long> wanted) {
        return words(stock(new Sourcing(policy, NEAR), stock)
                .decide(new HoldRequest(CheckoutId.next(), bySku(wanted), shipTo, Map.of())));
    }

    private static Sourcing stocked(String stock) {
        return stock(new Sourcing(SourcingPolicy.FEWEST_PARCELS, Nearness.UNKNOWN), stock);
    }

    private static Sourcing stock(Sourcing sourcing, String stock) {
        stock.lines()
                .map(line -> line.split(" "))
                .forEach(words -> sourcing.add(
                        Sku.of(words[1]), new Sourcing.Place(1, WarehouseCode.of(words[0])), Long.parseLong(words[2])));
        return sourcing;
    }

    private static HoldRequest request(Map<String, Long> wanted) {
        return new HoldRequest(CheckoutId.next(), bySku(wanted), null, Map.of());
    }

    private static SortedMap<Sku, Long> bySku(Map<String, Long> wanted) {
        var bySku = new TreeMap<Sku, Long>();
        wanted.forEach((sku, pieces) -> bySku.put(Sku.of(sku), pieces));
        return bySku;
    }

    private static String words(HoldPlan plan) {
        return switch (plan) {
            case HoldPlan.Granted granted ->
                String.join(
                                ", ",
                                granted.lines().stream()
                                        .map(line -> line.sku() + " " + line.quantity() + " " + line.warehouse())
                                        .toList())
                        + " · " + granted.sourcing();
            case HoldPlan.OutOfStock short_ -> "out of stock " + short_.available();
        };
    }
}
