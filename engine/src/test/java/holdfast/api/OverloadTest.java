package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A shop that is as full as it may be.
class OverloadTest {

    private static final String CART = "{\"currency\": \"GBP\"}";
    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void fill() {
        for (var limit : List.of(SHOP.limits.beginning(), SHOP.limits.browsing())) {
            int places = limit.figures().limit();
            for (int i = 0; i < places; i++) assertThat(limit.enter()).isTrue();
        }
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void who_begins_something_is_told_to_come_back() {
        for (String path : new String[] {"/v1/carts", "/v1/checkouts"}) {
            var refused = SHOP.browser().post(path, CART);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.text("/code")).isEqualTo("unavailable");
            assertThat(refused.text("/replay")).isEqualTo("same_key");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.header("Holdfast-Request-Id")).isNotBlank();
        }
        assertThat(SHOP.anyone().get("/v1/products").status()).isEqualTo(503);
    }

    @Test
    void a_page_says_so_in_words_and_tries_again() {
        var page = new Wire(SHOP.api().port()).send("GET", "/", List.of("Accept: text/html"), new byte[0]);
        assertThat(page.status()).isEqualTo(503);
        assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(page.headers().firstValue("Retry-After")).contains("1");
        assertThat(new String(page.body(), UTF_8)).contains("http-equiv=\"refresh\"");
    }

    @Test
    void who_has_begun_goes_on_and_so_do_the_staff() {
        assertThat(SHOP.admin().get("/v1/orders").status()).isEqualTo(200);
        assertThat(SHOP.admin()
                        .keyed()
                        .post("/v1/checkouts/01a204ea-f903-7000-8000-000000000000/complete", """
                        {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1, "currency": "GBP"}}""")
                        .status())
                .isEqualTo(404);
        assertThat(SHOP.anyone().get("/healthz").status()).isEqualTo(200);
        assertThat(SHOP.anyone().get("/readyz").status()).isEqualTo(200);
        assertThat(SHOP.anyone().get("/metrics").status()).isEqualTo(200);
    }

    @Test
    void when_somebody_leaves_the_next_may_come_in() {
        try (var shop = new TestShop()) {
            assertThat(shop.browser().post("/v1/carts", CART).status()).isEqualTo(201);
            assertThat(shop.limits.beginning().figures().inside()).isZero();
            assertThat(shop.limits.beginning().figures().admitted()).isEqualTo(1);
            assertThat(shop.browser().post("/v1/carts", "not JSON").status()).isEqualTo(400);
            assertThat(shop.limits.beginning().figures().inside()).isZero();
        }
    }
}
