package holdfast.audit;

import java.util.List;

/// Money moved exactly once for every order, and for nothing else; by our own books and by the provider's.
///
/// The provider's are read around the moment in which the database is: what it had *early* we have to know of,
/// and what we know of it has to have. What a payment still has to do is written down with it, so a shop in the
/// middle of a rush breaks none of these.
final class PaymentInvariants {

    /// Somebody is at it, or has yet to look at it again.
    private static final String UNDER_WAY = """
            (p.state in ('begun', 'requires_action', 'unknown') or p.due_at is not null
                           or p.leased_until is not null)""";

    /// It has somebody's money, and had it when we looked first. That a refund came back need not be known yet.
    private static final String SURVIVES = """
            (c.auths_early > 0 and c.voids = 0 and not (c.captured > 0 and c.refunded_most >= c.captured))""";

    /// The provider did not give it back, or it came back: a person was told, and sees to it.
    private static final String WITH_A_PERSON = """
            exists (select
                      from work_item w
                     where w.payment_id = p.id and w.reason in ('refund_refused', 'void_refused'))""";

    private static final String IN_LEDGER = "p.gateway in (select gateway from ledger)";

    static final List<Invariant> ALL = List.of(
            Invariant.ofLedger(
                    "P01", "orders", "a live order has exactly one live charge", """
                    select o.number || ' has ' || count(c.reference) || ' charges that were not let go of'
                      from orders o
                      left join payment p on p.id = o.payment_id
                      left join charge c on c.checkout = o.checkout_id
                                        and case when c.payment = o.payment_id then c.auths > 0 and c.voids_early = 0
                                                 else %s end
                     where o.status <> 'canceled' and o.total > 0 and (p.id is null or %s)
                     group by o.id, o.number
                    having count(c.reference) <> 1
                    """.formatted(SURVIVES, IN_LEDGER)),
            Invariant.ofLedger("P02", "orders", "it is charged its exact amount and currency", """
                    select o.number || ' over ' || o.total || ' ' || o.currency || ': ' || c.authorized || ' '
                           || c.currency || ' charged, of ' || p.amount || ' ' || p.currency || ' asked for'
                      from orders o
                      join payment p on p.id = o.payment_id
                      join charge c on c.payment = p.id and c.auths > 0
                     where o.status <> 'canceled'
                       and (c.authorized <> o.total or c.currency <> o.currency or c.currencies <> 1
                            or p.amount <> o.total or p.currency <> o.currency)
                    """),
            Invariant.ofLedger("P03", "charge", "a charge has an order, or is let go of or given back", """
                    select c.gateway || ' ' || c.reference || ': ' || c.authorized || ' ' || c.currency
                           || ' for a payment that is ' || p.state || ', and no order'
                      from charge c
                      join payment p on p.id = c.payment
                      left join orders o on o.payment_id = p.id
                     where o.id is null and %s and not %s
                    """.formatted(
                            SURVIVES, UNDER_WAY)),
            Invariant.ofLedger("P04", "charge", "there is no charge that we do not know", """
                    select gateway || ' ' || reference || ': ' || authorized || ' ' || currency || ', for '
                           || coalesce(named::text, 'no payment of ours')
                      from charge
                     where auths_early > 0 and (payment is null or named <> payment)
                    """),
            Invariant.ofLedger("P05", "charge", "money is taken once, and no more than was set aside", """
                    select gateway || ' ' || reference || ': ' || captured || ' taken by ' || captures
                           || ' captures, of ' || authorized
                      from charge
                     where captures > 1 or captured > authorized
                    """),
            Invariant.ofLedger("P06", "charge", "no more is given back than was taken", """
                    select gateway || ' ' || reference || ': ' || refunded || ' given back, of ' || captured
                      from charge
                     where refunded > captured
                    """),
            Invariant.ofLedger("P07", "charge", "nothing is both let go of and taken", """
                    select gateway || ' ' || reference || ': ' || captured || ' taken, and let go of'
                      from charge
                     where voids > 0 and captures > 0
                    """),
            Invariant.ofLedger("P08", "orders", "a paid order's money was taken, all of it", """
                    select o.number || ' over ' || o.total || ' is ' || o.status || ', ' || coalesce(c.captured, 0)
                           || ' taken'
                      from orders o
                      join payment p on p.id = o.payment_id
                      left join charge c on c.payment = p.id
                     where o.status not in ('pending', 'canceled') and o.total <> coalesce(c.captured, 0) and %s
                    """.formatted(IN_LEDGER)),
            Invariant.ofLedger(
                    "P09", "payment", "a payment is what its provider says it is", """
                    select p.id || ' is ' || p.state || ', ' || p.captured || ' taken, ' || p.refunded
                           || ' given back; the provider has '
                           || case when c.auths > 0 then 'set it aside' else 'set nothing aside' end
                           || case when c.voids > 0 then ' and let go of it' else '' end || ', taken '
                           || coalesce(c.captured, 0) || ', given back ' || coalesce(c.refunded, 0)
                      from payment p
                      left join charge c on c.payment = p.id
                     where %s
                       and (p.captured > coalesce(c.captured, 0) or p.refunded > coalesce(c.refunded_most, 0)
                            or p.state = 'voided' and c.auths > 0 and c.voids = 0
                            or p.state in ('authorized', 'captured') and coalesce(c.auths, 0) = 0
                            or not %s
                               and (p.captured < c.captured_early or p.refunded < c.refunded_least
                                    or p.state in ('authorized', 'captured') and c.voids_early > 0))
                    """.formatted(IN_LEDGER, UNDER_WAY)),
            Invariant.ofLedger("P10", "charge", "one charge of a checkout survives at most", """
                    select c.checkout || ' has ' || count(*) || ' charges'
                      from charge c
                     where %s
                     group by c.checkout
                    having count(*) > 1 and c.checkout is not null
                    """.formatted(SURVIVES)),
            new Invariant("P11", "payment", "no outcome is open for more than a day", """
                    select id || ' is unknown since ' || created_at
                      from payment
                     where state = 'unknown' and created_at < shop_clock() - interval '24 hours'
                    """),
            new Invariant("P12", "payment", "no money stays set aside without a live order", """
                    select p.id || ' is authorized, its order '
                           || coalesce(o.number || ' ' || o.status || ' since ' || o.updated_at, 'is not there')
                      from payment p
                      left join orders o on o.payment_id = p.id
                     where p.state = 'authorized' and (o.id is null or o.status = 'canceled')
                       and greatest(p.updated_at, o.updated_at) < shop_clock() - interval '10 minutes'
                    """),
            new Invariant("P13", "payment", "no money that was set aside lapses before it is taken", """
                    select id || ' is authorized, and lapsed at ' || capture_before
                      from payment
                     where state = 'authorized' and capture_before < shop_clock()
                    """),
            // To set money aside follows from the payment, and to take it first from its order.
            Invariant.ofLedger("P14", "movement", "what moved money was written down before", """
                    select m.gateway || ' ' || m.reference || ': ' || lower(m.kind) || ' by ' || m.key
                      from movement m
                      join charge c using (gateway, reference)
                      left join gateway_operation g
                             on g.payment_id = c.payment and g.key = m.key and g.operation = lower(m.kind)
                      left join orders o on o.payment_id = c.payment
                     where m.early and m.key is not null and m.kind <> 'VOID' and c.payment is not null
                       and g.key is null
                       and not (m.kind in ('AUTH', 'CAPTURE') and m.key = c.payment || ':authorize:1')
                       and not (m.kind = 'CAPTURE' and m.key = c.payment || ':capture:1' and o.id is not null)
                    """),
            Invariant.ofLedger("P15", "movement", "a request has its effect once", """
                    select gateway || ' ' || key || ' moved money ' || count(*) || ' times'
                      from movement
                     where key is not null
                     group by gateway, key, kind
                    having count(*) > 1
                    """),
            new Invariant("P16", "gateway_operation", "nothing is sent again when its key may be forgotten", """
                    select key || ' was sent at ' || first_sent_at || ' and at ' || last_sent_at
                      from gateway_operation
                     where last_sent_at - first_sent_at > interval '20 hours'
                    """),
            new Invariant("P17", "payment", "what is given back is the sum of the refunds", """
                    select p.id || ': ' || p.refunded || ' given back, ' || coalesce(r.amount, 0) || ' in refunds'
                      from payment p
                      left join (select payment_id, sum(amount) as amount
                                   from refund
                                  where state = 'succeeded'
                                  group by payment_id) r on r.payment_id = p.id
                     where p.refunded <> coalesce(r.amount, 0)
                    """),
            new Invariant("P18", "refund", "refunds that are made or under way fit into what was taken", """
                    select p.id || ': ' || r.amount || ' in refunds, ' || p.captured || ' taken'
                      from payment p
                      join (select payment_id, sum(amount) as amount
                              from refund
                             where state <> 'failed'
                             group by payment_id) r on r.payment_id = p.id
                     where r.amount > p.captured
                    """),
            Invariant.ofLedger("P19", "orders", "the money of a canceled order is back", """
                    select o.number || ' is canceled: ' || c.authorized || ' ' || c.currency || ' set aside, '
                           || c.captured || ' taken, ' || c.refunded || ' given back'
                      from orders o
                      join payment p on p.id = o.payment_id
                      join charge c on c.payment = p.id
                     where o.status = 'canceled' and %s and not %s and not %s
                    """.formatted(
                            SURVIVES, UNDER_WAY, WITH_A_PERSON)));

    private PaymentInvariants() {}
}
