package holdfast.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MeaningTest {

    @Test
    void a_product_sold_or_taken_back_has_one_sku_for_each_code_and_price() {
        check("""
                invoice  code      pieces  price   means
                900001   10101     6       2.55    sale of 6 10101-2.55 at 2.55 GBP
                900001   10101     6       2.5     sale of 6 10101-2.50 at 2.50 GBP
                900001   10101     1       12      sale of 1 10101-12.00 at 12.00 GBP
                900001   85123A    1       0.010   sale of 1 85123A-0.01 at 0.01 GBP
                900001   85123a    1       2.95    sale of 1 85123a-2.95 at 2.95 GBP
                900001   79323GR   1       6.75    sale of 1 79323GR-6.75 at 6.75 GBP
                900001   DCGS0003  2       2.51    sale of 2 DCGS0003-2.51 at 2.51 GBP
                900001   DCGSSBOY  2       3.29    sale of 2 DCGSSBOY-3.29 at 3.29 GBP
                900001   SP1002    2       2.95    sale of 2 SP1002-2.95 at 2.95 GBP
                C900002  10101     -9360   0.03    return of 9360 10101-0.03 at 0.03 GBP
                """);
    }

    @Test
    void an_entry_of_the_bookkeeper_is_no_product_and_says_what_it_is() {
        check("""
                invoice  code          pieces  price      means
                900001   POST          1       18.0       skipped: postage or carriage
                900001   DOT           1       569.77     skipped: postage or carriage
                900001   C2            1       50.0       skipped: postage or carriage
                900001   M             1       1.25       skipped: manual entry
                900001   m             1       2.55       skipped: manual entry
                C900002  D             -1      27.5       skipped: discount
                C900002  S             -1      52.0       skipped: sample
                C900002  AMAZONFEE     -1      13541.33   skipped: fee or charge
                900001   BANK_CHARGES  1       15.0       skipped: fee or charge
                C900002  CRUK          -1      16.13      skipped: fee or charge
                A900003  B             1       -11062.06  skipped: bookkeeping adjustment
                900001   ADJUST2       1       300.13     skipped: bookkeeping adjustment
                900001   gift_0001_20  1       16.67      skipped: gift voucher
                900001   PADS          1       0.001      skipped: not a product
                900001   TEST001       5       4.5        skipped: not a product
                900001   1234          5       4.5        skipped: not a product
                """);
    }

    @Test
    void a_product_line_that_no_shop_could_sell_says_why() {
        check("""
                invoice  code   pieces   price  means
                900001   10101  4        0.0    skipped: zero price
                900001   10101  4        -1.25  skipped: negative price
                900001   10101  30       0.125  skipped: price with a fraction of a penny
                900001   10101  -20      0.0    skipped: negative quantity, no cancellation
                900001   10101  -20      1.25   skipped: negative quantity, no cancellation
                900001   10101  0        1.25   skipped: quantity of zero
                900001   10101  1000001  1.25   skipped: more pieces than the shop takes
                C900002  10101  3        1.25   skipped: positive quantity, but a cancellation
                C900002  10101  -3       0.0    skipped: zero price
                """);
    }

    @Test
    void the_countries_of_the_retailer_have_their_iso_codes() {
        String names = """
                United Kingdom, EIRE, Channel Islands, European Community, Unspecified, RSA, USA, Czech Republic,
                Hong Kong, Korea, West Indies, Australia, Austria, Bahrain, Belgium, Bermuda, Brazil, Canada, Cyprus,
                Denmark, Finland, France, Germany, Greece, Iceland, Israel, Italy, Japan, Lebanon, Lithuania, Malta,
                Netherlands, Nigeria, Norway, Poland, Portugal, Saudi Arabia, Singapore, Spain, Sweden, Switzerland,
                Thailand, United Arab Emirates""";
        assertThat(names.split(",\\s"))
                .allSatisfy(name -> assertThat(Countries.code(name)).isPresent());
        assertThat(Countries.code("EIRE")).contains("IE");
        assertThat(Countries.code("Germany")).contains("DE");
        assertThat(Countries.code("Atlantis")).isEmpty();
    }

    private static void check(String table) {
        String actual = table.lines()
                .map(row -> {
                    String[] cells = row.split(" {2,}", 5);
                    if (cells[0].equals("invoice")) return row;
                    String means = row.substring(0, row.length() - cells[4].length());
                    return means + told(Meaning.of(line(cells)));
                })
                .collect(Collectors.joining("\n"));
        assertThat(actual).isEqualTo(table.stripTrailing());
    }

    private static InvoiceLine line(String[] cells) {
        return new InvoiceLine(
                0,
                new Place("file.csv", 2),
                cells[0],
                cells[1].equals("BANK_CHARGES") ? "BANK CHARGES" : cells[1],
                "",
                Integer.parseInt(cells[2]),
                LocalDateTime.parse("2011-03-01T08:00"),
                new BigDecimal(cells[3]),
                "",
                "EIRE");
    }

    private static String told(Meaning meaning) {
        return switch (meaning) {
            case Meaning.Sale(Meaning.Item item) -> "sale of " + told(item);
            case Meaning.Return(Meaning.Item item) -> "return of " + told(item);
            case Meaning.Skipped(Skip reason) -> "skipped: " + reason;
        };
    }

    private static String told(Meaning.Item item) {
        return item.pieces() + " " + item.sku() + " at " + item.unitPrice();
    }
}
