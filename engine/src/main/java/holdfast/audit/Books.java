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
    /// - `happened`: what there is an event to tell of, by the name of that event
    /// - `completed`: the answers to requests that completed a checkout, with the order they name, and the
    /// checkout that was paid for by the same request
    static final String SQL = """
            with set_aside as (
              select l.sku, l.warehouse, sum(l.quantity) as quantity
                from hold_line l
               where l.state in ('active', 'paying') and not l.soft and l.warehouse <> ''
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
                       where l.state in ('active', 'paying') and l.warehouse = ''
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
            ), happened as (
              select id, 'order.placed' as type from orders
              union all
              select order_id, 'order.' || status from order_transition
              union all
              select id, 'order.' || payment_status
                from orders
               where payment_status in ('partially_refunded', 'refunded')
              union all
              select checkout_id, 'hold.created' from hold
              union all
              select checkout_id, 'hold.' || state from hold where state in ('committed', 'released', 'expired')
              union all
              select id, 'refund.created' from refund
              union all
              select id, 'refund.' || state from refund where state <> 'pending'
              union all
              select id, 'fulfillment.shipped' from fulfillment
              union all
              select id, 'fulfillment.delivered' from fulfillment where delivered_at is not null
            ), completed as (
              select k.id, p.checkout_id,
                     substring(convert_from(a.body, 'UTF8') from '"order":{"id":"([0-9a-f-]{36})"')::uuid as order_id
                from idempotency_key k
                join idempotency_answer a on a.id = k.id
                left join payment p on p.asked = k.id
               where k.scope like '%/complete' and a.status < 300
            )
            """;

    private Books() {}
}
