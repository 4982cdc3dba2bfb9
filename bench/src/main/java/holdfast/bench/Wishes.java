package holdfast.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.net.URI;
import java.util.UUID;

/// What shoppers ask for, as bytes of HTTP.
///
/// @param key a secret key
record Wishes(URI server, String key) {

    /// A checkout with one piece of the SKU of this number.
    byte[] open(long sku, int shopper) {
        return post("/v1/checkouts", "", """
                {"currency": "EUR", "line_items": [{"sku": "SKU-%d", "quantity": 1}],
                 "email": "shopper-%d@example.com",
                 "shipping_address": {"name": "Ada Lovelace", "line1": "12 Orchard Street", "city": "Berlin",
                                      "postal_code": "10115", "country": "DE"}}
                """.formatted(sku, shopper));
    }

    /// To pay for the checkout that was opened.
    byte[] pay(Connection.Answer opened) {
        String id = opened.string("\"id\":\"");
        String totals = opened.body().substring(opened.body().indexOf("\"totals\""));
        String amount = new Connection.Answer(opened.status(), totals).after("\"total\":{\"amount\":", ',');
        return post(
                "/v1/checkouts/" + id + "/complete",
                "Idempotency-Key: " + UUID.randomUUID() + "\r\n",
                "{\"payment\":{\"token\":\"pm_card_visa\"},\"expected_total\":{\"amount\":" + amount
                        + ",\"currency\":\"EUR\"}}");
    }

    /// A cart.
    byte[] cart() {
        return post("/v1/carts", "", "{\"currency\": \"EUR\"}");
    }

    byte[] get(String path) {
        return bytes("GET", path, "", "");
    }

    private byte[] post(String path, String header, String body) {
        String headers = "Content-Type: application/json\r\n" + header + "Content-Length: " + body.length() + "\r\n";
        return bytes("POST", path, headers, body);
    }

    private byte[] bytes(String method, String path, String headers, String body) {
        return (method + " " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nAuthorization: Bearer " + key
                        + "\r\n" + headers + "\r\n" + body)
                .getBytes(ISO_8859_1);
    }
}
