package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// How a request is received, whatever it asks for.
class RequestTest {

    private static final TestShop SHOP = new TestShop();

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void an_unknown_path_is_not_found() {
        var reply = SHOP.anyone().get("/v1/nothing");
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(reply.text("/type")).isEqualTo("/problems/not_found");
        assertThat(reply.header("Holdfast-Request-Id")).hasSize(36);
    }

    @Test
    void a_known_path_tells_the_methods_it_knows() {
        var reply = SHOP.anyone().delete("/v1/products/MUG");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.header("Allow")).isEqualTo("GET, HEAD, PUT");
        assertThat(reply.text("/code")).isEqualTo("method_not_allowed");
    }

    @Test
    void head_is_get_without_the_body() {
        var get = SHOP.anyone().get("/healthz");
        var head = SHOP.anyone().send("HEAD", "/healthz");
        assertThat(get.body()).isEqualTo("{\"status\":\"ok\"}");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("Content-Length")).isEqualTo(get.header("Content-Length"));
    }

    @Test
    void a_body_over_its_limit_is_refused_whether_or_not_it_says_how_long_it_is() {
        byte[] large = new byte[Body.JSON_BYTES_MAX + 1];
        byte[] huge = new byte[Body.CSV_BYTES_MAX + 1];
        var browser = SHOP.browser().with("Content-Type", "application/json");
        assertThat(browser.send("POST", "/v1/carts", large).text("/bytes_max")).isEqualTo("262144");
        for (byte[] body : List.of(large, huge)) {
            assertThat(browser.send("POST", "/v1/carts", body).status()).isEqualTo(413);
            assertThat(browser.sendChunked("POST", "/v1/carts", body).status()).isEqualTo(413);
        }
    }

    @Test
    void a_body_says_what_it_is() {
        for (String type : List.of("application/json", "Application/JSON; charset=UTF-8")) {
            assertThat(SHOP.browser()
                            .with("Content-Type", type)
                            .send("POST", "/v1/carts", cart())
                            .status())
                    .isEqualTo(201);
        }
        for (String type : List.of("text/plain", "application/json; charset=iso-8859-1", "application/xml", "json")) {
            assertThat(SHOP.browser()
                            .with("Content-Type", type)
                            .send("POST", "/v1/carts", cart())
                            .status())
                    .isEqualTo(415);
        }
        assertThat(SHOP.browser().send("POST", "/v1/carts", cart()).status()).isEqualTo(415);
    }

    @Test
    void a_body_where_none_belongs_is_refused() {
        assertThat(SHOP.admin().send("GET", "/v1/warehouses", cart()).errors()).containsExactly("body: unknown_field");
        assertThat(SHOP.admin().send("DELETE", "/v1/tax-rates/no", cart()).errors())
                .containsExactly("body: unknown_field");
    }

    @Test
    void a_query_is_held_to_what_the_route_knows() {
        assertThat(SHOP.anyone().get("/v1/products?limit=0&cursor=").errors())
                .containsExactly("limit: out_of_range", "cursor: required");
        assertThat(SHOP.anyone().get("/v1/products?limit=1e1").errors()).containsExactly("limit: wrong_type");
        assertThat(SHOP.anyone().get("/v1/products?page=2&sort=sku").errors())
                .containsExactly("page: unknown_field", "sort: unknown_field");
        assertThat(SHOP.browser().post("/v1/carts?dry=1", "{}").errors()).containsExactly("dry: unknown_field");
    }

    @Test
    void a_path_is_held_to_its_shape() {
        assertThat(SHOP.admin().get("/v1/carts/1").errors()).containsExactly("id: not_a_uuid");
        assertThat(SHOP.anyone().get("/v1/products/a%20b").errors()).containsExactly("sku: malformed");
        assertThat(SHOP.anyone().get("/v1/products/..%2f..").status()).isEqualTo(404);
        assertThat(SHOP.anyone().get("/v1/products;card=4111111111111111").status())
                .isEqualTo(404);
    }

    @Test
    void a_card_number_is_refused_in_every_place() {
        String card = "4111111111111111";
        assertThat(SHOP.browser()
                        .post("/v1/carts", "{\"currency\": \"" + card + "\"}")
                        .errors())
                .containsExactly("currency: card_number");
        assertThat(SHOP.anyone().get("/v1/products?q=" + card).errors()).containsExactly("q: card_number");
        assertThat(SHOP.admin().get("/v1/discount-codes/" + card).errors()).containsExactly("code: card_number");
        assertThat(SHOP.anyone().get("/v1/products/" + card).status()).isEqualTo(404);
    }

    @Test
    void a_key_that_is_not_valid_is_told() {
        assertThat(SHOP.browser()
                        .with("Idempotency-Key", "short")
                        .post("/v1/carts", "{}")
                        .text("/code"))
                .isEqualTo("idempotency_key_invalid");
        assertThat(SHOP.browser().keyed().keyed().post("/v1/carts", "{}").text("/code"))
                .isEqualTo("idempotency_key_invalid");
        assertThat(SHOP.admin().post("/v1/stock/MUG/adjustments", "{}").text("/code"))
                .isEqualTo("idempotency_key_required");
    }

    @Test
    void a_request_with_a_key_happens_once() {
        var browser = SHOP.browser().keyed();
        var first = browser.post("/v1/carts", "{\"currency\": \"GBP\"}");
        var again = browser.post("/v1/carts", "{\"currency\": \"GBP\"}");
        assertThat(first.header("Idempotent-Replayed")).isNull();
        assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.status()).isEqualTo(201);
        assertThat(browser.post("/v1/carts", "{\"currency\": \"EUR\"}").text("/code"))
                .isEqualTo("idempotency_key_reused");
    }

    @Test
    void a_bad_request_leaves_its_key_unused() {
        var browser = SHOP.browser().keyed();
        assertThat(browser.post("/v1/carts", "{}").status()).isEqualTo(400);
        assertThat(browser.post("/v1/carts", "{\"currency\": \"GBP\"}").status())
                .isEqualTo(201);
    }

    @Test
    void the_server_tells_about_itself() {
        assertThat(SHOP.anyone().get("/readyz").status()).isEqualTo(200);
        assertThat(SHOP.anyone().get("/openapi.yaml").body()).startsWith("openapi: 3.1");
        assertThat(SHOP.anyone().get("/problems/out_of_stock").body()).startsWith("# out_of_stock");
        assertThat(SHOP.anyone().get("/problems/none").status()).isEqualTo(404);
    }

    private static byte[] cart() {
        return "{\"currency\": \"GBP\"}".getBytes(UTF_8);
    }
}
