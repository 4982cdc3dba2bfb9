package holdfast.catalog;

import static holdfast.Refusals.badFieldsOf;
import static holdfast.catalog.Samples.GBP;
import static holdfast.catalog.Samples.JPY;
import static holdfast.catalog.Samples.KWD;
import static holdfast.catalog.Samples.always;
import static holdfast.catalog.Samples.amount;
import static holdfast.catalog.Samples.byTotal;
import static holdfast.catalog.Samples.byWeight;
import static holdfast.catalog.Samples.pence;
import static holdfast.catalog.Samples.percent;
import static holdfast.catalog.Samples.tax;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import holdfast.catalog.Pricing.Item;
import holdfast.catalog.Taxes.Taxed;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The arithmetic of a quote, to the minor unit: discounts, shipping, tax, and how they fall on the lines.
final class PricingTest {

    private static final List<String> CATEGORIES = List.of("standard", "food", "books");

    // ---------------------------------------------------------------- discounts

    @Test
    void codes_are_applied_one_after_the_other_and_split_by_the_weight_of_the_lines() {
        discounts(GBP, """
                lines               codes              off each line
                10.00 20.00         -                  0.00 0.00
                10.00 20.00         10%                1.00 2.00
                10.00 20.00         5.00               1.67 3.33
                10.00 10.00 10.00   10.00              3.34 3.33 3.33
                0.01 0.01 0.01      50%                0.01 0.01 0.00
                10.00               15.00              10.00
                10.00 0.00          99.00              10.00 0.00
                10.00               100%               10.00
                10.00               100% 5.00          10.00
                10.00               50% 50%            7.50
                10.00               2.00 50%           6.00
                10.00               50% 2.00           7.00
                0.00 0.00           50% 1.00           0.00 0.00
                0.00 0.05           33.3333%           0.00 0.02
                """);
    }

    @Test
    void a_currency_without_minor_units_has_none_of_them_lost() {
        discounts(JPY, """
                lines               codes              off each line
                100 200 300         10%                10 20 30
                1 1 1               50%                1 1 0
                333                 12.5%              42
                1000 1              1001               1000 1
                """);
    }

    @Test
    void a_currency_with_three_decimals_keeps_all_of_them() {
        discounts(KWD, """
                lines               codes              off each line
                1.999 0.001         10%                0.200 0.000
                1.000 1.000 1.000   1.000              0.334 0.333 0.333
                0.005               50%                0.003
                """);
    }

    // ---------------------------------------------------------------- shipping

    @Test
    void shipping_is_priced_by_the_list_of_the_country_or_else_by_the_one_of_all_others() {
        List<ShippingRate> rates = List.of(
                byWeight("1", "standard", "GB", pence(300), 0, 1_000L),
                byWeight("2", "standard", "GB", pence(500), 1_000, 30_000L),
                byWeight("3", "standard", null, pence(900), 0, null),
                byTotal("4", "express", null, pence(1500), 0, 10_000L),
                byTotal("5", "express", null, pence(0), 10_000, null),
                byWeight("6", "drone", "GB", pence(300), 0, 500L));

        shipping(rates, """
                country  grams   goods    choices
                GB       0       10.00    drone 3.00, standard 3.00, express 15.00
                GB       499     10.00    drone 3.00, standard 3.00, express 15.00
                GB       500     10.00    standard 3.00, express 15.00
                GB       999     99.99    standard 3.00, express 15.00
                GB       1000    99.99    standard 5.00, express 15.00
                GB       1000    100.00   express 0.00, standard 5.00
                GB       30000   10.00    express 15.00
                FR       30000   10.00    standard 9.00, express 15.00
                FR       1       100.00   express 0.00, standard 9.00
                """);
    }

    @Test
    void a_country_that_no_list_names_is_served_by_those_that_name_none() {
        List<ShippingRate> onlyBritain = List.of(byWeight("1", "standard", "GB", pence(300), 0, null));

        assertThat(ShippingPrices.to("FR", onlyBritain).serveNothing()).isTrue();
        assertThat(ShippingPrices.to("GB", onlyBritain).serveNothing()).isFalse();
        assertThat(ShippingPrices.to("GB", onlyBritain).offer("standard")).isTrue();
        assertThat(ShippingPrices.to("GB", onlyBritain).offer("express")).isFalse();
    }

    // ---------------------------------------------------------------- tax

    @Test
    void tax_is_rounded_half_up_once_for_each_rate_and_split_by_what_it_was_taken_of() {
        List<TaxRate> rates = List.of(
                new TaxRate("1", "VAT", "GB", null, "standard", Rate.percent("20"), true),
                tax("2", "GB", null, "food", "5"),
                tax("3", "GB", "JERSEY", "food", "1"));

        taxes(rates, """
                lines                               shipping   tax on each line   on shipping
                standard 10.00                      0.00       2.00               0.00
                standard 10.00                      5.00       2.00               1.00
                standard 0.01 standard 0.01         0.00       0.00 0.00          0.00
                standard 0.02 standard 0.01         0.00       0.01 0.00          0.00
                standard 0.01 standard 0.01         0.01       0.01 0.00          0.00
                food 10.00 standard 10.00           0.00       0.10 2.00          0.00
                food 0.50                           0.00       0.01               0.00
                food 0.49                           0.00       0.00               0.00
                books 10.00 standard 0.00           0.00       0.00 0.00          0.00
                books 10.00                         5.00       0.00               1.00
                standard 9.99 standard 9.99 food 1.00   3.33   2.00 2.00 0.01     0.66
                """);
    }

    @Test
    void a_place_without_rates_has_no_tax() {
        assertThat(Taxes.none()
                        .on(GBP, List.of(new Taxed("standard", pence(1000))), pence(500))
                        .total())
                .isEqualTo(pence(0));
    }

    // ---------------------------------------------------------------- the whole

    @Test
    void a_whole_quote_adds_up() {
        var pricing = new Pricing(
                GBP,
                List.of(item("MUG", pence(1450), 380, 2), item("TEE", pence(2400), 190, 1)),
                List.of(new DiscountCode("SPRING", always(percent("10")), 0)),
                new ShippingPrices(List.of(byWeight("1", "standard", null, pence(399), 0, 1_000L))),
                null,
                Taxes.of(List.of(new TaxRate("1", "VAT", "GB", null, "standard", Rate.percent("20"), true))));

        Quote quote = pricing.quote(7);

        assertThat(quote.lines())
                .extracting(QuoteLine::lineNo, QuoteLine::total, QuoteLine::discount, QuoteLine::tax)
                .containsExactly(
                        tuple(1, pence(2900), pence(290), pence(522)), tuple(2, pence(2400), pence(240), pence(432)));
        assertThat(List.of(quote.subtotal(), quote.discount(), quote.shipping(), quote.tax(), quote.total()))
                .containsExactly(pence(5300), pence(530), pence(399), pence(1034), pence(6203));
        assertThat(quote.shippingChoice()).isEqualTo(new ShippingChoice("standard", "standard", pence(399)));
        assertThat(quote.discountCodes()).containsExactly("SPRING");
        assertThat(quote.catalogRevision()).isEqualTo(7);
    }

    @Test
    void more_than_the_most_is_refused_and_never_an_error() {
        assertThat(quoteOf(item("A", pence(Money.MINOR_MAX), 0, 1)).total()).isEqualTo(pence(Money.MINOR_MAX));
        assertThat(badFieldsOf(() -> quoteOf(item("A", pence(Money.MINOR_MAX), 0, 2))))
                .containsExactly("line_items out_of_range");
        assertThat(badFieldsOf(() -> quoteOf(item("A", pence(Money.MINOR_MAX), 0, Quantity.PIECES_MAX))))
                .containsExactly("line_items out_of_range");
        assertThat(badFieldsOf(() -> quoteOf(item("A", pence(Money.MINOR_MAX), 0, 1), item("B", pence(1), 0, 1))))
                .containsExactly("line_items out_of_range");
    }

    @Test
    void an_option_that_does_not_carry_the_parcel_is_not_available() {
        var prices = new ShippingPrices(List.of(
                byWeight("1", "standard", null, pence(399), 0, 1_000L),
                byWeight("2", "freight", null, pence(9900), 0, 2_000L)));

        assertThat(quoteTo(prices, null, 999).shippingChoice())
                .isEqualTo(new ShippingChoice("standard", "standard", pence(399)));
        assertThat(quoteTo(prices, "freight", 999).shipping()).isEqualTo(pence(9900));
        assertThat(quoteTo(prices, null, 1_000).shipping()).isEqualTo(pence(9900));
        assertThat(badFieldsOf(() -> quoteTo(prices, "standard", 1_000)))
                .containsExactly("shipping_option not_available");
        assertThat(badFieldsOf(() -> quoteTo(prices, null, 2_000)))
                .containsExactly("shipping_address.country not_served");
    }

    @Test
    void whatever_is_quoted_adds_up_to_the_minor_unit() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("PricingTest seed " + seed + " (repeat with -Dseed=…)");
        var random = new SplittableRandom(seed);
        for (int round = 0; round < 5_000; round++) {
            Pricing pricing = randomPricing(random);
            addsUp(pricing, pricing.quote(1));
        }
    }

    // ---------------------------------------------------------------- what adding up means

    private static void addsUp(Pricing pricing, Quote quote) {
        Money zero = Money.zero(quote.currency());
        assertThat(quote.subtotal()).isEqualTo(sum(quote, QuoteLine::total));
        assertThat(quote.discount()).isEqualTo(sum(quote, QuoteLine::discount)).isBetween(zero, quote.subtotal());
        assertThat(quote.total())
                .isEqualTo(quote.subtotal()
                        .minus(quote.discount())
                        .plus(quote.shipping())
                        .plus(quote.tax()))
                .isGreaterThanOrEqualTo(zero);
        for (QuoteLine line : quote.lines()) {
            assertThat(line.total().minor())
                    .isEqualTo(line.unitPrice().minor() * line.quantity().pieces());
            assertThat(line.discount()).isBetween(zero, line.total());
            assertThat(line.tax()).isGreaterThanOrEqualTo(zero);
        }
        taxesAddUp(pricing, quote);
        shippingIsTheCheapest(quote);
    }

    /// Reckons each rate once more, by other means.
    private static void taxesAddUp(Pricing pricing, Quote quote) {
        long taxOfAll = 0;
        for (TaxRate rate : pricing.taxes().byCategory().values()) {
            long base = rate.onShipping() ? quote.shipping().minor() : 0;
            long onLines = 0;
            for (int i = 0; i < quote.lines().size(); i++) {
                if (!pricing.lines().get(i).product().taxCategory().equals(rate.taxCategory())) continue;
                QuoteLine line = quote.lines().get(i);
                base += line.total().minus(line.discount()).minor();
                onLines += line.tax().minor();
            }
            long due = new BigDecimal(base)
                    .multiply(BigDecimal.valueOf(rate.rate().ppm(), 6))
                    .setScale(0, RoundingMode.HALF_UP)
                    .longValueExact();
            if (rate.onShipping()) assertThat(onLines).isBetween(0L, due);
            else assertThat(onLines).isEqualTo(due);
            taxOfAll += due;
        }
        assertThat(quote.tax().minor()).isEqualTo(taxOfAll);
    }

    private static void shippingIsTheCheapest(Quote quote) {
        ShippingChoice choice = quote.shippingChoice();
        if (choice == null) {
            assertThat(quote.shipping().isZero()).isTrue();
        } else {
            assertThat(quote.shipping()).isEqualTo(choice.price());
            assertThat(quote.shippingOptions()).first().isEqualTo(choice);
            assertThat(quote.shippingOptions())
                    .isSortedAccordingTo((one, other) -> one.price().compareTo(other.price()));
        }
    }

    private static Money sum(Quote quote, Function<QuoteLine, Money> part) {
        return Money.sum(quote.currency(), quote.lines().stream().map(part).toList());
    }

    // ---------------------------------------------------------------- anything that can be quoted

    private static Pricing randomPricing(SplittableRandom random) {
        Currency currency = List.of(GBP, JPY, KWD).get(random.nextInt(3));
        List<Item> lines = Stream.generate(() -> randomItem(random, currency))
                .limit(random.nextInt(1, 12))
                .toList();
        List<DiscountCode> codes = Stream.generate(() -> randomCode(random, currency))
                .limit(random.nextInt(Quotes.DISCOUNT_CODES_MAX + 1))
                .toList();
        return new Pricing(currency, lines, codes, randomShipping(random, currency), null, randomTaxes(random));
    }

    private static Item randomItem(SplittableRandom random, Currency currency) {
        Money price = Money.of(upTo(random, 100_000_000), currency);
        return item(
                "SKU" + random.nextInt(5),
                price,
                (int) upTo(random, 5_000),
                1 + (int) upTo(random, 1_000),
                CATEGORIES.get(random.nextInt(3)));
    }

    private static DiscountCode randomCode(SplittableRandom random, Currency currency) {
        DiscountCode.Off off = random.nextBoolean()
                ? new DiscountCode.Off.Percent(new Rate(1 + (int) upTo(random, 999_999)))
                : new DiscountCode.Off.Amount(Money.of(1 + upTo(random, 1_000_000), currency));
        return new DiscountCode("CODE", always(off), 0);
    }

    private static @Nullable ShippingPrices randomShipping(SplittableRandom random, Currency currency) {
        if (random.nextInt(4) == 0) return null;
        return new ShippingPrices(IntStream.range(0, random.nextInt(1, 4))
                .mapToObj(i -> byTotal("r" + i, "o" + i, null, Money.of(upTo(random, 10_000), currency), 0, null))
                .toList());
    }

    private static Taxes randomTaxes(SplittableRandom random) {
        var rates = new ArrayList<TaxRate>();
        for (String category : CATEGORIES) {
            if (random.nextInt(4) == 0) continue;
            boolean onShipping = category.equals("standard") && random.nextBoolean();
            var rate = new Rate((int) upTo(random, 1_000_000));
            rates.add(new TaxRate(category, "Tax", "GB", null, category, rate, onShipping));
        }
        return Taxes.of(rates);
    }

    /// Any number up to `most`: often 0, often the most, small ones as often as large ones.
    private static long upTo(SplittableRandom random, long most) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> most;
            case 2 -> random.nextLong(Math.min(most, 10) + 1);
            default -> random.nextLong(random.nextLong(most + 1) + 1);
        };
    }

    // ---------------------------------------------------------------- how the tables are read

    private static void discounts(Currency currency, String table) {
        check(table, cells -> {
            List<Money> lines =
                    words(cells[0]).map(word -> money(word, currency)).toList();
            List<DiscountCode.Off> codes =
                    words(cells[1]).map(word -> off(word, currency)).toList();
            return Stream.of(amounts(Discounts.on(currency, lines, codes)));
        });
    }

    private static void shipping(List<ShippingRate> rates, String table) {
        check(
                table,
                cells -> Stream.of(
                        ShippingPrices.to(cells[0], rates)
                                .choices(Long.parseLong(cells[1]), money(cells[2], GBP))
                                .stream()
                                .map(choice -> choice.option() + " " + amounts(List.of(choice.price())))
                                .collect(joining(", "))));
    }

    private static void taxes(List<TaxRate> rates, String table) {
        check(table, cells -> {
            List<String> words = words(cells[0]).toList();
            var lines = new ArrayList<Taxed>();
            for (int i = 0; i < words.size(); i += 2) {
                lines.add(new Taxed(words.get(i), money(words.get(i + 1), GBP)));
            }
            var tax = Taxes.of(rates).on(GBP, lines, money(cells[1], GBP));
            return Stream.of(amounts(tax.onLines()), amounts(List.of(tax.onShipping())));
        });
    }

    /// Compares the last cells of every row with what comes of the first.
    private static void check(String table, Function<String[], Stream<String>> outcome) {
        List<String> expected =
                table.lines().skip(1).map(row -> row.replaceAll(" {2,}", " | ")).toList();
        List<String> actual = table.lines()
                .skip(1)
                .map(row -> {
                    String[] cells = row.split(" {2,}");
                    List<String> outcomes = outcome.apply(cells).toList();
                    return Stream.concat(Arrays.stream(cells).limit(cells.length - outcomes.size()), outcomes.stream())
                            .collect(joining(" | "));
                })
                .toList();
        assertThat(actual).isEqualTo(expected);
    }

    private static Stream<String> words(String cell) {
        return cell.equals("-") ? Stream.of() : Arrays.stream(cell.split(" "));
    }

    private static DiscountCode.Off off(String word, Currency currency) {
        return word.endsWith("%") ? percent(word.substring(0, word.length() - 1)) : amount(money(word, currency));
    }

    private static Money money(String major, Currency currency) {
        return Money.of(
                new BigDecimal(major)
                        .movePointRight(currency.getDefaultFractionDigits())
                        .longValueExact(),
                currency);
    }

    private static String amounts(List<Money> amounts) {
        return amounts.stream()
                .map(amount -> amount.toString().replaceAll(" .*", ""))
                .collect(joining(" "));
    }

    private static Quote quoteOf(Item... items) {
        return new Pricing(GBP, List.of(items), List.of(), null, null, Taxes.none()).quote(1);
    }

    private static Quote quoteTo(ShippingPrices prices, @Nullable String option, int grams) {
        return new Pricing(GBP, List.of(item("A", pence(1), grams, 1)), List.of(), prices, option, Taxes.none())
                .quote(1);
    }

    private static Item item(String sku, Money price, int grams, int pieces) {
        return item(sku, price, grams, pieces, "standard");
    }

    private static Item item(String sku, Money price, int grams, int pieces, String category) {
        var product = new Product(
                Sku.of(sku), "A " + sku, price, grams, category, SaleTerms.NONE, Instant.EPOCH, Instant.EPOCH);
        return new Item(product, Quantity.of(pieces));
    }
}
