package holdfast.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shop that the examples of the OpenAPI document talk about, really running: its catalog, its stock, and a cart, a
/// checkout and an order of the same shopper.
final class ExampleShop implements AutoCloseable {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;

    private final TestShop shop = new TestShop();
    private final Map<String, String> ids = new LinkedHashMap<>();

    ExampleShop() {
        TestClient admin = admin();
        admin.put("/v1/warehouses/LON", example("putWarehouse", "example"));
        admin.with("Content-Type", "text/csv")
                .send(
                        "POST",
                        "/v1/products/import",
                        example("importProducts", "example").getBytes(ISO_8859_1));
        admin.put("/v1/tax-rates/gb-vat", example("putTaxRate", "example"));
        admin.put("/v1/shipping-rates/gb-standard", example("putShippingRate", "example"));
        admin.put("/v1/discount-codes/SPRING10", example("putDiscountCode", "percent"));
        ids.put(
                exampleId("CartId"),
                admin.post("/v1/carts", example("openCart", "example")).text("/id"));
        ids.put(exampleId("CheckoutId"), openCheckout().text("/id"));
        String order = completed(openCheckout().text("/id"));
        ids.put(exampleId("OrderId"), order);
        ids.put(exampleId("FulfillmentId"), shipped(order));
    }

    private TestClient.Reply openCheckout() {
        return admin().post("/v1/checkouts", example("openCheckout", "from_lines"));
    }

    private String completed(String checkout) {
        var answer =
                admin().keyed().post("/v1/checkouts/" + checkout + "/complete", example("completeCheckout", "card"));
        assertThat(answer.text("/status")).as(answer.body()).isEqualTo("completed");
        return answer.text("/order/id");
    }

    private String shipped(String order) {
        var answer = admin().keyed().post("/v1/orders/" + order + "/fulfillments", example("createFulfillment", "all"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer.text("/id");
    }

    TestClient admin() {
        return shop.admin();
    }

    private static String exampleId(String parameter) {
        return DOCUMENT.root()
                .at("/components/parameters/" + parameter + "/example")
                .stringValue("");
    }

    /// A request body that the document shows.
    static String example(String operation, String name) {
        var body =
                requireNonNull(DOCUMENT.operation(operation).requestExamples().get(name));
        return body.isString() ? body.stringValue() : body.toString();
    }

    /// With the ids of the examples replaced by those of the running shop.
    String real(String text) {
        String real = text;
        for (var id : ids.entrySet()) real = real.replace(id.getKey(), id.getValue());
        return real;
    }

    byte[] real(byte[] bytes) {
        return real(new String(bytes, ISO_8859_1)).getBytes(ISO_8859_1);
    }

    List<String> credentials(String target) {
        return List.of("Authorization: Bearer " + shop.adminKey);
    }

    Wire wire() {
        return new Wire(shop.api().port());
    }

    /// What is in all tables: their names, how many rows they have, and a hash of these.
    String contents() {
        return shop.database().inTransaction(tx -> {
            List<String> tables = tx.query("""
                            select c.relname
                              from pg_class c
                             where c.relkind = 'r'
                               and c.relnamespace = 'holdfast'::regnamespace
                             order by 1
                            """).mapTo(String.class).list();
            var contents = new StringBuilder();
            for (String table : tables) {
                contents.append(
                        tx.query("""
                                select '%1$s: ' || count(*) || ' ' || coalesce(sum(hashtext(t::text)), 0)
                                  from %1$s t
                                """.formatted(table)).mapTo(String.class).one());
                contents.append('\n');
            }
            return contents.toString();
        });
    }

    @Override
    public void close() {
        shop.close();
    }
}
