package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.ClientSecret;
import holdfast.admission.Place;
import holdfast.kernel.Sku;
import org.junit.jupiter.api.Test;

/// What is sold to those who wait for it is sold to nobody else.
class WaitingRoomOverHttpTest {

    private static final Sku DROP = Sku.of("DROP");

    @Test
    void only_whose_turn_it_is_can_have_it() {
        try (var shop = new TestShop()) {
            shop.admin().put("/v1/warehouses/LON", "{\"title\": \"London\", \"country\": \"GB\"}");
            shop.admin().put("/v1/products/DROP", """
                    {"title": "Drop", "price": {"amount": 1450, "currency": "GBP"}}""");
            shop.admin().keyed().post("/v1/stock/DROP/adjustments", """
                    {"warehouse": "LON", "delta": 1, "reason": "Opening"}""");
            shop.admin().put("/v1/sales/DROP", "{\"starts_at\": \"2026-01-01T00:00:00Z\"}");
            shop.room.round();

            var cart = shop.browser().post("/v1/carts", """
                    {"currency": "GBP", "items": [{"sku": "DROP", "quantity": 1}]}""");
            String fromCart = "{\"cart_id\": \"" + cart.text("/id") + "\"}";
            String secret = cart.text("/client_secret");
            byte[] visitor = ClientSecret.parse(secret).orElseThrow().sha256();
            assertThat(shop.room.come(DROP, visitor)).isInstanceOf(Place.Waiting.class);

            var refused = shop.guest(secret).post("/v1/checkouts", fromCart);
            assertThat(refused.status()).isEqualTo(409);
            assertThat(refused.text("/code")).isEqualTo("out_of_stock");
            assertThat(refused.text("/available/0/available")).isEqualTo("0");
            assertThat(shop.browser().post("/v1/checkouts", """
                    {"currency": "GBP", "line_items": [{"sku": "DROP", "quantity": 1}]}""").status()).isEqualTo(409);

            shop.room.round();
            assertThat(shop.room.come(DROP, visitor)).isInstanceOf(Place.Inside.class);
            assertThat(shop.guest(secret).post("/v1/checkouts", fromCart).status())
                    .isEqualTo(201);
            shop.room.round();
            assertThat(shop.room.come(DROP, visitor)).isEqualTo(new Place.Buying());
            assertThat(shop.admin().get("/v1/sales").text("/data/0/begun")).isEqualTo("true");
        }
    }

    @Test
    void a_sale_that_ends_is_for_everybody() {
        try (var shop = new TestShop()) {
            assertThat(shop.admin()
                            .put("/v1/sales/DROP", "{\"starts_at\": \"2026-01-01T00:00:00Z\"}")
                            .status())
                    .as("of what nobody sells")
                    .isEqualTo(404);
            shop.admin().put("/v1/products/DROP", """
                    {"title": "Drop", "price": {"amount": 1450, "currency": "GBP"}}""");
            shop.admin().put("/v1/sales/DROP", "{\"starts_at\": \"2026-01-01T00:00:00Z\"}");
            shop.room.round();
            assertThat(shop.room.sale(DROP)).isPresent();
            assertThat(shop.admin().delete("/v1/sales/DROP").status()).isEqualTo(204);
            shop.room.round();
            assertThat(shop.room.sale(DROP)).isEmpty();
            assertThat(shop.admin().delete("/v1/sales/DROP").status()).isEqualTo(404);
            assertThat(shop.admin().get("/v1/audit-log?deed=sale.ended").text("/data/0/subject_id"))
                    .isEqualTo("DROP");
        }
    }

    @Test
    void a_server_that_is_about_to_stop_says_so_and_answers_all_the_same() {
        try (var shop = new TestShop()) {
            assertThat(shop.anyone().get("/readyz").status()).isEqualTo(200);
            shop.readiness.leave();
            assertThat(shop.anyone().get("/readyz").status()).isEqualTo(503);
            assertThat(shop.anyone().get("/readyz").text("/detail")).contains("stopping");
            assertThat(shop.anyone().get("/healthz").status()).isEqualTo(200);
            assertThat(shop.anyone().get("/v1/products").status()).isEqualTo(200);
        }
    }
}
