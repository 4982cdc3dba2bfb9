package holdfast.catalog;

import static java.util.Objects.requireNonNull;

import holdfast.catalog.Pricing.Item;
import holdfast.db.Tx;
import holdfast.kernel.Address;
import holdfast.kernel.Checks;
import holdfast.kernel.Email;
import holdfast.kernel.FieldError;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Says what it would cost. The number of statements does not grow with the lines.
public final class Quotes {

    public static final int LINES_MAX = 1_000;
    public static final int DISCOUNT_CODES_MAX = 5;

    private static final String DISCOUNT_CODES = """
            select c.*,
                   coalesce(c.starts_at <= shop_clock(), true) and coalesce(shop_clock() < c.ends_at, true) as active,
                   (select count(*)
                      from discount_use u
                     where u.code = c.code
                       and u.customer = :customer
                       and u.state <> 'returned') as uses_of_customer
              from discount_code c
             where c.code = any(:codes)
            """;

    private final Catalog catalog;
    private final TaxRates taxRates;
    private final ShippingRates shippingRates;
    private volatile Remembered remembered = new Remembered(0);

    public Quotes(Catalog catalog, TaxRates taxRates, ShippingRates shippingRates) {
        this.catalog = catalog;
        this.taxRates = taxRates;
        this.shippingRates = shippingRates;
    }

    /// Prices the request, or refuses it naming everything that stands against it:
    ///
    /// - `line_items`: `required`, `too_many` (above [#LINES_MAX]), `out_of_range` (the lines or the total
    ///   come to more than [Money#MINOR_MAX])
    /// - `line_items[i].sku`: `unknown`, `other_currency`
    /// - `discount_codes`: `too_many`; `discount_codes[i]`: `unknown`, `duplicate`, `not_active`, `used_up`,
    ///   `other_currency`
    /// - `shipping_address.country`: `not_served`; `shipping_option`: `not_available`
    public Quote quote(Tx tx, QuoteRequest request) {
        return offer(tx, request).quote();
    }

    /// As [#quote], together with the terms on which it is sold.
    public Offer offer(Tx tx, QuoteRequest request) {
        // Read first: what changes while the rest is read makes the quote stale, never wrong.
        long revision = Revision.read(tx);
        Remembered now = remembered;
        if (now.revision() != revision) {
            now = new Remembered(revision);
            remembered = now;
        }
        var checks = new Checks();
        Map<Sku, Product> products = requireNonNull(now.products(skus(request), skus -> catalog.find(tx, skus)));
        List<ShippingRate> shipping =
                requireNonNull(now.shippingRates(request.currency(), currency -> shippingRates.in(tx, currency)));
        Address shipTo = request.shipTo();
        List<TaxRate> taxes = shipTo == null
                ? List.of()
                : requireNonNull(
                        now.taxRates(shipTo, address -> taxRates.serving(tx, address.country(), address.region())));
        Pricing pricing = pricing(request, products, shipping, taxes, () -> discountCodes(tx, request, checks), checks);
        checks.refuse();
        return offer(pricing, revision);
    }

    private static Offer offer(Pricing pricing, long revision) {
        var terms = new HashMap<Sku, SaleTerms>();
        for (Item item : pricing.lines()) {
            SaleTerms own = item.product().terms();
            if (!own.equals(SaleTerms.NONE)) terms.put(item.sku(), own);
        }
        return new Offer(pricing.quote(revision), terms);
    }

    /// The same from memory, if all of it was quoted before, and nothing stands against it; else empty. The
    /// catalog may have changed since: the quote is worth something only where its revision is still
    /// [#revision].
    public Optional<Offer> recall(QuoteRequest request) {
        if (!request.discountCodes().isEmpty()) return Optional.empty(); // Their uses are counted.
        Remembered now = remembered;
        Address shipTo = request.shipTo();
        Map<Sku, Product> products = now.products(skus(request), null);
        List<ShippingRate> shipping = now.shippingRates(request.currency(), null);
        List<TaxRate> taxes = shipTo == null ? List.of() : now.taxRates(shipTo, null);
        if (products == null || shipping == null || taxes == null) return Optional.empty();
        var checks = new Checks();
        Pricing pricing = pricing(request, products, shipping, taxes, List::of, checks);
        return checks.pass() ? Optional.of(offer(pricing, now.revision())) : Optional.empty();
    }

    /// The revision of the catalog as this transaction sees it.
    public long revision(Tx tx) {
        return Revision.read(tx);
    }

    private static List<Sku> skus(QuoteRequest request) {
        return request.lines().stream()
                .limit(LINES_MAX)
                .map(Wanted::sku)
                .distinct()
                .toList();
    }

    private static Pricing pricing(
            QuoteRequest request,
            Map<Sku, Product> products,
            List<ShippingRate> shippingRates,
            List<TaxRate> taxRates,
            Supplier<List<DiscountCode>> discountCodes,
            Checks checks) {
        List<Item> items = items(request, products, checks);
        List<DiscountCode> codes = discountCodes.get();
        ShippingPrices shipping = shippingPrices(request, shippingRates, checks);
        Taxes taxes = request.shipTo() == null ? Taxes.none() : Taxes.of(taxRates);
        return new Pricing(request.currency(), items, codes, shipping, request.shippingOption(), taxes);
    }

    private static List<Item> items(QuoteRequest request, Map<Sku, Product> products, Checks checks) {
        List<Wanted> lines = request.lines();
        checks.that(!lines.isEmpty(), "line_items", "required", "At least one line")
                .that(lines.size() <= LINES_MAX, "line_items", "too_many", "At most " + LINES_MAX + " lines");
        if (lines.isEmpty() || lines.size() > LINES_MAX) return List.of();

        var items = new ArrayList<Item>();
        for (int i = 0; i < lines.size(); i++) {
            String field = "line_items[" + i + "].sku";
            Product product = products.get(lines.get(i).sku());
            checks.that(product != null, field, "unknown", "No such product");
            if (product == null) continue;
            boolean sameCurrency = product.price().currency().equals(request.currency());
            checks.that(sameCurrency, field, "other_currency", "Not sold in " + request.currency());
            items.add(new Item(product, lines.get(i).quantity()));
        }
        return items;
    }

    private static List<DiscountCode> discountCodes(Tx tx, QuoteRequest request, Checks checks) {
        List<String> codes =
                request.discountCodes().stream().map(DiscountCode::spelled).toList();
        checks.that(
                codes.size() <= DISCOUNT_CODES_MAX,
                "discount_codes",
                "too_many",
                "At most " + DISCOUNT_CODES_MAX + " codes");
        if (codes.isEmpty() || codes.size() > DISCOUNT_CODES_MAX) return List.of();

        Map<String, Found> known = discountCodes(tx, codes, request.customer());
        Set<String> seen = new HashSet<>();
        var found = new ArrayList<DiscountCode>();
        for (int i = 0; i < codes.size(); i++) {
            String field = "discount_codes[" + i + "]";
            Found code = known.get(codes.get(i));
            checks.that(seen.add(codes.get(i)), field, "duplicate", "The same code as an earlier one")
                    .that(code != null, field, "unknown", "No such discount code");
            if (code == null) continue;
            code.check(field, request.currency(), checks);
            found.add(code.code());
        }
        return found;
    }

    private static Map<String, Found> discountCodes(Tx tx, List<String> codes, @Nullable Email customer) {
        return tx.query(DISCOUNT_CODES)
                .bind("codes", tx.texts(codes.stream().filter(Checks::isName).toList()))
                .bind("customer", customer == null ? null : customer.customer())
                .map((row, _) ->
                        new Found(DiscountCodes.code(row), row.getBoolean("active"), row.getInt("uses_of_customer")))
                .collectToMap(found -> found.code().code(), found -> found);
    }

    /// A discount code, and what the database says about it now.
    private record Found(DiscountCode code, boolean active, int usesOfCustomer) {

        void check(String field, Currency currency, Checks checks) {
            checks.that(active, field, "not_active", "This code is not good now")
                    .that(
                            code.terms().allowOneMore(code.uses(), usesOfCustomer),
                            field,
                            "used_up",
                            "This code was used as often as it may be")
                    .that(code.terms().off().isGoodIn(currency), field, "other_currency", "Not good for " + currency);
        }
    }

    private static @Nullable ShippingPrices shippingPrices(
            QuoteRequest request, List<ShippingRate> inCurrency, Checks checks) {
        Address shipTo = request.shipTo();
        String option = request.shippingOption();
        if (shipTo == null && option == null) return null;

        if (shipTo == null) {
            checks.that(option == null || new ShippingPrices(inCurrency).offer(option), notAvailable());
            return null;
        }
        ShippingPrices prices = ShippingPrices.to(shipTo.country(), inCurrency);
        checks.that(!prices.serveNothing(), notServed())
                .that(prices.serveNothing() || option == null || prices.offer(option), notAvailable());
        return prices;
    }

    static FieldError notServed() {
        return new FieldError("shipping_address.country", "not_served", "Nothing ships this to this country");
    }

    static FieldError notAvailable() {
        return new FieldError("shipping_option", "not_available", "Not an option for these lines and this address");
    }
}
