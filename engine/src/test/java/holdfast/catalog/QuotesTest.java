package holdfast.catalog;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.catalog.Samples.GBP;
import static holdfast.catalog.Samples.JPY;
import static holdfast.catalog.Samples.address;
import static holdfast.catalog.Samples.always;
import static holdfast.catalog.Samples.amount;
import static holdfast.catalog.Samples.byTotal;
import static holdfast.catalog.Samples.byWeight;
import static holdfast.catalog.Samples.limited;
import static holdfast.catalog.Samples.pence;
import static holdfast.catalog.Samples.percent;
import static holdfast.catalog.Samples.product;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.BareCheckouts;
import holdfast.TestDatabase;
import holdfast.db.Database;
import holdfast.db.StatementCount;
import holdfast.kernel.Address;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What it would cost, as the catalog stands.
final class QuotesTest {

    private static final TestDatabase TEST = TestDatabase.create();
    private static final Database DATABASE = TEST.database();
    private static final Catalog CATALOG = new Catalog();
    private static final TaxRates TAX_RATES = new TaxRates();
    private static final ShippingRates SHIPPING_RATES = new ShippingRates();
    private static final DiscountCodes DISCOUNT_CODES = new DiscountCodes();

    private static final Address LONDON = address("GB", null);
    private static final Email ADA = Email.of("Ada@example.com");

    private final Quotes quotes = new Quotes(CATALOG, TAX_RATES, SHIPPING_RATES);

    @BeforeAll
    static void stock_the_shop() {
        DATABASE.transact(tx -> {
            CATALOG.put(
                    tx,
                    List.of(
                            new NewProduct(Sku.of("MUG"), "Mug", pence(1450), 380, "standard"),
                            new NewProduct(Sku.of("TEE"), "T-shirt", pence(2400), 190, "clothing"),
                            product("FREE", pence(0)),
                            product("YEN", Money.of(1000, JPY)),
                            product("DEAR", pence(Money.MINOR_MAX))));
            TAX_RATES.put(tx, new TaxRate("gb", "VAT", "GB", null, "standard", Rate.percent("20"), true));
            TAX_RATES.put(tx, new TaxRate("gb-clothing", "VAT", "GB", null, "clothing", Rate.percent("5"), false));
            TAX_RATES.put(tx, new TaxRate("us-ny", "NY", "US", "NY", "standard", Rate.percent("8.875"), false));
            SHIPPING_RATES.put(tx, byWeight("gb-1", "standard", "GB", pence(399), 0, 1_000L));
            SHIPPING_RATES.put(tx, byWeight("gb-2", "standard", "GB", pence(599), 1_000, 20_000L));
            SHIPPING_RATES.put(tx, byTotal("world", "express", null, pence(2500), 0, null));
            SHIPPING_RATES.put(tx, byWeight("jp", "standard", "JP", Money.of(500, JPY), 0, null));
            DISCOUNT_CODES.put(tx, "TEN", always(percent("10")));
            DISCOUNT_CODES.put(tx, "FIVER", always(amount(pence(500))));
            DISCOUNT_CODES.put(tx, "SEN", always(amount(Money.of(5, JPY))));
            DISCOUNT_CODES.put(tx, "GONE", limited(percent("10"), 1, null));
            DISCOUNT_CODES.put(tx, "ONCE", limited(percent("10"), null, 1));
        });
    }

    @AfterAll
    static void close() {
        TEST.close();
    }

    @Test
    void a_quote_has_every_line_and_every_part() {
        Quote quote = quote(request(GBP, LONDON, null, List.of("ten"), "2 MUG", "1 TEE", "1 MUG"));

        assertThat(quote.lines())
                .extracting(
                        QuoteLine::lineNo,
                        line -> line.sku().code(),
                        QuoteLine::total,
                        QuoteLine::discount,
                        QuoteLine::tax)
                .containsExactly(
                        tuple(1, "MUG", pence(2900), pence(290), pence(522)),
                        tuple(2, "TEE", pence(2400), pence(240), pence(108)),
                        tuple(3, "MUG", pence(1450), pence(145), pence(261)));
        assertThat(quote.subtotal()).isEqualTo(pence(6750));
        assertThat(quote.discount()).isEqualTo(pence(675));
        assertThat(quote.shippingChoice()).isEqualTo(new ShippingChoice("standard", "standard", pence(599)));
        assertThat(quote.shippingOptions()).extracting(ShippingChoice::option).containsExactly("standard", "express");
        assertThat(quote.tax()).as("20 %% of 39.15 and 5.99, 5 %% of 21.60").isEqualTo(pence(903 + 108));
        assertThat(quote.total()).isEqualTo(pence(6750 - 675 + 599 + 1011));
        assertThat(quote.discountCodes()).containsExactly("TEN");
    }

    @Test
    void without_an_address_neither_shipping_nor_tax_is_priced() {
        Quote quote = quote(request(GBP, null, "express", List.of(), "1 MUG"));

        assertThat(quote.total()).isEqualTo(pence(1450));
        assertThat(quote.shippingChoice()).isNull();
        assertThat(quote.shippingOptions()).isEmpty();
    }

    @Test
    void the_shopper_may_choose_another_option_than_the_cheapest() {
        Quote quote = quote(request(GBP, LONDON, "express", List.of(), "1 MUG"));

        assertThat(quote.shipping()).isEqualTo(pence(2500));
    }

    @Test
    void the_rate_of_the_region_is_found_however_it_is_spelled() {
        assertThat(quote(request(GBP, address("US", "ny"), null, List.of(), "1 MUG"))
                        .tax())
                .isEqualTo(pence(129));
        assertThat(quote(request(GBP, address("US", "CA"), null, List.of(), "1 MUG"))
                        .tax())
                .isEqualTo(pence(0));
        assertThat(quote(request(GBP, address("US", null), null, List.of(), "1 MUG"))
                        .tax())
                .isEqualTo(pence(0));
    }

    @Test
    void other_currencies_have_prices_rates_and_codes_of_their_own() {
        Quote quote = quote(request(JPY, address("JP", null), null, List.of("SEN"), "3 YEN"));

        assertThat(quote.total()).isEqualTo(Money.of(3495, JPY));
    }

    @Test
    void nothing_costs_nothing() {
        assertThat(quote(request(GBP, null, null, List.of("TEN", "FIVER"), "5 FREE"))
                        .total())
                .isEqualTo(pence(0));
    }

    @Test
    void everything_that_stands_against_it_is_told_at_once() {
        assertThat(badFieldsOf(() -> quote(request(
                        GBP,
                        address("FR", null),
                        "standard",
                        List.of("TEN", "nope", "ten", "SEN", "'; --"),
                        "1 MUG",
                        "1 NOPE",
                        "1 YEN",
                        "1 NOPE"))))
                .containsExactly(
                        "line_items[1].sku unknown",
                        "line_items[2].sku other_currency",
                        "line_items[3].sku unknown",
                        "discount_codes[1] unknown",
                        "discount_codes[2] duplicate",
                        "discount_codes[3] other_currency",
                        "discount_codes[4] unknown",
                        "shipping_option not_available");
    }

    @Test
    void where_nothing_goes_the_country_is_not_served() {
        assertThat(badFieldsOf(() -> quote(request(JPY, LONDON, null, List.of(), "1 YEN"))))
                .containsExactly("shipping_address.country not_served");
        assertThat(badFieldsOf(() -> quote(request(JPY, LONDON, "express", List.of(), "1 YEN"))))
                .containsExactly("shipping_address.country not_served");
    }

    @Test
    void an_option_that_nobody_offers_is_not_available_even_without_an_address() {
        assertThat(badFieldsOf(() -> quote(request(GBP, null, "teleport", List.of(), "1 MUG"))))
                .containsExactly("shipping_option not_available");
        assertThat(badFieldsOf(() -> quote(request(GBP, LONDON, "standard", List.of(), "99 MUG"))))
                .as("too heavy")
                .containsExactly("shipping_option not_available");
    }

    @Test
    void lines_and_codes_have_their_limits() {
        String[] tooMany = IntStream.rangeClosed(0, Quotes.LINES_MAX)
                .mapToObj(_ -> "1 MUG")
                .toArray(String[]::new);

        assertThat(badFieldsOf(() -> quote(request(GBP, null, null, List.of("A", "B", "C", "D", "E", "F"), tooMany))))
                .containsExactly("line_items too_many", "discount_codes too_many");
        assertThat(badFieldsOf(() -> quote(request(GBP, null, null, List.of()))))
                .containsExactly("line_items required");
        assertThat(badFieldsOf(() -> quote(request(GBP, LONDON, null, List.of(), "1000000 DEAR"))))
                .containsExactly("line_items out_of_range");
    }

    @Test
    void a_code_is_good_from_its_beginning_to_its_end() {
        Instant now = DATABASE.inTransaction(tx -> tx.query("select shop_clock()")
                .mapTo(OffsetDateTime.class)
                .one()
                .toInstant());
        var day = new DiscountCode.Terms(
                percent("10"), null, null, now.plus(Duration.ofHours(1)), now.plus(Duration.ofHours(25)));
        DATABASE.transact(tx -> DISCOUNT_CODES.put(tx, "TOMORROW", day));
        QuoteRequest request = request(GBP, null, null, List.of("TOMORROW"), "1 MUG");

        assertThat(badFieldsOf(() -> quote(request))).containsExactly("discount_codes[0] not_active");
        TEST.shiftClock(Duration.ofHours(2));
        assertThat(quote(request).discount()).isEqualTo(pence(145));
        TEST.shiftClock(Duration.ofHours(24));
        assertThat(badFieldsOf(() -> quote(request))).containsExactly("discount_codes[0] not_active");
    }

    @Test
    void a_code_is_used_up_for_all_or_for_one_customer() {
        take("GONE", "grace@example.com");
        take("ONCE", "ada@example.com");

        assertThat(badFieldsOf(() -> quote(request(GBP, null, null, List.of("GONE", "ONCE"), "1 MUG"))))
                .containsExactly("discount_codes[0] used_up");
        assertThat(badFieldsOf(() -> quote(by(ADA, request(GBP, null, null, List.of("GONE", "ONCE"), "1 MUG")))))
                .containsExactly("discount_codes[0] used_up", "discount_codes[1] used_up");
    }

    @Test
    void a_quote_is_stale_when_the_catalog_has_changed() {
        QuoteRequest request = request(GBP, null, null, List.of(), "1 MUG");
        long before = quote(request).catalogRevision();

        assertThat(quote(request).catalogRevision()).isEqualTo(before);
        DATABASE.transact(tx -> CATALOG.put(tx, product("OTHER", pence(1))));
        assertThat(quote(request).catalogRevision()).isGreaterThan(before);
    }

    @Test
    void a_thousand_lines_take_as_many_statements_as_one() {
        List<NewProduct> products = IntStream.range(0, Quotes.LINES_MAX)
                .mapToObj(i -> product("BULK-" + i, pence(i)))
                .toList();
        DATABASE.transact(tx -> CATALOG.put(tx, products));
        String[] lines = products.stream().map(product -> "3 " + product.sku()).toArray(String[]::new);

        QuoteRequest bulk = request(GBP, LONDON, "standard", List.of("TEN", "FIVER"), lines);
        assertThat(statementsOf(bulk))
                .as("revision, products, codes, shipping, tax")
                .isEqualTo(5);
        assertThat(statementsOf(bulk)).as("revision, codes").isEqualTo(2);
        DATABASE.transact(tx -> CATALOG.put(tx, product("LATER", pence(1))));
        assertThat(statementsOf(request(GBP, LONDON, "standard", List.of("TEN", "FIVER"), "1 MUG")))
                .as("nothing of an earlier revision is remembered")
                .isEqualTo(5);
        assertThat(statementsOf(request(GBP, null, null, List.of(), "1 MUG"))).isEqualTo(1);
    }

    private int statementsOf(QuoteRequest request) {
        return StatementCount.of(TEST.url(), tx -> quotes.quote(tx, request));
    }

    private Quote quote(QuoteRequest request) {
        return DATABASE.inTransaction(tx -> quotes.quote(tx, request));
    }

    private static void take(String code, String customer) {
        CheckoutId checkout = BareCheckouts.open(DATABASE);
        DATABASE.transact(tx ->
                new DiscountUses().take(tx, List.of(new DiscountUses.Claim(checkout, List.of(code), customer))));
    }

    private static QuoteRequest request(
            Currency currency,
            @Nullable Address shipTo,
            @Nullable String option,
            List<String> codes,
            String... piecesAndSkus) {
        List<Wanted> lines =
                Arrays.stream(piecesAndSkus).map(QuotesTest::wanted).toList();
        return new QuoteRequest(currency, lines, shipTo, option, codes, null);
    }

    private static QuoteRequest by(Email customer, QuoteRequest request) {
        return new QuoteRequest(
                request.currency(),
                request.lines(),
                request.shipTo(),
                request.shippingOption(),
                request.discountCodes(),
                customer);
    }

    private static Wanted wanted(String piecesAndSku) {
        int blank = piecesAndSku.indexOf(' ');
        return new Wanted(
                Sku.of(piecesAndSku.substring(blank + 1)),
                Quantity.of(Integer.parseInt(piecesAndSku.substring(0, blank))));
    }
}
