package holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;

/// Fills an empty shop with what [Shoppers] want, over HTTP.
final class OpenShop {

    private OpenShop() {}

    static void open(URI server, int skus) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            send(http, server, "PUT", "/v1/warehouses/main", """
                    {"title": "Main", "country": "DE"}""");
            send(http, server, "PUT", "/v1/shipping-rates/standard", """
                    {"option": "standard", "title": "Standard", "price": {"amount": 495, "currency": "EUR"},
                     "basis": "total"}""");
            send(http, server, "PUT", "/v1/tax-rates/de", """
                    {"title": "USt", "country": "DE", "percent": "19", "on_shipping": true}""");
            for (int i = 0; i < skus; i++) {
                send(http, server, "PUT", "/v1/products/SKU-" + i, """
                        {"title": "Mug number %d", "price": {"amount": 1900, "currency": "EUR"}}""".formatted(i));
                send(http, server, "POST", "/v1/stock/SKU-" + i + "/adjustments", """
                        {"warehouse": "main", "on_hand": 1000000000, "reason": "Opening"}""");
            }
        }
    }

    private static void send(HttpClient http, URI server, String method, String path, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(server.resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + ServerProcess.KEY)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IOException(method + " " + path + ": " + answer.body());
    }
}
