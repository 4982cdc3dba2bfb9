package holdfast.catalog;

import static java.util.stream.Collectors.joining;

import holdfast.db.Tx;
import holdfast.kernel.FieldError;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What is for sale.
public final class Catalog {

    private static final String COLUMNS = """
            sku, title, price_minor, currency, weight_grams, tax_category, purchase_limit, hold_seconds,
            backorder_limit, (select limit_per_customer from sale s where s.sku = product.sku) as sale_limit,
            created_at, updated_at""";

    private static final String FIND = """
            select %s
              from product
             where sku = any(:skus)
            """.formatted(COLUMNS);

    // In the order of the keys: two writers of the same products wait for each other instead of in a circle.
    private static final String PUT = """
            insert into product (sku, title, price_minor, currency, weight_grams, tax_category, purchase_limit,
                                 hold_seconds, backorder_limit)
            select *
              from unnest(:skus::text[], :titles::text[], :prices::bigint[], :currencies::text[],
                          :weights::int[], :taxCategories::text[], :purchaseLimits::int[], :holdSeconds::int[],
                          :backorderLimits::int[])
                   as new (sku, title, price_minor, currency, weight_grams, tax_category, purchase_limit,
                           hold_seconds, backorder_limit)
             order by sku
            on conflict (sku) do update
               set title = excluded.title,
                   price_minor = excluded.price_minor,
                   currency = excluded.currency,
                   weight_grams = excluded.weight_grams,
                   tax_category = excluded.tax_category,
                   purchase_limit = excluded.purchase_limit,
                   hold_seconds = excluded.hold_seconds,
                   backorder_limit = excluded.backorder_limit,
                   updated_at = shop_clock()
            returning %s
            """.formatted(COLUMNS);

    private static final String LIST = """
            select %s
              from product
             where sku > :after
             order by sku
             limit :rows
            """.formatted(COLUMNS);

    // One of every so many, from all over the list.
    private static final String SAMPLE = """
            with numbered as (
              select sku, row_number() over (order by sku) - 1 as place, count(*) over () as many
                from product
            )
            select %s
              from product
             where sku in (select sku
                             from numbered
                            where place * :rows / many > (place - 1) * :rows / many
                               or place = 0)
             order by sku
            """.formatted(COLUMNS);

    // Materialized, or the planner walks through all products in their order, looking for a rare word in each.
    private static final String SEARCH = """
            with found as materialized (
              select sku
                from product
               where product_words(sku, title) @@ to_tsquery('simple', :words)
                 and sku > :after
            )
            select %s
              from product
             where sku in (select sku from found order by sku limit :rows)
             order by sku
            """.formatted(COLUMNS);

    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final int SEARCH_WORDS_MAX = 10;

    public Optional<Product> find(Tx tx, Sku sku) {
        return Optional.ofNullable(find(tx, List.of(sku)).get(sku));
    }

    /// Those of `skus` that are for sale; a SKU that is not has no entry.
    public Map<Sku, Product> find(Tx tx, Collection<Sku> skus) {
        return tx.query(FIND)
                .bind("skus", tx.texts(skus, Sku::code))
                .map((row, _) -> product(row))
                .collectToMap(Product::sku, product -> product);
    }

    /// Creates the product or replaces what was known of it.
    ///
    /// Refuses, by the field: a title that is blank, longer than 500 characters or holds control characters; a
    /// price below 0 or above [Money#MINOR_MAX]; a weight below 0 or above 100 tons; a tax category that is no
    /// name; a purchase limit that is not from 1 to a million; a time to be held that is not from a second to
    /// a day; a backorder limit that is not from 0 to a million.
    public Product put(Tx tx, NewProduct product) {
        return put(tx, List.of(product)).getFirst();
    }

    /// As one `put` after the other: of the same SKU, the last counts. One bad product refuses them all.
    public List<Product> put(Tx tx, List<NewProduct> products) {
        if (products.isEmpty()) return List.of();
        List<FieldError> errors =
                products.stream().flatMap(product -> product.errors().stream()).toList();
        if (!errors.isEmpty()) throw Refusal.invalid(errors);

        var bySku = new LinkedHashMap<Sku, NewProduct>();
        products.forEach(product -> bySku.put(product.sku(), product));
        Map<Sku, Product> stored = write(tx, bySku.values());
        Revision.advance(tx);
        return products.stream().map(product -> stored.get(product.sku())).toList();
    }

    /// Products in the order of their SKUs.
    ///
    /// @param search words of which every one begins a word of the SKU or the title; null: all products
    /// @param after the `next` of the page before; null: from the beginning
    public Page<Product> list(Tx tx, @Nullable String search, int limit, @Nullable String after) {
        String words = search == null ? "" : beginningsOfWords(search);
        var query = words.isEmpty() ? tx.query(LIST) : tx.query(SEARCH).bind("words", words);
        List<Product> rows = query.bind("after", Cursors.name(after))
                .bind("rows", limit + 1)
                .map((row, _) -> product(row))
                .list();
        return Page.of(rows, limit, product -> product.sku().code());
    }

    /// So many products from all over the list, the same as long as it is the same. Reads the whole list.
    public List<Product> sample(Tx tx, int size) {
        return tx.query(SAMPLE).bind("rows", size).map((row, _) -> product(row)).list();
    }

    /// Goes up with every change of a product, a tax or shipping rate, a discount code or a planned sale.
    public long revision(Tx tx) {
        return Revision.read(tx);
    }

    private static Map<Sku, Product> write(Tx tx, Collection<NewProduct> products) {
        return tx.query(PUT)
                .bind("skus", tx.texts(products, product -> product.sku().code()))
                .bind("titles", tx.texts(products, NewProduct::title))
                .bind("prices", tx.bigints(products, product -> product.price().minor()))
                .bind(
                        "currencies",
                        tx.texts(products, product -> product.price().currency().getCurrencyCode()))
                .bind("weights", tx.ints(products, NewProduct::weightGrams))
                .bind("taxCategories", tx.texts(products, NewProduct::taxCategory))
                .bind(
                        "purchaseLimits",
                        tx.ints(products, product -> product.terms().purchaseLimit()))
                .bind(
                        "holdSeconds",
                        tx.ints(products, product -> product.terms().holdSeconds()))
                .bind(
                        "backorderLimits",
                        tx.ints(products, product -> product.terms().backorderLimit()))
                .map((row, _) -> product(row))
                .collectToMap(Product::sku, product -> product);
    }

    private static String beginningsOfWords(String search) {
        return Arrays.stream(NO_WORD.split(search))
                .filter(word -> !word.isEmpty())
                .limit(SEARCH_WORDS_MAX)
                .map(word -> word + ":*")
                .collect(joining(" & "));
    }

    private static Product product(ResultSet row) throws SQLException {
        return new Product(
                Sku.of(row.getString("sku")),
                row.getString("title"),
                Money.of(row.getLong("price_minor"), Currency.getInstance(row.getString("currency"))),
                row.getInt("weight_grams"),
                row.getString("tax_category"),
                new SaleTerms(
                        row.getObject("purchase_limit", Integer.class),
                        row.getObject("hold_seconds", Integer.class),
                        row.getInt("backorder_limit"),
                        row.getObject("sale_limit", Integer.class)),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant());
    }
}
