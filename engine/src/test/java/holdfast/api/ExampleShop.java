package holdfast.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.db.Tx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The shop that the examples of the OpenAPI document talk about, really running: its catalog, its stock, and
/// a cart, a checkout and an order of the same shopper.
final class ExampleShop implements AutoCloseable {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;

    private final TestShop shop = new TestShop();
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Map<String, String> secrets = new LinkedHashMap<>();

    ExampleShop() {
        TestClient admin = admin();
        admin.put("/v1/warehouses/LON", example("putWarehouse", "example"));
        admin.put("/v1/warehouses/ROT", "{\"title\": \"Rotterdam\", \"country\": \"NL\"}");
        admin.with("Content-Type", "text/csv")
                .send(
                        "POST",
                        "/v1/products/import",
                        example("importProducts", "example").getBytes(ISO_8859_1));
        admin.put("/v1/tax-rates/gb-vat", example("putTaxRate", "example"));
        admin.put("/v1/shipping-rates/gb-standard", example("putShippingRate", "example"));
        admin.put("/v1/discount-codes/SPRING10", example("putDiscountCode", "percent"));
        opened("CartId", admin.post("/v1/carts", example("openCart", "example")));
        String cart = "/v1/carts/" + ids.get(exampleId("CartId")) + "/items";
        admin.post(cart, example("addCartItem", "example"));
        opened("CheckoutId", openCheckout());
        var paid = openCheckout();
        String order = completed(paid.text("/id"));
        ids.put(exampleId("OrderId"), order);
        ids.put(
                exampleId("PaymentId"),
                admin.get("/v1/checkouts/" + paid.text("/id")).text("/payment/id"));
        secrets.put("/v1/orders/", paid.text("/client_secret"));
        ids.put(exampleId("FulfillmentId"), shipped(order));
        ids.put(
                exampleId("ReconciliationId"),
                admin.post("/v1/reconciliations", "{}").text("/data/0/id"));
        ids.put(
                exampleId("ApiKeyId"),
                admin.post("/v1/api-keys", example("createApiKey", "secret")).text("/id"));
        SignedWebhook.of(example("receiveWebhook", "example")).sendTo(shop.anyone());
    }

    private void opened(String parameter, TestClient.Reply answer) {
        ids.put(exampleId(parameter), answer.text("/id"));
        secrets.put(parameter.equals("CartId") ? "/v1/carts/" : "/v1/checkouts/", answer.text("/client_secret"));
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

    /// Sends a request as it stands, but with the ids that things really have; `headers` are lines.
    Contract.Answer send(Sample sample, String... headers) {
        var lines = new ArrayList<>(List.of(headers));
        if (!sample.contentType().isEmpty()) lines.add("Content-Type: " + sample.contentType());
        sample.keys().forEach(key -> lines.add("Idempotency-Key: " + key));
        String method = sample.operation().method();
        return wire().send(method, real(sample.target()), lines, real(sample.body()));
    }

    /// With the ids of the examples replaced by those of the running shop.
    private String real(String text) {
        String real = text;
        for (var id : ids.entrySet()) real = real.replace(id.getKey(), id.getValue());
        return real;
    }

    private byte[] real(byte[] bytes) {
        return bytes.length > Body.JSON_BYTES_MAX
                ? bytes
                : real(new String(bytes, ISO_8859_1)).getBytes(ISO_8859_1);
    }

    String asAdmin() {
        return "Authorization: Bearer " + shop.adminKey;
    }

    String asStorefront() {
        return "Authorization: Bearer " + shop.storefrontKey;
    }

    String asBrowser() {
        return "Authorization: Bearer " + shop.publishableKey;
    }

    /// With the client secret of what the request is about: a cart, a checkout or an order.
    String asOwner(Sample sample) {
        String secret = secrets.entrySet().stream()
                .filter(kind -> sample.target().startsWith(kind.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> requireNonNull(secrets.get("/v1/carts/")));
        return "Holdfast-Client-Secret: " + secret;
    }

    /// With the client secret of another shopper's cart.
    String asStranger() {
        String secret =
                shop.browser().post("/v1/carts", example("openCart", "example")).text("/client_secret");
        return "Holdfast-Client-Secret: " + secret;
    }

    Wire wire() {
        return new Wire(shop.api().port());
    }

    /// The tables in which `text` stands anywhere, be it as bytes.
    List<String> tablesWith(String text) {
        return shop.database()
                .inTransaction(tx -> tables(tx).stream()
                        .filter(table -> tx.query("""
                                select exists (select from %1$s t
                                                where position(:text in t::text) > 0
                                                   or position(encode(convert_to(:text, 'UTF8'), 'hex') in t::text) > 0)
                                """.formatted(table))
                                .bind("text", text)
                                .mapTo(Boolean.class)
                                .one())
                        .toList());
    }

    /// What is in all tables: how many rows, and a hash of these. Receipts tell of commits, and nothing of what
    /// was committed.
    String contents() {
        return shop.database()
                .inTransaction(tx -> tables(tx).stream()
                        .map(table -> tx.query("""
                                select '%1$s: ' || count(*) || ' ' || coalesce(sum(hashtext(t::text)), 0)
                                  from %1$s t
                                """.formatted(table))
                                .mapTo(String.class)
                                .one())
                        .collect(joining("\n")));
    }

    private static List<String> tables(Tx tx) {
        return tx.query("""
                        select relname
                          from pg_class
                         where relkind = 'r'
                           and relnamespace = 'holdfast'::regnamespace
                           and relname <> 'commit_receipt'
                         order by relname
                        """).mapTo(String.class).list();
    }

    @Override
    public void close() {
        shop.close();
    }
}
