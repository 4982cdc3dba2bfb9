package holdfast.audit;

import java.util.List;

/// A request that names itself is answered once, and hears that answer for as long as it was promised to.
final class IdempotencyInvariants {

    static final List<Invariant> ALL = List.of(
            new Invariant("I01", "idempotency_answer", "an answer is stored under a key", """
                    select a.id || ' answered ' || a.status
                      from idempotency_answer a
                      left join idempotency_key k on k.id = a.id
                     where k.id is null
                    """),
            new Invariant("I02", "idempotency_answer", "no failure of ours is final", """
                    select id || ' was answered ' || status
                      from idempotency_answer
                     where status not between 200 and 499
                    """),
            new Invariant("I03", "idempotency_key", "a key without an answer has somebody who works on it", """
                    select k.id || ' of ' || k.scope
                      from idempotency_key k
                      left join idempotency_answer a on a.id = k.id
                      left join payment p on p.asked = k.id and p.state in ('begun', 'requires_action', 'unknown')
                     where a.id is null and p.id is null
                    """),
            new Invariant("I04", "payment", "where money moves a key is kept for thirty days", """
                    select p.id || ' of ' || p.created_at || ': its key '
                           || coalesce('is kept until ' || k.expires_at, 'is gone')
                      from payment p
                      left join idempotency_key k on k.id = p.asked
                     where p.created_at > shop_clock() - interval '30 days'
                       and coalesce(k.expires_at < p.created_at + interval '30 days' - interval '1 minute', true)
                    """),
            new Invariant("I05", "idempotency_answer", "an answer names the order that its own request paid for", """
                    select c.id || ' paid for ' || c.checkout_id || ', and was told of order ' || o.number
                      from completed c
                      join orders o on o.id = c.order_id
                     where o.checkout_id <> c.checkout_id
                    """),
            new Invariant("I06", "idempotency_answer", "a success that was told is an order that is there", """
                    select c.id || ' was told of order ' || coalesce(c.order_id::text, 'nothing')
                      from completed c
                      left join orders o on o.id = c.order_id
                     where o.id is null
                    """));

    private IdempotencyInvariants() {}
}
