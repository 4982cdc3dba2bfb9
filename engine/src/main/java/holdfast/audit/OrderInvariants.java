package holdfast.audit;

import java.util.List;

/// An order is what its checkout promised, to the last minor unit and the last piece, and says where it stands.
///
/// O07 of the reference, that a checkout which was completed has its order, is H05: here the hold says it.
final class OrderInvariants {

    static final List<Invariant> ALL = List.of(
            new Invariant("O01", "orders", "a checkout becomes one order at most", """
                    select checkout_id || ' became ' || count(*) || ' orders'
                      from orders
                     group by checkout_id
                    having count(*) > 1
                    """),
            new Invariant("O02", "orders", "a total adds up, and no part of it is below zero", """
                    select number || ': ' || subtotal || ' - ' || discount || ' + ' || shipping || ' + ' || tax
                           || ' is ' || total
                      from orders
                     where total <> subtotal - discount + shipping + tax
                        or discount not between 0 and subtotal or shipping < 0 or tax < 0
                    """),
            new Invariant("O03", "orders", "an order's parts are the sums of its lines", """
                    select o.number || ': subtotal ' || o.subtotal || ', discount ' || o.discount || ', tax ' || o.tax
                           || '; its lines have ' || coalesce(l.total, 0) || ', ' || coalesce(l.discount, 0) || ', '
                           || coalesce(l.tax, 0)
                      from orders o
                      left join (select order_id, sum(total) as total, sum(discount) as discount, sum(tax) as tax
                                   from order_line
                                  group by order_id) l on l.order_id = o.id
                     where o.subtotal is distinct from l.total or o.discount is distinct from l.discount
                        or coalesce(l.tax, 0) > o.tax
                    """),
            new Invariant("O04", "order_line", "a line is its pieces times their price", """
                    select order_id || ' line ' || line_no || ': ' || quantity || ' at ' || unit_price || ' is '
                           || total
                      from order_line
                     where total <> quantity * unit_price or quantity <= 0 or unit_price < 0
                        or discount not between 0 and total or tax < 0
                    """),
            new Invariant("O05", "order_line", "every piece of an order is allocated, and none of a canceled one", """
                    select o.number || ' line ' || l.line_no || ', ' || o.status || ': ' || l.quantity || ' ordered, '
                           || coalesce(a.quantity, 0) || ' allocated, of these ' || coalesce(a.shipped, 0)
                           || ' shipped and ' || coalesce(a.canceled, 0) || ' canceled; ' || l.refunded || ' refunded'
                      from order_line l
                      join orders o on o.id = l.order_id
                      left join (select order_id, line_no, sum(quantity) as quantity, sum(shipped) as shipped,
                                        sum(canceled) as canceled
                                   from allocation
                                  group by order_id, line_no) a using (order_id, line_no)
                     where l.quantity <> coalesce(a.quantity, 0)
                        or o.status = 'canceled' and a.canceled <> a.quantity
                        or o.status <> 'canceled' and a.canceled > l.refunded
                    """),
            new Invariant("O06", "orders", "an order is what its checkout was", """
                    select o.number || ' and checkout ' || o.checkout_id || ': '
                           || case when c.id is null then 'no such checkout' else 'other terms' end
                      from orders o
                      left join checkout c on c.id = o.checkout_id
                     where (o.currency, o.email, o.subtotal, o.discount, o.shipping, o.tax, o.total)
                           is distinct from (c.currency, c.email, c.subtotal, c.discount, c.shipping, c.tax, c.total)
                    union all
                    select checkout_id || ' line ' || line_no || ': ' || coalesce(o.quantity || ' ' || o.sku, 'nothing')
                           || ' ordered, ' || coalesce(c.quantity || ' ' || c.sku, 'nothing') || ' in the checkout'
                      from (select o.checkout_id, l.*
                              from order_line l
                              join orders o on o.id = l.order_id) o
                      full join (select l.*
                                   from checkout_line l
                                   join orders o using (checkout_id)) c using (checkout_id, line_no)
                     where (o.sku, o.quantity, o.unit_price, o.total, o.discount, o.tax)
                           is distinct from (c.sku, c.quantity, c.unit_price, c.total, c.discount, c.tax)
                    """),
            new Invariant("O08", "order_line", "what belongs to something belongs to something that is there", """
                    select what || ' ' || child || ' of ' || parent
                      from (select 'checkout without hold' as what, c.id as child, c.id as parent
                              from checkout c
                              left join hold h on h.checkout_id = c.id
                             where h.checkout_id is null
                            union all
                            select 'line ' || l.line_no, l.checkout_id, l.checkout_id
                              from checkout_line l
                              left join checkout c on c.id = l.checkout_id
                             where c.id is null
                            union all
                            select 'hold', h.checkout_id, h.checkout_id
                              from hold h
                              left join checkout c on c.id = h.checkout_id
                             where c.id is null
                            union all
                            select 'payment', p.id, p.checkout_id
                              from payment p
                              left join checkout c on c.id = p.checkout_id
                             where c.id is null
                            union all
                            select 'request to a gateway, ' || g.key, g.payment_id, g.payment_id
                              from gateway_operation g
                              left join payment p on p.id = g.payment_id
                             where p.id is null
                            union all
                            select 'line ' || l.line_no, l.order_id, l.order_id
                              from order_line l
                              left join orders o on o.id = l.order_id
                             where o.id is null
                            union all
                            select 'allocation of line ' || a.line_no, a.order_id, a.order_id
                              from allocation a
                              left join order_line l using (order_id, line_no)
                             where l.order_id is null
                            union all
                            select 'step ' || t.seq, t.order_id, t.order_id
                              from order_transition t
                              left join orders o on o.id = t.order_id
                             where o.id is null
                            union all
                            select 'use of ' || u.code, u.checkout_id, u.checkout_id
                              from discount_use u
                              left join checkout c on c.id = u.checkout_id
                             where c.id is null) orphan
                    """),
            // The first step, to be pending, is the placing itself.
            new Invariant("O09", "orders", "an order took legal steps to where it stands", """
                    select number || ' is ' || o.status || ', its last step ' || coalesce(t.status, 'pending')
                      from orders o
                      left join (select distinct on (order_id) order_id, status
                                   from order_transition
                                  order by order_id, seq desc) t on t.order_id = o.id
                     where o.status <> coalesce(t.status, 'pending')
                    union all
                    select order_id || ' step ' || seq || ': ' || before || ' to ' || status
                      from (select t.order_id, t.seq, t.status, t.at,
                                   lag(t.status, 1, 'pending') over timeline as before,
                                   lag(t.at, 1, o.placed_at) over timeline as at_before,
                                   row_number() over timeline + 1 as place
                              from order_transition t
                              join orders o on o.id = t.order_id
                            window timeline as (partition by t.order_id order by t.seq)) step
                     where seq <> place or at < at_before
                        or (before, status) not in (
                             ('pending', 'paid'), ('pending', 'canceled'), ('paid', 'partially_shipped'),
                             ('paid', 'shipped'), ('paid', 'canceled'), ('partially_shipped', 'shipped'),
                             ('shipped', 'delivered'))
                    """),
            new Invariant("O10", "orders", "an order says of its money what its payment says", """
                    select o.number || ' is ' || o.payment_status || ', its payment '
                           || coalesce(p.state || ', ' || p.captured || ' captured, ' || p.refunded || ' refunded',
                                       'none')
                      from orders o
                      left join payment p on p.id = o.payment_id
                     where o.payment_status <>
                           case when p.id is null or p.state = 'captured' and p.refunded = 0 then 'captured'
                                when p.state = 'captured' and p.refunded < p.captured then 'partially_refunded'
                                when p.state = 'captured' then 'refunded'
                                else p.state end
                        or o.status = 'pending' and o.payment_status <> 'authorized'
                        or o.status not in ('pending', 'canceled') and o.payment_status in ('authorized', 'voided')
                    """));

    private OrderInvariants() {}
}
