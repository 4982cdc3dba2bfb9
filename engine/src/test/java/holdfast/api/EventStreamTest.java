package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whoever has an admin's key hears what happens, while it happens.
class EventStreamTest {

    private final TestShop shop = new TestShop();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        shop.close();
    }

    @Test
    void an_order_is_heard_of_while_it_is_placed_and_paid() throws Exception {
        try (var stream = listen("")) {
            String order = order();
            List<String> heard = new ArrayList<>();
            while (!heard.contains("order.paid")) heard.add(stream.next("event"));
            assertThat(heard).containsSubsequence("hold.created", "order.placed", "hold.committed", "order.paid");
            assertThat(stream.next("data")).contains(order);
        }
    }

    @Test
    void who_was_away_hears_the_rest() throws Exception {
        order();
        String first;
        try (var stream = listen("?since=0")) {
            first = stream.next("id");
        }
        String rest = shop.admin()
                .with("Last-Event-ID", first)
                .get("/v1/events?follow=false")
                .body();
        String all = shop.admin().get("/v1/events?since=0&follow=false").body();
        assertThat(all).contains("event: order.placed").endsWith(rest.substring(rest.indexOf("id: ")));
        assertThat(rest.length()).isLessThan(all.length());
    }

    @Test
    void a_server_that_closes_ends_its_streams() throws Exception {
        try (var stream = listen("")) {
            shop.api().close();
            assertThat(stream.rest()).isEmpty();
        }
    }

    @Test
    void what_is_no_position_is_refused() {
        assertThat(shop.admin().get("/v1/events?since=yesterday").errors()).containsExactly("since: malformed");
        assertThat(shop.admin().with("Last-Event-ID", "-1").get("/v1/events").errors())
                .containsExactly("Last-Event-ID: malformed");
    }

    /// The id of an order that is paid for.
    private String order() {
        shop.sellsMugs(10);
        Reply opened = shop.browser().post("/v1/checkouts", """
                {"line_items": [{"sku": "MUG", "quantity": 1}], "currency": "GBP", "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "1 Mill Lane", "city": "Leeds", "country": "GB"}}""");
        Reply placed = shop.guest(opened.text("/client_secret"))
                .keyed()
                .post("/v1/checkouts/" + opened.text("/id") + "/complete", """
                {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}""");
        return placed.text("/order/id");
    }

    private Stream listen(String query) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + shop.api().port() + "/v1/events" + query))
                .header("Authorization", "Bearer " + shop.adminKey)
                .build();
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
        return new Stream(new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8)));
    }

    /// What is heard, line by line.
    private record Stream(BufferedReader lines) implements AutoCloseable {

        /// The next value of this field.
        String next(String field) throws IOException {
            String line = lines.readLine();
            while (!line.startsWith(field + ": ")) line = lines.readLine();
            return line.substring(field.length() + 2);
        }

        /// What is said until the end, comments and blank lines aside.
        List<String> rest() {
            return lines.lines()
                    .filter(line -> !line.isEmpty() && !line.startsWith(":"))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }
}
