package holdfast.inventory;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.BareCheckouts;
import holdfast.TestDatabase;
import holdfast.catalog.SaleTerms;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.event.Outbox;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/// Tells what happens to stock: one step per line and, after an arrow, what comes of it.
///
/// ```
/// stock    NORTH MUG 5                 five mugs lie in the north; warehouses are asked by their names
/// hold     A MUG 2 TEE 1               hold A wants two mugs and a shirt
/// hold     A MUG 2 | B MUG 1           two of them, one after the other in one transaction
/// change   A MUG 3                     it wants something else instead
/// pay      A                           its payment begins
/// decline  A                           and fails
/// commit   A                           or succeeds
/// release  A                           it is given back
/// clock    10m                         time passes
/// sweep                                what is due is expired
/// hold?    A                           its state
/// stock?   MUG                         what there is, as staff is told
/// limit    MUG 2                       so many mugs can be promised before they are there
/// backordered? MUG                     how many are
/// ```
final class HoldStory {

    private static final ShipTo LONDON = new ShipTo("GB", "SW1Y 4JH");

    private final TestDatabase testDatabase;
    private final Map<String, CheckoutId> names = new HashMap<>();
    private final Map<Sku, SaleTerms> terms = new HashMap<>();
    private final StockRoom stockRoom = new StockRoom((_, _) -> {});

    final Database database;
    final Holds holds;
    final Steps steps;

    HoldStory(TestDatabase testDatabase, Reservations reservations) {
        this(testDatabase, reservations, Steps.OneByOne::new);
    }

    HoldStory(TestDatabase testDatabase, TestReservations reservations) {
        this(testDatabase, reservations.node(), reservations::steps);
    }

    private HoldStory(
            TestDatabase testDatabase, Reservations reservations, BiFunction<Database, Holds, Steps> carriedOut) {
        this.testDatabase = testDatabase;
        this.database = testDatabase.database();
        this.holds = new Holds(HoldPolicy.DEFAULT, reservations, new Outbox());
        this.steps = carriedOut.apply(database, holds);
        database.transact(tx -> tx.execute("truncate product, warehouse, stock, checkout, hold, outbox cascade"));
    }

    private HoldStory(HoldStory told, Reservations reservations) {
        this.testDatabase = told.testDatabase;
        this.database = told.database;
        this.holds = new Holds(HoldPolicy.DEFAULT, reservations, new Outbox());
        this.steps = new Steps.OneByOne(database, holds);
        this.names.putAll(told.names);
        this.terms.putAll(told.terms);
    }

    /// The same story, which goes on at another node.
    HoldStory onAnotherNode(Reservations reservations) {
        return new HoldStory(this, reservations);
    }

    void tell(String story) {
        for (String line : story.lines().toList()) {
            String[] sides = line.split("→", -1);
            String[] words = sides[0].strip().split("\\s+", 2);
            String came = step(words[0], words.length == 1 ? "" : words[1]);
            if (sides.length == 2) assertThat(came).as(line).isEqualTo(sides[1].strip());
        }
    }

    private String step(String verb, String rest) {
        List<String> words = Arrays.asList(rest.split("\\s+", -1));
        return switch (verb) {
            case "stock" -> put(words.get(0), words.get(1), Long.parseLong(words.get(2)));
            case "hold" -> hold(rest);
            case "change" -> change(words);
            case "pay" -> pay(words.getFirst());
            case "decline" -> end(words.getFirst(), tx -> hold -> holds.declined(tx, hold));
            case "commit" -> end(words.getFirst(), tx -> _ -> holds.commit(tx, List.of(read(tx, words.getFirst()))));
            case "release" -> end(words.getFirst(), tx -> hold -> holds.release(tx, hold));
            case "clock" -> {
                testDatabase.shiftClock(Duration.parse("PT" + rest));
                yield "";
            }
            case "sweep" -> steps.carryOut(holds::expireDue).toString();
            case "hold?" -> read(words.getFirst()).state().code();
            case "stock?" -> stock(words.getFirst());
            case "limit" -> {
                terms.put(Sku.of(words.get(0)), new SaleTerms(null, null, Integer.parseInt(words.get(1))));
                yield "";
            }
            case "backordered?" -> Long.toString(read(Sku.of(words.getFirst())).backordered());
            default -> throw new IllegalArgumentException("No such verb: " + verb);
        };
    }

    String put(String warehouse, String sku, long pieces) {
        database.transact(tx -> {
            tx.update("insert into warehouse (code, title, country) values (:w, :w, 'GB') on conflict do nothing")
                    .bind("w", warehouse)
                    .execute();
            tx.update("""
                            insert into product (sku, title, price_minor, currency)
                            values (:sku, :sku, 1, 'GBP')
                            on conflict do nothing
                            """).bind("sku", sku).execute();
            tx.update("""
                            insert into stock (sku, warehouse, on_hand)
                            values (:sku, :warehouse, :pieces)
                            on conflict (sku, warehouse) do update set on_hand = stock.on_hand + excluded.on_hand
                            """)
                    .bind("sku", sku)
                    .bind("warehouse", warehouse)
                    .bind("pieces", pieces)
                    .execute();
        });
        return "";
    }

    private String hold(String rest) {
        var requests = new ArrayList<HoldRequest>();
        for (String one : rest.split("\\|", -1)) {
            List<String> words = Arrays.asList(one.strip().split("\\s+", -1));
            CheckoutId checkout = BareCheckouts.open(database);
            names.put(words.getFirst(), checkout);
            requests.add(new HoldRequest(checkout, wanted(words), null, terms));
        }
        return steps.open(requests).stream().map(HoldStory::words).collect(joining(" | "));
    }

    private String change(List<String> words) {
        Hold hold = read(words.getFirst());
        var request = new HoldRequest(hold.checkout(), wanted(words), null, terms);
        return steps.carryOut(tx -> {
            holds.lock(tx, List.of(hold.checkout()));
            return words(holds.change(tx, request));
        });
    }

    private String pay(String name) {
        return pay(steps, holds, checkout(name));
    }

    /// What the beginning of a payment does.
    static String pay(Steps steps, Holds holds, CheckoutId checkout) {
        return steps.carryOut(tx -> {
            Hold hold = requireNonNull(holds.lock(tx, List.of(checkout)).get(checkout));
            if (hold.state() != Hold.State.ACTIVE || !hold.live()) return "too late";
            var missing = holds.harden(tx, List.of(new Holds.Payable(hold, LONDON)));
            if (!missing.isEmpty()) return "out of stock " + missing.get(hold.checkout());
            holds.pay(tx, List.of(hold.checkout()));
            return "paying";
        });
    }

    private String end(String name, Function<Tx, Consumer<List<CheckoutId>>> how) {
        steps.carryOut(tx -> {
            Hold hold = requireNonNull(holds.lock(tx, List.of(checkout(name))).get(checkout(name)));
            how.apply(tx).accept(List.of(hold.checkout()));
            return hold;
        });
        return read(name).state().code();
    }

    CheckoutId checkout(String name) {
        return requireNonNull(names.get(name), name);
    }

    Hold read(String name) {
        return database.inTransaction(tx -> read(tx, name));
    }

    private Hold read(Tx tx, String name) {
        return requireNonNull(holds.read(tx, List.of(checkout(name))).get(checkout(name)));
    }

    private String stock(String sku) {
        Stock stock = read(Sku.of(sku));
        return stock.onHand() + " on hand, " + stock.held() + " held, " + stock.allocated() + " allocated, "
                + stock.available() + " available";
    }

    Stock read(Sku sku) {
        return database.inTransaction(tx -> stockRoom.stock(tx, sku));
    }

    /// `A MUG 2 TEE 1`
    private static SortedMap<Sku, Long> wanted(List<String> words) {
        var wanted = new TreeMap<Sku, Long>();
        for (int i = 1; i < words.size(); i += 2) {
            wanted.merge(Sku.of(words.get(i)), Long.valueOf(words.get(i + 1)), Long::sum);
        }
        return wanted;
    }

    private static String words(HoldPlan plan) {
        return switch (plan) {
            case HoldPlan.Granted granted ->
                granted.lines().stream()
                        .map(line -> line.sku() + " " + line.quantity() + " "
                                + (line.isBackordered() ? "backorder" : line.warehouse()))
                        .collect(joining(", "));
            case HoldPlan.OutOfStock short_ -> "out of stock " + short_.available();
        };
    }

    /// What the books must say in every moment: an empty list, or what is broken.
    List<String> broken() {
        return database.inTransaction(tx -> tx.query("""
                        select 'oversold: ' || sku from stock where on_hand - held - allocated < 0
                        union all
                        select 'held is not what open holds have: ' || s.sku || ' in ' || s.warehouse
                          from stock s
                         where s.held <> (select coalesce(sum(l.quantity), 0)
                                            from hold_line l
                                           where l.sku = s.sku and l.warehouse = s.warehouse and not l.soft
                                             and l.state in ('active', 'paying'))
                        union all
                        select 'allocated is not what committed holds had: ' || s.sku || ' in ' || s.warehouse
                          from stock s
                         where s.allocated <> (select coalesce(sum(l.quantity), 0)
                                                 from hold_line l
                                                where l.sku = s.sku and l.warehouse = s.warehouse
                                                  and l.state = 'committed')
                        union all
                        select 'paid for, though it was promised softly: ' || checkout_id
                          from hold
                         where soft and state in ('paying', 'committed')
                        union all
                        select 'backordered is not what open or committed holds wait for: ' || b.sku
                          from backorder b
                         where b.backordered <> (select coalesce(sum(l.quantity), 0)
                                                   from hold_line l
                                                  where l.sku = b.sku and l.warehouse = ''
                                                    and l.state in ('active', 'paying', 'committed'))
                        """).mapTo(String.class).list());
    }
}
