package holdfast.console;

import holdfast.db.Tx;
import holdfast.kernel.Money;
import java.time.Instant;
import java.util.Currency;
import java.util.List;

/// How the shop is doing right now, over the last hour: a few set-based questions, each answered by an index.
///
/// @param at when this was so
/// @param minutes orders, minute by minute, the oldest first
/// @param revenue of the orders of this hour, by currency
/// @param checkouts how many were opened
/// @param orders how many were placed
/// @param holds how many are open
/// @param expiring how many of these within two minutes
/// @param payments how many were begun
/// @param paid how many of these have got their money
/// @param declined how many of these were declined
/// @param wanted what is bought the most, of the latest orders, and what is left of it
/// @param pace within what time 99 of 100 requests to the API were answered lately
record Figures(
        Instant at,
        List<Long> minutes,
        List<Money> revenue,
        long checkouts,
        long orders,
        long holds,
        long expiring,
        long payments,
        long paid,
        long declined,
        List<Wanted> wanted,
        String pace) {

    /// A product that is bought a lot.
    record Wanted(String sku, String title, long bought, long available, long held) {}

    private static final String MINUTES = """
            select coalesce(o.orders, 0) as orders
              from generate_series(59, 0, -1) as m (ago)
              left join (select floor(extract(epoch from shop_clock() - placed_at) / 60)::int as ago, count(*) as orders
                           from orders
                          where placed_at > shop_clock() - interval '1 hour'
                          group by 1) o using (ago)
             order by m.ago desc
            """;

    private static final String REVENUE = """
            select currency, sum(total) as total
              from orders
             where placed_at > shop_clock() - interval '1 hour' and status <> 'canceled'
             group by currency
             order by currency
            """;

    private static final String CHECKOUTS =
            "select count(*) from checkout where created_at > shop_clock() - interval '1 hour'";

    private static final String HOLDS = """
            select count(*) as open,
                   count(*) filter (where expires_at < shop_clock() + interval '2 minutes') as expiring
              from hold
             where closed_at is null
            """;

    private static final String PAYMENTS = """
            select count(*) as begun,
                   count(*) filter (where state in ('authorized', 'captured')) as paid,
                   count(*) filter (where state = 'declined') as declined
              from payment
             where created_at > shop_clock() - interval '1 hour'
            """;

    private static final String WANTED = """
            with latest as materialized (select id from orders order by id desc limit 500),
                 bought as materialized (
                   select l.sku, sum(l.quantity) as pieces
                     from latest
                     join order_line l on l.order_id = latest.id
                    group by l.sku
                    order by pieces desc, l.sku
                    limit 8)
            select b.sku, p.title, b.pieces, coalesce(s.available, 0) as available, coalesce(s.held, 0) as held
              from bought b
              left join product p on p.sku = b.sku
              left join lateral (select sum(on_hand - held - allocated) as available, sum(held) as held
                                   from stock
                                  where stock.sku = b.sku) s on true
             order by b.pieces desc, b.sku
            """;

    static Figures read(Tx tx, String pace) {
        List<Long> minutes = tx.query(MINUTES).mapTo(Long.class).list();
        List<Money> revenue = tx.query(REVENUE)
                .map((row, _) -> Money.of(row.getLong("total"), Currency.getInstance(row.getString("currency"))))
                .list();
        long checkouts = tx.query(CHECKOUTS).mapTo(Long.class).one();
        long[] holds = tx.query(HOLDS)
                .map((row, _) -> new long[] {row.getLong("open"), row.getLong("expiring")})
                .one();
        long[] payments = tx.query(PAYMENTS)
                .map((row, _) -> new long[] {row.getLong("begun"), row.getLong("paid"), row.getLong("declined")})
                .one();
        List<Wanted> wanted = tx.query(WANTED)
                .map((row, _) -> {
                    String title = row.getString("title");
                    return new Wanted(
                            row.getString("sku"),
                            title == null ? "" : title,
                            row.getLong("pieces"),
                            row.getLong("available"),
                            row.getLong("held"));
                })
                .list();
        return new Figures(
                tx.now(),
                minutes,
                revenue,
                checkouts,
                minutes.stream().mapToLong(Long::longValue).sum(),
                holds[0],
                holds[1],
                payments[0],
                payments[1],
                payments[2],
                wanted,
                pace);
    }

    /// How many of the checkouts have become orders, in percent; of none, a dash.
    String conversion() {
        return share(orders, checkouts);
    }

    /// How many of the payments that are decided went well, in percent.
    String success() {
        return share(paid, paid + declined);
    }

    private static String share(long part, long whole) {
        return whole == 0 ? "–" : Math.min(100, part * 100 / whole) + "%";
    }

    long thisMinute() {
        return minutes.getLast();
    }

    long busiest() {
        return Math.max(1, minutes.stream().mapToLong(Long::longValue).max().orElse(0));
    }

    /// How high the bar of a minute is, of 100; what is not nothing can be seen.
    long height(long orders) {
        return orders == 0 ? 0 : Math.max(2, orders * 100 / busiest());
    }
}
