package holdfast.api;

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
        byte[] large = new byte[Bodies.JSON_BYTES_MAX + 1];
        byte[] huge = new byte[64 * 1024 * 1024];
        var browser = SHOP.browser().with("Content-Type", "application/json");
        assertThat(browser.send("POST", "/v1/carts", large).text("/bytes_max")).isEqualTo("262144");
        for (byte[] body : List.of(large, huge)) {
            assertThat(browser.send("POST", "/v1/carts", body).status()).isEqualTo(413);
            assertThat(browser.sendChunked("POST", "/v1/carts", body).status()).isEqualTo(413);
        }
    }

    @Test
    void ready() {
        assertThat(SHOP.anyone().get("/readyz").status()).isEqualTo(200);
    }
}
