package holdfast.storefront;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.app.RunningDemo;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Robots at the pages, which are held to the same as those at the API.
class LimitsTest {

    private static final String BOOK = "BOOK-LOAF";

    private static RunningDemo demo;
    private static HttpClient client;

    @BeforeAll
    static void open() {
        demo = new RunningDemo(Map.of(
                "HOLDFAST_TRUSTED_PROXIES",
                "127.0.0.1",
                "HOLDFAST_RATE_LIMITS",
                "reads_per_address=60/h,writes_per_address=40/h,declines=2/h,declines_per_address=3/h,"
                        + "wrong_codes_per_address=2/h,holds_per_address=2"));
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void close() {
        client.close();
        demo.close();
    }

    private static Guest from(String address) {
        return new Guest(client, demo.url(), address);
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static void isTooOften(HttpResponse<String> answer, String words) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).contains("Too often in a short time", words, "Nothing was done: come back in");
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 3_600L);
    }

    @Test
    void who_looks_too_often_is_told_when_to_come_back() throws Exception {
        Guest robot = from("203.0.113.1");
        for (int i = 0; i < 60; i++)
            assertThat(robot.get("/products").statusCode()).isEqualTo(200);
        isTooOften(robot.get("/products"), "Too many requests in a short time.");
        assertThat(robot.get("/pictures/" + BOOK).statusCode())
                .as("what comes with a page")
                .isEqualTo(200);
        assertThat(from("203.0.113.2").get("/products").statusCode()).isEqualTo(200);
        assertThat(from("127.0.0.1").get("/products").statusCode())
                .as("from here")
                .isEqualTo(200);
    }

    @Test
    void who_sends_too_many_forms_is_stopped() throws Exception {
        Guest robot = from("203.0.113.3");
        for (int i = 0; i < 40; i++) {
            assertThat(robot.post("/cart/items", "sku=" + BOOK).statusCode()).isEqualTo(303);
        }
        isTooOften(robot.post("/cart/items", "sku=" + BOOK), "Too many requests in a short time.");
    }

    @Test
    void who_tests_cards_is_stopped_at_the_checkout_and_then_at_the_door() throws Exception {
        Guest robot = from("203.0.113.4");
        String first = location(robot.checksOut(BOOK));
        robot.tellsTheAddress(first, "");
        assertThat(robot.pays(first, "pm_card_chargeDeclined").statusCode()).isEqualTo(422);
        assertThat(robot.pays(first, "pm_card_chargeDeclined").statusCode()).isEqualTo(422);
        isTooOften(robot.pays(first, "pm_card_visa"), "Too many payments of this checkout were declined");
        robot.post(first + "/cancel", "");
        String second = location(robot.checksOut(BOOK));
        robot.tellsTheAddress(second, "");
        assertThat(robot.pays(second, "pm_card_chargeDeclined").statusCode()).isEqualTo(422);
        isTooOften(robot.pays(second, "pm_card_visa"), "Too many payments were declined.");
    }

    @Test
    void who_guesses_codes_is_stopped() throws Exception {
        Guest robot = from("203.0.113.5");
        String checkout = location(robot.checksOut(BOOK));
        assertThat(robot.tellsTheAddress(checkout, "&code=GUESS1").statusCode()).isEqualTo(422);
        assertThat(robot.tellsTheAddress(checkout, "&code=GUESS2").statusCode()).isEqualTo(422);
        isTooOften(robot.tellsTheAddress(checkout, "&code=FIVER"), "Too many discount codes that are none.");
        assertThat(robot.tellsTheAddress(checkout, "").statusCode()).isEqualTo(303);
    }

    @Test
    void who_hoards_has_to_let_go_of_some() throws Exception {
        String address = "203.0.113.6";
        Guest first = from(address);
        String checkout = location(first.checksOut(BOOK));
        assertThat(from(address).checksOut(BOOK).statusCode()).isEqualTo(303);
        isTooOften(from(address).checksOut(BOOK), "Too many checkouts are open");
        first.post(checkout + "/cancel", "");
        assertThat(from(address).checksOut(BOOK).statusCode()).isEqualTo(303);
    }
}
