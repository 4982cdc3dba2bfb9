package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.OpenApi.Operation;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever is wrong with a request, it is refused, by name, and leaves nothing behind.
///
/// The requests are made from the OpenAPI document: see [BadRequests].
class BadInputTest {

    private static final Logger LOG = LoggerFactory.getLogger(BadInputTest.class);
    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final JsonMapper JSON = new JsonMapper();
    private static final int SHOWN_MAX = 40;

    private static final ExampleShop SHOP = new ExampleShop();
    private static final Stopwatch WATCH = new Stopwatch();

    private final Contract contract = new Contract();

    @AfterAll
    static void close() {
        SHOP.close();
        LOG.info("{}", WATCH);
    }

    static Stream<Operation> operations() {
        return DOCUMENT.operations().stream();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void whatever_is_wrong_with_a_request_is_refused_by_name_and_leaves_nothing(Operation operation) {
        String before = SHOP.contents();
        var wrong = new ArrayList<String>();
        for (BadRequest bad : BadRequests.of(operation)) problemWith(bad).ifPresent(wrong::add);
        assertThat(wrong.size())
                .as(() -> wrong.stream().limit(SHOWN_MAX).collect(joining("\n")))
                .isZero();
        assertThat(SHOP.contents()).isEqualTo(before);
    }

    /// What is wrong with how a bad request was answered.
    private Optional<String> problemWith(BadRequest bad) {
        Contract.Answer answer = WATCH.time(bad, () -> SHOP.send(bad.request(), SHOP.asAdmin()));
        String said = bad + "\n    " + answer.status() + " " + new String(answer.body(), UTF_8);
        try {
            contract.check(sent(bad.request()), answer);
        } catch (AssertionError e) {
            return Optional.of(said + "\n    " + e.getMessage());
        }
        return bad.as().is(JSON.readTree(answer.body()))
                ? Optional.empty()
                : Optional.of(said + "\n    not " + bad.as());
    }

    private static Contract.Request sent(Sample sample) {
        String path = sample.target().replaceFirst("\\?.*", "");
        return new Contract.Request(
                sample.operation().method(), path, HttpHeaders.of(Map.of(), (_, _) -> true), sample.body());
    }

    @Test
    void a_card_number_is_neither_stored_nor_logged() {
        try (var log = new LogCapture()) {
            operations()
                    .flatMap(operation -> BadRequests.of(operation).stream())
                    .filter(bad -> bad.as().status() == 422)
                    .forEach(bad -> assertThat(
                                    SHOP.send(bad.request(), SHOP.asAdmin()).status())
                            .as(bad.toString())
                            .isEqualTo(422));
            assertThat(log.lines())
                    .noneMatch(line -> line.replaceAll("[ -]", "").matches(".*(42424242|5555444|3782822).*"));
        }
        for (String card : BadValues.CARDS) assertThat(SHOP.tablesWith(card)).isEmpty();
        assertThat(SHOP.tablesWith("4242424242")).isEmpty();
        // That it would be found: the shopper's name lies in addresses, and in the bytes of kept answers.
        assertThat(SHOP.tablesWith("Ada Lovelace")).containsExactly("checkout", "idempotency_answer", "orders");
    }

    @Test
    void a_method_that_a_path_does_not_know_is_told_the_ones_it_knows() {
        for (Operation operation : DOCUMENT.operations()) {
            Sample sample = Sample.of(operation);
            var known = DOCUMENT.operations().stream()
                    .filter(other -> other.matches(sample.path()))
                    .map(Operation::method)
                    .collect(toCollection(TreeSet::new));
            if (known.contains("GET")) known.add("HEAD");
            for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")) {
                if (known.contains(method)) continue;
                var answer = SHOP.wire().send(method, sample.target(), List.of(SHOP.asAdmin()), new byte[0]);
                assertThat(answer.status()).as(method + " " + sample.target()).isEqualTo(405);
                assertThat(new TreeSet<>(List.of(
                                answer.headers().firstValue("Allow").orElse("").split(", "))))
                        .as(method + " " + sample.target())
                        .isEqualTo(known);
                assertThat(problem(answer)).isEqualTo("method_not_allowed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/v1",
                "/v1/",
                "/v2/carts",
                "/V1/carts",
                "/v1/carts/",
                "/v1/carts/0199f0a1-2b3c-7d4e-8f5a-6b7c8d9e0f1a/items/MUG-BLUE/more",
                "/v1/products/",
                "/v1/products/a/b",
                "/openapi.yaml/",
                "/openapi.json",
                "/problems/nonsense",
                "/problems/README",
                "/problems/..%2f..%2fholdfast%2fapi%2fopenapi.yaml",
                "/../../../../etc/passwd",
                "/favicon.ico"
            })
    void a_path_that_leads_nowhere_is_not_found(String path) {
        var answer = SHOP.wire().send("GET", path, List.of(SHOP.asAdmin()), new byte[0]);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(problem(answer)).isEqualTo("not_found");
    }

    private static String problem(Contract.Answer answer) {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = JSON.readTree(answer.body());
        return problem.path("code").stringValue("");
    }

    @Test
    void a_checkout_has_up_to_a_thousand_lines() {
        String products = IntStream.range(0, 1_000)
                .mapToObj(i -> "P%d,Product %d,1.00,GBP,LON,10\n".formatted(i, i))
                .collect(joining("", "sku,title,price,currency,warehouse,on_hand\n", ""));
        SHOP.admin().with("Content-Type", "text/csv").send("POST", "/v1/products/import", products.getBytes(UTF_8));

        assertThat(opened(675).status()).isEqualTo(201);
        assertThat(opened(1_000)
                        .json()
                        .path("totals")
                        .path("subtotal")
                        .path("amount")
                        .intValue(0))
                .isEqualTo(100_000);
        assertThat(opened(1_001).errors()).containsExactly("line_items: too_many");
        assertThat(opened(10_000).errors()).containsExactly("line_items: too_many");
    }

    private static TestClient.Reply opened(int lines) {
        String items = IntStream.range(0, lines)
                .mapToObj(i -> "{\"sku\":\"P" + i + "\",\"quantity\":1}")
                .map(item -> lines > 1_001 ? "{\"sku\":\"P\"}" : item) // Ten thousand whole ones are more than 256 KiB.
                .collect(joining(","));
        return SHOP.admin().post("/v1/checkouts", "{\"currency\":\"GBP\",\"line_items\":[" + items + "]}");
    }
}
