package holdfast.drill;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads orders back from the shop.
final class ShopOrders {

    private final ShopClient shop;

    ShopOrders(ShopClient shop) {
        this.shop = shop;
    }

    /// Every order of this invoice: none, or one. More would be what must never be, and is for the caller to
    /// say.
    List<ShopOrder> of(Invoice invoice) {
        String email = URLEncoder.encode(invoice.email().address(), StandardCharsets.UTF_8);
        JsonNode page = expected(shop.get("/v1/orders?limit=10&email=" + email)).path("data");
        var orders = new ArrayList<ShopOrder>();
        for (JsonNode summary : page) orders.add(byId(summary.path("id").asText()));
        return orders;
    }

    ShopOrder byId(String id) {
        return ShopOrder.of(expected(shop.get("/v1/orders/" + id)));
    }

    private static JsonNode expected(Answer answer) {
        if (!answer.isSuccess()) throw new DrillFailed("The shop does not show its orders: " + answer.problem());
        return answer.body();
    }
}
