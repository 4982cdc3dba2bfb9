package holdfast.bench;

import java.net.URI;
import java.util.UUID;

/// What shoppers say to the server, word for word, and what of its answers they need for that.
///
/// @param key a secret key
/// @param skus of how many SKUs, `SKU-0`, `SKU-1`, …, each visit picks the next
record Wording(URI server, String key, int skus) {

    private static final String TOTAL = "\"total\":{\"amount\":";

    /// Opens a checkout.
    String open(long visit, int shopper) {
        return post("/v1/checkouts", "", """
                {"currency": "EUR", "line_items": [{"sku": "SKU-%d", "quantity": 1}],
                 "email": "shopper-%d@example.com",
                 "shipping_address": {"name": "Ada Lovelace", "line1": "12 Orchard Street", "city": "Berlin",
                                      "postal_code": "10115", "country": "DE"}}
                """.formatted(visit % skus, shopper));
    }

    /// Pays for the one that was opened.
    String pay(String checkout) {
        int total = checkout.indexOf(TOTAL, checkout.indexOf("\"totals\"")) + TOTAL.length();
        String amount = checkout.substring(total, checkout.indexOf(',', total));
        return post(
                "/v1/checkouts/" + string(checkout, "\"id\":\"") + "/complete",
                "Idempotency-Key: " + UUID.randomUUID() + "\r\n",
                "{\"payment\":{\"token\":\"pm_card_visa\"},\"expected_total\":{\"amount\":" + amount
                        + ",\"currency\":\"EUR\"}}");
    }

    /// Opens a cart.
    String cart() {
        return post("/v1/carts", "", "{\"currency\": \"EUR\"}");
    }

    String get(String path) {
        return head("GET", path) + "\r\n";
    }

    /// What follows `before`, up to the next quotation mark.
    static String string(String json, String before) {
        int from = json.indexOf(before) + before.length();
        return json.substring(from, json.indexOf('"', from));
    }

    private String post(String path, String header, String body) {
        return head("POST", path) + "Content-Type: application/json\r\n" + header + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private String head(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nAuthorization: Bearer " + key
                + "\r\n";
    }
}
