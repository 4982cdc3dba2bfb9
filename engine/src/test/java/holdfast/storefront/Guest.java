package holdfast.storefront;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Somebody at the shop's pages with a browser that has no scripts, and keeps its cookies.
final class Guest {

    private static final String ADDRESS = "email=ada%40example.com&name=Ada+Lovelace&line1=12+Orchard+Street"
            + "&postal_code=10002&city=New+York&region=NY&country=US&shipping_option=standard";
    private static final Pattern TOTAL = Pattern.compile("name=\"total\" value=\"(\\d+)\"");

    private final HttpClient client;
    private final URI shop;
    private final String address;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    /// @param address where they come from, as a proxy says
    Guest(HttpClient client, URI shop, String address) {
        this.client = client;
        this.shop = shop;
        this.address = address;
    }

    HttpResponse<String> get(String path) throws Exception {
        return sent(request(path).GET());
    }

    HttpResponse<String> post(String path, String form) throws Exception {
        return sent(request(path)
                .header("Sec-Fetch-Site", "same-origin")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(shop.resolve(path)).header("X-Forwarded-For", address);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        return request;
    }

    private HttpResponse<String> sent(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        for (String cookie : answer.headers().allValues("Set-Cookie")) {
            String[] parts = cookie.split(";", 2)[0].split("=", 2);
            cookies.put(parts[0], parts[1]);
        }
        return answer;
    }

    /// Puts something into the cart and asks for a checkout.
    HttpResponse<String> checksOut(String sku) throws Exception {
        post("/cart/items", "sku=" + sku);
        return post("/checkout", "attempt=" + UUID.randomUUID());
    }

    HttpResponse<String> tellsTheAddress(String checkout, String more) throws Exception {
        return post(checkout + "/details", ADDRESS + more);
    }

    /// Pays what the page asks for.
    HttpResponse<String> pays(String checkout, String token) throws Exception {
        Matcher total = TOTAL.matcher(get(checkout).body());
        if (!total.find()) throw new AssertionError("Nothing to be paid on " + checkout);
        return post(
                checkout + "/pay",
                ADDRESS + "&attempt=" + UUID.randomUUID() + "&token=" + token + "&total=" + total.group(1));
    }
}
