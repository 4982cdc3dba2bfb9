package holdfast.checkout;

import holdfast.catalog.SaleTerms;
import holdfast.db.Tx;
import holdfast.inventory.HoldRequest;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sees to it that no customer gets more of a SKU than its purchase limit: in open checkouts, in orders that
/// are not canceled and in what they ask for now, all together.
///
/// What a customer has is counted under a lock of the customer and the SKU, which lasts as long as the
/// transaction and is taken before any lock of stock: of two checkouts at once the second sees the first. A SKU
/// without a limit costs nothing.
final class PurchaseLimits {

    // In the order of the keys, and before stock.
    private static final String LOCK = """
            select pg_advisory_xact_lock(key)
              from (select distinct hashtextextended(sku || ' ' || customer, 0) as key
                      from unnest(:skus::text[], :customers::text[]) as u (sku, customer)
                     order by key) k
            """;

    // An open checkout is found by the note of its purchase, but counted by what it holds and whose it is now.
    private static final String COUNT = """
            select u.sku, u.customer,
                   (select coalesce(sum(l.quantity), 0)
                      from limited_purchase p
                      join checkout c on c.id = p.checkout_id and lower(c.email) = p.customer
                      join hold_line l on l.checkout_id = c.id and l.sku = p.sku
                     where p.sku = u.sku and p.customer = u.customer
                       and p.checkout_id <> all (:checkouts)
                       and (l.state = 'paying' or l.state = 'active' and l.expires_at > shop_clock()))
                 + (select coalesce(sum(l.quantity - l.refunded), 0)
                      from orders o
                      join order_line l on l.order_id = o.id
                     where lower(o.email) = u.customer and l.sku = u.sku
                       and o.status <> 'canceled') as pieces
              from unnest(:skus::text[], :customers::text[]) as u (sku, customer)
            """;

    private static final String NOTE = """
            insert into limited_purchase (sku, customer, checkout_id)
            select * from unnest(:skus::text[], :customers::text[], :checkouts::uuid[])
            on conflict do nothing
            """;

    /// What a checkout is to hold, and for whom.
    ///
    /// @param email null: nobody knows yet; then it has to keep to the limits by itself
    record Purchase(@Nullable Email email, HoldRequest hold) {

        private Stream<Wanted> limited() {
            return hold.wanted().entrySet().stream().mapMulti((line, each) -> {
                SaleTerms terms = hold.terms().get(line.getKey());
                if (terms != null && terms.purchaseLimit() != null) {
                    each.accept(new Wanted(
                            new Buyer(line.getKey(), email == null ? null : email.customer()),
                            hold.checkout(),
                            line.getValue(),
                            terms.purchaseLimit()));
                }
            });
        }
    }

    /// A customer who wants a SKU.
    private record Buyer(Sku sku, @Nullable String customer) {}

    private record Wanted(Buyer buyer, CheckoutId checkout, long pieces, int limit) {

        Refusals.Limited over(long bought) {
            return new Refusals.Limited(buyer.sku, limit, Math.max(limit - bought, 0));
        }
    }

    /// Decides, one after the other, which of the purchases keep to the limits: what stands against each, in
    /// order. Those that do are to be [#note]d in this transaction.
    List<Optional<Refusal>> check(Tx tx, Collection<Purchase> purchases) {
        List<Wanted> wanted = purchases.stream()
                .flatMap(Purchase::limited)
                .filter(PurchaseLimits::isKnown)
                .toList();
        Map<Buyer, Long> bought = wanted.isEmpty() ? new HashMap<>() : count(tx, wanted);
        return purchases.stream().map(purchase -> check(purchase, bought)).toList();
    }

    private static Optional<Refusal> check(Purchase purchase, Map<Buyer, Long> bought) {
        List<Wanted> wanted = purchase.limited().toList();
        var over = new ArrayList<Refusals.Limited>();
        for (Wanted each : wanted) {
            long before = bought.getOrDefault(each.buyer, 0L);
            if (before + each.pieces > each.limit) over.add(each.over(before));
        }
        if (!over.isEmpty()) return Optional.of(Refusals.purchaseLimit(over));
        wanted.stream()
                .filter(PurchaseLimits::isKnown)
                .forEach(each -> bought.merge(each.buyer, each.pieces, Long::sum));
        return Optional.empty();
    }

    /// As [#check] and [#note], of one.
    ///
    /// @throws Refusal `purchase_limit`
    void demand(Tx tx, Purchase purchase) {
        check(tx, List.of(purchase)).getFirst().ifPresent(refusal -> {
            throw refusal;
        });
        note(tx, List.of(purchase));
    }

    /// Writes down where to look for what these customers hold.
    void note(Tx tx, Collection<Purchase> purchases) {
        List<Wanted> wanted = purchases.stream()
                .flatMap(Purchase::limited)
                .filter(PurchaseLimits::isKnown)
                .toList();
        if (wanted.isEmpty()) return;
        tx.update(NOTE)
                .bind("skus", tx.texts(wanted, each -> each.buyer.sku.code()))
                .bind("customers", tx.texts(wanted, each -> each.buyer.customer))
                .bind("checkouts", tx.uuids(wanted, each -> each.checkout.value()))
                .execute();
    }

    private static boolean isKnown(Wanted wanted) {
        return wanted.buyer.customer != null;
    }

    private static Map<Buyer, Long> count(Tx tx, List<Wanted> wanted) {
        List<Buyer> buyers = wanted.stream().map(Wanted::buyer).distinct().toList();
        tx.query(LOCK)
                .bind("skus", tx.texts(buyers, buyer -> buyer.sku.code()))
                .bind("customers", tx.texts(buyers, Buyer::customer))
                .map((_, _) -> true)
                .list();
        var bought = new HashMap<Buyer, Long>();
        tx.query(COUNT)
                .bind("skus", tx.texts(buyers, buyer -> buyer.sku.code()))
                .bind("customers", tx.texts(buyers, Buyer::customer))
                .bind("checkouts", tx.uuids(wanted, each -> each.checkout.value()))
                .map((row, _) -> Map.entry(
                        new Buyer(Sku.of(row.getString("sku")), row.getString("customer")), row.getLong("pieces")))
                .forEach(entry -> bought.put(entry.getKey(), entry.getValue()));
        return bought;
    }
}
