package holdfast.audit;

import holdfast.audit.Invariant.Needs;
import java.util.List;

/// Whatever was begun comes to an end: an order, or nothing at all.
final class SagaInvariants {

    /// What is still to be done, and who waits for it. Whoever has to act is not among it: a shopper whose bank
    /// asks something.
    static final Invariant AT_REST =
            new Invariant("G05", "nothing is left half-way", Needs.QUIET, "select count(*) from payment", """
                    select 'payment ' || id || ' is ' || state
                      from payment
                     where state in ('begun', 'unknown') or leased_until is not null
                        or state in ('authorized', 'captured') and due_at < shop_clock() + interval '5 minutes'
                    union all
                    select 'refund ' || id || ' is pending' from refund where state = 'pending'
                    union all
                    select 'hold ' || checkout_id || ' expired at ' || expires_at
                      from hold
                     where state = 'active' and expires_at < shop_clock()
                    """);

    static final List<Invariant> ALL = List.of(
            new Invariant("G01", "payment", "what is to be done about a payment is done in time", """
                    select id || ' is ' || state || coalesce(', was due at ' || due_at, ', and due never')
                      from payment
                     where due_at < shop_clock() - interval '2 minutes'
                        or due_at is null and state in ('begun', 'requires_action', 'unknown')
                    """),
            new Invariant("G02", "payment", "a payment that succeeded has its order, and no other has", """
                    select coalesce('payment ' || p.id || ' is ' || p.state,
                                    'no payment ' || coalesce(o.payment_id::text, ''))
                           || ', order ' || coalesce(o.number::text, 'none')
                      from payment p
                      full join orders o on o.payment_id = p.id
                     where case when p.id is null then o.payment_id is not null or o.total > 0
                                when o.id is null then p.state in ('authorized', 'captured', 'voided')
                                else p.state not in ('authorized', 'captured', 'voided')
                                     or p.checkout_id <> o.checkout_id end
                    """),
            new Invariant("G03", "payment", "a payment that came to nothing leaves nothing behind", """
                    select id || ' is ' || state || case when live then ', live' else '' end
                           || coalesce(', due at ' || due_at, '') || coalesce(', leased until ' || leased_until, '')
                           || case when captured > 0 then ', ' || captured || ' taken' else '' end
                      from payment
                     where state in ('declined', 'failed', 'voided')
                       and (live or due_at is not null or leased_until is not null or captured > 0)
                    """),
            AT_REST);

    private SagaInvariants() {}
}
