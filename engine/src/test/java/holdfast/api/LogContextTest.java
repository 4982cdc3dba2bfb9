package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Ids;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

class LogContextTest {

    private static final String ID = "01a204ea-f903-7000-8000-000000000001";

    @ParameterizedTest
    @CsvSource({"carts, cart", "checkouts, checkout", "orders, order", "sagas, payment"})
    void a_line_names_what_it_is_about(String path, String thing) {
        var request = Ids.next();
        try (var _ = LogContext.of(request, "/v1/" + path + "/" + ID + "/items")) {
            assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request", request.toString(), thing, ID));
        }
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/orders/4242424242424242",
                "/v1/orders/4242424242424242-aaaa-aaaa-aaaa-aaaaaaaaaaaa",
                "/v1/orders/",
                "/v1/orders",
                "/ada@example.com"
            })
    void and_nothing_else_that_somebody_has_written_into_a_path(String path) {
        try (var _ = LogContext.of(Ids.next(), path)) {
            assertThat(MDC.getCopyOfContextMap()).containsOnlyKeys("request");
        }
    }

    @Test
    void an_id_is_written_as_ids_are() {
        try (var _ = LogContext.of(Ids.next(), "/v1/orders/01A204EA-F903-7000-8000-000000000001")) {
            assertThat(MDC.get("order")).isEqualTo(ID);
        }
    }
}
