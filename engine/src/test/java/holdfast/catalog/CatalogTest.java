package holdfast.catalog;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.catalog.Samples.GBP;
import static holdfast.catalog.Samples.always;
import static holdfast.catalog.Samples.byTotal;
import static holdfast.catalog.Samples.pence;
import static holdfast.catalog.Samples.percent;
import static holdfast.catalog.Samples.product;
import static holdfast.catalog.Samples.tax;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.db.StatementCount;
import holdfast.db.Tx;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What is for sale, as merchants write it and shops read it.
final class CatalogTest {

    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();

    private final Catalog catalog = new Catalog();

    @AfterAll
    static void close() {
        TEST.close();
    }

    @Test
    void a_product_is_found_as_it_was_put() {
        var mug = new NewProduct(Sku.of("MUG-BLUE"), "Mug, blue “Ó Riada” ☕", pence(1450), 380, "household");
        Product put = DATABASE.inTransaction(tx -> catalog.put(tx, mug));

        assertThat(put)
                .extracting(Product::sku, Product::title, Product::price, Product::weightGrams, Product::taxCategory)
                .containsExactly(mug.sku(), mug.title(), mug.price(), mug.weightGrams(), mug.taxCategory());
        assertThat(put.createdAt()).isEqualTo(put.updatedAt());
        assertThat(found(mug.sku())).contains(put);
        assertThat(found(Sku.of("mug-blue"))).isEmpty();
    }

    @Test
    void putting_it_again_replaces_it() {
        Product before = DATABASE.inTransaction(tx -> catalog.put(tx, product("PLATE", pence(900))));
        TEST.shiftClock(Duration.ofMinutes(1));
        Product after = DATABASE.inTransaction(tx -> catalog.put(tx, product("PLATE", pence(950))));

        assertThat(after.price()).isEqualTo(pence(950));
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.updatedAt()).isAfter(before.updatedAt());
    }

    @Test
    void many_are_put_and_found_in_one_statement_each() {
        List<NewProduct> products = IntStream.range(0, 1_000)
                .mapToObj(i -> product("MANY-" + i, pence(i)))
                .toList();
        List<Sku> skus = products.stream().map(NewProduct::sku).toList();

        assertThat(StatementCount.of(TEST.url(), tx -> {
                    List<Product> put = catalog.put(tx, products);
                    assertThat(put).extracting(Product::sku).isEqualTo(skus);
                    assertThat(catalog.find(tx, skus)).hasSize(1_000).containsEntry(skus.get(7), put.get(7));
                }))
                .as("put, the revision, find")
                .isEqualTo(3);
    }

    @Test
    void of_the_same_sku_put_twice_at_once_the_last_counts() {
        List<Product> put = DATABASE.inTransaction(tx ->
                catalog.put(tx, List.of(product("CUP", pence(1)), product("CUP", pence(2)))));

        assertThat(put).extracting(Product::price).containsExactly(pence(2), pence(2));
    }

    @Test
    void every_bad_field_is_named_at_once() {
        var bad = new NewProduct(Sku.of("BAD"), " ", pence(-1), -1, "a b", new SaleTerms(0, 86_401, -1));

        assertThat(badFieldsOf(() -> DATABASE.transact(tx -> catalog.put(tx, bad))))
                .containsExactly(
                        "title required",
                        "price.amount out_of_range",
                        "weight_grams out_of_range",
                        "tax_category malformed",
                        "purchase_limit out_of_range",
                        "hold_seconds out_of_range",
                        "backorder_limit out_of_range");
        assertThat(badFieldsOf(() -> DATABASE.transact(tx -> catalog.put(
                        tx,
                        new NewProduct(
                                Sku.of("BAD"),
                                "x".repeat(501),
                                Money.of(Money.MINOR_MAX + 1, GBP),
                                NewProduct.WEIGHT_GRAMS_MAX + 1,
                                "")))))
                .containsExactly(
                        "title too_long",
                        "price.amount out_of_range",
                        "weight_grams out_of_range",
                        "tax_category malformed");
        assertThat(found(Sku.of("BAD"))).isEmpty();
    }

    @Test
    void one_bad_product_refuses_them_all() {
        List<NewProduct> products = List.of(product("GOOD", pence(1)), product("WORSE", pence(-1)));

        assertThat(badFieldsOf(() -> DATABASE.transact(tx -> catalog.put(tx, products))))
                .containsExactly("price.amount out_of_range");
        assertThat(found(Sku.of("GOOD"))).isEmpty();
    }

    @Test
    void products_are_listed_page_by_page() {
        List<String> skus = List.of("PAGE.1", "PAGE.2", "PAGE.3", "PAGE.4", "PAGE.5");
        DATABASE.transact(tx ->
                catalog.put(tx, skus.stream().map(sku -> product(sku, pence(1))).toList()));

        assertThat(pages("PAGE", 2)).containsExactly(skus.subList(0, 2), skus.subList(2, 4), skus.subList(4, 5));
        assertThat(pages("PAGE", 5)).containsExactly(skus);
        assertThat(pages("NOTHING LIKE IT", 5)).containsExactly(List.of());
        assertThat(pages(null, 200).stream().flatMap(List::stream)).containsAll(skus);
    }

    @Test
    void a_search_finds_the_beginnings_of_words() {
        var teapot = new NewProduct(Sku.of("TP-85123A.2"), "REGENCY Teapot, ROSES (large)", pence(1), 0, "standard");
        DATABASE.transact(tx -> catalog.put(tx, teapot));

        for (String search : List.of(
                "teapot",
                "TEAP",
                "rose tea",
                "85123a",
                "tp-85123A.2",
                "(large)",
                "regency/teapot",
                "tp",
                "teapot'; --")) {
            assertThat(found(search)).as(search).contains("TP-85123A.2");
        }
        for (String search : List.of("eapot", "teapot green", "teapots", "512")) {
            assertThat(found(search)).as(search).doesNotContain("TP-85123A.2");
        }
    }

    @Test
    void a_search_for_anything_is_no_error() {
        for (String search :
                List.of("", "   ", "%", "\\", "'", "a & !b | (c", ":*", "<->", "☕", "\u0000", "x ".repeat(500))) {
            assertThat(DATABASE.inTransaction(tx -> catalog.list(tx, search, 1, null))
                            .data())
                    .as(search)
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_cursor_is_one_that_a_page_gave() {
        for (String cursor : List.of("", "a b", "\u0000", "x".repeat(65))) {
            assertThat(badFieldsOf(() -> DATABASE.transact(tx -> catalog.list(tx, null, 10, cursor))))
                    .containsExactly("cursor malformed");
        }
    }

    @Test
    void every_change_of_the_catalog_raises_its_revision() {
        var taxRates = new TaxRates();
        var shippingRates = new ShippingRates();
        var discountCodes = new DiscountCodes();

        raises(tx -> catalog.put(tx, product("REVISED", pence(1))));
        raises(tx -> taxRates.put(tx, tax("revised", "AD", null, "standard", "4.5")));
        raises(tx -> taxRates.delete(tx, "revised"));
        raises(tx -> shippingRates.put(tx, byTotal("revised", "revised", null, pence(1), 0, null)));
        raises(tx -> shippingRates.delete(tx, "revised"));
        raises(tx -> discountCodes.put(tx, "revised", always(percent("5"))));
        raises(tx -> discountCodes.delete(tx, "revised"));
        leaves(tx -> taxRates.delete(tx, "revised"));
        leaves(tx -> shippingRates.delete(tx, "revised"));
        leaves(tx -> discountCodes.delete(tx, "revised"));
        leaves(tx -> catalog.find(tx, Sku.of("REVISED")));
    }

    private void raises(Consumer<Tx> write) {
        assertThat(revisionsOf(write)).isEqualTo(1);
    }

    private void leaves(Consumer<Tx> work) {
        assertThat(revisionsOf(work)).isZero();
    }

    private long revisionsOf(Consumer<Tx> work) {
        long before = DATABASE.inTransaction(catalog::revision);
        DATABASE.transact(work);
        return DATABASE.inTransaction(catalog::revision) - before;
    }

    private List<List<String>> pages(@Nullable String search, int limit) {
        var pages = new ArrayList<List<String>>();
        String after = null;
        do {
            String from = after;
            Page<Product> page = DATABASE.inTransaction(tx -> catalog.list(tx, search, limit, from));
            pages.add(page.data().stream().map(product -> product.sku().code()).toList());
            after = page.next();
        } while (after != null);
        return pages;
    }

    private Optional<Product> found(Sku sku) {
        return DATABASE.inTransaction(tx -> catalog.find(tx, sku));
    }

    private List<String> found(String search) {
        return pages(search, 200).stream().flatMap(List::stream).toList();
    }
}
