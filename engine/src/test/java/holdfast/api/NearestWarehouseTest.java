package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.TestClient.Reply;
import holdfast.inventory.SourcingPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A shop that ships from the warehouse that is nearest to the address.
class NearestWarehouseTest {

    private static final TestShop SHOP = new TestShop(SourcingPolicy.NEAREST);

    @BeforeAll
    static void stockTheShop() {
        put("AMS", "NL", 30, "{\"country\": \"NL\", \"rank\": 1}, {\"country\": \"GB\", \"rank\": 9}");
        put("LON", "GB", 10, "{\"country\": \"GB\", \"rank\": 5}");
        put("EDI", "GB", 20, "{\"country\": \"GB\", \"postal_prefix\": \"EH\", \"rank\": 1}");
        SHOP.admin().put("/v1/shipping-rates/standard", """
                {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                 "basis": "weight"}""");
        SHOP.admin().put("/v1/products/MUG", """
                {"title": "Mug", "price": {"amount": 500, "currency": "GBP"}}""");
        for (String warehouse : new String[] {"AMS", "LON", "EDI"}) {
            SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                    {"warehouse": "%s", "delta": 10, "reason": "Delivery"}""".formatted(warehouse));
        }
    }

    private static void put(String code, String country, int asked, String serves) {
        Reply warehouse = SHOP.admin().put("/v1/warehouses/" + code, """
                {"title": "One", "country": "%s", "priority": %d, "serves": [%s]}""".formatted(country, asked, serves));
        assertThat(warehouse.status()).as(warehouse.body()).isEqualTo(200);
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_checkout_is_served_by_what_is_nearest_to_its_address() {
        assertThat(sourced(open(address("EH1 1AA", "GB")))).isEqualTo("EDI nearest to the address");
        assertThat(sourced(open(address("SW1Y 4JH", "GB")))).isEqualTo("LON nearest to the address");
        assertThat(sourced(open(address("1012 AB", "NL")))).isEqualTo("AMS nearest to the address");
    }

    @Test
    void it_moves_with_its_address() {
        var opened = open("");
        assertThat(opened.text("/hold/lines/0/warehouse")).isEqualTo("LON");
        assertThat(opened.text("/hold/sourcing")).contains("by priority as long as there is no address");

        long held = held("EDI");
        var shopper = SHOP.guest(opened.text("/client_secret"));
        String checkout = "/v1/checkouts/" + opened.text("/id");
        var moved = shopper.patch(checkout, "{" + address("EH1 1AA", "GB").substring(1) + "}");
        assertThat(sourced(moved)).isEqualTo("EDI nearest to the address");
        assertThat(moved.text("/hold/expires_at")).isEqualTo(opened.text("/hold/expires_at"));
        assertThat(held("EDI")).isEqualTo(held + 1);
    }

    @Test
    void a_hold_in_a_warehouse_that_was_closed_meanwhile_stays_where_it_is() {
        SHOP.admin().put("/v1/products/LAST", """
                {"title": "Last one", "price": {"amount": 500, "currency": "GBP"}}""");
        put("OLD", "GB", 5, "");
        SHOP.admin().keyed().post("/v1/stock/LAST/adjustments", """
                {"warehouse": "OLD", "delta": 1, "reason": "Delivery"}""");
        var opened = SHOP.browser().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "LAST", "quantity": 1}]}""");
        SHOP.admin().put("/v1/warehouses/OLD", """
                {"title": "Closed", "country": "GB", "active": false}""");

        var moved = SHOP.guest(opened.text("/client_secret"))
                .keyed()
                .patch(
                        "/v1/checkouts/" + opened.text("/id"),
                        "{" + address("EH1 1AA", "GB").substring(1) + "}");
        assertThat(moved.status()).as(moved.body()).isEqualTo(200);
        assertThat(moved.text("/hold/lines/0/warehouse")).isEqualTo("OLD");
        assertThat(SHOP.admin().get("/v1/stock/LAST").text("/held")).isEqualTo("1");
    }

    private static long held(String warehouse) {
        for (var level : SHOP.admin().get("/v1/stock/MUG").json().at("/warehouses")) {
            if (level.path("warehouse").asString().equals(warehouse))
                return level.path("held").asLong();
        }
        throw new IllegalArgumentException("Nothing was ever in " + warehouse);
    }

    private static Reply open(String more) {
        return SHOP.browser().post("/v1/checkouts", """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}]%s}""".formatted(more));
    }

    private static String address(String postalCode, String country) {
        return """
                , "shipping_address": {"name": "Ada", "line1": "1 Main St", "city": "Town",
                 "postal_code": "%s", "country": "%s"}""".formatted(postalCode, country);
    }

    private static String sourced(Reply checkout) {
        String sourcing = checkout.text("/hold/sourcing");
        String warehouse = checkout.text("/hold/lines/0/warehouse");
        String why = "nearest: " + warehouse + " is nearest to the address and has all of it";
        return sourcing.equals(why) ? warehouse + " nearest to the address" : sourcing;
    }
}
