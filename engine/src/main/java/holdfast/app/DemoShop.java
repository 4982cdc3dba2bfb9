package holdfast.app;

import static java.util.stream.Collectors.toMap;

import holdfast.api.HttpApi;
import holdfast.catalog.DiscountCode;
import holdfast.catalog.NewProduct;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.TaxRate;
import holdfast.db.Tx;
import holdfast.inventory.Receipt;
import holdfast.inventory.Warehouse;
import holdfast.kernel.Email;
import holdfast.kernel.Money;
import holdfast.kernel.Quantity;
import holdfast.kernel.Rate;
import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A shop to try things on: Halden & Pike, household goods, New York, Leipzig and Daventry. The same every
/// time.
final class DemoShop {

    static final String NAME = "Halden & Pike";

    /// Who opens the demo's console.
    static final Email ADMIN = Email.of("demo@example.com");

    /// There are exactly a hundred of it, in one warehouse.
    static final Sku FLASH_SALE = Sku.of("LANTERN-100");

    /// How many pieces of it one customer can buy.
    static final int FLASH_SALE_PER_CUSTOMER = 2;

    /// There is plenty of these: the session that the demo prints buys them.
    static final Sku MUG = Sku.of("MUG-STO-MOS");

    static final Sku BOOK = Sku.of("BOOK-LOAF");

    /// There is none of it, and never was.
    private static final Sku SOLD_OUT = Sku.of("BOOK-WEATHER");

    private static final Currency USD = Currency.getInstance("USD");
    private static final long SEED = 1874; // the year Halden met Pike
    private static final int PLENTY = 5_000;
    private static final int FLASH_SALE_PIECES = 100;
    private static final int SCARCE_PIECES = 2;
    private static final int SCARCE_EVERY = 40;

    private static final String WAREHOUSES = """
            newark   | Newark, New Jersey | US | 10
            leipzig  | Leipzig, Saxony    | DE | 20
            daventry | Daventry, England  | GB | 30
            """;

    /// Code, name, what a thing made of it costs against stoneware (percent), finishes.
    private static final String MATERIALS = """
            STO | Stoneware  | 100 | oat, moss green, midnight blue, rust
            POR | Porcelain  | 130 | white, celadon, cobalt rim
            ENA | Enamel     |  85 | cream, pigeon blue, tomato red
            OAK | Oak        | 120 | oiled, smoked, limed
            WAL | Walnut     | 155 | oiled, waxed
            OLI | Olive wood | 140 | oiled
            LIN | Linen      | 125 | natural, indigo, madder red, charcoal
            WOO | Lambswool  | 150 | ecru, heather, forest, ink
            COT | Cotton     |  90 | chalk, clay, navy stripe
            LEA | Leather    | 210 | tan, chestnut, black
            BRA | Brass      | 160 | polished, antique
            STE | Steel      | 110 | brushed, blackened
            GLA | Glass      |  95 | clear, smoke, sea green
            """;

    /// Code, noun, price in cents for stoneware, grams, materials.
    private static final String THINGS = """
            MUG | mug                   |  1900 |  380 | STO POR ENA
            BWL | breakfast bowl        |  2200 |  520 | STO POR OAK OLI
            PLT | dinner plate          |  2600 |  710 | STO POR
            JUG | milk jug              |  2400 |  460 | STO ENA GLA
            TPT | teapot                |  5800 |  980 | STO POR ENA
            CRF | carafe                |  3900 |  890 | STO GLA
            BRD | bread board           |  3600 | 1150 | OAK WAL OLI
            TRY | breakfast tray        |  4400 | 1300 | OAK WAL ENA BRA
            SPN | serving spoon         |  1600 |  140 | OAK WAL OLI BRA STE
            NAP | napkins, set of four, |  2900 |  240 | LIN COT
            TWL | tea towel             |  1400 |  110 | LIN COT
            APR | apron                 |  3800 |  360 | LIN COT LEA
            CUS | cushion cover         |  3400 |  300 | LIN COT WOO
            BLK | blanket               |  8900 | 1450 | WOO COT
            SCF | scarf                 |  5200 |  230 | WOO LIN
            SLP | slippers              |  4600 |  420 | WOO LEA
            CND | candlestick           |  2700 |  540 | BRA STE OAK GLA
            VAS | bud vase              |  2100 |  410 | STO POR GLA BRA
            LMP | desk lamp             | 11900 | 2300 | BRA STE OAK
            HOK | coat hook             |  1500 |  180 | BRA STE OAK WAL
            STL | three-legged stool    | 13900 | 4200 | OAK WAL STE
            BAG | market bag            |  4100 |  380 | LIN COT LEA
            NBK | notebook              |  1800 |  260 | LIN LEA
            WLT | card wallet           |  3200 |   90 | LEA
            """;

    /// Taxed less where books and food are. SKU, title, price in cents, grams.
    private static final String BOOKS_AND_PANTRY = """
            BOOK-LOAF    | The Patient Loaf: a year with one sourdough           | 2800 |  640
            BOOK-KNOTS   | Twelve Knots Worth Knowing                            | 1650 |  280
            BOOK-MEND    | Mend It Visibly                                       | 2400 |  510
            BOOK-TEA     | Water Just Off the Boil: a small book of tea          | 1900 |  330
            BOOK-HERBS   | Herbs for a North-Facing Window                       | 2150 |  420
            BOOK-CHAIRS  | How to Sit: chairs, their makers and their bottoms    | 3900 |  970
            BOOK-GLAZE   | Ash, Salt, Iron: glazes you can make at home          | 3400 |  760
            BOOK-SOUP    | Forty Soups for Forty Moods                           | 2600 |  590
            BOOK-LETTERS | Letters to a Lighthouse Keeper                        | 1750 |  310
            BOOK-WEATHER | The Pocket Almanac of Bad Weather                     | 1400 |  190
            BOOK-SPOONS  | Carving Spoons Badly, Then Better                     | 2200 |  450
            BOOK-ATTIC   | Things Found in Attics, Explained                     | 2950 |  680
            FOOD-HONEY   | Heather honey, the dark kind, 340 g                   | 1450 |  560
            FOOD-SALT    | Sea salt, smoked over beech, 180 g                    |  950 |  210
            FOOD-TEA     | Breakfast tea that means it, 250 g                    | 1290 |  300
            FOOD-JAM     | Damson jam, stones removed by hand, 300 g             |  890 |  480
            FOOD-OATS    | Pinhead oats, 1 kg                                    |  690 | 1040
            FOOD-MUSTARD | Wholegrain mustard with stout, 200 g                  |  790 |  390
            FOOD-OIL     | Olive oil from one hillside, 500 ml                   | 2490 |  930
            FOOD-BISCUIT | Oat biscuits for long walks, 24 of them               |  850 |  410
            FOOD-COFFEE  | Coffee for the second cup, whole beans, 500 g         | 1890 |  530
            FOOD-CHUTNEY | Rhubarb chutney, best in March, 280 g                 |  920 |  450
            """;

    /// Id, title, country, region, tax category, percent, whether shipping is taxed too.
    private static final String TAX_RATES = """
            us-ny      | New York sales tax      | US | NY | standard | 8.875 | yes
            us-nj      | New Jersey sales tax    | US | NJ | standard | 6.625 | yes
            us-ca      | California sales tax    | US | CA | standard | 7.25  | no
            us-tx      | Texas sales tax         | US | TX | standard | 6.25  | yes
            us-wa      | Washington sales tax    | US | WA | standard | 6.5   | yes
            us-il      | Illinois sales tax      | US | IL | standard | 6.25  | no
            us-fl      | Florida sales tax       | US | FL | standard | 6     | no
            us-ma      | Massachusetts sales tax | US | MA | standard | 6.25  | no
            de         | Umsatzsteuer            | DE |    | standard | 19    | yes
            de-reduced | Umsatzsteuer, ermäßigt  | DE |    | reduced  | 7     | no
            fr         | TVA                     | FR |    | standard | 20    | yes
            fr-reduced | TVA, taux réduit        | FR |    | reduced  | 5.5   | no
            gb         | VAT                     | GB |    | standard | 20    | yes
            gb-reduced | VAT, zero-rated         | GB |    | reduced  | 0     | no
            nl         | Btw                     | NL |    | standard | 21    | yes
            nl-reduced | Btw, laag tarief        | NL |    | reduced  | 9     | no
            """;

    /// Id, option, title, country, price in cents, basis, at least, below.
    private static final String SHIPPING_RATES = """
            us-standard     | standard | Standard, 3 to 5 days          | US |   690 | total  |     0 |  7500
            us-free         | standard | Standard, 3 to 5 days          | US |     0 | total  |  7500 |
            us-express-1    | express  | Express, the day after         | US |  1490 | weight |     0 |  1000
            us-express-5    | express  | Express, the day after         | US |  2490 | weight |  1000 |  5000
            us-express-30   | express  | Express, the day after         | US |  5900 | weight |  5000 | 30000
            gb-standard     | standard | Standard, 2 to 4 days          | GB |   590 | total  |     0 |  6000
            gb-free         | standard | Standard, 2 to 4 days          | GB |     0 | total  |  6000 |
            de-standard     | standard | Standard, 2 to 3 days          | DE |   490 | total  |     0 |  6000
            de-free         | standard | Standard, 2 to 3 days          | DE |     0 | total  |  6000 |
            fr-standard     | standard | Standard, 3 to 5 days          | FR |   790 | weight |     0 |  5000
            fr-heavy        | standard | Standard, 3 to 5 days          | FR |  1690 | weight |  5000 | 30000
            world-1         | standard | By air mail, 7 to 14 days      |    |  1990 | weight |     0 |  1000
            world-5         | standard | By air mail, 7 to 14 days      |    |  3490 | weight |  1000 |  5000
            world-20        | standard | By air mail, 7 to 14 days      |    |  7900 | weight |  5000 | 20000
            world-express-5 | express  | By courier, 2 to 4 days        |    |  4900 | weight |     0 |  5000
            world-express   | express  | By courier, 2 to 4 days        |    |  9900 | weight |  5000 | 20000
            """;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<NewProduct> products = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();

    private DemoShop() {
        var materials = rows(MATERIALS).stream().collect(toMap(row -> row.get(0), row -> row));
        for (List<String> thing : rows(THINGS)) {
            for (String material : thing.get(4).split(" ", -1)) addAll(thing, row(materials, material));
        }
        for (List<String> row : rows(BOOKS_AND_PANTRY)) {
            add(Sku.of(row.get(0)), row.get(1), number(row, 2), number(row, 3), "reduced");
        }
        products.add(product(
                FLASH_SALE, "The keeper’s lantern, numbered 1 to 100", 24_900, 1_900, NewProduct.TAX_CATEGORY_DEFAULT));
        receive(FLASH_SALE, "newark", FLASH_SALE_PIECES);
    }

    /// Puts everything into an empty shop, and nothing into one that sells something already; tells whether
    /// it did.
    static boolean open(Tx tx, HttpApi.Modules modules) {
        if (!modules.catalog().list(tx, null, 1, null).data().isEmpty()) return false;
        var shop = new DemoShop();
        for (List<String> row : rows(WAREHOUSES)) {
            modules.warehouses()
                    .put(
                            tx,
                            new Warehouse(
                                    WarehouseCode.of(row.get(0)), row.get(1), row.get(2), (int) number(row, 3), true));
        }
        modules.catalog().put(tx, shop.products);
        modules.stockRoom().receive(tx, shop.receipts, "Opening stock", "demo:opening");
        for (List<String> row : rows(TAX_RATES)) modules.taxRates().put(tx, taxRate(row));
        for (List<String> row : rows(SHIPPING_RATES)) modules.shippingRates().put(tx, shippingRate(row));
        modules.discountCodes()
                .put(
                        tx,
                        "WELCOME10",
                        new DiscountCode.Terms(new DiscountCode.Off.Percent(Rate.percent("10")), null, 1, null, null));
        modules.discountCodes()
                .put(
                        tx,
                        "FIVER",
                        new DiscountCode.Terms(
                                new DiscountCode.Off.Amount(Money.of(500, USD)), 1_000, null, null, null));
        return true;
    }

    private void addAll(List<String> thing, List<String> material) {
        for (String finish : material.get(3).split(", ", -1)) {
            var sku = Sku.of(thing.get(0) + "-" + material.get(0) + "-"
                    + finish.substring(0, 3).toUpperCase(Locale.ROOT));
            String noun = thing.get(1);
            String title = material.get(1) + " " + noun + (noun.endsWith(",") ? " " : ", ") + finish;
            add(sku, title, price(number(thing, 2), number(material, 2)), number(thing, 3), "standard");
        }
    }

    private void add(Sku sku, String title, long cents, long grams, String taxCategory) {
        products.add(product(sku, title, cents, grams, taxCategory));
        if (sku.equals(MUG) || sku.equals(BOOK)) {
            receive(sku, "newark", PLENTY);
        } else if (sku.equals(SOLD_OUT)) {
            return;
        } else if (products.size() % SCARCE_EVERY == 0) {
            receive(sku, "daventry", SCARCE_PIECES);
        } else {
            receive(sku, "newark", random.nextInt(20, 200));
            if (random.nextInt(3) > 0) receive(sku, "leipzig", random.nextInt(5, 120));
            if (random.nextInt(3) > 1) receive(sku, "daventry", random.nextInt(5, 80));
        }
    }

    private void receive(Sku sku, String warehouse, int pieces) {
        receipts.add(new Receipt(sku, WarehouseCode.of(warehouse), Quantity.of(pieces)));
    }

    private static NewProduct product(Sku sku, String title, long cents, long grams, String taxCategory) {
        return new NewProduct(sku, title, Money.of(cents, USD), (int) grams, taxCategory);
    }

    /// To the half dollar, and now and then a little more or less than the neighbor's.
    private long price(long cents, long percent) {
        long exact = cents * percent * random.nextInt(96, 105) / 10_000;
        return Math.max(50, (exact + 25) / 50 * 50);
    }

    private static TaxRate taxRate(List<String> row) {
        return new TaxRate(
                row.get(0),
                row.get(1),
                row.get(2),
                orNull(row.get(3)),
                row.get(4),
                Rate.percent(row.get(5)),
                row.get(6).equals("yes"));
    }

    private static ShippingRate shippingRate(List<String> row) {
        String below = orNull(row.get(7));
        return new ShippingRate(
                row.get(0),
                row.get(1),
                row.get(2),
                orNull(row.get(3)),
                Money.of(number(row, 4), USD),
                ShippingRate.Basis.valueOf(row.get(5).toUpperCase(Locale.ROOT)),
                number(row, 6),
                below == null ? null : Long.valueOf(below));
    }

    private static List<List<String>> rows(String table) {
        return table.lines()
                .map(line -> List.of(line.split("\\|", -1)))
                .map(cells -> cells.stream().map(String::strip).toList())
                .toList();
    }

    private static List<String> row(Map<String, List<String>> rows, String code) {
        List<String> row = rows.get(code);
        if (row == null) throw new IllegalStateException("There is no " + code);
        return row;
    }

    private static long number(List<String> row, int column) {
        return Long.parseLong(row.get(column));
    }

    private static @Nullable String orNull(String cell) {
        return cell.isEmpty() ? null : cell;
    }
}
