package holdfast.audit;

import java.util.List;

/// What happened is told, once, in order, and nothing else is.
final class EventInvariants {

    /// What happens to one thing once.
    private static final String ONCE = """
            ('hold.created', 'hold.committed', 'hold.released', 'hold.expired', 'order.placed', 'order.paid',
             'order.partially_shipped', 'order.shipped', 'order.delivered', 'order.canceled', 'order.refunded',
             'refund.created', 'refund.succeeded', 'refund.failed', 'fulfillment.shipped', 'fulfillment.delivered')""";

    static final List<Invariant> ALL = List.of(
            new Invariant("E01", "told", "a story is told from its beginning, in order", """
                    select id || ': ' || type || ' after ' || coalesce(before, 'nothing')
                      from (select id, type, lag(type) over (partition by id order by outbox_id, position) as before
                              from told
                             where type in %s and type <> 'order.refunded' or type = 'hold.changed') t
                     where (before is null or before <> type)
                       and (coalesce(before, ''), type) not in (
                             ('', 'hold.created'), ('hold.created', 'hold.changed'),
                             ('hold.created', 'hold.committed'), ('hold.created', 'hold.released'),
                             ('hold.created', 'hold.expired'), ('hold.changed', 'hold.committed'),
                             ('hold.changed', 'hold.released'), ('hold.changed', 'hold.expired'),
                             ('', 'order.placed'), ('order.placed', 'order.paid'), ('order.placed', 'order.canceled'),
                             ('order.paid', 'order.partially_shipped'), ('order.paid', 'order.shipped'),
                             ('order.paid', 'order.canceled'), ('order.partially_shipped', 'order.shipped'),
                             ('order.shipped', 'order.delivered'),
                             ('', 'refund.created'), ('refund.created', 'refund.succeeded'),
                             ('refund.created', 'refund.failed'), ('refund.succeeded', 'refund.failed'),
                             ('', 'fulfillment.shipped'), ('fulfillment.shipped', 'fulfillment.delivered'))
                    """.formatted(ONCE)),
            new Invariant("E02", "told", "each thing that happens is told once", """
                    select id || ': ' || type || ' told ' || count(*) || ' times'
                      from told
                     where type in %s
                     group by id, type
                    having count(*) > 1
                    """.formatted(ONCE)),
            new Invariant("E03", "told", "everything that happened is told", """
                    select h.id || ': ' || h.type
                      from happened h
                      left join told t using (id, type)
                     where t.id is null
                    """),
            // Some of the money may be given back, and then all of it: the order says the last only.
            new Invariant("E04", "told", "nothing is told that did not happen", """
                    select t.id || ': ' || t.type
                      from told t
                      left join happened h using (id, type)
                     where h.id is null and t.type in %s
                    """.formatted(ONCE)),
            new Invariant("E08", "webhook_inbox", "what a provider tells is looked at in time", """
                    select gateway || ' ' || event_id || ', ' || type || ', was to be looked at ' || due_at
                      from webhook_inbox
                     where state = 'waiting' and due_at < shop_clock() - interval '5 minutes'
                    """));

    private EventInvariants() {}
}
