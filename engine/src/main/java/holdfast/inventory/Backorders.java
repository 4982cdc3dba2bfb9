package holdfast.inventory;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts the pieces that are promised before they are there, SKU by SKU. The rows are locked after those of
/// stock; only where somebody wants more than there is of a SKU that has a limit is anything asked at all.
///
/// The check of the `backorder` table has the last word: more than the limit cannot be written.
final class Backorders {

    // In the order of the keys. Locks, and makes what is missing.
    private static final String LOCK = """
            insert into backorder (sku, backorder_limit)
            select * from unnest(:skus::text[], :limits::bigint[])
            on conflict (sku) do update
               set backorder_limit = greatest(excluded.backorder_limit, backorder.backordered)
            returning sku, backordered
            """;

    // In the order of the keys.
    private static final String COUNT = """
            with locked as (
              select b.sku, u.pieces
                from unnest(:skus::text[], :pieces::bigint[]) as u (sku, pieces)
                join backorder b using (sku)
               order by b.sku
                 for update of b
            )
            update backorder b
               set backordered = b.backordered + l.pieces
              from locked l
             where b.sku = l.sku
            """;

    private Backorders() {}

    /// How many pieces are backordered, of those SKUs that may be and of which these requests want more than
    /// `sourcing` has. It stays so until the end of the transaction.
    static Map<Sku, Long> lock(Tx tx, List<HoldRequest> requests, Sourcing sourcing) {
        SortedMap<Sku, Long> limits = limits(requests);
        limits.keySet().removeIf(sku -> wanted(requests, sku) <= sourcing.total(sku));
        if (limits.isEmpty()) return Map.of();
        return tx.query(LOCK)
                .bind("skus", tx.texts(limits.keySet(), Sku::code))
                .bind("limits", tx.bigints(limits.values()))
                .map((row, _) -> Map.entry(Sku.of(row.getString("sku")), row.getLong("backordered")))
                .collectToMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static SortedMap<Sku, Long> limits(List<HoldRequest> requests) {
        var limits = new TreeMap<Sku, Long>();
        for (HoldRequest request : requests) {
            request.terms().forEach((sku, terms) -> {
                if (terms.backorderLimit() > 0) limits.merge(sku, (long) terms.backorderLimit(), Math::max);
            });
        }
        return limits;
    }

    private static long wanted(List<HoldRequest> requests, Sku sku) {
        return requests.stream()
                .mapToLong(request -> request.wanted().getOrDefault(sku, 0L))
                .sum();
    }

    /// Counts so many pieces of each SKU more, or fewer. What is to be more was found room for under [#lock].
    static void count(Tx tx, SortedMap<Sku, Long> pieces) {
        if (pieces.isEmpty()) return;
        int counted = tx.update(COUNT)
                .bind("skus", tx.texts(pieces.keySet(), Sku::code))
                .bind("pieces", tx.bigints(pieces.values()))
                .execute();
        if (counted != pieces.size()) throw new IllegalStateException("What is backordered is missing in the books");
    }

    /// Decides anew, under locks, about those that were refused though some of what they want may be
    /// backordered.
    static List<HoldPlan> insteadOfRefusals(
            Tx tx, List<HoldRequest> requests, List<HoldPlan> plans, Reservations locking) {
        var again = new ArrayList<HoldRequest>();
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i) instanceof HoldPlan.OutOfStock(SortedMap<Sku, Long> available)
                    && available.keySet().stream().anyMatch(requests.get(i)::mayBeBackordered)) {
                again.add(requests.get(i));
            }
        }
        if (again.isEmpty()) return plans;
        List<HoldPlan> others = locking.reserve(tx, again);
        var decided = new HashMap<CheckoutId, HoldPlan>();
        for (int i = 0; i < again.size(); i++) decided.put(again.get(i).checkout(), others.get(i));
        var all = new ArrayList<HoldPlan>();
        for (int i = 0; i < plans.size(); i++)
            all.add(decided.getOrDefault(requests.get(i).checkout(), plans.get(i)));
        return all;
    }
}
