package holdfast.audit;

import java.util.List;

/// Every hold ends, in time, and as an order or not at all.
final class HoldInvariants {

    /// What the sweeper, which comes every second, may be late at the very most.
    private static final String GRACE = "interval '15 seconds'";

    static final List<Invariant> ALL = List.of(
            new Invariant("H01", "hold", "no hold is active past its time", """
                    select checkout_id || ' expired at ' || expires_at
                      from hold
                     where state = 'active' and expires_at < shop_clock() - %s
                    """.formatted(GRACE)),
            new Invariant("H02", "hold", "no hold is open past its hard limit", """
                    select checkout_id || ' was to end by ' || hard_deadline
                      from hold
                     where state in ('active', 'paying') and hard_deadline < shop_clock() - %s
                    """.formatted(GRACE)),
            new Invariant("H03", "hold", "a hold that is being paid has a live payment", """
                    select h.checkout_id::text
                      from hold h
                     where h.state = 'paying'
                       and not exists (select
                                         from payment p
                                        where p.checkout_id = h.checkout_id
                                          and p.state in ('begun', 'requires_action', 'unknown'))
                    """),
            new Invariant("H04", "hold", "a hold is open, or says when it was closed", """
                    select checkout_id || ' is ' || state || ', closed at ' || coalesce(closed_at::text, 'no time')
                      from hold
                     where (state in ('active', 'paying')) <> (closed_at is null)
                    """),
            new Invariant("H05", "hold", "a committed hold has its order, and no other has", """
                    select case when h.checkout_id is null then 'no hold' else h.checkout_id || ' is ' || h.state end
                           || ', order ' || coalesce(o.number::text, 'none')
                      from hold h
                      full join orders o on o.checkout_id = h.checkout_id
                     where coalesce(h.state = 'committed', false) <> (o.id is not null)
                    """),
            // What was backordered is allocated wherever it came in.
            new Invariant("H06", "hold", "an order is allocated what its hold held", """
                    select order_id || ': ' || sku || ' in ' || warehouse || ': ' || held || ' held, ' || allocated
                           || ' allocated'
                      from (select order_id, sku, warehouse, coalesce(l.quantity, 0) as held,
                                   coalesce(a.quantity, 0) as allocated,
                                   coalesce(sum(l.quantity) over of_sku, 0) as held_in_all,
                                   coalesce(sum(a.quantity) over of_sku, 0) as allocated_in_all,
                                   coalesce(bool_or(l.warehouse = '') over of_sku, false) as backordered
                              from (select o.id as order_id, hl.sku, hl.warehouse, hl.quantity
                                      from hold_line hl
                                      join orders o using (checkout_id)) l
                              full join (select order_id, ol.sku, a.warehouse, sum(a.quantity) as quantity
                                           from order_line ol
                                           join allocation a using (order_id, line_no)
                                          group by order_id, ol.sku, a.warehouse) a using (order_id, sku, warehouse)
                            window of_sku as (partition by order_id, sku)) b
                     where held_in_all <> allocated_in_all
                        or held <> allocated and not backordered
                        or held > allocated and warehouse <> ''
                    """),
            new Invariant("H07", "hold", "a hold holds something", """
                    select h.checkout_id::text
                      from hold h
                     where not exists (select from hold_line l where l.checkout_id = h.checkout_id)
                    """),
            new Invariant("H08", "hold", "a hold lasts as long as it was to, and no longer", """
                    select h.checkout_id || ': from ' || h.created_at || ' to ' || h.expires_at || ', by '
                           || h.hard_deadline || ' at the latest'
                      from hold h
                     where h.expires_at <= h.created_at or h.expires_at > h.hard_deadline
                        or h.paying_deadline > h.hard_deadline
                        or exists (select
                                     from hold_line l
                                     join hold_time t using (sku)
                                    where l.checkout_id = h.checkout_id and t.since <= h.created_at
                                      and h.expires_at > h.created_at + t.time
                                      and h.checkout_id not in (select id from told where type = 'hold.changed'))
                    """));

    private HoldInvariants() {}
}
