package holdfast.admission;

import holdfast.catalog.Revision;
import holdfast.db.Database;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Sells a SKU from a moment on to those who have waited for it, in the order in which they came.
///
/// Whoever comes takes a place, which is a number in the database: it survives a reload of the page, and the
/// server. So many are inside at once as [Policy] says, and never more without stock of their own than there
/// are units. As orders are placed, holds expire and those who are called do not come, the next are called,
/// once a second ([#round]): so those are let in as fast as orders are completed, and units that come back go
/// to the queue first, since nobody else can have them.
///
/// Most of those who ask are told from memory: what is known of a sale is a second old at most. Only those
/// whose turn it is are looked up.
public final class WaitingRoom {

    /// How a queue moves.
    ///
    /// @param inside how many have their turn at once, or are paying
    /// @param come how long somebody who is called has to show up
    /// @param stay how long somebody who is inside has to open a checkout
    public record Policy(int inside, Duration come, Duration stay) {

        public static final Policy DEFAULT = new Policy(200, Duration.ofSeconds(30), Duration.ofMinutes(3));
    }

    private static final int REMEMBERED_MAX = 100_000;

    /// Over so many rounds it is measured how fast the queue moves.
    private static final int PACE_ROUNDS = 30;

    private static final String COLUMNS = """
            sale.sku, starts_at, starts_at <= shop_clock() as begun, limit_per_customer,
            least(limit_per_customer, (select purchase_limit from product p where p.sku = sale.sku)) as each""";

    private static final String PLAN = """
            insert into sale (sku, starts_at, limit_per_customer)
            values (:sku, :starts, :limit)
            on conflict (sku) do update
               set starts_at = excluded.starts_at,
                   limit_per_customer = excluded.limit_per_customer
            returning %s
            """.formatted(COLUMNS);

    private static final String PLANNED = """
            select %s
              from sale
             order by starts_at, sku
            """.formatted(COLUMNS);

    private static final String LOCK_ONE = "select sku from sale where sku = :sku for update";
    private static final String DROP_TICKETS = "delete from sale_ticket where sku = :sku";
    private static final String DROP = "delete from sale where sku = :sku";

    // Whoever is at it on another server does it for all.
    private static final String LOCK = """
            select sku, tickets, called
              from sale
             where starts_at <= shop_clock()
             order by sku
               for update skip locked
            """;

    // Units that are not in an order yet, held ones too: those may come back.
    private static final String UNITS = """
            select coalesce(sum(on_hand - allocated), 0) as left_over,
                   coalesce(sum(on_hand - held - allocated), 0) as available
              from stock
             where sku = :sku
            """;

    private static final String END = """
            update sale_ticket t
               set state = case when h.state = 'committed' then 'bought' else 'gone' end, due_at = null
              from (select w.sku, w.number, h.state
                      from sale_ticket w
                      left join hold h on h.checkout_id = w.checkout_id
                     where w.sku = :sku and w.state in ('called', 'inside')
                       and (w.due_at <= shop_clock() or h.closed_at is not null)) h
             where t.sku = h.sku and t.number = h.number
            """;

    private static final String WITHIN = """
            select count(*) as within, count(*) filter (where checkout_id is null) as without_stock
              from sale_ticket
             where sku = :sku and state in ('called', 'inside')
            """;

    private static final String CALL = """
            update sale_ticket
               set state = 'called', due_at = shop_clock() + make_interval(secs => :come)
             where sku = :sku and number > :from and number <= :to and state = 'waiting'
            """;

    private static final String CALLED = "update sale set called = :to where sku = :sku";

    private static final String SALES = """
            select %s, called,
                   coalesce((select sum(on_hand - allocated) from stock where sku = sale.sku), 0) as left_over
              from sale
            """.formatted(COLUMNS);

    private static final String NUMBER = """
            select number
              from sale_ticket
             where sku = :sku and secret_sha256 = :secret
            """;

    private static final String COME = """
            update sale_ticket
               set state = 'inside', due_at = shop_clock() + make_interval(secs => :stay)
             where sku = :sku and number = :number and state = 'called' and due_at > shop_clock()
            """;

    private static final String STATE = """
            select state, due_at, checkout_id is not null as buying
              from sale_ticket
             where sku = :sku and number = :number
            """;

    private static final String ENTER = """
            update sale_ticket
               set state = 'inside', checkout_id = :checkout, due_at = null
             where sku = :sku and secret_sha256 = :secret and state in ('called', 'inside')
               and due_at > shop_clock()
            """;

    private final Database database;
    private final Pipeline pipeline;
    private final Policy policy;
    private final Map<String, Long> numbers = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself
    private volatile Map<Sku, Known> known = Map.of();

    /// What is known of a sale, as it was when somebody last looked.
    ///
    /// @param calledBefore how many were called when each of the latest rounds looked, the oldest first
    private record Known(Sale sale, long called, long leftOver, List<Long> calledBefore) {

        Known after(@Nullable Known before) {
            if (before == null) return this;
            var rounds = new ArrayList<>(before.calledBefore);
            rounds.add(before.called);
            if (rounds.size() > PACE_ROUNDS) rounds.removeFirst();
            return new Known(sale, called, leftOver, List.copyOf(rounds));
        }

        /// Null: nobody was called lately.
        @Nullable
        Duration until(long number) {
            if (calledBefore.isEmpty()) return null;
            long lately = called - calledBefore.getFirst();
            if (lately <= 0) return null;
            return Duration.ofSeconds(Math.ceilDiv((number - called) * calledBefore.size(), lately));
        }
    }

    /// A SKU that is sold this way.
    ///
    /// @param begun whether it has begun, by the shop's clock
    /// @param limit how many pieces one customer can buy in it; null: it says nothing of that
    /// @param each the stricter of this limit and the product's own; null: there is none
    public record Sale(
            Sku sku,
            Instant startsAt,
            boolean begun,
            @Nullable Integer limit,
            @Nullable Integer each) {}

    public WaitingRoom(Database database, Pipeline pipeline, Policy policy) {
        this.database = database;
        this.pipeline = pipeline;
        this.policy = policy;
        pipeline.register(TakePlace.class, Lane.BOOKS, new TakePlaceHandler());
    }

    /// Sells a SKU to those who wait for it, from then on; who has a place keeps it. The product exists.
    ///
    /// @param limit how many pieces one customer can buy in it, besides the product's own purchase limit, from
    /// 1 to [Quantity#PIECES_MAX]; null: that alone
    public Sale plan(Tx tx, Sku sku, Instant startsAt, @Nullable Integer limit) {
        Sale sale = tx.query(PLAN)
                .bind("sku", sku.code())
                .bind("starts", Timestamp.from(startsAt))
                .bind("limit", limit)
                .map((row, _) -> sale(row))
                .one();
        Revision.advance(tx);
        return sale;
    }

    /// Sells it to everybody again; tells whether there was such a sale.
    public boolean end(Tx tx, Sku sku) {
        tx.query(LOCK_ONE).bind("sku", sku.code()).mapTo(String.class).list(); // The sale first, as everybody does.
        tx.update(DROP_TICKETS).bind("sku", sku.code()).execute();
        if (tx.update(DROP).bind("sku", sku.code()).execute() == 0) return false;
        Revision.advance(tx);
        return true;
    }

    /// All sales as they are planned now, the first to begin before the others.
    public List<Sale> sales(Tx tx) {
        return tx.query(PLANNED).map((row, _) -> sale(row)).list();
    }

    private static Sale sale(ResultSet row) throws SQLException {
        return new Sale(
                Sku.of(row.getString("sku")),
                row.getTimestamp("starts_at").toInstant(),
                row.getBoolean("begun"),
                row.getObject("limit_per_customer", Integer.class),
                row.getObject("each", Integer.class));
    }

    /// The sale of a SKU, planned or begun.
    public Optional<Sale> sale(Sku sku) {
        return Optional.ofNullable(known.get(sku)).map(Known::sale);
    }

    /// All sales, those that begin first before the others.
    public List<Sale> sales() {
        return known.values().stream()
                .map(Known::sale)
                .sorted(Comparator.comparing(Sale::startsAt).thenComparing(Sale::sku))
                .toList();
    }

    /// The visitor's place, which they take if they have none.
    ///
    /// @param secretSha256 of what only they have
    /// @throws Refusal `not_found` if there is no such sale
    public Place come(Sku sku, byte[] secretSha256) {
        Known sale = known.get(sku);
        if (sale == null) throw noSale();
        Long number = remembered(sku, secretSha256);
        if (number == null) {
            if (sale.leftOver <= 0) return new Place.SoldOut(); // Nobody has to be asked for that.
            number = pipeline.submit(new TakePlace(sku, secretSha256));
            if (number == 0) throw noSale();
            remember(sku, secretSha256, number);
        }
        return place(sale, number);
    }

    /// The visitor's place, where they have one; empty if they have none.
    public Optional<Place> look(Sku sku, byte[] secretSha256) {
        Known sale = known.get(sku);
        if (sale == null) return Optional.empty();
        Long number = remembered(sku, secretSha256);
        if (number == null) {
            Optional<Long> found = database.inTransaction(tx -> tx.query(NUMBER)
                    .bind("sku", sku.code())
                    .bind("secret", secretSha256)
                    .mapTo(Long.class)
                    .findOne());
            if (found.isEmpty()) return Optional.empty();
            number = found.get();
            remember(sku, secretSha256, number);
        }
        return Optional.of(place(sale, number));
    }

    /// A place at the end, for whoever has missed their turn; else the one they have.
    public Place comeAgain(Sku sku, byte[] secretSha256) {
        synchronized (numbers) {
            numbers.remove(name(sku, secretSha256));
        }
        return come(sku, secretSha256);
    }

    private Place place(Known sale, long number) {
        if (number > sale.called) {
            if (sale.leftOver <= 0) return new Place.SoldOut();
            long ahead = number - sale.called - 1;
            return sale.sale.begun
                    ? new Place.Waiting(ahead, sale.until(number))
                    : new Place.Early(sale.sale.startsAt, ahead);
        }
        return database.inTransaction(tx -> called(tx, sale, number));
    }

    private Place called(Tx tx, Known sale, long number) {
        String sku = sale.sale.sku.code();
        tx.update(COME)
                .bind("sku", sku)
                .bind("number", number)
                .bind("stay", policy.stay.toMillis() / 1_000.0)
                .execute();
        return tx.query(STATE)
                .bind("sku", sku)
                .bind("number", number)
                .<Place>map((row, _) -> switch (row.getString("state")) {
                    case "bought" -> new Place.Bought();
                    case "inside" ->
                        row.getBoolean("buying")
                                ? new Place.Buying()
                                : new Place.Inside(row.getTimestamp("due_at").toInstant());
                    case "waiting" -> new Place.Waiting(0, null); // a round is just about to call them
                    default -> sale.leftOver <= 0 ? new Place.SoldOut() : new Place.Missed();
                })
                .findOne()
                .orElseGet(Place.Missed::new);
    }

    /// Whether anything is sold this way.
    public boolean isEmpty() {
        return known.isEmpty();
    }

    /// Whether all of these can be bought by this visitor: those of a sale only by whoever is inside.
    ///
    /// @param secretSha256 of what only they have; null: they have shown nothing
    public boolean mayBuy(Set<Sku> skus, byte @Nullable [] secretSha256) {
        Map<Sku, Known> now = known;
        return skus.stream()
                .filter(now::containsKey)
                .allMatch(sku -> secretSha256 != null && look(sku, secretSha256).orElse(null) instanceof Place.Inside);
    }

    /// They have opened a checkout with what they waited for.
    public void opened(Set<Sku> skus, byte[] secretSha256, CheckoutId checkout) {
        Map<Sku, Known> now = known;
        List<Sku> sold = skus.stream().filter(now::containsKey).sorted().toList(); // one order for everyone
        if (sold.isEmpty()) return;
        database.transact(tx -> sold.forEach(sku -> tx.update(ENTER)
                .bind("sku", sku.code())
                .bind("secret", secretSha256)
                .bind("checkout", checkout.value())
                .execute()));
    }

    /// Calls in who is next, as far as there is room, and looks how it stands. Runs on every server at once,
    /// every second; one of them calls.
    public void round() {
        database.transact(this::callNext);
        look();
    }

    private void callNext(Tx tx) {
        record Open(String sku, long tickets, long called) {}
        List<Open> begun = tx.query(LOCK)
                .map((row, _) -> new Open(row.getString("sku"), row.getLong("tickets"), row.getLong("called")))
                .list();
        for (Open sale : begun) {
            tx.update(END).bind("sku", sale.sku).execute();
            long available = tx.query(UNITS)
                    .bind("sku", sale.sku)
                    .map((row, _) -> row.getLong("available"))
                    .one();
            long room = tx.query(WITHIN)
                    .bind("sku", sale.sku)
                    .map((row, _) ->
                            Math.min(policy.inside - row.getLong("within"), available - row.getLong("without_stock")))
                    .one();
            long to = Math.min(sale.tickets, sale.called + Math.max(0, room));
            if (to == sale.called) continue;
            tx.update(CALL)
                    .bind("sku", sale.sku)
                    .bind("from", sale.called)
                    .bind("to", to)
                    .bind("come", policy.come.toMillis() / 1_000.0)
                    .execute();
            tx.update(CALLED).bind("sku", sale.sku).bind("to", to).execute();
        }
    }

    private void look() {
        Map<Sku, Known> before = known;
        var now = new HashMap<Sku, Known>();
        database.inTransaction(tx -> tx.query(SALES)
                        .map((row, _) ->
                                new Known(sale(row), row.getLong("called"), row.getLong("left_over"), List.of()))
                        .list())
                .forEach(each -> now.put(each.sale.sku, each.after(before.get(each.sale.sku))));
        known = Map.copyOf(now);
    }

    private @Nullable Long remembered(Sku sku, byte[] secretSha256) {
        synchronized (numbers) {
            return numbers.get(name(sku, secretSha256));
        }
    }

    private void remember(Sku sku, byte[] secretSha256, long number) {
        synchronized (numbers) {
            numbers.put(name(sku, secretSha256), number);
            if (numbers.size() > REMEMBERED_MAX) {
                var eldest = numbers.entrySet().iterator();
                eldest.next();
                eldest.remove();
            }
        }
    }

    private static String name(Sku sku, byte[] secretSha256) {
        return sku.code() + " " + HexFormat.of().formatHex(secretSha256);
    }

    private static Refusal noSale() {
        return Problem.NOT_FOUND.refuse("There is no such sale");
    }
}
