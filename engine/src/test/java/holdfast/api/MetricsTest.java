package holdfast.api;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What `/metrics` tells.
class MetricsTest {

    private static final TestShop SHOP = new TestShop();

    @BeforeAll
    static void stockTheShop() {
        SHOP.admin().put("/v1/warehouses/LON", """
                {"title": "London", "country": "GB"}""");
        SHOP.admin().put("/v1/shipping-rates/gb-standard", """
                {"option": "standard", "title": "Standard", "country": "GB",
                 "price": {"amount": 0, "currency": "GBP"}, "basis": "weight"}""");
        SHOP.admin().put("/v1/products/MUG", """
                {"title": "Mug", "price": {"amount": 1450, "currency": "GBP"}}""");
        SHOP.admin().keyed().post("/v1/stock/MUG/adjustments", """
                {"warehouse": "LON", "delta": 2, "reason": "Opening"}""");
    }

    @AfterAll
    static void close() {
        SHOP.close();
    }

    @Test
    void a_day_in_the_shop_is_counted_to_the_last_refusal() {
        var before = figures();

        var bought = open(1);
        assertThat(complete(bought, "pm_card_visa", "1")).isEqualTo(200);
        assertThat(complete(bought, "pm_card_visa", "1")).as("the same again").isEqualTo(200);
        var declined = open(1);
        assertThat(complete(declined, "pm_card_chargeDeclined", "2")).isEqualTo(402);
        assertThat(complete(declined, "pm_card_chargeDeclined", "2"))
                .as("the same again")
                .isEqualTo(402);
        assertThat(SHOP.admin().post("/v1/checkouts", lines(9)).status()).isEqualTo(409);
        assertThat(SHOP.admin()
                        .send("POST", "/v1/checkouts/" + declined.text("/id") + "/cancel")
                        .status())
                .isEqualTo(200);

        assertThat(rise(before, figures()))
                .containsAllEntriesOf(Map.ofEntries(
                        Map.entry("holdfast_holds_total{outcome=\"created\"}", 2L),
                        Map.entry("holdfast_holds_total{outcome=\"committed\"}", 1L),
                        Map.entry("holdfast_holds_total{outcome=\"released\"}", 1L),
                        Map.entry("holdfast_orders_total{outcome=\"placed\"}", 1L),
                        Map.entry("holdfast_payments_total{outcome=\"declined\"}", 1L),
                        Map.entry("holdfast_refusals_total{code=\"payment_declined\"}", 1L),
                        Map.entry("holdfast_refusals_total{code=\"out_of_stock\"}", 1L),
                        Map.entry("holdfast_pipeline_commands_total{command=\"open_checkout\"}", 3L),
                        Map.entry("holdfast_pipeline_commands_total{command=\"begin_payment\"}", 4L),
                        Map.entry("holdfast_pipeline_commands_total{command=\"commit_order\"}", 1L),
                        Map.entry("holdfast_pipeline_commands_total{command=\"end_payment\"}", 1L),
                        Map.entry("holdfast_pipeline_commands_total{command=\"cancel_checkout\"}", 1L),
                        Map.entry(gateway("authorize", "approved"), 1L),
                        Map.entry(gateway("authorize", "declined"), 1L),
                        Map.entry(answered("/v1/checkouts", 201), 2L),
                        Map.entry(answered("/v1/checkouts", 409), 1L),
                        Map.entry(answered("/v1/checkouts/{id}/complete", 200), 2L),
                        Map.entry(answered("/v1/checkouts/{id}/complete", 402), 2L),
                        Map.entry(
                                "holdfast_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/checkouts\"}",
                                3L)))
                .doesNotContainKey("holdfast_holds_total{outcome=\"expired\"}")
                .doesNotContainKey("holdfast_refusals_total{code=\"internal_error\"}");
    }

    private static String gateway(String operation, String outcome) {
        return "holdfast_gateway_requests_total{gateway=\"sandbox\",operation=\"" + operation + "\",outcome=\""
                + outcome + "\"}";
    }

    private static String answered(String route, int status) {
        return "holdfast_http_requests_total{method=\"POST\",route=\"" + route + "\",status=\"" + status + "\"}";
    }

    @Test
    void nobody_can_make_up_a_label() {
        var before = figures();
        SHOP.anyone().get("/made/up/by/somebody");
        SHOP.anyone().send("POST", "/made/up/by/somebody/else");
        assertThat(rise(before, figures()).keySet().stream()
                        .filter(name -> name.startsWith("holdfast_http_requests_total"))
                        .filter(name -> name.contains("404")))
                .allMatch(name -> !name.contains("made"))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void who_comes_through_a_proxy_finds_nothing() {
        for (String header : List.of("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")) {
            assertThat(SHOP.anyone()
                            .with(header, "for=203.0.113.9")
                            .get("/metrics")
                            .status())
                    .isEqualTo(404);
        }
    }

    /// By the grammar of the format: <https://prometheus.io/docs/instrumenting/exposition_formats/>
    @Test
    void the_whole_page_is_what_prometheus_reads() {
        var answer = SHOP.anyone().get("/metrics");
        assertThat(answer.header("Content-Type")).startsWith("text/plain;").contains("version=0.0.4");
        Page page = Page.parse(answer.body());
        assertThat(page.families.keySet())
                .contains("jvm_memory_used_bytes", "jvm_gc_collection_seconds", "process_cpu_seconds_total")
                .contains("holdfast_work_items", "holdfast_database_up", "holdfast_database_connections");
        assertThat(page.samples.get("holdfast_database_up")).isEqualTo(1);
        page.families.forEach((name, type) -> {
            if (type.equals("histogram")) page.demandHistogram(name);
        });
    }

    private static TestClient.Reply open(int quantity) {
        var opened = SHOP.admin().post("/v1/checkouts", lines(quantity));
        assertThat(opened.status()).as(opened.body()).isEqualTo(201);
        return opened;
    }

    private static String lines(int quantity) {
        return """
                {"currency": "GBP", "line_items": [{"sku": "MUG", "quantity": %d}], "email": "ada@example.com",
                 "shipping_address": {"name": "Ada", "line1": "12 St James's Square", "city": "London",
                                      "country": "GB"}}
                """.formatted(quantity);
    }

    private static int complete(TestClient.Reply checkout, String token, String key) {
        String body = """
                {"payment": {"token": "%s"}, "expected_total": {"amount": 1450, "currency": "GBP"}}
                """.formatted(token);
        return SHOP.admin()
                .with("Idempotency-Key", "metrics-test-attempt-" + key)
                .post("/v1/checkouts/" + checkout.text("/id") + "/complete", body)
                .status();
    }

    private static Map<String, Double> figures() {
        return Page.parse(SHOP.anyone().get("/metrics").body()).samples;
    }

    /// What has risen, and by how much.
    private static Map<String, Long> rise(Map<String, Double> before, Map<String, Double> after) {
        return after.entrySet().stream()
                .filter(sample -> sample.getValue() > before.getOrDefault(sample.getKey(), 0.0))
                .collect(toMap(
                        Map.Entry::getKey,
                        sample -> Math.round(sample.getValue() - before.getOrDefault(sample.getKey(), 0.0))));
    }

    /// A page, read strictly.
    record Page(Map<String, String> families, Map<String, Double> samples) {

        private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \\S.*");
        private static final Pattern TYPE =
                Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)");
        private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)"
                + "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\\n]*\"(?:,[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\\\\n]*\")*})? (\\S+)");
        private static final Set<String> SUFFIXES = Set.of("_bucket", "_sum", "_count");

        static Page parse(String text) {
            assertThat(text).endsWith("\n").doesNotContain("\r");
            var page = new Page(new LinkedHashMap<>(), new LinkedHashMap<>());
            var described = new HashSet<String>();
            String family = "";
            for (String line : text.lines().toList()) {
                if (line.startsWith("# HELP ")) {
                    assertThat(described.add(match(HELP, line).group(1)))
                            .as("described once: %s", line)
                            .isTrue();
                } else if (line.startsWith("#")) {
                    Matcher type = match(TYPE, line);
                    family = type.group(1);
                    assertThat(page.families.put(family, type.group(2)))
                            .as("told in one place: %s", family)
                            .isNull();
                } else {
                    page.sample(match(SAMPLE, line), family);
                }
            }
            return page;
        }

        private void sample(Matcher line, String family) {
            String name = line.group(1);
            String labels = line.group(2) == null ? "" : line.group(2);
            boolean ofFamily =
                    name.equals(family) || SUFFIXES.stream().anyMatch(suffix -> name.equals(family + suffix));
            assertThat(ofFamily).as("%s is of the family %s", name, family).isTrue();
            if ("counter".equals(families.get(family))) assertThat(name).endsWith("_total");
            double value = line.group(3).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(line.group(3));
            assertThat(samples.put(name + labels, value))
                    .as("told once: %s%s", name, labels)
                    .isNull();
        }

        /// Its buckets rise, and the last of them is the count.
        void demandHistogram(String name) {
            var last = new LinkedHashMap<String, Double>();
            samples.forEach((sample, value) -> {
                if (!sample.startsWith(name + "_bucket{")) return;
                String series = sample.substring((name + "_bucket").length())
                        .replaceFirst(",?le=\"[^\"]*\"", "")
                        .replace("{}", "");
                assertThat(value).as(sample).isGreaterThanOrEqualTo(last.getOrDefault(series, 0.0));
                last.put(series, value);
            });
            assertThat(last).as(name).isNotEmpty();
            last.forEach((series, value) -> assertThat(samples.get(name + "_count" + series))
                    .as(name + series)
                    .isEqualTo(value));
        }

        private static Matcher match(Pattern pattern, String line) {
            Matcher matcher = pattern.matcher(line);
            assertThat(matcher.matches()).as(line).isTrue();
            return matcher;
        }
    }
}
