package holdfast.catalog;

import holdfast.catalog.Pricing.Item;
import holdfast.db.Tx;
import holdfast.kernel.Address;
import holdfast.kernel.Checks;
import holdfast.kernel.Email;
import holdfast.kernel.FieldError;
import holdfast.kernel.Sku;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        // Read first: what changes while the rest is read makes the quote stale, never wrong.
        long revision = Revision.read(tx);
        var checks = new Checks();
        List<Item> items = items(tx, request, checks);
        List<DiscountCode> codes = discountCodes(tx, request, checks);
        ShippingPrices shipping = shippingPrices(tx, request, checks);
        Taxes taxes = taxes(tx, request.shipTo());
        checks.refuse();
        return new Pricing(request.currency(), items, codes, shipping, request.shippingOption(), taxes).quote(revision);
    }

    private List<Item> items(Tx tx, QuoteRequest request, Checks checks) {
        List<Wanted> lines = request.lines();
        checks.that(!lines.isEmpty(), "line_items", "required", "At least one line")
                .that(lines.size() <= LINES_MAX, "line_items", "too_many", "At most " + LINES_MAX + " lines");
        if (lines.isEmpty() || lines.size() > LINES_MAX) return List.of();

        Map<Sku, Product> products =
                catalog.find(tx, lines.stream().map(Wanted::sku).distinct().toList());
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

    private @Nullable ShippingPrices shippingPrices(Tx tx, QuoteRequest request, Checks checks) {
        Address shipTo = request.shipTo();
        String option = request.shippingOption();
        if (shipTo == null && option == null) return null;

        List<ShippingRate> inCurrency = shippingRates.in(tx, request.currency());
        if (shipTo == null) {
            checks.that(option == null || new ShippingPrices(inCurrency).offer(option), notAvailable());
            return null;
        }
        ShippingPrices prices = ShippingPrices.to(shipTo.country(), inCurrency);
        checks.that(!prices.serveNothing(), notServed())
                .that(prices.serveNothing() || option == null || prices.offer(option), notAvailable());
        return prices;
    }

    private Taxes taxes(Tx tx, @Nullable Address shipTo) {
        return shipTo == null ? Taxes.none() : Taxes.of(taxRates.serving(tx, shipTo.country(), shipTo.region()));
    }

    static FieldError notServed() {
        return new FieldError("shipping_address.country", "not_served", "Nothing ships this to this country");
    }

    static FieldError notAvailable() {
        return new FieldError("shipping_option", "not_available", "Not an option for these lines and this address");
    }
}
