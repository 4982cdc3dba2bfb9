package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.OpenApi.Operation;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever is wrong with a request, it is refused at once, by name, and leaves nothing behind.
///
/// The requests are made from the OpenAPI document: see [BadRequests].
class BadInputTest {

    /// Far above what a refusal takes, and below every timeout of the server: what is slower has waited for something.
    private static final Duration SLOW = Duration.ofMillis(1_900);

    private static final int SHOWN_MAX = 40;
    private static final JsonMapper JSON = new JsonMapper();
    private static final ExampleShop SHOP = new ExampleShop();
    private static final Stopwatch WATCH = new Stopwatch();

    private final Contract contract = new Contract();

    @AfterAll
    static void close() {
        SHOP.close();
        System.out.println(WATCH);
        assertThat(WATCH.percentile(50)).as("the median answer").isLessThan(Duration.ofMillis(50));
        assertThat(WATCH.percentile(100)).as("the slowest answer").isLessThan(SLOW);
    }

    static Stream<Operation> operations() {
        return OpenApi.DOCUMENT.operations().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void everything_that_can_be_wrong_with_a_request_is_refused_by_name_and_leaves_nothing(Operation operation) {
        String before = SHOP.contents();
        var wrong = new ArrayList<String>();
        for (BadRequest bad : BadRequests.of(operation)) {

            try {
                refused(bad);
            } catch (AssertionError e) {
                wrong.add(bad.what() + "\n      " + e.getMessage());
            }
        }
        assertThat(wrong.size())
                .as(() -> "not refused as they should be:\n  "
                        + String.join("\n  ", wrong.subList(0, Math.min(SHOWN_MAX, wrong.size()))))
                .isZero();
        assertThat(SHOP.contents()).isEqualTo(before);
    }

    private void refused(BadRequest bad) {
        var headers = new ArrayList<>(SHOP.credentials(bad.target()));
        if (!bad.contentType().isEmpty()) headers.add("Content-Type: " + bad.contentType());
        bad.keys().forEach(key -> headers.add("Idempotency-Key: " + key));
        String target = SHOP.real(bad.target());
        byte[] body = SHOP.real(bad.body());

        Contract.Answer answer = WATCH.time(bad.what(), () -> SHOP.wire().send(bad.method(), target, headers, body));
        var request = new Contract.Request(
                bad.method(), target.replaceFirst("\\?.*", ""), HttpHeaders.of(Map.of(), (_, _) -> true), body);
        contract.check(request, answer);
        String said = answer.status() + " " + new String(answer.body(), UTF_8);
        assertThat(answer.status()).as(said).isEqualTo(bad.status());
        JsonNode problem = JSON.readTree(answer.body());
        assertThat(problem.path("code").stringValue("")).as(said).isEqualTo(bad.code());
        if (bad.fields().isEmpty()) return;
        assertThat(problem.path("errors").valueStream())
                .as(said)
                .anyMatch(error -> bad.fields().stream()
                                .anyMatch(field ->
                                        error.path("field").stringValue("").startsWith(field))
                        && (bad.fieldCodes().isEmpty()
                                || bad.fieldCodes().contains(error.path("code").stringValue(""))));
    }
}
