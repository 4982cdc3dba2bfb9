package holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// As much of a browser as the pages need: keeps cookies, follows where it is led, and sends the forms it sees.
final class Browser {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern HIDDEN = Pattern.compile("<input type=\"hidden\" name=\"(\\w+)\" value=\"([^\"]*)\">");
    private static final Pattern LINK = Pattern.compile(" href=\"(/console[^\"]*)\"");
    private static final Pattern CHOSEN = Pattern.compile("<option value=\"([^\"]*)\" selected");
    private static final Pattern FIRST = Pattern.compile("<option value=\"([^\"]*)\"");
    private static final Pattern TAGS = Pattern.compile("<(script|style)[^>]*>.*?</\\1>|<[^>]*>", Pattern.DOTALL);

    private final int port;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private String site = "same-origin";
    private Page here = new Page(0, "", "", "");

    Browser(int port) {
        this.port = port;
    }

    /// What is shown.
    ///
    /// @param path where
    /// @param to where it leads; empty: nowhere
    record Page(int status, String path, String html, String to) {

        /// What a person reads.
        String text() {
            return TAGS.matcher(html)
                    .replaceAll(" ")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&#39;", "'")
                    .replace("&#34;", "\"")
                    .replace("&amp;", "&")
                    .replaceAll("\\s+", " ");
        }

        /// What a list to choose from stands at, as a browser shows it.
        String chosenIn(String id) {
            int start = html.indexOf("<select id=\"" + id + "\"");
            assertThat(start).as(id + " on " + path).isNotNegative();
            String list = html.substring(start, html.indexOf("</select>", start));
            return Stream.of(CHOSEN, FIRST)
                    .flatMap(option -> option.matcher(list).results())
                    .findFirst()
                    .orElseThrow()
                    .group(1);
        }

        List<String> links() {
            return LINK.matcher(html)
                    .results()
                    .map(link -> link.group(1).replace("&amp;", "&"))
                    .distinct()
                    .toList();
        }
    }

    Page here() {
        return here;
    }

    /// Pretends that its forms come from elsewhere.
    void comeFrom(String site) {
        this.site = site;
    }

    Map<String, String> cookies() {
        return cookies;
    }

    Page get(String path) {
        return follow(send(path, request(path).GET()));
    }

    /// Without following where it leads.
    Page peek(String path) {
        return send(path, request(path).GET());
    }

    Page signIn(String email, String password) {
        get("/console/login");
        return submit("/console/login", "email", email, "password", password);
    }

    /// Sends a form of the page that is shown, by where it goes; its hidden fields go with it.
    Page submit(String action, String... fields) {
        var form = hidden(action);
        for (int i = 0; i < fields.length; i += 2) form.put(fields[i], fields[i + 1]);
        return follow(post(action, form));
    }

    /// The hidden fields of the first form that goes there.
    Map<String, String> hidden(String action) {
        var form = new LinkedHashMap<String, String>();
        int start = here.html.indexOf("action=\"" + action + "\"");
        assertThat(start).as("a form to " + action + " on " + here.path).isNotNegative();
        String html = here.html.substring(start, here.html.indexOf("</form>", start));
        HIDDEN.matcher(html).results().forEach(field -> form.put(field.group(1), field.group(2)));
        return form;
    }

    Page post(String path, Map<String, String> form) {
        var body = new StringBuilder();
        form.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
        return send(
                path,
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Sec-Fetch-Site", site)
                        .POST(BodyPublishers.ofString(body.toString())));
    }

    /// Sends a file as a script of ours does.
    Page upload(String path, String csv) {
        String token = Pattern.compile("data-csrf=\"([^\"]*)\"")
                .matcher(here.html)
                .results()
                .findFirst()
                .map(MatchResult::group)
                .orElseThrow()
                .replaceAll("data-csrf=\"|\"", "");
        return send(
                path,
                request(path)
                        .header("Content-Type", "text/csv")
                        .header("Sec-Fetch-Site", site)
                        .header("Holdfast-Csrf", token)
                        .POST(BodyPublishers.ofString(csv)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        request.header("Accept", "text/html");
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    String.join(
                            "; ",
                            cookies.entrySet().stream()
                                    .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                                    .toList()));
        }
        return request;
    }

    private Page send(String path, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            return new Page(
                    response.statusCode(),
                    path,
                    response.body(),
                    response.headers().firstValue("Location").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Page follow(Page answer) {
        Page page = answer;
        while (page.status == 303) page = send(page.to, request(page.to).GET());
        here = page;
        return page;
    }

    private void keep(String cookie) {
        String[] pair = cookie.split(";", 2)[0].split("=", 2);
        if (cookie.contains("Max-Age=0") || pair[1].isEmpty()) cookies.remove(pair[0]);
        else cookies.put(pair[0], pair[1]);
    }
}
