package holdfast.inventory;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.summingLong;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import holdfast.catalog.StockSetter;
import holdfast.db.Tx;
import holdfast.inventory.Movement.Kind;
import holdfast.inventory.StockRows.Levels;
import holdfast.inventory.StockRows.Move;
import holdfast.inventory.StockRows.Place;
import holdfast.kernel.Checks;
import holdfast.kernel.FieldError;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is on hand, and every change of it: counted, received, corrected, carried to another warehouse. Each
/// change leaves a row in the journal.
///
/// What is promised is not taken away here: nobody can make on hand less than held and allocated together.
/// What is promised in Redis alone counts as held.
public final class StockRoom implements StockSetter {

    /// The most pieces of one SKU in one warehouse.
    public static final long ON_HAND_MAX = 1_000_000_000_000L;

    public static final int REASON_LENGTH_MAX = 500;

    private static final String KNOWS_SKU = "select exists (select from product where sku = :sku)";

    private static final String KNOWN_WAREHOUSES = "select code from warehouse where code = any(:codes)";

    private static final String LEVELS = StockRows.LEVEL + """
             where s.sku = any (:skus)
             order by s.sku, s.warehouse
            """;

    private static final String AVAILABLE = """
            with level as (
            """ + StockRows.LEVEL + """
               where s.sku = any (:skus)
            )
            select p.sku,
                   coalesce(sum(greatest(0, l.on_hand - l.held - l.allocated)) filter (where w.active), 0) as in_stock,
                   p.backorder_limit - coalesce(max(b.backordered), 0) as to_backorder
              from product p
              left join level l using (sku)
              left join warehouse w on w.code = l.warehouse
              left join backorder b on b.sku = p.sku
             where p.sku = any (:skus)
             group by p.sku
            """;

    private static final String BACKORDERED = "select sku, backordered from backorder where sku = any (:skus)";

    private final StockRows rows;

    /// @param arrivals who is to be told of what comes in
    public StockRoom(Arrivals arrivals) {
        this.rows = new StockRows(arrivals);
    }

    /// What there is of one SKU; refuses one that nobody sells with [Problem#NOT_FOUND].
    public Stock stock(Tx tx, Sku sku) {
        refuseUnlessKnown(tx, sku);
        return requireNonNull(stock(tx, List.of(sku)).get(sku));
    }

    /// How many pieces of each could be had now. A SKU that nobody sells has no entry.
    public Map<Sku, Availability> available(Tx tx, Collection<Sku> skus) {
        return tx.query(AVAILABLE)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> Map.entry(
                        Sku.of(row.getString("sku")),
                        new Availability(row.getLong("in_stock"), Math.max(0, row.getLong("to_backorder")))))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /// What there is of each of these, whether anybody sells it or not.
    public Map<Sku, Stock> stock(Tx tx, Collection<Sku> skus) {
        Map<Sku, Long> backordered = tx.query(BACKORDERED)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> Map.entry(Sku.of(row.getString("sku")), row.getLong("backordered")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
        Map<Sku, List<Stock.Level>> levels = tx
                .query(LEVELS)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> Map.entry(Sku.of(row.getString("sku")), StockRows.level(row)))
                .stream()
                .collect(groupingBy(Map.Entry::getKey, mapping(Map.Entry::getValue, toList())));
        return skus.stream()
                .distinct()
                .collect(toMap(
                        sku -> sku,
                        sku -> new Stock(sku, backordered.getOrDefault(sku, 0L), levels.getOrDefault(sku, List.of()))));
    }

    /// Corrects what is on hand of one SKU in one warehouse, or takes in what has arrived.
    ///
    /// Refuses a SKU that nobody sells with [Problem#NOT_FOUND]; less than what is promised with
    /// [Problem#STOCK_PROMISED], naming `held` and `allocated`, and in `promised_to` to whom; a cause that
    /// moved stock before, however long ago, with [Problem#IDEMPOTENCY_KEY_REUSED]; and by the field: a
    /// warehouse that is unknown, a reason that is blank or longer than 500 characters, a delta of 0, and what
    /// would leave less than 0 or more than [#ON_HAND_MAX].
    ///
    /// @param cause what it is done for, different each time: `adjustment:…`
    public Movement adjust(Tx tx, Sku sku, WarehouseCode warehouse, Change change, String reason, String cause) {
        refuseUnlessKnown(tx, sku);
        check(change)
                .that(known(tx, List.of(warehouse)).contains(warehouse), unknownWarehouse("warehouse"))
                .text("reason", reason, REASON_LENGTH_MAX)
                .refuse();

        var place = new Place(sku, warehouse);
        Stock.Level before = StockRows.lock(tx, List.of(place)).at(place);
        refuseUnlessNew(tx, cause);
        Kind kind = change instanceof Change.Received ? Kind.RECEIVE : Kind.ADJUST;
        long delta = delta(change, before);
        refuseUnlessPossible(tx, sku, before, delta, change instanceof Change.To ? "on_hand" : "delta");
        rows.move(tx, List.of(new Move(place, kind, delta)), reason, cause);
        return new Movement(sku, kind, delta, reason, StockRows.at(tx, place));
    }

    /// Carries pieces of one SKU from one warehouse to another: one movement, of two rows with one cause.
    ///
    /// Refuses as [#adjust] does, but everything by the field: the SKU as `sku`, the warehouses as `from` and
    /// `to`, which differ.
    ///
    /// @param cause what it is done for, different each time: `transfer:…`
    public Transfer transfer(
            Tx tx, Sku sku, WarehouseCode from, WarehouseCode to, Quantity quantity, String reason, String cause) {
        Set<WarehouseCode> known = known(tx, List.of(from, to));
        new Checks()
                .that(knows(tx, sku), "sku", "unknown", "No such product")
                .that(known.contains(from), unknownWarehouse("from"))
                .that(known.contains(to), unknownWarehouse("to"))
                .that(!from.equals(to), "to", "duplicate", "Must be another warehouse than from")
                .text("reason", reason, REASON_LENGTH_MAX)
                .refuse();

        var source = new Place(sku, from);
        var target = new Place(sku, to);
        List<Place> both = List.of(source, target);
        Levels before = StockRows.lock(tx, both);
        refuseUnlessNew(tx, cause);
        long pieces = quantity.pieces();
        refuseUnlessPossible(tx, sku, before.at(source), -pieces, "quantity");
        refuseUnlessPossible(tx, sku, before.at(target), pieces, "quantity");
        rows.move(
                tx,
                List.of(new Move(source, Kind.TRANSFER, -pieces), new Move(target, Kind.TRANSFER, pieces)),
                reason,
                cause);
        return new Transfer(sku, pieces, reason, StockRows.at(tx, source), StockRows.at(tx, target));
    }

    /// Takes in what has arrived, all of it, for one cause; asked again for the same cause, it has been done.
    /// The products and warehouses exist.
    public void receive(Tx tx, List<Receipt> receipts, String reason, String cause) {
        Map<Place, Long> pieces = receipts.stream()
                .collect(groupingBy(
                        receipt -> new Place(receipt.sku(), receipt.warehouse()),
                        summingLong(receipt -> receipt.quantity().pieces())));
        StockRows.lock(tx, pieces.keySet());
        Set<Place> done = StockRows.done(tx, pieces.keySet(), cause);
        List<Move> moves = pieces.entrySet().stream()
                .filter(arrived -> !done.contains(arrived.getKey()))
                .map(arrived -> new Move(arrived.getKey(), Kind.RECEIVE, arrived.getValue()))
                .toList();
        rows.move(tx, moves, reason, cause);
    }

    @Override
    public List<Optional<FieldError>> check(Tx tx, List<Count> counts) {
        Set<WarehouseCode> known =
                known(tx, counts.stream().map(Count::warehouse).distinct().toList());
        Levels levels = StockRows.at(tx, places(counts));
        Map<Place, PromisedTo> promised = PromisedTo.read(
                tx,
                counts.stream()
                        .filter(count -> takesFromPromised(levels.at(placeOf(count)), count.onHand()))
                        .map(StockRoom::placeOf)
                        .toList());
        return counts.stream()
                .map(count -> errorOf(count, known, levels.at(placeOf(count)), promised.get(placeOf(count))))
                .toList();
    }

    @Override
    public void set(Tx tx, List<Count> counts, String reason, String cause) {
        Levels before = StockRows.lock(tx, places(counts));
        var moves = new ArrayList<Move>();
        for (Count count : counts) {
            Stock.Level level = before.at(placeOf(count));
            if (takesFromPromised(level, count.onHand())) throw promised(tx, placeOf(count), level);
            Kind kind = level.onHand() == 0 ? Kind.RECEIVE : Kind.ADJUST;
            long delta = count.onHand() - level.onHand();
            moves.add(new Move(placeOf(count), kind, delta));
        }
        rows.move(tx, moves, reason, cause);
    }

    /// Who holds what, until when: the open holds, the oldest first.
    ///
    /// @param sku null: of all products
    /// @param after the `next` of the page before; null: from the beginning
    public Page<HeldUnits> holds(Tx tx, @Nullable Sku sku, int limit, @Nullable String after) {
        return HeldUnits.open(tx, sku, limit, after);
    }

    private static void refuseUnlessKnown(Tx tx, Sku sku) {
        if (!knows(tx, sku)) throw Problem.NOT_FOUND.refuse("There is no such product");
    }

    /// The journal remembers a cause for good, longer than the answer to who asked for it is kept.
    private static void refuseUnlessNew(Tx tx, String cause) {
        if (StockRows.knows(tx, cause)) {
            throw Problem.IDEMPOTENCY_KEY_REUSED.refuse(
                    "Stock was moved under this key long ago, and is moved once; another movement needs a new key");
        }
    }

    private static boolean knows(Tx tx, Sku sku) {
        return tx.query(KNOWS_SKU).bind("sku", sku.code()).mapTo(Boolean.class).one();
    }

    private static Set<WarehouseCode> known(Tx tx, Collection<WarehouseCode> codes) {
        return tx.query(KNOWN_WAREHOUSES)
                .bind("codes", tx.texts(codes, WarehouseCode::code))
                .map((row, _) -> WarehouseCode.of(row.getString("code")))
                .set();
    }

    private static Checks check(Change change) {
        return switch (change) {
            case Change.By(long delta) ->
                new Checks()
                        .that(delta != 0, "delta", "out_of_range", "Must not be 0")
                        .between(-ON_HAND_MAX, ON_HAND_MAX, "delta", delta);
            case Change.To(long onHand) -> new Checks().between(0, ON_HAND_MAX, "on_hand", onHand);
            case Change.Received(long pieces) -> new Checks().between(1, ON_HAND_MAX, "delta", pieces);
        };
    }

    private static long delta(Change change, Stock.Level before) {
        return switch (change) {
            case Change.By(long delta) -> delta;
            case Change.To(long onHand) -> onHand - before.onHand();
            case Change.Received(long pieces) -> pieces;
        };
    }

    /// @param field what is wrong if there would be less than nothing, or more than the most
    private static void refuseUnlessPossible(Tx tx, Sku sku, Stock.Level before, long delta, String field) {
        long onHand = before.onHand() + delta;
        if (before.promised() > 0 && takesFromPromised(before, onHand)) {
            throw promised(tx, new Place(sku, before.warehouse()), before);
        }
        new Checks()
                .that(onHand >= 0, field, "out_of_range", "More than what is there")
                .that(onHand <= ON_HAND_MAX, field, "out_of_range", "Would be more than " + ON_HAND_MAX)
                .refuse();
    }

    /// Whether some of what is promised would be taken away. What is not there anyway, as Redis may promise
    /// it, is no reason to refuse what arrives.
    private static boolean takesFromPromised(Stock.Level before, long onHand) {
        return onHand < before.promised() && onHand < before.onHand();
    }

    private static Refusal promised(Tx tx, Place place, Stock.Level level) {
        return requireNonNull(PromisedTo.read(tx, List.of(place)).get(place)).refusal(level);
    }

    /// @param promised to whom what is in its place is promised; null: nothing is taken away there
    private static Optional<FieldError> errorOf(
            Count count, Set<WarehouseCode> known, Stock.Level level, @Nullable PromisedTo promised) {
        boolean takes = promised != null && takesFromPromised(level, count.onHand());
        return new Checks()
                        .that(known.contains(count.warehouse()), unknownWarehouse("warehouse"))
                        .between(0, ON_HAND_MAX, "on_hand", count.onHand())
                        .that(!takes, "on_hand", "out_of_range", promised == null ? "" : promised.words(level))
                        .errors()
                        .stream()
                        .findFirst();
    }

    private static List<Place> places(List<Count> counts) {
        return counts.stream().map(StockRoom::placeOf).distinct().toList();
    }

    private static Place placeOf(Count count) {
        return new Place(count.sku(), count.warehouse());
    }

    private static FieldError unknownWarehouse(String field) {
        return new FieldError(field, "unknown", "No such warehouse");
    }
}
