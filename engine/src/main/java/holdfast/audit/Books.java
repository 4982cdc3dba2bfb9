package holdfast.audit;

/// What the counters of stock are explained by, added up by SKU and warehouse. Every invariant may read it; a
/// new way to promise stock, or to explain a promise, is added here.
final class Books {

    /// - `set_aside`: what open holds have, and not in Redis alone; `stock.held` counts it
    /// - `owed`: what orders were promised, by what became of it; `stock.allocated` counts what is `due`
    /// - `waited_for`: what open holds and orders were promised before it was there; `backorder.backordered`
    /// counts it
    /// - `journal`: what came and went; `stock.on_hand` counts it
    /// - `sold`: what customers bought, by SKU, as their orders say, but for what they still wait for
    /// - `hold_time`: how long a product is held while nobody pays, and since when; null where that is not
    /// known. A hold   lasts as long as the product in it that is held the shortest, and keeps its time when
    /// its lines change
    static final String SQL = """
            with set_aside as (
              select l.sku, l.warehouse, sum(l.quantity) as quantity
                from hold_line l
                join hold h on h.id = l.hold_id
               where h.state in ('active', 'paying') and not l.soft and l.warehouse <> ''
               group by l.sku, l.warehouse
            ), owed as (
              select l.sku, a.warehouse, sum(a.quantity - a.shipped - a.canceled) as due, sum(a.shipped) as shipped
                from allocation a
                join order_line l using (order_id, line_no)
               where a.warehouse <> ''
               group by l.sku, a.warehouse
            ), waited_for as (
              select sku, sum(quantity) as quantity
                from (select l.sku, l.quantity
                        from hold_line l
                        join hold h on h.id = l.hold_id
                       where h.state in ('active', 'paying') and l.warehouse = ''
                      union all
                      select l.sku, a.quantity - a.canceled
                        from allocation a
                        join order_line l using (order_id, line_no)
                       where a.warehouse = '') w
               group by sku
            ), journal as (
              select sku, warehouse, sum(delta) as on_hand,
                     coalesce(-sum(delta) filter (where kind = 'ship'), 0) as shipped,
                     coalesce(sum(delta) filter (where kind <> 'ship'), 0) as supplied
                from stock_movement
               group by sku, warehouse
            ), sold as (
              select l.sku, sum(l.quantity - coalesce(a.not_sold, 0)) as quantity
                from order_line l
                left join (select order_id, line_no,
                                  sum(case when warehouse = '' then quantity else canceled end) as not_sold
                             from allocation
                            group by order_id, line_no) a using (order_id, line_no)
               group by l.sku
            ), hold_time as (
              select sku, updated_at as since,
                     make_interval(secs => coalesce(hold_seconds, cast(:holdSeconds as double precision))) as time
                from product
            )
            """;

    private Books() {}
}
