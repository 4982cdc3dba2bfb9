package holdfast.checkout;

import static java.util.Comparator.comparingLong;

import holdfast.catalog.SaleTerms;
import holdfast.checkout.Refusals.Limited;
import holdfast.db.Tx;
import holdfast.inventory.HoldRequest;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sees to it that no customer gets more of a SKU than its purchase limit: in open checkouts, in orders that
/// are not canceled and in what they ask for now, all together. While a sale of it runs that has a limit for
/// each customer, the orders since it began are held against that too.
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
                     where customer is not null
                     order by key) k
            """;

    // An open checkout is found by the note of its purchase, but counted by what it holds and whose it is now.
    private static final String COUNT = """
            select u.sku, u.customer, held.pieces + ordered.pieces as pieces,
                   s.limit_per_customer as sale_limit, held.pieces + ordered.in_sale as in_sale
              from unnest(:skus::text[], :customers::text[]) as u (sku, customer)
              left join sale s on s.sku = u.sku and s.starts_at <= shop_clock()
             cross join lateral (
                     select coalesce(sum(l.quantity), 0) as pieces
                       from limited_purchase p
                       join checkout c on c.id = p.checkout_id and lower(c.email) = p.customer
                       join hold_line l on l.checkout_id = c.id and l.sku = p.sku
                      where p.sku = u.sku and p.customer = u.customer
                        and p.checkout_id <> all (:checkouts)
                        and (l.state = 'paying' or l.state = 'active' and l.expires_at > shop_clock())) held
             cross join lateral (
                     select coalesce(sum(l.quantity - l.refunded), 0) as pieces,
                            coalesce(sum(l.quantity - l.refunded)
                                       filter (where o.placed_at >= s.starts_at), 0) as in_sale
                       from orders o
                       join order_line l on l.order_id = o.id
                      where lower(o.email) = u.customer and l.sku = u.sku
                        and o.status <> 'canceled') ordered
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
                if (terms != null && (terms.purchaseLimit() != null || terms.saleLimit() != null)) {
                    each.accept(new Wanted(
                            new Buyer(line.getKey(), email == null ? null : email.customer()),
                            hold.checkout(),
                            line.getValue(),
                            terms));
                }
            });
        }
    }

    /// A customer who wants a SKU.
    private record Buyer(Sku sku, @Nullable String customer) {}

    private record Wanted(Buyer buyer, CheckoutId checkout, long pieces, SaleTerms terms) {

        boolean isKnown() {
            return buyer.customer != null;
        }

        /// Whether a sale has begun is known to the database alone.
        boolean isCounted() {
            return isKnown() || terms.saleLimit() != null;
        }

        /// The limit that this is too much for; of two, the stricter.
        Optional<Limited> over(Bought bought) {
            return Stream.concat(
                            limited(terms.purchaseLimit(), bought.pieces), limited(bought.saleLimit, bought.inSale))
                    .filter(limited -> pieces > limited.left())
                    .min(comparingLong(Limited::left));
        }

        private Stream<Limited> limited(@Nullable Integer limit, long had) {
            return limit == null ? Stream.empty() : Stream.of(new Limited(buyer.sku, limit, Math.max(limit - had, 0)));
        }
    }

    /// What a customer has of a SKU.
    ///
    /// @param saleLimit of the sale that runs; null: none runs, or it has no limit
    private record Bought(long pieces, @Nullable Integer saleLimit, long inSale) {

        static final Bought NOTHING = new Bought(0, null, 0);

        Bought and(long more) {
            return new Bought(pieces + more, saleLimit, inSale + more);
        }
    }

    /// Decides, one after the other, which of the purchases keep to the limits: what stands against each, in
    /// order. Those that do are to be [#note]d in this transaction.
    List<Optional<Refusal>> check(Tx tx, Collection<Purchase> purchases) {
        List<Wanted> wanted = purchases.stream()
                .flatMap(Purchase::limited)
                .filter(Wanted::isCounted)
                .toList();
        Map<Buyer, Bought> bought = wanted.isEmpty() ? new HashMap<>() : count(tx, wanted);
        return purchases.stream().map(purchase -> check(purchase, bought)).toList();
    }

    private static Optional<Refusal> check(Purchase purchase, Map<Buyer, Bought> bought) {
        List<Wanted> wanted = purchase.limited().toList();
        List<Limited> over = wanted.stream()
                .flatMap(each -> each.over(bought.getOrDefault(each.buyer, Bought.NOTHING)).stream())
                .toList();
        if (!over.isEmpty()) return Optional.of(Refusals.purchaseLimit(over));
        wanted.stream()
                .filter(Wanted::isKnown)
                .forEach(each -> bought.computeIfPresent(each.buyer, (_, before) -> before.and(each.pieces)));
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
                .filter(Wanted::isKnown)
                .toList();
        if (wanted.isEmpty()) return;
        tx.update(NOTE)
                .bind("skus", tx.texts(wanted, each -> each.buyer.sku.code()))
                .bind("customers", tx.texts(wanted, each -> each.buyer.customer))
                .bind("checkouts", tx.uuids(wanted, each -> each.checkout.value()))
                .execute();
    }

    private static Map<Buyer, Bought> count(Tx tx, List<Wanted> wanted) {
        List<Buyer> buyers = wanted.stream().map(Wanted::buyer).distinct().toList();
        tx.query(LOCK)
                .bind("skus", tx.texts(buyers, buyer -> buyer.sku.code()))
                .bind("customers", tx.texts(buyers, Buyer::customer))
                .map((_, _) -> true)
                .list();
        var bought = new HashMap<Buyer, Bought>();
        tx.query(COUNT)
                .bind("skus", tx.texts(buyers, buyer -> buyer.sku.code()))
                .bind("customers", tx.texts(buyers, Buyer::customer))
                .bind("checkouts", tx.uuids(wanted, each -> each.checkout.value()))
                .map((row, _) -> Map.entry(
                        new Buyer(Sku.of(row.getString("sku")), row.getString("customer")),
                        new Bought(
                                row.getLong("pieces"),
                                row.getObject("sale_limit", Integer.class),
                                row.getLong("in_sale"))))
                .forEach(entry -> bought.put(entry.getKey(), entry.getValue()));
        return bought;
    }
}
