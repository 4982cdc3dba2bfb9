package holdfast.storefront;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.app.RunningDemo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The pages as HTTP: who may have what, and what goes with an answer.
class PagesTest {

    private static final Pattern STYLESHEET = Pattern.compile("href=\"(/assets/[0-9a-f]{12}/holdfast.css)\"");

    private static RunningDemo demo;
    private static HttpClient client;

    @BeforeAll
    static void open() {
        demo = new RunningDemo();
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void close() {
        client.close();
        demo.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        return send("GET", path, "", headers);
    }

    private static HttpResponse<byte[]> post(String path, String form, String... headers) throws Exception {
        var all = new String[headers.length + 4];
        System.arraycopy(headers, 0, all, 0, headers.length);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/x-www-form-urlencoded";
        all[headers.length + 2] = "Accept";
        all[headers.length + 3] = "text/html";
        return send("POST", path, form, all);
    }

    private static HttpResponse<byte[]> send(String method, String path, String body, String... headers)
            throws Exception {
        var request = HttpRequest.newBuilder(demo.url().resolve(path)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), UTF_8);
    }

    private static String[] ours(String... more) {
        var headers = new String[more.length + 2];
        headers[0] = "Sec-Fetch-Site";
        headers[1] = "same-origin";
        System.arraycopy(more, 0, headers, 2, more.length);
        return headers;
    }

    /// What the answer sets, as a browser would send it back.
    private static String cookies(HttpResponse<byte[]> answer) {
        return answer.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .filter(cookie -> !cookie.endsWith("="))
                .reduce((one, other) -> one + "; " + other)
                .orElse("");
    }

    @Test
    void a_page_runs_no_script_but_ours_and_is_neither_framed_nor_kept() throws Exception {
        var answer = get("/");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(text(answer)).contains("Halden &amp; Pike").doesNotContain("style=", "<script>", "onclick");
        var head = send("HEAD", "/", "");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void styles_and_scripts_are_kept_for_good() throws Exception {
        Matcher stylesheet = STYLESHEET.matcher(text(get("/")));
        assertThat(stylesheet.find()).isTrue();
        var plain = get(stylesheet.group(1));
        assertThat(plain.headers().firstValue("Cache-Control").orElseThrow()).contains("immutable");
        var packed = get(stylesheet.group(1), "Accept-Encoding", "gzip");
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(unpacked.readAllBytes()).isEqualTo(plain.body());
        }
        String tag = plain.headers().firstValue("ETag").orElseThrow();
        assertThat(get(stylesheet.group(1), "If-None-Match", tag).statusCode()).isEqualTo(304);
        assertThat(get("/assets/000000000000/holdfast.css").statusCode()).isEqualTo(404);
        assertThat(get(stylesheet.group(1) + "x").statusCode()).isEqualTo(404);
    }

    @Test
    void a_form_is_taken_from_our_own_pages_alone() throws Exception {
        String mug = "sku=MUG-STO-MOS";
        String origin = demo.url().toString();
        assertThat(post("/cart/items", mug).statusCode()).isEqualTo(403);
        assertThat(post("/cart/items", mug, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(post("/cart/items", mug, "Sec-Fetch-Site", "same-site").statusCode())
                .isEqualTo(403);
        assertThat(post("/cart/items", mug, "Origin", "https://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/cart/items", mug, "Origin", "null").statusCode()).isEqualTo(403);
        assertThat(post("/cart/items", mug, "Origin", origin).statusCode()).isEqualTo(303);
        assertThat(post("/cart/items", mug, ours()).statusCode()).isEqualTo(303);
    }

    @Test
    void a_guests_cookie_is_for_the_server_alone_and_tied_to_the_host_behind_tls() throws Exception {
        assertThat(post("/cart/items", "sku=BOOK-LOAF", ours()).headers().allValues("Set-Cookie"))
                .anySatisfy(cookie -> assertThat(cookie)
                        .startsWith("hf_cart=")
                        .containsIgnoringCase("HttpOnly")
                        .containsIgnoringCase("SameSite=Lax")
                        .doesNotContainIgnoringCase("Secure"));
        var secure = post("/cart/items", "sku=BOOK-LOAF", ours("X-Forwarded-Proto", "https"));
        assertThat(secure.headers().allValues("Set-Cookie"))
                .anySatisfy(cookie ->
                        assertThat(cookie).startsWith("__Host-hf_cart=").containsIgnoringCase("Secure"));
        assertThat(secure.headers().firstValue("Strict-Transport-Security")).isPresent();
    }

    @Test
    void what_belongs_to_another_browser_is_not_there() throws Exception {
        String cart = cookies(post("/cart/items", "sku=BOOK-LOAF", ours()));
        var opened = post("/checkout", "", ours("Cookie", cart));
        String checkout = opened.headers().firstValue("Location").orElseThrow();
        assertThat(get(checkout, "Cookie", cookies(opened)).statusCode()).isEqualTo(200);
        assertThat(get(checkout).statusCode()).isEqualTo(404);
        assertThat(get(checkout + "/return").statusCode()).isEqualTo(404);
        for (String action : List.of("/details", "/pay", "/again", "/cancel")) {
            assertThat(post(checkout + action, "", ours()).statusCode()).isEqualTo(404);
        }
        assertThat(get("/orders/01a204ea-fabf-7000-8000-000000000000").statusCode())
                .isEqualTo(404);
    }

    @Test
    void the_same_page_sent_twice_opens_one_checkout() throws Exception {
        String cart = cookies(post("/cart/items", "sku=BOOK-LOAF", ours()));
        String attempt = "attempt=01a204ea-fabf-7000-8000-00000000000a";
        var first = post("/checkout", attempt, ours("Cookie", cart));
        var second = post("/checkout", attempt, ours("Cookie", cart));
        assertThat(second.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
        assertThat(cookies(second)).isEqualTo(cookies(first));
    }

    @Test
    void a_card_number_gets_no_further_than_the_form() throws Exception {
        String cart = cookies(post("/cart/items", "sku=BOOK-LOAF", ours()));
        var opened = post("/checkout", "", ours("Cookie", cart));
        String checkout = opened.headers().firstValue("Location").orElseThrow();
        var answer = post(checkout + "/pay", "name=4242+4242+4242+4242", ours("Cookie", cookies(opened)));
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(text(answer)).doesNotContain("4242 4242");
    }

    @Test
    void people_get_a_page_and_programs_a_problem_where_there_is_nothing() throws Exception {
        assertThat(text(get("/nowhere", "Accept", "text/html"))).contains("<h1>", "Back to the start");
        assertThat(text(get("/nowhere", "Accept", "*/*"))).contains("\"code\":\"not_found\"");
        assertThat(text(get("/v1/nowhere", "Accept", "text/html"))).contains("\"code\":\"not_found\"");
    }

    @Test
    void a_product_without_a_photograph_has_a_drawing_the_same_every_time() throws IOException, Exception {
        var drawing = get("/pictures/MUG-STO-MOS");
        assertThat(drawing.headers().firstValue("Content-Type")).hasValue("image/svg+xml");
        assertThat(text(drawing)).startsWith("<svg").isEqualTo(text(get("/pictures/MUG-STO-MOS")));
        assertThat(get("/pictures/NO-SUCH").statusCode()).isEqualTo(404);
    }
}
