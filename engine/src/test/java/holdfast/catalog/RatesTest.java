package holdfast.catalog;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.Refusals.refusalOf;
import static holdfast.catalog.Samples.JPY;
import static holdfast.catalog.Samples.always;
import static holdfast.catalog.Samples.amount;
import static holdfast.catalog.Samples.byTotal;
import static holdfast.catalog.Samples.byWeight;
import static holdfast.catalog.Samples.limited;
import static holdfast.catalog.Samples.pence;
import static holdfast.catalog.Samples.percent;
import static holdfast.catalog.Samples.tax;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Parallel;
import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.kernel.Money;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Rate;
import holdfast.kernel.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The tables a quote is made from: tax rates, shipping rates, discount codes.
final class RatesTest {

    private static final TestDatabase TEST = TestDatabase.create(16);
    private static final Database DATABASE = TEST.database();

    private final TaxRates taxRates = new TaxRates();
    private final ShippingRates shippingRates = new ShippingRates();
    private final DiscountCodes discountCodes = new DiscountCodes();

    @AfterAll
    static void close() {
        TEST.close();
    }

    @BeforeEach
    void clear() {
        DATABASE.transact(tx -> tx.execute("truncate tax_rate, shipping_rate, discount_code"));
    }

    // ---------------------------------------------------------------- tax

    @Test
    void a_tax_rate_is_found_as_it_was_put() {
        var rate = new TaxRate("us-ny", "New York", "US", "NY", "clothing", Rate.percent("8.875"), false);
        put(rate);
        put(tax("gb", "GB", null, "standard", "20"));

        assertThat(taxRate("us-ny")).contains(rate);
        assertThat(taxRates(1, null)).isEqualTo(new Page<>(List.of(tax("gb", "GB", null, "standard", "20")), "gb"));
        assertThat(taxRates(1, "gb")).isEqualTo(new Page<>(List.of(rate), null));
        assertThat(deleteTaxRate("us-ny")).isTrue();
        assertThat(deleteTaxRate("us-ny")).isFalse();
        assertThat(taxRate("us-ny")).isEmpty();
    }

    @Test
    void regions_are_spelled_one_way() {
        assertThat(put(tax("ca", "US", " ca ", "standard", "7.25")).region()).isEqualTo("CA");
    }

    @Test
    void one_place_has_one_tax_rate_for_a_category() {
        put(tax("gb", "GB", null, "standard", "20"));
        put(tax("gb", "GB", null, "standard", "17.5"));
        put(tax("gb-food", "GB", null, "food", "0"));
        put(tax("gb-jersey", "GB", "JERSEY", "standard", "5"));

        assertThat(badFieldsOf(() -> put(tax("gb2", "GB", null, "standard", "19"))))
                .containsExactly("country taken");
        assertThat(badFieldsOf(() -> put(tax("gb3", "GB", "jersey", "standard", "19"))))
                .containsExactly("country taken");
        assertThat(badFieldsOf(() -> put(tax("gb-food", "GB", null, "standard", "0"))))
                .containsExactly("country taken");
    }

    @Test
    void bad_fields_of_a_tax_rate_are_named_at_once() {
        var bad = new TaxRate("a b", "", "ZZ", "\u0000", "a b", Rate.percent("20"), true);

        assertThat(badFieldsOf(() -> put(bad)))
                .containsExactly(
                        "id malformed",
                        "title required",
                        "country unknown",
                        "tax_category malformed",
                        "on_shipping exclusive",
                        "region malformed");
    }

    // ---------------------------------------------------------------- shipping

    @Test
    void a_shipping_rate_is_found_as_it_was_put() {
        ShippingRate open = byWeight("heavy", "standard", "GB", pence(999), 20_000, null);
        ShippingRate closed = byWeight("light", "standard", "GB", pence(499), 0, 20_000L);
        put(open);
        put(closed);

        assertThat(shippingRate("heavy")).contains(open);
        assertThat(shippingRates(5, null)).isEqualTo(new Page<>(List.of(open, closed), null));
        assertThat(deleteShippingRate("heavy")).isTrue();
        assertThat(deleteShippingRate("heavy")).isFalse();
    }

    @Test
    void steps_of_one_price_list_do_not_overlap() {
        put(byWeight("light", "standard", "GB", pence(499), 0, 2_000L));
        put(byWeight("heavy", "standard", "GB", pence(999), 5_000, null));

        assertThat(overlaps(1_999, 2_500L)).isTrue();
        assertThat(overlaps(0, null)).isTrue();
        assertThat(overlaps(4_000, 5_001L)).isTrue();
        assertThat(overlaps(9_000, 9_001L)).isTrue();
        assertThat(overlaps(2_000, 5_000L)).isFalse();
    }

    @Test
    void a_step_may_be_moved_within_itself() {
        put(byWeight("light", "standard", "GB", pence(499), 0, 2_000L));

        assertThat(put(byWeight("light", "standard", "GB", pence(399), 500, 1_000L))
                        .price())
                .isEqualTo(pence(399));
    }

    @Test
    void other_options_countries_and_currencies_have_lists_of_their_own() {
        put(byWeight("a", "standard", "GB", pence(499), 0, null));
        put(byWeight("b", "express", "GB", pence(499), 0, null));
        put(byWeight("c", "standard", "FR", pence(499), 0, null));
        put(byTotal("d", "standard", null, pence(499), 0, null));
        put(byTotal("e", "standard", "GB", Money.of(499, JPY), 0, null));

        assertThat(shippingRates(9, null).data()).hasSize(5);
    }

    @Test
    void a_price_list_has_one_basis() {
        put(byWeight("a", "standard", "GB", pence(499), 0, 10L));

        assertThat(badFieldsOf(() -> put(byTotal("b", "standard", "GB", pence(0), 10, null))))
                .containsExactly("basis taken");
        put(byTotal("a", "standard", "GB", pence(0), 10, null));
    }

    @Test
    void two_at_once_do_not_slip_an_overlap_in() throws Exception {
        List<Boolean> stored = Parallel.all(IntStream.range(0, 16)
                .mapToObj(
                        i -> (Callable<Boolean>) () -> isStored(byWeight("r" + i, "standard", "GB", pence(i), i, null)))
                .toList());

        assertThat(stored).containsOnlyOnce(true);
        assertThat(shippingRates(20, null).data()).hasSize(1);
    }

    @Test
    void bad_fields_of_a_shipping_rate_are_named_at_once() {
        var bad = new ShippingRate("", "a b", "", "gb", pence(-1), ShippingRate.Basis.WEIGHT, -1, -1L);

        assertThat(badFieldsOf(() -> put(bad)))
                .containsExactly(
                        "id malformed",
                        "option malformed",
                        "title required",
                        "price.amount out_of_range",
                        "at_least out_of_range",
                        "below out_of_range",
                        "country unknown");
    }

    // ---------------------------------------------------------------- discount codes

    @Test
    void a_discount_code_is_found_as_it_was_put_in_any_spelling() {
        var terms = new DiscountCode.Terms(
                percent("12.5"), 100, 1, Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"));
        DiscountCode put = put("spring", terms);

        assertThat(put).isEqualTo(new DiscountCode("SPRING", terms, 0));
        assertThat(discountCode("Spring")).contains(put);
        assertThat(put("TENNER", always(amount(pence(1000)))).terms().off()).isEqualTo(amount(pence(1000)));
        assertThat(DATABASE.inTransaction(tx -> discountCodes.list(tx, 1, null)).next())
                .isEqualTo("SPRING");
        assertThat(discountCode("\u0000")).isEmpty();
    }

    @Test
    void new_terms_keep_what_was_used() {
        put("SPRING", limited(percent("10"), 5, null));
        use("SPRING", 3);

        assertThat(put("SPRING", limited(amount(pence(500)), 3, null)).uses()).isEqualTo(3);
        assertThat(badFieldsOf(() -> put("SPRING", limited(percent("10"), 2, null))))
                .containsExactly("uses_max out_of_range");
        assertThat(put("SPRING", always(percent("10"))).uses()).isEqualTo(3);
    }

    @Test
    void a_code_that_was_used_stays() {
        put("SPRING", always(percent("10")));
        use("SPRING", 1);

        assertThat(refusalOf(() -> DATABASE.transact(tx -> discountCodes.delete(tx, "SPRING")))
                        .problem())
                .isEqualTo(Problem.IN_USE);
        use("SPRING", 0);
        assertThat(deleteDiscountCode("spring")).isTrue();
        assertThat(deleteDiscountCode("spring")).isFalse();
    }

    @Test
    void bad_fields_of_a_discount_code_are_named_at_once() {
        Instant noon = Instant.parse("2026-11-01T12:00:00Z");

        assertThat(badFieldsOf(() -> put("a b", new DiscountCode.Terms(percent("0"), 0, -1, noon, noon))))
                .containsExactly(
                        "code malformed",
                        "percent out_of_range",
                        "uses_max out_of_range",
                        "uses_per_customer out_of_range",
                        "ends_at out_of_range");
        assertThat(badFieldsOf(() -> put("A", always(amount(pence(0)))))).containsExactly("amount.amount out_of_range");
        assertThat(badFieldsOf(() -> put("A", always(amount(pence(Money.MINOR_MAX + 1))))))
                .containsExactly("amount.amount out_of_range");
    }

    private Optional<TaxRate> taxRate(String id) {
        return DATABASE.inTransaction(tx -> taxRates.find(tx, id));
    }

    private Page<TaxRate> taxRates(int limit, @Nullable String after) {
        return DATABASE.inTransaction(tx -> taxRates.list(tx, limit, after));
    }

    private boolean deleteTaxRate(String id) {
        return DATABASE.inTransaction(tx -> taxRates.delete(tx, id));
    }

    private Optional<ShippingRate> shippingRate(String id) {
        return DATABASE.inTransaction(tx -> shippingRates.find(tx, id));
    }

    private Page<ShippingRate> shippingRates(int limit, @Nullable String after) {
        return DATABASE.inTransaction(tx -> shippingRates.list(tx, limit, after));
    }

    private boolean deleteShippingRate(String id) {
        return DATABASE.inTransaction(tx -> shippingRates.delete(tx, id));
    }

    private Optional<DiscountCode> discountCode(String code) {
        return DATABASE.inTransaction(tx -> discountCodes.find(tx, code));
    }

    private boolean deleteDiscountCode(String code) {
        return DATABASE.inTransaction(tx -> discountCodes.delete(tx, code));
    }

    private TaxRate put(TaxRate rate) {
        return DATABASE.inTransaction(tx -> taxRates.put(tx, rate));
    }

    private ShippingRate put(ShippingRate rate) {
        return DATABASE.inTransaction(tx -> shippingRates.put(tx, rate));
    }

    private DiscountCode put(String code, DiscountCode.Terms terms) {
        return DATABASE.inTransaction(tx -> discountCodes.put(tx, code, terms));
    }

    private boolean overlaps(long atLeast, @Nullable Long below) {
        return !isStored(byWeight("new", "standard", "GB", pence(1), atLeast, below));
    }

    private boolean isStored(ShippingRate rate) {
        try {
            put(rate);
            return true;
        } catch (Refusal refusal) {
            assertThat(refusal.errors()).extracting(error -> error.field()).containsExactly("at_least");
            return false;
        }
    }

    private static void use(String code, int times) {
        DATABASE.transact(tx -> tx.update("update discount_code set uses = :uses where code = :code")
                .bind("uses", times)
                .bind("code", code)
                .execute());
    }
}
