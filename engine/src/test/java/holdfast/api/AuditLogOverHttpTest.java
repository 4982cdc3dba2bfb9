package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// What the merchant does with a key stands in the audit log; and keys are made and ended over HTTP.
class AuditLogOverHttpTest {

    private static final TestShop SHOP = new TestShop();

    private final TestClient admin = SHOP.admin();

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void everything_that_an_admin_can_change_is_logged() {
        assertThat(SHOP.api().routes())
                .filteredOn(route -> !route.method().equals("GET") && route.permission() == Permission.ADMIN)
                .isNotEmpty()
                .allMatch(route -> route.logged() != null);
        assertThat(SHOP.api().routes())
                .filteredOn(route -> route.logged() != null)
                .noneMatch(route -> route.method().equals("GET"));
    }

    @Test
    void a_change_is_written_down_with_what_it_changed() {
        String mug = "{\"title\": \"%s\", \"price\": {\"amount\": 100, \"currency\": \"GBP\"}}";
        admin.put("/v1/products/MUG", mug.formatted("A mug"));
        Reply changed = admin.put("/v1/products/MUG", mug.formatted("A blue mug"));
        Reply log = admin.get("/v1/audit-log?subject_id=MUG");
        assertThat(log.text("/data/0/deed")).isEqualTo("product.put");
        assertThat(log.text("/data/0/actor/title")).isEqualTo("back office");
        assertThat(log.json().at("/data/0/before").toString()).isEqualTo("{\"title\":\"A mug\"}");
        assertThat(log.json().at("/data/0/after").toString()).isEqualTo("{\"title\":\"A blue mug\"}");
        assertThat(log.text("/data/0/request_id")).isEqualTo(changed.header("Holdfast-Request-Id"));
        assertThat(log.json().at("/data/1/before").isMissingNode()).isTrue();
        assertThat(log.text("/data/1/after/price_minor")).isEqualTo("100");
    }

    @Test
    void what_was_refused_or_told_again_is_not_in_it() {
        admin.put("/v1/discount-codes/ONCE", "{\"percent\": \"10\"}");
        TestClient again = admin.keyed();
        again.put("/v1/discount-codes/once", "{\"percent\": \"20\"}");
        again.put("/v1/discount-codes/once", "{\"percent\": \"20\"}");
        admin.put("/v1/discount-codes/ONCE", "{\"percent\": \"200\"}");
        assertThat(admin.get("/v1/audit-log?subject_id=ONCE").json().at("/data").size())
                .isEqualTo(2);
    }

    @Test
    void a_key_is_told_once_and_again_to_whoever_repeats_the_request() {
        String wish = "{\"title\": \"Web server\", \"scopes\": [\"admin\"]}";
        TestClient keyed = admin.keyed();
        Reply created = keyed.post("/v1/api-keys", wish);
        String key = created.text("/key");
        assertThat(keyed.post("/v1/api-keys", wish).text("/key")).isEqualTo(key);
        String stored = SHOP.database()
                .read(tx -> tx.query("select string_agg(convert_from(body, 'UTF8'), ' ') from idempotency_answer")
                        .mapTo(String.class)
                        .one());
        assertThat(stored).contains("Web server").doesNotContain(key);

        TestClient server = SHOP.anyone().with("Authorization", "Bearer " + key);
        assertThat(server.get("/v1/warehouses").status()).isEqualTo(200);
        assertThat(admin.delete("/v1/api-keys/" + created.text("/id")).status()).isEqualTo(204);
        assertThat(admin.get("/v1/api-keys").text("/data/0/revoked_at")).isNotBlank();
        assertThat(admin.delete("/v1/api-keys/" + created.text("/id")).status()).isEqualTo(404);
    }

    @Test
    void a_publishable_key_has_no_scopes_and_a_secret_one_has() {
        assertThat(admin.post("/v1/api-keys", "{\"title\": \"x\", \"kind\": \"publishable\", \"scopes\": [\"admin\"]}")
                        .errors())
                .containsExactly("scopes: exclusive");
        assertThat(admin.post("/v1/api-keys", "{\"title\": \"x\"}").errors()).containsExactly("scopes: required");
        assertThat(admin.post(
                                "/v1/api-keys",
                                "{\"title\": \"x\", \"kind\": \"publishable\", \"expires_at\": \"2020-01-01T00:00:00Z\"}")
                        .errors())
                .containsExactly("expires_at: out_of_range");
    }
}
