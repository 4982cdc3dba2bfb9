package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// Where the product of a flash sale lies: puts it there, and counts in the end what is left and what was
/// ordered.
final class SaleCounter {

    static final String SHIPPING_OPTION = "flashsale-free";

    private static final String SHIPPING_RATE = "/v1/shipping-rates/flashsale-free";
    private static final String WAREHOUSE = "FLASH-SALE";
    private static final String TITLE = "A thing that everybody wants";
    private static final Map<String, Object> PRICE = Map.of("amount", 4900, "currency", "EUR");
    private static final String REASON = "Opening stock of a flash sale";
    private static final int NOT_FOUND = 404;
    private static final int PAGE = 200;

    private final ShopClient shop;
    private final FlashSalePlan plan;
    private final String run = "flashsale-" + UUID.randomUUID();
    private String currency = "";
    private long unpromised;
    private long heldBefore;
    private long lastOrder;

    /// @param shop with a key that may change stock
    SaleCounter(ShopClient shop, FlashSalePlan plan) {
        this.shop = shop;
        this.plan = plan;
    }

    /// Names this sale in idempotency keys.
    String run() {
        return run;
    }

    /// Of the mail addresses of this sale's shoppers, and of nobody else.
    String domain() {
        return run + ".example";
    }

    /// What the product is sold in.
    String currency() {
        return currency;
    }

    /// How many of the units were still held by others when the sale began. They are among its units, because
    /// they may come back.
    long heldBefore() {
        return heldBefore;
    }

    /// Puts exactly the units there that are to be sold, spread over the warehouses.
    void open() {
        currency = product().path("price").path("currency").asText();
        expect(shop.put(
                SHIPPING_RATE,
                Map.of(
                        "option",
                        SHIPPING_OPTION,
                        "title",
                        "Free of charge",
                        "price",
                        Map.of("amount", 0, "currency", currency),
                        "basis",
                        "total")));
        JsonNode stock = stock();
        heldBefore = stock.path("held").asLong();
        if (heldBefore > plan.units()) {
            throw new DrillFailed(heldBefore + " units of " + plan.sku() + " are held by open checkouts, more than the "
                    + plan.units() + " that are to be sold: wait until they are given back, or take another --sku");
        }
        stockUp(stock);
        JsonNode after = stock();
        unpromised = unpromised(after);
        if (unpromised != plan.units()) {
            throw new DrillFailed("There are " + unpromised + " units of " + plan.sku() + " to be sold, not "
                    + plan.units() + ": somebody else works on them");
        }
        lastOrder = orders("&limit=1").path("data").path(0).path("number").asLong();
    }

    /// Takes the free shipping away again: other shoppers are none of our business.
    void close() {
        shop.delete(SHIPPING_RATE);
    }

    /// How many units went to orders since it was opened, as the stock says.
    long unitsSold() {
        return unpromised - unpromised(stock());
    }

    /// The ids of this sale's orders.
    Set<String> orders() {
        var found = new HashSet<String>();
        String cursor = "";
        boolean newer = true;
        while (newer) {
            JsonNode page = orders("&limit=" + PAGE + cursor);
            newer = false;
            for (JsonNode order : page.path("data")) {
                if (order.path("number").asLong() <= lastOrder) continue;
                newer = true;
                if (order.path("email").asText().endsWith("@" + domain())) {
                    found.add(order.path("id").asText());
                }
            }
            JsonNode next = page.path("next_cursor");
            cursor = "&cursor=" + next.asText();
            newer &= next.isTextual();
        }
        return found;
    }

    private JsonNode product() {
        String path = "/v1/products/" + plan.sku();
        Answer answer = shop.get(path);
        if (answer.status() != NOT_FOUND) return expect(answer);
        return expect(shop.put(path, Map.of("title", TITLE, "price", PRICE)));
    }

    private JsonNode stock() {
        return expect(shop.get("/v1/stock/" + plan.sku()));
    }

    private JsonNode orders(String page) {
        return expect(shop.get("/v1/orders?sku=" + plan.sku() + page));
    }

    private static long unpromised(JsonNode stock) {
        return stock.path("on_hand").asLong() - stock.path("allocated").asLong();
    }

    /// What is not held already is shared out; what lies in warehouses that ship no more is none of it.
    private void stockUp(JsonNode stock) {
        Map<String, JsonNode> levels = new HashMap<>();
        stock.path("warehouses")
                .forEach(level -> levels.put(level.path("warehouse").asText(), level));
        var targets = new TreeMap<String, Long>();
        levels.forEach((code, level) -> targets.put(code, 0L));
        List<String> open = openWarehouses();
        long free = plan.units() - heldBefore;
        for (int place = 0; place < open.size(); place++) {
            targets.put(open.get(place), free / open.size() + (place < free % open.size() ? 1 : 0));
        }
        targets.forEach((code, share) -> {
            JsonNode level = levels.getOrDefault(code, MissingNode.getInstance());
            long promised =
                    level.path("held").asLong() + level.path("allocated").asLong();
            expect(shop.post(
                    "/v1/stock/" + plan.sku() + "/adjustments",
                    run + "-" + code,
                    Map.of("warehouse", code, "on_hand", promised + share, "reason", REASON)));
        });
    }

    private List<String> openWarehouses() {
        var open = new ArrayList<String>();
        for (JsonNode warehouse :
                expect(shop.get("/v1/warehouses?limit=" + PAGE)).path("data")) {
            if (warehouse.path("active").asBoolean())
                open.add(warehouse.path("code").asText());
        }
        if (open.isEmpty()) {
            expect(shop.put("/v1/warehouses/" + WAREHOUSE, Map.of("title", "Flash sale", "country", "GB")));
            open.add(WAREHOUSE);
        }
        return open;
    }

    private static JsonNode expect(Answer answer) {
        if (answer.isSuccess()) return answer.body();
        throw new DrillFailed("The shop cannot be set up for the flash sale: " + answer.problem());
    }
}
