package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.Collector.Seen;
import holdfast.api.TestClient.Reply;
import holdfast.payment.Gateway;
import holdfast.payment.RetryingGateway;
import holdfast.payment.Trouble;
import holdfast.trace.Traces;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a collector is told of a checkout.
class TracesTest {

    private static final String CALLERS = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLERS_SPAN = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + CALLERS + "-" + CALLERS_SPAN + "-01";
    private static final String COMPLETE = "POST /v1/checkouts/{id}/complete";

    @Test
    void one_checkout_is_one_trace_from_its_opening_to_its_money() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply opened = shop.open();
            Reply bought = shop.complete(opened, shop.merchant());
            collector.await("settle");
            shop.end();

            String trace = opened.text("/id").replace("-", "");
            Seen open = collector.span(trace, "POST /v1/checkouts");
            Seen complete = collector.span(trace, COMPLETE);
            Seen settle = collector.span(trace, "settle");
            assertThat(open.parent()).as("the first").isEmpty();
            assertThat(open.id()).isEqualTo(trace.substring(16));
            assertThat(open.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(open.attributes())
                    .isEqualTo(Map.of(
                            "http.request.method", "POST",
                            "http.route", "/v1/checkouts",
                            "http.response.status_code", "201",
                            "url.scheme", "http",
                            "holdfast.checkout.id", opened.text("/id")));
            assertThat(complete.parent()).isEqualTo(open.id());
            assertThat(opened.header("traceresponse")).isEqualTo("00-" + trace + "-" + open.id() + "-03");
            assertThat(bought.header("traceresponse")).isEqualTo("00-" + trace + "-" + complete.id() + "-03");

            assertThat(children(collector, open)).containsExactlyInAnyOrder("pipeline open_checkout", COMPLETE);
            assertThat(children(collector, complete))
                    .containsExactlyInAnyOrder(
                            "pipeline begin_payment", "gateway authorize", "pipeline commit_order", "settle");
            assertThat(children(collector, settle))
                    .containsExactlyInAnyOrder("gateway capture", "pipeline record_capture");

            Seen commit = collector.span(trace, "pipeline commit_order");
            assertThat(commit.attributes())
                    .containsEntry("holdfast.command", "commit_order")
                    .containsEntry("holdfast.batch.size", "1");
            assertThat(commit.events()).containsExactly("taken up");
            Seen authorize = collector.span(trace, "gateway authorize");
            assertThat(authorize.kind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(authorize.attributes())
                    .isEqualTo(Map.of(
                            "holdfast.gateway", "sandbox",
                            "holdfast.gateway.operation", "authorize",
                            "holdfast.gateway.outcome", "approved"));
            assertThat(settle.attributes())
                    .containsEntry("holdfast.operation", "capture")
                    .containsEntry("holdfast.order.id", bought.text("/order/id"))
                    .containsEntry("holdfast.checkout.id", opened.text("/id"));
            assertThat(collector.spans(trace)).allMatch(span -> span.nanos() > 0);
        }
    }

    @Test
    void what_is_resumed_later_is_in_the_same_trace() {
        var trouble = new Trouble();
        try (var collector = new Collector();
                var shop = new Traced(collector, trouble::before)) {
            trouble.next("authorize", Trouble.Fault.LOST_AFTER);
            Reply opened = shop.open();
            assertThat(shop.complete(opened, shop.merchant()).status()).isEqualTo(202);
            shop.shop.later(Duration.ofMinutes(1));
            collector.await("settle");
            shop.end();

            String trace = opened.text("/id").replace("-", "");
            Seen resumed = collector.span(trace, "resume");
            assertThat(resumed.parent())
                    .isEqualTo(collector.span(trace, "POST /v1/checkouts").id());
            assertThat(resumed.attributes()).containsKey("holdfast.payment.id");
            assertThat(children(collector, resumed))
                    .containsExactlyInAnyOrder("gateway retrieve", "pipeline commit_order", "settle");
            assertThat(collector.span(trace, "gateway authorize").attributes())
                    .containsEntry("holdfast.gateway.outcome", "unknown");
        }
    }

    @Test
    void what_becomes_of_the_money_days_later_is_in_the_same_trace() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply opened = shop.open();
            Reply bought = shop.complete(opened, shop.merchant());
            collector.await("settle");
            String order = "/v1/orders/" + bought.text("/order/id");
            shop.merchant().keyed().post(order + "/cancel", "{\"reason\": \"Changed my mind\"}");
            collector.await("settle");
            shop.end();

            String trace = opened.text("/id").replace("-", "");
            assertThat(collector.spans(trace))
                    .filteredOn(span -> "refund".equals(span.attributes().get("holdfast.operation")))
                    .singleElement()
                    .matches(span -> span.name().equals("settle"))
                    .matches(span -> span.parent().equals(trace.substring(16)));
            assertThat(collector.spans())
                    .filteredOn(span -> span.name().equals("POST /v1/orders/{id}/cancel"))
                    .singleElement()
                    .matches(span ->
                            bought.text("/order/id").equals(span.attributes().get("holdfast.order.id")));
        }
    }

    @Test
    void a_callers_trace_goes_on_here_and_the_checkouts_own_refers_to_it() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply opened = shop.open(shop.merchant().with("traceparent", TRACEPARENT));
            shop.complete(opened, shop.merchant().with("traceparent", TRACEPARENT));
            collector.await("settle");
            shop.end();

            Seen open = collector.span(CALLERS, "POST /v1/checkouts");
            Seen complete = collector.span(CALLERS, COMPLETE);
            assertThat(open.parent()).isEqualTo(CALLERS_SPAN);
            assertThat(complete.parent()).isEqualTo(CALLERS_SPAN);
            assertThat(opened.header("traceresponse")).startsWith("00-" + CALLERS + "-" + open.id() + "-");
            assertThat(children(collector, complete)).contains("gateway authorize", "settle");

            String own = opened.text("/id").replace("-", "");
            String first = own.substring(16);
            assertThat(open.links()).containsExactly(own + "-" + first);
            assertThat(complete.links()).containsExactly(own + "-" + first);
            assertThat(collector.spans(own)).hasSize(2);
            assertThat(collector.span(own, "open").id()).isEqualTo(first);
            assertThat(collector.span(own, "open").links()).containsExactly(CALLERS + "-" + open.id());
            assertThat(collector.span(own, "POST").parent()).isEqualTo(first);
            assertThat(collector.span(own, "POST").id()).isNotEqualTo(first);
            assertThat(collector.span(own, "POST").links()).containsExactly(CALLERS + "-" + complete.id());
        }
    }

    @Test
    void what_the_caller_does_not_record_is_not_recorded_here() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            shop.merchant()
                    .with("traceparent", TRACEPARENT.replaceFirst("01$", "00"))
                    .get("/v1/products");
            shop.end();
            assertThat(collector.spans(CALLERS)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "ada@example.com",
                "%s%n${jndi:ldap://x}"
            })
    void a_malformed_traceparent_is_as_good_as_none(String sent) {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply answer = shop.merchant().with("traceparent", sent).get("/v1/products");
            shop.end();
            assertThat(answer.status()).isEqualTo(200);
            String trace = String.valueOf(answer.header("traceresponse")).split("-", -1)[1];
            assertThat(collector.span(trace, "GET /v1/products").parent()).isEmpty();
            assertThat(collector.spans().toString()).doesNotContain("ada@", "jndi");
        }
    }

    @Test
    void two_traceparents_are_as_good_as_none() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply answer = shop.merchant()
                    .with("traceparent", TRACEPARENT)
                    .with("traceparent", TRACEPARENT)
                    .get("/v1/products");
            assertThat(answer.header("traceresponse")).doesNotContain(CALLERS);
        }
    }

    @Test
    void a_request_that_is_tried_again_tells_how_often() {
        var trouble = new Trouble();
        UnaryOperator<Gateway> retrying =
                gateway -> new RetryingGateway(trouble.before(gateway), new SplittableRandom(1), () -> {});
        try (var collector = new Collector();
                var shop = new Traced(collector, retrying)) {
            trouble.next("authorize", Trouble.Fault.LOST_BEFORE);
            Reply opened = shop.open();
            assertThat(shop.complete(opened, shop.merchant()).status()).isEqualTo(200);
            shop.end();
            Seen authorize = collector.span(opened.text("/id").replace("-", ""), "gateway authorize");
            assertThat(authorize.attributes())
                    .containsEntry("holdfast.gateway.retries", "1")
                    .containsEntry("holdfast.gateway.outcome", "approved");
            assertThat(authorize.events()).containsExactly("asked again");
        }
    }

    @Test
    void nothing_is_told_of_who_buys_and_with_what() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            Reply opened = shop.open();
            shop.merchant().get("/v1/checkouts/" + opened.text("/id"));
            shop.merchant().get("/v1/carts/ada@example.com");
            shop.merchant().get("/made/up/by/ada@example.com");
            shop.merchant().send("BREW", "/ada@example.com");
            Reply bought = shop.complete(opened, shop.merchant().with("tracestate", "ada=lovelace"));
            shop.merchant().get("/v1/orders/" + bought.text("/order/id") + "?email=ada%40example.com");
            collector.await("settle");
            shop.end();

            assertThat(collector.spans()).hasSizeGreaterThan(10);
            assertThat(collector.received().toString().toLowerCase(Locale.ROOT))
                    .doesNotContain(
                            "ada",
                            "lovelace",
                            "example.com",
                            "square",
                            "london",
                            "pm_card",
                            "hf_sk",
                            opened.text("/client_secret").toLowerCase(Locale.ROOT),
                            shop.shop.adminKey.toLowerCase(Locale.ROOT),
                            "127.0.0.1",
                            "user_agent");
        }
    }

    @Test
    void nobody_is_told_of_what_machines_ask_for_all_the_time() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            collector.received().clear();
            for (String path : List.of("/healthz", "/readyz", "/metrics")) {
                assertThat(shop.merchant().get(path).header("traceresponse")).isNull();
            }
            shop.end();
            assertThat(collector.spans()).noneMatch(span -> span.name().matches("GET /(healthz|readyz|metrics)"));
        }
    }

    @Test
    void holds_that_expire_are_told_of_and_that_none_did_is_not() {
        try (var collector = new Collector();
                var shop = new Traced(collector)) {
            shop.open();
            shop.shop.later(Duration.ofHours(1));
            shop.shop.later(Duration.ofHours(1));
            shop.end();
            assertThat(collector.spans())
                    .filteredOn(span -> span.name().equals("expire holds"))
                    .extracting(Seen::attributes)
                    .containsExactly(Map.of("holdfast.holds", "1"));
        }
    }

    @Test
    void a_dead_collector_harms_nobody() {
        URI gone;
        try (var collector = new Collector()) {
            gone = collector.endpoint();
        }
        try (var shop = new Traced(gone, UnaryOperator.identity())) {
            Reply opened = shop.open();
            assertThat(shop.complete(opened, shop.merchant()).status()).isEqualTo(200);
            long began = System.nanoTime();
            shop.traces.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
            Traces.Figures figures = shop.traces.figures();
            assertThat(figures.sent()).isZero();
            assertThat(figures.failed() + figures.dropped()).isGreaterThan(10);
            assertThat(shop.complete(shop.open(), shop.merchant()).status()).isEqualTo(200);
            assertThat(shop.merchant().get("/metrics").body())
                    .contains("holdfast_spans_total{outcome=\"failed\"} " + figures.failed() + ".0");
        }
    }

    @Test
    void where_traces_are_off_nothing_is_answered_and_nothing_runs() {
        try (var shop = new TestShop()) {
            Reply answer = shop.admin().with("traceparent", TRACEPARENT).get("/v1/products");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("traceresponse")).isNull();
            assertThat(shop.anyone().get("/metrics").body()).contains("holdfast_spans_total{outcome=\"sent\"} 0.0");
        }
    }

    private static List<String> children(Collector collector, Seen parent) {
        return collector.spans(parent.trace()).stream()
                .filter(span -> span.parent().equals(parent.id()))
                .map(Seen::name)
                .toList();
    }

    /// A shop that sells mugs, and leaves traces of it.
    private static final class Traced implements AutoCloseable {

        private final Traces traces;
        private final TestShop shop;
        private boolean isOver;

        Traced(Collector collector) {
            this(collector, UnaryOperator.identity());
        }

        Traced(Collector collector, UnaryOperator<Gateway> wrapping) {
            this(collector.endpoint(), wrapping);
        }

        Traced(URI endpoint, UnaryOperator<Gateway> wrapping) {
            traces = Traces.to(endpoint, BigDecimal.ONE, "1");
            shop = new TestShop(wrapping, traces);
            merchant().put("/v1/warehouses/LON", """
                    {"title": "LDN", "country": "GB"}""");
            merchant().put("/v1/shipping-rates/free", """
                    {"option": "standard", "title": "Standard", "price": {"amount": 0, "currency": "GBP"},
                     "basis": "total"}""");
            merchant().put("/v1/products/MUG", """
                    {"title": "Mug", "price": {"amount": 1200, "currency": "GBP"}}""");
            merchant().keyed().post("/v1/stock/MUG/adjustments", """
                    {"warehouse": "LON", "delta": 10, "reason": "opening stock"}""");
        }

        TestClient merchant() {
            return shop.admin();
        }

        Reply open() {
            return open(merchant());
        }

        Reply open(TestClient client) {
            Reply opened = client.keyed().post("/v1/checkouts", """
                    {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": 1}], "email": "ada@example.com",
                     "shipping_address": {"name": "Ada Lovelace", "line1": "12 St James's Square", "city": "London",
                                          "country": "GB"}}
                    """);
            assertThat(opened.status()).as(opened.body()).isEqualTo(201);
            return opened;
        }

        Reply complete(Reply checkout, TestClient client) {
            return client.keyed().post("/v1/checkouts/" + checkout.text("/id") + "/complete", """
                    {"payment": {"token": "pm_card_visa"}, "expected_total": {"amount": 1200, "currency": "GBP"}}
                    """);
        }

        /// Lets what is being answered end, and the collector hear of it.
        void end() {
            if (isOver) return;
            isOver = true;
            shop.close();
            traces.close();
        }

        @Override
        public void close() {
            end();
        }
    }
}
