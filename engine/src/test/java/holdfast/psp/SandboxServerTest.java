package holdfast.psp;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Money;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Currency;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SandboxServerTest {

    private static final Money PRICE = Money.of(1999, Currency.getInstance("GBP"));

    private final HttpClient browser =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private SandboxProvider provider;
    private SandboxServer server;

    @BeforeEach
    void start() {
        provider = SandboxProvider.inMemory();
        server = new SandboxServer(provider, "127.0.0.1", 0);
    }

    @AfterEach
    void stop() {
        browser.close();
        server.close();
        provider.close();
    }

    @Test
    void a_shopper_confirms_a_payment() throws Exception {
        provider.authorize("P1", PRICE, "pm_card_threeDSecureRequired", "a1");

        assertThat(get("/challenge/P1").body())
                .contains("Confirm your payment", "19.99 GBP", "visa ending in 3220", "/challenge/P1/pass");
        assertThat(post("/challenge/P1/pass").body()).contains("Payment confirmed", "go back to the shop");
        assertThat(provider.retrieve("P1").orElseThrow().state()).isEqualTo(PaymentIntent.State.REQUIRES_CAPTURE);
        assertThat(get("/challenge/P1").body()).contains("Payment confirmed");
    }

    @Test
    void a_shopper_fails_the_check() throws Exception {
        provider.authorize("P1", PRICE, "pm_card_threeDSecureRequired", "a1");

        assertThat(post("/challenge/P1/fail").body()).contains("Payment not confirmed", "Nothing was charged");
        assertThat(post("/challenge/P1/pass").body()).contains("Payment not confirmed");
        assertThat(provider.retrieve("P1").orElseThrow().state())
                .isEqualTo(PaymentIntent.State.REQUIRES_PAYMENT_METHOD);
    }

    @Test
    void a_challenge_leads_back_to_a_page_of_this_machine_and_nowhere_else() throws Exception {
        String here = "http://127.0.0.1:9/checkout/1/return";
        provider.authorize("P1", PRICE, "pm_card_threeDSecureRequired", "a1");

        var shown = get("/challenge/P1?return_url=" + here);
        assertThat(shown.body()).contains("/challenge/P1/pass?return_url=http%3A%2F%2F127.0.0.1%3A9%2F");
        assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("form-action 'self' http://127.0.0.1:9");
        assertThat(get("/challenge/P1?return_url=https://elsewhere.example/").body())
                .doesNotContain("elsewhere");
        assertThat(get("/challenge/P1?return_url=http://127.0.0.1:9@elsewhere.example/")
                        .body())
                .doesNotContain("elsewhere");
        provider.passChallenge("P1");
        assertThat(get("/challenge/P1?return_url=" + here).body())
                .contains("href=\"" + here + "?payment_intent=P1&amp;redirect_status=succeeded\"");
    }

    @Test
    void a_payment_that_the_shop_gave_up_can_not_be_confirmed() throws Exception {
        provider.authorize("P1", PRICE, "pm_card_threeDSecureRequired", "a1");
        provider.cancel("P1", "v1");

        assertThat(post("/challenge/P1/pass").body()).contains("Payment canceled");
    }

    @Test
    void an_unknown_payment_is_told_so() throws Exception {
        assertThat(get("/challenge/nothing").statusCode()).isEqualTo(404);
        assertThat(post("/challenge/nothing/pass").statusCode()).isEqualTo(404);
        assertThat(get("/no/such/page").statusCode()).isEqualTo(404);
        assertThat(get("/").body()).contains("Sandbox payment provider");
        assertThat(get("/sandbox.css").headers().firstValue("Content-Type")).hasValue("text/css; charset=utf-8");
    }

    @Test
    void every_page_forbids_what_it_does_not_need() throws Exception {
        for (String page : new String[] {"/", "/challenge/nothing", "/no/such/page"}) {
            var headers = get(page).headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; style-src 'self'");
            assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
            assertThat(headers.allValues("Cache-Control")).containsExactly("no-store");
        }
    }

    @Test
    void an_address_that_listens_everywhere_can_be_reached() throws Exception {
        try (var everywhere = new SandboxServer(provider, "0.0.0.0", 0)) {
            assertThat(everywhere.address().getHost()).isEqualTo("127.0.0.1");
            HttpResponse<String> front =
                    browser.send(HttpRequest.newBuilder(everywhere.address()).build(), BodyHandlers.ofString());
            assertThat(front.statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_reference_never_becomes_markup() throws Exception {
        String reference = "<script>alert('1') & \"";
        provider.authorize(reference, PRICE, "pm_card_threeDSecureRequired", "a1");

        URI page = SandboxServer.challenge(server.address(), reference);
        HttpResponse<String> answer = browser.send(HttpRequest.newBuilder(page).build(), BodyHandlers.ofString());

        assertThat(answer.body()).contains("Confirm your payment").doesNotContain("<script>");
    }

    @Test
    void card_fields_are_shown_in_a_frame_of_a_known_origin_alone() throws Exception {
        var shown = get("/fields?origin=http://127.0.0.1:8080");
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).contains("Card number", "data-origin=\"http://127.0.0.1:8080\"");
        assertThat(shown.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'nonce-")
                .endsWith("frame-ancestors http://127.0.0.1:8080");

        for (String origin : new String[] {
            "", "https://evil.example", "http://127.0.0.1:8080/path", "http://x%3By@localhost", "null", "javascript:1"
        }) {
            var refused = get("/fields?origin=" + origin);
            assertThat(refused.statusCode()).describedAs(origin).isEqualTo(403);
            assertThat(refused.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("frame-ancestors 'none'");
        }
        for (String part : new String[] {"/fields.js", "/fields-form.js", "/fields.css"}) {
            assertThat(get(part).statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(server.address().resolve(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws IOException, InterruptedException {
        return browser.send(
                HttpRequest.newBuilder(server.address().resolve(path))
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }
}
