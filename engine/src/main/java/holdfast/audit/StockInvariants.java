package holdfast.audit;

import java.util.List;

/// No unit is promised twice, and every number in `stock` is explained by rows elsewhere.
final class StockInvariants {

    static final List<Invariant> ALL = List.of(
            new Invariant("S01", "stock", "no more is promised than is on hand", """
                    select sku || ' in ' || warehouse || ': ' || on_hand || ' on hand, ' || held || ' held, '
                           || allocated || ' allocated'
                      from stock
                     where on_hand - held - allocated < 0 or on_hand < 0 or held < 0 or allocated < 0
                    """),
            new Invariant("S02", "stock", "held is what open holds have", """
                    select sku || ' in ' || warehouse || ': ' || coalesce(s.held, 0) || ' held, '
                           || coalesce(a.quantity, 0) || ' in open holds'
                      from stock s
                      full join set_aside a using (sku, warehouse)
                     where coalesce(s.held, 0) <> coalesce(a.quantity, 0)
                    """),
            new Invariant("S03", "stock", "allocated is what orders are still owed", """
                    select sku || ' in ' || warehouse || ': ' || coalesce(s.allocated, 0) || ' allocated, '
                           || coalesce(o.due, 0) || ' due to orders'
                      from stock s
                      full join owed o using (sku, warehouse)
                     where coalesce(s.allocated, 0) <> coalesce(o.due, 0)
                    """),
            new Invariant("S04", "stock", "on hand is the sum of its journal", """
                    select sku || ' in ' || warehouse || ': ' || coalesce(s.on_hand, 0) || ' on hand, '
                           || coalesce(j.on_hand, 0) || ' by the journal'
                      from stock s
                      full join journal j using (sku, warehouse)
                     where coalesce(s.on_hand, 0) <> coalesce(j.on_hand, 0)
                    """),
            new Invariant("S05", "stock_movement", "the journal was never below zero", """
                    select sku || ' in ' || warehouse || ': ' || on_hand || ' after movement ' || id
                      from (select sku, warehouse, id,
                                   sum(delta) over (partition by sku, warehouse order by id) as on_hand
                              from stock_movement) m
                     where on_hand < 0
                    """),
            new Invariant("S06", "stock_movement", "what orders shipped left the shelves", """
                    select sku || ' in ' || warehouse || ': ' || coalesce(o.shipped, 0) || ' shipped by orders, '
                           || coalesce(j.shipped, 0) || ' by the journal'
                      from owed o
                      full join journal j using (sku, warehouse)
                     where coalesce(o.shipped, 0) <> coalesce(j.shipped, 0)
                    """),
            new Invariant("S07", "order_line", "no more was sold than ever came in", """
                    select s.sku || ': ' || s.quantity || ' sold, ' || coalesce(j.supplied, 0) || ' came in'
                      from sold s
                      left join (select sku, sum(supplied) as supplied from journal group by sku) j using (sku)
                     where s.quantity > coalesce(j.supplied, 0)
                    """),
            new Invariant("S08", "backorder", "backordered is what is waited for, and within its limit", """
                    select sku || ': ' || coalesce(b.backordered, 0) || ' backordered, of at most '
                           || coalesce(b.backorder_limit, 0) || ', ' || coalesce(w.quantity, 0) || ' waited for'
                      from backorder b
                      full join waited_for w using (sku)
                     where coalesce(b.backordered, 0) <> coalesce(w.quantity, 0) or b.backordered > b.backorder_limit
                    """));

    private StockInvariants() {}
}
