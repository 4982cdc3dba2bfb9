package holdfast.audit;

import java.util.List;

/// A discount code is used as often as it may be, by orders that have it.
final class DiscountInvariants {

    static final List<Invariant> ALL = List.of(
            new Invariant("C01", "discount_code", "a code is used within its limit, and as often as it says", """
                    select code || ': ' || coalesce(c.uses::text, 'no code') || ' uses, of at most '
                           || coalesce(c.uses_max::text, 'any number') || ', ' || coalesce(u.uses, 0) || ' by checkouts'
                      from discount_code c
                      full join (select code, count(*) as uses
                                   from discount_use
                                  where state <> 'returned'
                                  group by code) u using (code)
                     where coalesce(c.uses, 0) <> coalesce(u.uses, 0) or u.uses > c.uses_max
                    """),
            // Whoever was within the limit as it was then stays.
            new Invariant("C02", "discount_use", "each customer uses a code within the limit for each", """
                    select u.code || ' is used ' || count(distinct u.checkout_id) || ' times by one customer, of '
                           || c.uses_per_customer || ' at most'
                      from discount_use u
                      join discount_code c using (code)
                      left join payment p on p.checkout_id = u.checkout_id
                      left join orders o on o.checkout_id = u.checkout_id
                     where u.state <> 'returned'
                     group by u.code, u.customer, c.uses_per_customer, c.updated_at
                    having count(distinct u.checkout_id) > c.uses_per_customer
                       and max(greatest(p.created_at, o.placed_at)) >= c.updated_at
                    """),
            new Invariant(
                    "C03", "discount_use", "a code is used if its order is live, taken while one is paid for", """
                    select u.code || ' is ' || u.state || ' by ' || u.checkout_id || ', its hold ' || h.state
                           || ', its order ' || coalesce(o.status, 'none')
                      from discount_use u
                      join hold h on h.checkout_id = u.checkout_id
                      left join orders o on o.checkout_id = u.checkout_id
                     where u.state <> case when o.status <> 'canceled' then 'used'
                                           when h.state = 'paying' then 'taken'
                                           else 'returned' end
                    union all
                    select code || ' is used by order ' || o.number || ', and nobody knows'
                      from orders o
                     cross join unnest(o.discount_codes) as code
                      left join discount_use u using (checkout_id, code)
                     where o.status <> 'canceled' and u.code is null
                    """));

    private DiscountInvariants() {}
}
