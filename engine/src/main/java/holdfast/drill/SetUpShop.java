package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.drill.InvoiceBook.Product;
import holdfast.drill.Meaning.Item;
import holdfast.kernel.Money;
import holdfast.kernel.Sku;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Makes a shop able to sell some invoices: warehouses, free shipping, products, and as many pieces as they ask
/// for.
///
/// May be repeated and may be interrupted anywhere, because it looks before it acts. A product that is not
/// there is imported with its stock. Of a product that is there, the shelves are looked at, and only what the
/// invoices that are *still to be placed* ask for beyond that is received. So nothing is received twice,
/// whatever was replayed before, with these files or with others, and whatever was shipped or given back since;
/// and no memory of earlier runs is needed.
final class SetUpShop {

    /// Without a rate in the tax table, so untaxed, wherever it goes.
    private static final String TAX_CATEGORY = "replay-untaxed";

    static final String SHIPPING_OPTION = "replay-free";
    private static final String SHIPPING_RATE = "/v1/shipping-rates/replay-free";
    private static final String REASON = "Opening stock of a replay";
    private static final int IMPORT_ROWS_MAX = 20_000;
    private static final int PAGE = 200;

    /// What each warehouse keeps of a product: all of it in one place, or three parts, so that some lines have
    /// to come from several places. Which it is depends on the SKU alone.
    private static final List<List<Integer>> TENTHS =
            List.of(List.of(10, 0, 0), List.of(0, 10, 0), List.of(0, 0, 10), List.of(5, 3, 2));

    private static final List<Warehouse> WAREHOUSES = List.of(
            new Warehouse("REPLAY-HALL", "Replay: the hall"),
            new Warehouse("REPLAY-LOFT", "Replay: the loft"),
            new Warehouse("REPLAY-YARD", "Replay: the yard"));

    private record Warehouse(String code, String title) {}

    private final ShopClient shop;
    private final Crew crew;
    private final String run = UUID.randomUUID().toString();

    SetUpShop(ShopClient shop, Crew crew) {
        this.shop = shop;
        this.crew = crew;
    }

    /// @param products at least those of the invoices
    /// @param invoices that are still to be placed
    void forSale(List<Product> products, List<Invoice> invoices, Progress progress) {
        for (Warehouse warehouse : WAREHOUSES) {
            expect(shop.put("/v1/warehouses/" + warehouse.code(), Map.of("title", warehouse.title(), "country", "GB")));
        }
        expect(shop.put(
                SHIPPING_RATE,
                Map.of(
                        "option",
                        SHIPPING_OPTION,
                        "title",
                        "Free of charge",
                        "price",
                        Map.of("amount", 0, "currency", Meaning.GBP.getCurrencyCode()),
                        "basis",
                        "total")));

        Map<Sku, Long> wanted = wanted(invoices);
        Set<String> present = present();
        var missing = new ArrayList<Product>();
        var known = new ArrayList<Product>();
        for (Product product : products) {
            if (!wanted.containsKey(product.sku())) continue;
            (present.contains(product.sku().code()) ? known : missing).add(product);
        }
        importNew(missing, wanted, progress);
        crew.each(known, product -> {
            receiveShortage(product.sku(), wanted.getOrDefault(product.sku(), 0L));
            progress.step();
        });
    }

    /// Takes the free shipping away again: other shoppers are none of our business.
    void endOfSale() {
        shop.delete(SHIPPING_RATE);
    }

    static Map<Sku, Long> wanted(List<Invoice> invoices) {
        Map<Sku, Long> wanted = new HashMap<>();
        for (Invoice invoice : invoices) {
            for (Item item : invoice.items()) wanted.merge(item.sku(), item.pieces(), Math::addExact);
        }
        return wanted;
    }

    /// How many of `pieces` each warehouse keeps.
    static List<Long> split(Sku sku, long pieces) {
        List<Integer> tenths = TENTHS.get(Math.floorMod(sku.code().hashCode(), TENTHS.size()));
        long hall = pieces * tenths.get(0) / 10;
        long loft = pieces * tenths.get(1) / 10;
        return List.of(hall, loft, pieces - hall - loft);
    }

    private Set<String> present() {
        var present = new HashSet<String>();
        String cursor = "";
        do {
            JsonNode page =
                    expect(shop.get("/v1/products?limit=" + PAGE + cursor)).body();
            page.path("data").forEach(product -> present.add(product.path("sku").asText()));
            JsonNode next = page.path("next_cursor");
            cursor = next.isTextual() ? "&cursor=" + next.asText() : "";
        } while (!cursor.isEmpty());
        return present;
    }

    /// One file for each warehouse, as a row names one.
    private void importNew(List<Product> products, Map<Sku, Long> wanted, Progress progress) {
        for (int warehouse = 0; warehouse < WAREHOUSES.size(); warehouse++) {
            var rows = new ArrayList<String>();
            for (Product product : products) {
                long onHand = split(product.sku(), wanted.getOrDefault(product.sku(), 0L))
                        .get(warehouse);
                if (onHand > 0) rows.add(row(product, WAREHOUSES.get(warehouse), onHand));
            }
            importRows(rows);
        }
        products.forEach(_ -> progress.step());
    }

    private static String row(Product product, Warehouse warehouse, long onHand) {
        return String.join(
                ",",
                product.sku().code(),
                '"' + product.title().replace("\"", "\"\"") + '"',
                pounds(product.price()),
                Meaning.GBP.getCurrencyCode(),
                TAX_CATEGORY,
                warehouse.code(),
                Long.toString(onHand));
    }

    private static String pounds(Money price) {
        return BigDecimal.valueOf(price.minor(), price.currency().getDefaultFractionDigits())
                .toPlainString();
    }

    private void importRows(List<String> rows) {
        for (int from = 0; from < rows.size(); from += IMPORT_ROWS_MAX) {
            List<String> some = rows.subList(from, Math.min(from + IMPORT_ROWS_MAX, rows.size()));
            expect(shop.postCsv(
                    "/v1/products/import",
                    "replay-import-" + UUID.randomUUID(),
                    "sku,title,price,currency,tax_category,warehouse,on_hand\r\n" + String.join("\r\n", some)
                            + "\r\n"));
        }
    }

    /// What is held for open checkouts counts as there: it is held for these very invoices, or will be given
    /// back. If it is not given back in time, an invoice is refused, and placed by the next run.
    private void receiveShortage(Sku sku, long wanted) {
        JsonNode stock = expect(shop.get("/v1/stock/" + sku)).body();
        long unpromised =
                stock.path("on_hand").asLong() - stock.path("allocated").asLong();
        if (unpromised >= wanted) return;
        List<Long> shares = split(sku, wanted - unpromised);
        for (int warehouse = 0; warehouse < shares.size(); warehouse++) {
            if (shares.get(warehouse) == 0) continue;
            String code = WAREHOUSES.get(warehouse).code();
            expect(shop.post(
                    "/v1/stock/" + sku + "/adjustments",
                    "replay-" + run + "-" + sku + "-" + code,
                    Map.of("warehouse", code, "delta", shares.get(warehouse), "reason", REASON)));
        }
    }

    private static Answer expect(Answer answer) {
        if (answer.isSuccess()) return answer;
        throw new DrillFailed("The shop cannot be set up for the replay: " + answer.problem());
    }
}
