package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/// The shop that is tortured: what is sold in it, and what it says in the end.
final class TortureShop {

    static final String SKU = "TORTURE";
    static final String CURRENCY = "EUR";
    static final String SHIPPING_OPTION = "torture-free";

    private static final String SHIPPING_RATE = "/v1/shipping-rates/torture-free";
    private static final List<String> WAREHOUSES = List.of("RACK-EAST", "RACK-WEST");
    private static final Map<String, Object> PRICE = Map.of("amount", 2500, "currency", CURRENCY);
    private static final int AT_ONCE = 4;
    private static final int NOT_FOUND = 404;

    private final List<URI> servers;
    private final String key;
    private final String run = "torture-" + UUID.randomUUID();
    private int deliveries;

    TortureShop(List<URI> servers, String key) {
        this.servers = servers;
        this.key = key;
    }

    List<URI> servers() {
        return servers;
    }

    String key() {
        return key;
    }

    /// Names this torture in idempotency keys.
    String run() {
        return run;
    }

    /// Lays out what is sold, while nobody is harmed yet.
    void open(long units) {
        try (var client = client()) {
            for (String warehouse : WAREHOUSES) {
                expect(client.put("/v1/warehouses/" + warehouse, Map.of("title", warehouse, "country", "GB")));
            }
            expect(client.put(
                    SHIPPING_RATE,
                    Map.of(
                            "option",
                            SHIPPING_OPTION,
                            "title",
                            "Free of charge",
                            "price",
                            Map.of("amount", 0, "currency", CURRENCY),
                            "basis",
                            "total")));
            expect(client.put("/v1/products/" + SKU, Map.of("title", "A thing on the rack", "price", PRICE)));
        }
        try (var lane = new Lane(servers, 0, key, _ -> {})) {
            for (int warehouse = 0; warehouse < WAREHOUSES.size(); warehouse++) receive(lane, units / 2);
        }
    }

    /// Puts more units on the shelves of one warehouse, and of the other the next time.
    void receive(Lane lane, long units) {
        int delivery = deliveries++;
        expect(lane.post(
                "receive",
                "/v1/stock/" + SKU + "/adjustments",
                run + "-delivery-" + delivery,
                Map.of(
                        "warehouse",
                        WAREHOUSES.get(delivery % WAREHOUSES.size()),
                        "delta",
                        units,
                        "reason",
                        "Delivery " + delivery)));
    }

    /// How many units nobody has, as the shop says.
    long unsold() {
        try (var client = client()) {
            JsonNode stock = expect(client.get("/v1/stock/" + SKU)).body();
            return stock.path("on_hand").asLong() - stock.path("allocated").asLong();
        }
    }

    /// What the shoppers were told, and the shop does not say any more.
    List<String> forgotten(TortureBooks books) {
        var forgotten = new ConcurrentLinkedQueue<String>();
        try (var client = client()) {
            look(client, books.checkouts(), "/v1/checkouts/", forgotten, _ -> "");
            look(client, books.orders(), "/v1/orders/", forgotten, order -> {
                String id = order.path("id").asText();
                String status = order.path("status").asText();
                if (books.canceledOrders().contains(id) && !status.equals("canceled")) return "is " + status;
                long refunded = 0;
                for (JsonNode refund : order.path("refunds")) {
                    refunded += refund.path("amount").path("amount").asLong();
                }
                long told = books.refunds().getOrDefault(id, 0L);
                return refunded < told ? "has refunds of " + refunded + ", not of " + told : "";
            });
        }
        return new ArrayList<>(forgotten);
    }

    private static void look(
            ShopClient client,
            Collection<String> ids,
            String path,
            Collection<String> forgotten,
            Function<JsonNode, String> wrong) {
        new Crew(AT_ONCE).each(List.copyOf(ids), id -> {
            Answer answer = client.get(path + id);
            if (answer.status() == NOT_FOUND) {
                forgotten.add(path + id + " is gone");
                return;
            }
            String what = wrong.apply(expect(answer).body());
            if (!what.isEmpty()) forgotten.add(path + id + " " + what);
        });
    }

    private ShopClient client() {
        return new ShopClient(servers, key, Duration.ofMillis(500));
    }

    private static Answer expect(Answer answer) {
        if (answer.isSuccess()) return answer;
        throw new DrillFailed("The shop cannot be tortured: " + answer.problem());
    }
}
