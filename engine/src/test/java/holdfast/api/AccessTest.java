package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.access.ClientSecret;
import holdfast.api.TestClient.Reply;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Who may do what.
class AccessTest {

    private static final TestShop SHOP = new TestShop();
    private static final String STRANGER = ClientSecret.make().reveal();

    private final Reply cart = SHOP.browser().post("/v1/carts", "{\"currency\": \"GBP\"}");
    private final String path = "/v1/carts/" + cart.text("/id");
    private final String secret = cart.text("/client_secret");

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void every_route_but_the_public_ones_asks_who_is_there() {
        for (Route route : SHOP.api().routes()) {
            if (route.permission() == Permission.ANYONE) continue;
            var reply = SHOP.anyone().send(route.method(), example(route));
            assertThat(reply.status()).as(route.operation()).isEqualTo(401);
            assertThat(reply.header("WWW-Authenticate")).isEqualTo("Bearer");
        }
    }

    @Test
    void what_is_the_merchants_is_refused_to_every_other_key() {
        var storefront = SHOP.anyone().with("Authorization", "Bearer " + SHOP.storefrontKey);
        for (Route route : SHOP.api().routes()) {
            if (route.permission() != Permission.ADMIN) continue;
            for (TestClient key :
                    List.of(SHOP.browser(), SHOP.browser().with("Holdfast-Client-Secret", secret), storefront)) {
                assertThat(key.send(route.method(), example(route)).status())
                        .as(route.operation())
                        .isEqualTo(403);
            }
            assertThat(SHOP.guest(secret).send(route.method(), example(route)).status())
                    .isEqualTo(401);
        }
    }

    @Test
    void someone_elses_is_not_there() {
        for (Route route : SHOP.api().routes()) {
            if (route.permission() != Permission.OWNER || route.takes() == Route.Takes.JSON) continue;
            var theirs = example(route).replace("/v1/carts/" + UNKNOWN, path);
            for (TestClient stranger : List.of(
                    SHOP.guest(STRANGER), SHOP.browser(), SHOP.browser().with("Holdfast-Client-Secret", STRANGER))) {
                var notTheirs = stranger.send(route.method(), theirs);
                var nothing = stranger.send(route.method(), example(route));
                assertThat(notTheirs.status()).as(route.operation()).isEqualTo(404);
                assertThat(notTheirs.body()).isEqualTo(nothing.body());
            }
        }
    }

    @Test
    void the_client_secret_opens_its_own_cart_with_and_without_a_key() {
        assertThat(SHOP.guest(secret).get(path).status()).isEqualTo(200);
        assertThat(SHOP.browser()
                        .with("Holdfast-Client-Secret", secret)
                        .get(path)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_secret_key_opens_every_cart() {
        assertThat(SHOP.admin().get(path).status()).isEqualTo(200);
        assertThat(SHOP.anyone()
                        .with("Authorization", "bearer " + SHOP.storefrontKey)
                        .get(path)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void a_checkout_from_a_cart_takes_the_carts_secret() {
        String body = "{\"cart_id\": \"" + cart.text("/id") + "\"}";
        for (TestClient stranger : List.of(
                SHOP.guest(STRANGER), SHOP.browser(), SHOP.browser().with("Holdfast-Client-Secret", STRANGER))) {
            assertThat(stranger.post("/v1/checkouts", body).errors()).containsExactly("cart_id: unknown");
        }
        for (TestClient owner : List.of(SHOP.guest(secret), SHOP.browser().with("Holdfast-Client-Secret", secret))) {
            assertThat(owner.post("/v1/checkouts", body).errors()).containsExactly("cart_id: required"); // It is empty.
        }
    }

    @Test
    void a_checkout_of_anything_else_takes_a_key() {
        var reply = SHOP.guest(secret).post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}]}""");
        assertThat(reply.status()).isEqualTo(401);
    }

    @Test
    void credentials_that_are_none_are_refused() {
        for (String authorization : List.of("Bearer", "Bearer x y", "Basic YTpi", "Bearer hf_sk_x", SHOP.adminKey)) {
            assertThat(SHOP.anyone()
                            .with("Authorization", authorization)
                            .get(path)
                            .status())
                    .as(authorization)
                    .isEqualTo(401);
        }
        assertThat(SHOP.guest("hf_cs_x").get(path).status()).isEqualTo(401);
        assertThat(SHOP.guest(secret)
                        .with("Holdfast-Client-Secret", secret)
                        .get(path)
                        .status())
                .isEqualTo(401);
    }

    @Test
    void the_answer_kept_under_a_key_is_not_told_to_a_stranger() {
        String key = UUID.randomUUID().toString();
        SHOP.admin().put("/v1/products/MUG", "{\"title\": \"Mug\", \"price\": {\"amount\": 1, \"currency\": \"GBP\"}}");
        String item = "{\"sku\": \"MUG\", \"quantity\": 1}";
        var mine = SHOP.guest(secret).with("Idempotency-Key", key);
        assertThat(mine.post(path + "/items", item).status()).isEqualTo(200);
        assertThat(SHOP.guest(STRANGER)
                        .with("Idempotency-Key", key)
                        .post(path + "/items", item)
                        .status())
                .isEqualTo(404);
        assertThat(mine.post(path + "/items", item).header("Idempotent-Replayed"))
                .isEqualTo("true");
    }

    @Test
    void no_secret_is_kept_not_even_in_an_answer_that_is() {
        var browser = SHOP.browser().keyed();
        var opened = browser.post("/v1/carts", "{\"currency\": \"GBP\"}");
        assertThat(browser.post("/v1/carts", "{\"currency\": \"GBP\"}").text("/client_secret"))
                .isEqualTo(opened.text("/client_secret"));
        assertThat(SHOP.guest(opened.text("/client_secret"))
                        .get("/v1/carts/" + opened.text("/id"))
                        .status())
                .isEqualTo(200);
        assertThat(kept("cart")).contains(opened.text("/id")).doesNotContain("hf_");
        assertThat(kept("(select convert_from(body, 'UTF8') from idempotency_answer)"))
                .contains(opened.text("/id"))
                .doesNotContain("hf_");
    }

    private static String kept(String rows) {
        return SHOP.database()
                .inTransaction(tx -> tx.query("select string_agg(it::text, ' ') from " + rows + " it")
                        .mapTo(String.class)
                        .one());
    }

    @Test
    void two_shoppers_who_use_the_same_key_get_secrets_of_their_own() {
        String key = UUID.randomUUID().toString();
        var one = SHOP.browser().with("Idempotency-Key", key).post("/v1/carts", "{\"currency\": \"GBP\"}");
        var other = SHOP.admin().with("Idempotency-Key", key).post("/v1/carts", "{\"currency\": \"GBP\"}");
        assertThat(other.text("/id")).isNotEqualTo(one.text("/id"));
        assertThat(other.text("/client_secret")).isNotEqualTo(one.text("/client_secret"));
    }

    private static final String UNKNOWN = "01a20000-0000-7000-8000-000000000000";

    /// A path that fits the template, of things that do not exist.
    private static String example(Route route) {
        return route.path().replaceAll("\\{(id|fulfillment_id)}", UNKNOWN).replaceAll("\\{[a-z_]+}", "NONE");
    }
}
