package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Parameter;
import holdfast.api.TestClient.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The running server and the OpenAPI document say the same.
class OpenApiTest {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final TestShop SHOP = new TestShop();
    private static final Contract CONTRACT = new Contract();

    private final SoftAssertions softly = new SoftAssertions();
    private final TestClient anyone = new TestClient(SHOP.api().port(), CONTRACT);
    private final TestClient admin = anyone.with("Authorization", "Bearer " + SHOP.adminKey);
    private final TestClient browser = anyone.with("Authorization", "Bearer " + SHOP.publishableKey);

    @AfterAll
    static void close() {
        SHOP.close();
    }

    // --------------------------------------------------------------------------------------------- routes

    @Test
    void every_route_is_documented_with_all_that_it_takes_and_every_documented_route_exists() {
        assertThat(SHOP.api().routes().stream().map(OpenApiTest::told))
                .containsExactlyInAnyOrderElementsOf(
                        DOCUMENT.operations().stream().map(OpenApiTest::told).toList());
    }

    private static String told(Route route) {
        String key = switch (route.key()) {
            case IGNORED -> "no key";
            case HONORED -> "key";
            case REQUIRED, REQUIRED_FOR_MONEY -> "KEY";
        };
        return told(
                route.operation(),
                route.permission(),
                key,
                switch (route.takes()) {
                    case NOTHING -> "nothing";
                    case JSON -> "application/json";
                    case CSV -> "text/csv";
                    case SIGNED -> "*/*";
                },
                route.query().stream(),
                route.produces());
    }

    private static String told(Operation operation) {
        String key = operation.parameters().stream().noneMatch(it -> it.name().equals("Idempotency-Key"))
                ? "no key"
                : operation.needsKey() ? "KEY" : "key";
        Stream<String> query = operation.parameters().stream()
                .filter(parameter -> parameter.in().equals("query"))
                .map(Parameter::name);
        int success =
                operation.statuses().stream().mapToInt(status -> status).min().orElseThrow();
        String answer = operation.response(success).orElseThrow().type();
        return told(
                operation.toString(),
                permission(operation.security()),
                key,
                operation.requestType().orElse("nothing"),
                query,
                answer == null ? Route.JSON : answer);
    }

    private static String told(
            String operation, Permission permission, String key, String body, Stream<String> query, String answer) {
        return "%s (%s) %s, %s, %s -> %s"
                .formatted(operation, permission, key, body, query.sorted().toList(), answer.replaceFirst(";.*", ""));
    }

    private static Permission permission(List<Set<String>> alternatives) {
        if (alternatives.isEmpty()) return Permission.ANYONE;
        boolean withSecret = alternatives.contains(Set.of("clientSecret"));
        boolean withPublishableKey = alternatives.contains(Set.of("publishableKey"));
        if (withSecret && withPublishableKey) return Permission.KEY_OR_CLIENT_SECRET;
        if (withSecret) return Permission.OWNER;
        if (withPublishableKey) return Permission.KEY;
        assertThat(alternatives).containsExactly(Set.of("secretKey:admin"));
        return Permission.ADMIN;
    }

    @Test
    void the_document_is_served_as_it_was_written() throws IOException {
        assertThat(anyone.get("/openapi.yaml").body()).isEqualTo(Files.readString(OpenApi.FILE));
    }

    // -------------------------------------------------------------------------------------------- examples

    /// Plays all that the document shows: each example of a request is sent, and answered as the document
    /// shows it. In the end every operation has succeeded in every way that is documented.
    @Test
    void the_examples_of_the_document_come_true() {
        theCatalog();
        theStock();
        String order = anOrder();
        theOrderIsShippedAndPartlyRefunded(order);
        anOrderIsCanceled();
        theOtherAnswersOfComplete();
        theListsAndTheRest();
        softly.assertThat(CONTRACT.unseenSuccesses()).isEmpty();
        softly.assertAll();
    }

    private void theCatalog() {
        shows("warehouse", admin.put("/v1/warehouses/LON", example("putWarehouse", "example")));
        shows("warehouse", admin.get("/v1/warehouses/LON"));
        var csv = admin.with("Content-Type", "text/csv");
        String file = example("importProducts", "example");
        csv.send("POST", "/v1/products/import", file.getBytes(UTF_8));
        String bad = file + "CAP-RED,\"Cap, red\",twelve,GBP,90,standard,LON,0\n";
        shows("import", csv.send("POST", "/v1/products/import?skip_bad=true", bad.getBytes(UTF_8)));
        shows("product", admin.put("/v1/products/MUG-BLUE", example("putProduct", "example")));
        shows("product", anyone.get("/v1/products/MUG-BLUE"));
        shows("product_page", anyone.get("/v1/products?q=mug&limit=1"));

        shows("tax_rate", admin.put("/v1/tax-rates/gb-vat", example("putTaxRate", "example")));
        shows("tax_rate", admin.get("/v1/tax-rates/gb-vat"));
        shows("tax_rate_page", admin.get("/v1/tax-rates"));
        shows("shipping_rate", admin.put("/v1/shipping-rates/gb-standard", example("putShippingRate", "example")));
        shows("shipping_rate", admin.get("/v1/shipping-rates/gb-standard"));
        shows("shipping_rate_page", admin.get("/v1/shipping-rates"));
        admin.put("/v1/shipping-rates/gb-express", """
                {"option": "express", "title": "Express (next day)", "country": "GB",
                 "price": {"amount": 895, "currency": "GBP"}, "basis": "weight"}""");
        shows("discount_code", admin.put("/v1/discount-codes/spring10", example("putDiscountCode", "percent")));
        shows("discount_code", admin.get("/v1/discount-codes/Spring10"));
        shows("discount_code_page", admin.get("/v1/discount-codes"));
        admin.put("/v1/discount-codes/FIVER", example("putDiscountCode", "amount"));
    }

    private void theStock() {
        admin.keyed().post("/v1/stock/MUG-BLUE/adjustments", """
                {"warehouse": "LON", "on_hand": 0, "reason": "Opening"}""");
        shows(
                "stock_adjustment",
                admin.keyed().post("/v1/stock/MUG-BLUE/adjustments", example("adjustStock", "delta")));
        admin.keyed().post("/v1/stock/MUG-BLUE/adjustments", example("adjustStock", "on_hand"));
        admin.put("/v1/warehouses/ROT", "{\"title\": \"Rotterdam\", \"country\": \"NL\", \"priority\": 20}");
        shows("stock_transfer", admin.keyed().post("/v1/stock/transfers", example("transferStock", "example")));
        admin.keyed().post("/v1/stock/transfers", """
                {"sku": "MUG-BLUE", "from": "ROT", "to": "LON", "quantity": 20}""");
    }

    private String anOrder() {
        var cart = browser.post("/v1/carts", example("openCart", "example"));
        shows("opened_cart", cart);
        String path = "/v1/carts/" + cart.text("/id");
        var shopper = browser.with("Holdfast-Client-Secret", cart.text("/client_secret"));
        shows("cart", shopper.post(path + "/items", example("addCartItem", "example")));
        shows("cart", shopper.put(path + "/items/MUG-BLUE", example("setCartItem", "example")));
        shows("cart", shopper.get(path));
        shopper.post(path + "/items", "{\"sku\": \"TEE-NAVY-M\", \"quantity\": 1}");
        shows("cart", shopper.delete(path + "/items/TEE-NAVY-M"));
        String fromCart = "{\"cart_id\": \"" + cart.text("/id") + "\"}";
        var plain = guest(shopper.post("/v1/checkouts", fromCart));
        plain.patch(example("updateCheckout", "address"));
        plain.patch(example("updateCheckout", "lines"));

        var opened = browser.post("/v1/checkouts", example("openCheckout", "from_lines"));
        shows("opened_checkout", opened);
        var checkout = guest(opened);
        shows("checkout", checkout.get());
        shows("hold_page", admin.get("/v1/holds?sku=TEE-NAVY-M"));
        var completed = checkout.complete(example("completeCheckout", "card"));
        shows("completed", completed);
        return completed.text("/order/id");
    }

    private void theOrderIsShippedAndPartlyRefunded(String id) {
        String order = "/v1/orders/" + id;
        var shipped = admin.keyed().post(order + "/fulfillments", example("createFulfillment", "all"));
        shows("fulfillment", shipped);
        shows("order_page", admin.get("/v1/orders?status=shipped"));
        shows("refund", admin.keyed().post(order + "/refunds", example("createRefund", "lines")));
        shows("order", awaitRefund(order));
        admin.keyed().post(order + "/refunds", example("createRefund", "amount"));
        shows(
                "delivered_fulfillment",
                admin.send("POST", order + "/fulfillments/" + shipped.text("/id") + "/delivered"));
    }

    private Reply awaitRefund(String order) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        Reply found = admin.get(order);
        while (found.text("/refunds/0/status").equals("pending") && System.nanoTime() < end) found = admin.get(order);
        return found;
    }

    private void anOrderIsCanceled() {
        var checkout = checkoutOf("bob");
        var completed = checkout.complete(example("completeCheckout", "card"));
        String order = "/v1/orders/" + completed.text("/order/id");
        var canceled = checkout.client.keyed().post(order + "/cancel", example("cancelOrder", "example"));
        assertThat(canceled.text("/status")).isEqualTo("canceled");
        checkout.client.get(order);
    }

    private void theOtherAnswersOfComplete() {
        var challenged = checkoutOf("charles");
        shows("requires_action", challenged.complete(cardThat("threeDSecureRequired")));
        var lost = checkoutOf("dora");
        shows("processing", lost.complete(cardThat("answerLostAfterCharge")));
        theWorkList(lost.get().text("/payment/id"));
        var canceled = checkoutOf("emil");
        shows("canceled_checkout", canceled.client.send("POST", canceled.path + "/cancel"));
    }

    private void theWorkList(String payment) {
        SHOP.database()
                .transact(tx -> tx.update("insert into work_item values (:payment, :reason, :detail, now())")
                        .bind("payment", UUID.fromString(payment))
                        .bind("reason", "outcome_unknown")
                        .bind("detail", "Whether it took money is not known, after 1 looks")
                        .execute());
        String saga = "/v1/sagas/" + payment;
        shows("saga_page", admin.get("/v1/sagas?stuck=true"));
        shows("saga", admin.get(saga));
        admin.send("POST", saga + "/retry");
        shows("resolved_saga", admin.post(saga + "/resolve", example("resolveSaga", "example")));
    }

    /// Of another customer, since each may use the discount code once.
    private Guest checkoutOf(String name) {
        String request = example("openCheckout", "from_lines").replace("ada@", name + "@");
        return guest(browser.post("/v1/checkouts", request));
    }

    private static String cardThat(String does) {
        return example("completeCheckout", "card").replace("visa", does);
    }

    private void theListsAndTheRest() {
        shows("warehouse_page", admin.get("/v1/warehouses"));
        admin.get("/v1/stock/MUG-BLUE");
        shows("sale", admin.put("/v1/sales/MUG-BLUE", example("planSale", "noon")));
        shows("sale_page", admin.get("/v1/sales"));
        admin.delete("/v1/sales/MUG-BLUE");
        admin.delete("/v1/discount-codes/FIVER");
        admin.delete("/v1/tax-rates/gb-vat");
        admin.delete("/v1/shipping-rates/gb-express");
        shows(
                "webhook_received",
                SignedWebhook.of(example("receiveWebhook", "example")).sendTo(anyone));
        SHOP.webhooks.workDue();
        shows("webhook_page", awaitLook());
        shows("webhook", admin.send("POST", SignedWebhook.PATH + "/evt_1Pgc76B7WZ01zgkWwyRHS12y/retry"));
        var begun = admin.post("/v1/reconciliations", example("reconcilePayments", "example"));
        String id = begun.text("/data/0/id");
        Reply compared = admin.get("/v1/reconciliations/" + id);
        while (compared.text("/status").equals("running")) compared = admin.get("/v1/reconciliations/" + id);
        assertThat(compared.text("/status")).isEqualTo("clean");
        admin.get("/v1/reconciliations");
        theAccess();
        admin.get("/v1/events?since=0&follow=false");
        shows("health", anyone.get("/healthz"));
        shows("ready", anyone.get("/readyz"));
        anyone.get("/metrics");
        anyone.get("/openapi.yaml");
        anyone.get("/problems/out_of_stock");
    }

    private void theAccess() {
        shows("audit_log_page", admin.get("/v1/audit-log?deed=discount_code.deleted&subject_id=FIVER"));
        shows("created_api_key", admin.keyed().post("/v1/api-keys", example("createApiKey", "secret")));
        String key = admin.post("/v1/api-keys", example("createApiKey", "publishable"))
                .text("/id");
        shows("api_key_page", admin.get("/v1/api-keys?limit=1"));
        admin.delete("/v1/api-keys/" + key);
    }

    /// The webhooks, as soon as nobody has to look at one any more.
    private Reply awaitLook() {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        Reply found = admin.get(SignedWebhook.PATH);
        while (found.text("/data/0/status").equals("waiting") && System.nanoTime() < end) {
            found = admin.get(SignedWebhook.PATH);
        }
        return found;
    }

    /// A shopper with a checkout.
    private record Guest(TestClient client, String path) {

        Reply get() {
            return client.get(path);
        }

        Reply patch(String json) {
            return client.patch(path, json);
        }

        Reply complete(String json) {
            return client.keyed().post(path + "/complete", json);
        }
    }

    private Guest guest(Reply opened) {
        return new Guest(
                anyone.with("Holdfast-Client-Secret", opened.text("/client_secret")),
                "/v1/checkouts/" + opened.text("/id"));
    }

    private static String example(String operation, String name) {
        return ExampleShop.example(operation, name);
    }

    /// The answer is the example of that name, but for what is different every time.
    private void shows(String example, Reply answer) {
        JsonNode shown = DOCUMENT.root().at("/components/examples/" + example + "/value");
        softly.assertThat(lasting(answer.json()).toPrettyString())
                .as(example)
                .isEqualTo(lasting(shown).toPrettyString());
    }

    private static final Set<String> PASSING = Set.of(
            "id",
            "email",
            "at",
            "number",
            "reference",
            "url",
            "client_secret",
            "next_cursor",
            "uses",
            "since",
            "key",
            "seq",
            "previous",
            "hash");

    private static JsonNode lasting(JsonNode node) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode lasting = nodes.objectNode();
                object.propertyStream()
                        .sorted(Map.Entry.comparingByKey())
                        .forEach(it -> lasting.set(
                                it.getKey(), isPassing(it.getKey()) ? nodes.stringNode("…") : lasting(it.getValue())));
                yield lasting;
            }
            case ArrayNode array -> {
                ArrayNode lasting = nodes.arrayNode();
                array.forEach(item -> lasting.add(lasting(item)));
                yield lasting;
            }
            default -> node;
        };
    }

    private static boolean isPassing(String name) {
        return PASSING.contains(name) || name.endsWith("_id") || name.endsWith("_at");
    }
}
