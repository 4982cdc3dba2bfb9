package holdfast.audit;

import java.util.List;

/// What happened is told, once, in order, and nothing else is.
final class EventInvariants {

    /// What happens to one thing once.
    private static final String ONCE = """
            ('hold.created', 'hold.committed', 'hold.released', 'hold.expired', 'order.placed', 'order.paid',
             'order.partially_shipped', 'order.shipped', 'order.delivered', 'order.canceled', 'order.refunded',
             'refund.created', 'fulfillment.shipped', 'fulfillment.delivered')""";

    /// What may happen to a refund again and again: it comes back, and is tried anew.
    private static final String OF_A_REFUND = "('refund.succeeded', 'refund.failed', 'refund.retried')";

    private static final String CAME_BACK = """
            select from refund r join told f on f.id = r.id and f.type = 'refund.failed' where r.order_id = t.id""";

    /// Money that came late for a hold that was released found its stock once more.
    private static final String REOPENED = """
            select from told r where r.id = t.id and r.type = 'hold.reopened' and t.type = 'hold.released'""";

    static final List<Invariant> ALL = List.of(
            new Invariant(
                    "E01", "told", "a story is told from its beginning, in order", """
                    select id || ': ' || type || ' after ' || coalesce(before, 'nothing')
                      from (select id, type, lag(type) over (partition by id order by outbox_id, position) as before
                              from told
                             where type in %1$s and type <> 'order.refunded' or type in %2$s
                                or type in ('hold.changed', 'hold.reopened')) t
                     where (before is null or before <> type or type in %2$s)
                       and (coalesce(before, ''), type) not in (
                             ('', 'hold.created'), ('hold.created', 'hold.changed'),
                             ('hold.created', 'hold.committed'), ('hold.created', 'hold.released'),
                             ('hold.created', 'hold.expired'), ('hold.changed', 'hold.committed'),
                             ('hold.changed', 'hold.released'), ('hold.changed', 'hold.expired'),
                             ('hold.released', 'hold.reopened'), ('hold.reopened', 'hold.committed'),
                             ('hold.reopened', 'hold.released'),
                             ('', 'order.placed'), ('order.placed', 'order.paid'), ('order.placed', 'order.canceled'),
                             ('order.paid', 'order.partially_shipped'), ('order.paid', 'order.shipped'),
                             ('order.paid', 'order.canceled'), ('order.partially_shipped', 'order.shipped'),
                             ('order.shipped', 'order.delivered'),
                             ('', 'refund.created'), ('refund.created', 'refund.succeeded'),
                             ('refund.created', 'refund.failed'), ('refund.succeeded', 'refund.failed'),
                             ('refund.failed', 'refund.retried'), ('refund.retried', 'refund.succeeded'),
                             ('refund.retried', 'refund.failed'),
                             ('', 'fulfillment.shipped'), ('fulfillment.shipped', 'fulfillment.delivered'))
                    """.formatted(ONCE, OF_A_REFUND)),
            // All of the money may be given back once more after some of it came back.
            new Invariant(
                    "E02", "told", "each thing that happens is told once", """
                    select t.id || ': ' || t.type || ' told ' || count(*) || ' times'
                      from told t
                     where t.type in %s
                     group by t.id, t.type
                    having count(*) > 1
                       and not (t.type = 'order.refunded' and exists (%s))
                       and not exists (%s)
                    """.formatted(ONCE, CAME_BACK, REOPENED)),
            new Invariant("E03", "told", "everything that happened is told", """
                    select h.id || ': ' || h.type
                      from happened h
                      left join told t using (id, type)
                     where t.id is null
                    """),
            // Some of the money may be given back, and then all of it: the order says the last only. So does a refund.
            new Invariant("E04", "told", "nothing is told that did not happen", """
                    select t.id || ': ' || t.type
                      from told t
                      left join happened h using (id, type)
                     where h.id is null and t.type in %s
                       and not (t.type = 'order.refunded' and exists (%s))
                       and not exists (%s)
                     union all
                    select t.id || ': ' || t.type
                      from (select distinct on (id) id, type
                              from told
                             where type in %s
                             order by id, outbox_id desc, position desc) t
                      left join refund r using (id)
                     where r.id is null
                        or t.type <> case r.state when 'pending' then 'refund.retried' else 'refund.' || r.state end
                    """.formatted(
                            ONCE, CAME_BACK, REOPENED, OF_A_REFUND)),
            new Invariant("E08", "webhook_inbox", "what a provider tells is looked at in time", """
                    select gateway || ' ' || event_id || ', ' || type || ', was to be looked at ' || due_at
                      from webhook_inbox
                     where state = 'waiting' and due_at < shop_clock() - interval '5 minutes'
                    """));

    private EventInvariants() {}
}
