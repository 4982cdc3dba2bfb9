package holdfast.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import holdfast.app.RunningDemo;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Paying with Stripe's own fields, as far as that can be told without Stripe: its script is one of ours that
/// does what Stripe documents, and behind it stands the sandbox. The browser holds the page to its policy.
@Tag("slow")
class StripeFieldsTest {

    private static final String MUG = "MUG-STO-MOS";

    @TempDir
    private static Path folder;

    private static HttpClient client;
    private static SandboxProvider provider;
    private static SandboxServer sandbox;
    private static RunningDemo demo;

    @RegisterExtension
    final Visitors visitors = new Visitors();

    @BeforeAll
    static void open() throws IOException {
        client = HttpClient.newHttpClient();
        provider = SandboxProvider.open(folder.resolve("sandbox.journal"));
        sandbox = new SandboxServer(provider, "127.0.0.1", 0);
        int port = freePort();
        demo = new RunningDemo(Map.of(
                "HOLDFAST_PORT",
                String.valueOf(port),
                "HOLDFAST_GATEWAY",
                "stripe",
                "HOLDFAST_STRIPE_SECRET_KEY",
                "sk_test_browser",
                "HOLDFAST_STRIPE_PUBLISHABLE_KEY",
                "pk_test_browser",
                "HOLDFAST_STRIPE_API_BASE",
                sandbox.address().toString(),
                "HOLDFAST_STRIPE_RETURN_URL",
                "http://127.0.0.1:" + port + "/checkout/back"));
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    @AfterAll
    static void close() {
        demo.close();
        sandbox.close();
        provider.close();
        client.close();
    }

    private Visitor visitor() {
        Visitor visitor = visitors.welcome(Visitor.at(demo.url()));
        visitor.page().context().route("https://js.stripe.com/**", StripeFieldsTest::serve);
        visitor.page().context().route("https://api.stripe.com/**", StripeFieldsTest::forward);
        return visitor;
    }

    private static void serve(Route route) {
        String path = URI.create(route.request().url()).getPath();
        switch (path) {
            case "/dahlia/stripe.js" -> fulfill(route, "text/javascript", "stripe.js");
            case "/v3/elements-inner-payment.html" -> fulfill(route, "text/html", "payment.html");
            case "/v3/elements-inner-express.html" -> fulfill(route, "text/html", "express.html");
            default -> route.abort();
        }
    }

    private static void fulfill(Route route, String type, String resource) {
        try (InputStream stream = StripeFieldsTest.class.getResourceAsStream(resource)) {
            if (stream == null) throw new IllegalStateException("Not in the build: " + resource);
            route.fulfill(new FulfillOptions().setContentType(type).setBodyBytes(stream.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the browser asks Stripe's API, it asks the sandbox.
    private static void forward(Route route) {
        String body = new String(route.request().postDataBuffer(), UTF_8);
        boolean wallet = body.contains("wallet");
        var request = HttpRequest.newBuilder(sandbox.address().resolve("/v1/payment_methods"))
                .header("Authorization", "Bearer pk_test_browser")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body.replaceAll("(^|&)(key=[^&]*|card%5Bwallet%5D=[^&]*)", "")))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
            route.fulfill(new FulfillOptions()
                    .setStatus(answer.statusCode())
                    .setHeaders(Map.of("Access-Control-Allow-Origin", "*"))
                    .setContentType("application/json")
                    .setBody(wallet ? "{\"id\": \"pm_card_visa_googlepay\"}" : answer.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void enters(Visitor visitor, String card) {
        fields(visitor).locator("#number").fill(card);
    }

    private static FrameLocator fields(Visitor visitor) {
        return visitor.page().frameLocator("#card iframe");
    }

    @Test
    void a_card_is_declined_and_another_one_pays() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        enters(ada, "4000000000009995");
        ada.pays();
        assertThat(ada.notice()).contains("not enough money", "Nothing was charged");
        enters(ada, "4242424242424242");
        ada.pays();
        ada.arrivesAt("/orders/");
        assertThat(ada.page().locator("#order")).containsText("Visa ending in 4242");
    }

    @Test
    void what_is_wrong_with_a_card_is_said_before_anything_is_sent() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        enters(ada, "4242");
        ada.pays();
        assertThat(ada.page().locator("#card-wrong")).hasText("Your card number is incomplete.");
        assertThat(ada.page().locator("#pay")).isEnabled();
    }

    @Test
    void the_bank_asks_on_a_page_of_its_own_and_the_shopper_comes_back_to_the_order() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        enters(ada, "4000000000003220");
        ada.pays();
        ada.arrivesAt("/challenge/");
        ada.press("Confirm payment");
        ada.arrivesAt("/orders/");
        assertThat(ada.heading()).isEqualTo("Thank you. Your order stands.");
    }

    @Test
    void a_failed_check_with_the_bank_leads_back_to_the_checkout() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        enters(ada, "4000000000003220");
        ada.pays();
        ada.arrivesAt("/challenge/");
        ada.press("Fail this check");
        ada.arrivesAt("/checkout/");
        assertThat(ada.notice()).contains("was not passed", "Nothing was charged");
    }

    @Test
    void a_wallet_waits_for_the_address_and_then_pays_what_is_asked_for() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        assertThat(ada.page().locator("#wallets iframe")).hasCount(1);
        assertThat(ada.page().locator("#wallets")).hasAttribute("inert", "");
        ada.tellsTheAddress();
        assertThat(ada.page().locator("#wallets")).not().hasAttribute("inert", "");
        String total = ada.page().locator("#paybox input[name=total]").inputValue();
        assertThat(ada.page().locator("#wallets iframe")).hasAttribute("data-amount", total);
        ada.page().frameLocator("#wallets iframe").locator("#gpay").click();
        ada.arrivesAt("/orders/");
    }

    @Test
    void a_discount_code_changes_what_a_wallet_asks_for_and_leaves_the_card_where_it_is() {
        Visitor ada = visitor();
        ada.checksOut(MUG);
        ada.tellsTheAddress();
        enters(ada, "4242424242424242");
        ada.page().locator("#code").fill("FIVER");
        ada.press("Apply");
        assertThat(ada.page().locator("#codes .badge")).hasText("FIVER");
        String total = ada.page().locator("#paybox input[name=total]").inputValue();
        assertThat(ada.page().locator("#wallets iframe")).hasAttribute("data-amount", total);
        assertThat(ada.page().locator("#card iframe")).hasAttribute("data-amount", total);
        assertThat(fields(ada).locator("#number")).hasValue("4242424242424242");
        ada.pays();
        ada.arrivesAt("/orders/");
    }

    @Test
    void stripe_is_let_into_the_checkout_and_into_no_other_page() {
        Visitor ada = visitor();
        assertThat(policy(ada, "/")).doesNotContain("stripe");
        ada.checksOut(MUG);
        assertThat(policy(ada, ada.path()))
                .contains(
                        "script-src 'self' 'nonce-",
                        "' https://js.stripe.com https://*.js.stripe.com;",
                        "connect-src 'self' https://api.stripe.com;",
                        "frame-src https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com;")
                .doesNotContain("unsafe");
    }

    private static String policy(Visitor visitor, String path) {
        Response answer = visitor.page().navigate(demo.url().resolve(path).toString());
        return answer.headerValue("content-security-policy");
    }
}
