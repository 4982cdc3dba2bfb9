package holdfast.pages;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;

import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.SetCookie;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Somebody at one of our pages: what they asked for, and the one answer they get. Nothing that is answered is
/// kept by a browser, shown in a frame, or allowed to run a script that is not ours.
public final class Visit {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int NONCE_BYTES = 16;
    private static final String FLASH = "hf_flash";
    private static final Duration FLASH_AGE = Duration.ofMinutes(1);
    private static final String FORM = "application/x-www-form-urlencoded";

    private static final HeaderName REQUEST_ID = HeaderNames.create("Holdfast-Request-Id");
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    private static final HeaderName FORWARDED_PROTO = HeaderNames.create("X-Forwarded-Proto");
    private static final HeaderName HTMX = HeaderNames.create("HX-Request");
    private static final HeaderName HTMX_REDIRECT = HeaderNames.create("HX-Redirect");

    private final Site site;
    private final ServerRequest request;
    private final ServerResponse response;
    private final UUID id = Ids.next();
    private final String nonce = nonce();
    private Others others = Others.NOBODY;

    Visit(Site site, ServerRequest request, ServerResponse response) {
        this.site = site;
        this.request = request;
        this.response = response;
    }

    private static String nonce() {
        byte[] bits = new byte[NONCE_BYTES];
        RANDOM.nextBytes(bits);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /// What somebody can name when they ask about this request.
    public UUID id() {
        return id;
    }

    String operation() {
        return request.prologue().method().text() + " " + request.path().path();
    }

    boolean isSent() {
        return response.isSent();
    }

    /// A variable of the path.
    public String path(String name) {
        return request.path().pathParameters().get(name);
    }

    /// The path that was asked for.
    public String path() {
        return request.path().path();
    }

    /// What stands behind the question mark.
    ///
    /// @throws Refusal `invalid_request` for what no link of ours has
    public Form query() {
        return Form.parse(request.query().rawValue());
    }

    /// The form that was sent.
    ///
    /// @throws Refusal `body_too_large`, `unsupported_media_type`, `invalid_request`, `card_data_not_accepted`
    public Form form() {
        if (!request.content().hasEntity()) return Form.parse("");
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith(FORM)) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.refuse("A form is sent as " + FORM + ".");
        }
        try (InputStream body = request.content().inputStream()) {
            byte[] bytes = body.readNBytes(Form.BYTES_MAX + 1);
            if (bytes.length > Form.BYTES_MAX) {
                throw Problem.BODY_TOO_LARGE.refuse("This form may have " + Form.BYTES_MAX + " bytes.");
            }
            return Form.parse(new String(bytes, ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What was sent, where that is no form but a file.
    ///
    /// @throws Refusal `unsupported_media_type`
    public InputStream body(String mediaType) {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith(mediaType)) {
            throw Problem.UNSUPPORTED_MEDIA_TYPE.refuse("This is sent as " + mediaType + ".");
        }
        return request.content().hasEntity() ? request.content().inputStream() : InputStream.nullInputStream();
    }

    /// A header of the request.
    public Optional<String> sent(String header) {
        return request.headers().first(HeaderNames.create(header));
    }

    /// All headers of the request that go by this name.
    public List<String> allSent(String header) {
        return request.headers().all(HeaderNames.create(header), List::of);
    }

    /// Who is at the other end of the connection, behind a proxy the proxy; empty where that is no address of
    /// a network.
    public Optional<InetAddress> peer() {
        return request.remotePeer().address() instanceof InetSocketAddress socket
                ? Optional.of(socket.getAddress())
                : Optional.empty();
    }

    /// Whether htmx asks, which wants a piece of a page.
    public boolean isPartial() {
        return request.headers().contains(HTMX);
    }

    /// The origin of our pages as this browser sees it: `http://127.0.0.1:8080`.
    public String origin() {
        return (isSecure() ? "https://" : "http://") + host();
    }

    private String host() {
        return request.headers().first(HeaderNames.HOST).orElse("");
    }

    /// Whether the browser speaks to us over TLS. A proxy before us says so; whoever pretends to be one changes
    /// nothing but their own cookies.
    private boolean isSecure() {
        return request.isSecure()
                || request.headers()
                        .first(FORWARDED_PROTO)
                        .filter("https"::equalsIgnoreCase)
                        .isPresent();
    }

    /// Makes sure that a form was sent by one of our own pages: a browser always says where one comes from.
    ///
    /// @throws Refusal `forbidden`
    public void demandSameOrigin() {
        Optional<String> fetched = request.headers().first(FETCH_SITE);
        boolean ours = fetched.isPresent() ? fetched.get().equals("same-origin") : isOwnOrigin();
        if (!ours) throw Problem.FORBIDDEN.refuse("This form has to be sent from one of our own pages.");
    }

    private boolean isOwnOrigin() {
        String origin = request.headers().first(HeaderNames.ORIGIN).orElse("");
        try {
            return !host().isEmpty() && host().equals(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    public Optional<String> cookie(String name) {
        return request.headers().cookies().first(cookieName(name)).asOptional();
    }

    /// Sets a cookie that no script can read and no other site can use.
    public void setCookie(String name, String value, Duration age) {
        response.headers()
                .addCookie(SetCookie.builder(cookieName(name), value)
                        .path("/")
                        .httpOnly(true)
                        .secure(isSecure())
                        .sameSite(SetCookie.SameSite.LAX)
                        .maxAge(age)
                        .build());
    }

    public void dropCookie(String name) {
        setCookie(name, "", Duration.ZERO);
    }

    /// With the prefix that ties it to this host, which a browser takes over TLS alone.
    private String cookieName(String name) {
        return isSecure() ? "__Host-" + name : name;
    }

    /// Has the next page say something.
    public void flash(Flash flash) {
        setCookie(FLASH, flash.cookie(), FLASH_AGE);
    }

    private @Nullable Flash takeFlash() {
        Optional<String> cookie = cookie(FLASH);
        if (cookie.isEmpty()) return null;
        dropCookie(FLASH);
        return Flash.of(cookie.get());
    }

    /// Lets a payment provider into this page.
    public void letIn(Others provider) {
        others = provider;
    }

    /// What the page begins with. Asked for once: it takes what the page before wanted to say.
    public Head head(String title) {
        return new Head(title, site.name(), nonce, site.assets(), List.of(), List.of(), takeFlash(), path());
    }

    /// Answers with a page.
    ///
    /// @param template its name, without `.jte`
    public void page(String template, Object model) {
        page(Status.OK_200, template, model);
    }

    /// Answers with a page that says what is wrong with the form that was sent.
    public void wrong(String template, Object model) {
        page(Status.UNPROCESSABLE_CONTENT_422, template, model);
    }

    private void page(Status status, String template, Object model) {
        send(status, "text/html; charset=utf-8", site.templates().render(template, model));
    }

    /// Answers with something else than a page; it is for nobody else either.
    public void send(String mediaType, byte[] body) {
        send(Status.OK_200, mediaType, body);
    }

    /// Answers with a picture, which a browser may keep for a day.
    public void sendForADay(String mediaType, byte[] body) {
        response.header("Cache-Control", "public, max-age=86400");
        response.header("Content-Security-Policy", "default-src 'none'");
        response.header("X-Content-Type-Options", "nosniff");
        response.header(HeaderNames.CONTENT_TYPE, mediaType);
        response.send(body);
    }

    /// Answers that there is nothing new.
    public void nothing() {
        secure();
        response.status(Status.NO_CONTENT_204).send();
    }

    /// Leads on to another page of ours, after a form was sent.
    public void seeOther(String path) {
        go(path);
    }

    /// Leads on to another address, ours or a provider's.
    public void go(String url) {
        secure();
        if (isPartial()) {
            response.header(HTMX_REDIRECT, url);
            response.status(Status.OK_200).send();
        } else {
            response.header(HeaderNames.LOCATION, url);
            response.status(Status.SEE_OTHER_303).send();
        }
    }

    /// Opens a stream of events to this page, which lasts until one side closes it.
    public EventStream events() {
        secure();
        return new EventStream(response);
    }

    /// A header of the answer.
    public void header(String name, String value) {
        response.header(HeaderNames.create(name), value);
    }

    void error(Refusal refusal) {
        Problem problem = refusal.problem();
        if (problem.retryable()) response.header("Retry-After", String.valueOf(retryAfter(refusal)));
        String headline = problem == Problem.NOT_FOUND ? "We cannot find this page" : problem.title();
        var page = new ErrorPage(
                new Head(headline, site.name(), nonce, site.assets(), List.of(), List.of(), null, path()),
                problem.status(),
                headline,
                words(refusal),
                site.home());
        page(Status.create(problem.status()), "pages/error", page);
    }

    /// A refusal as people are told of it.
    public static String words(Refusal refusal) {
        if (refusal.problem() != Problem.RATE_LIMITED) return refusal.detail();
        long seconds = retryAfter(refusal);
        String wait = seconds == 1 ? "a second" : seconds + " seconds";
        if (seconds > 90) wait = Math.ceilDiv(seconds, 60) + " minutes";
        return refusal.detail() + ". Nothing was done: come back in " + wait + ".";
    }

    private static long retryAfter(Refusal refusal) {
        return refusal.members().get("retry_after") instanceof Number seconds ? seconds.longValue() : 1;
    }

    /// Answers with a page that says that somebody came too often.
    public void tooOften(String template, Object model, Duration wait) {
        response.header("Retry-After", String.valueOf(wait.toSeconds()));
        page(Status.TOO_MANY_REQUESTS_429, template, model);
    }

    private void send(Status status, String mediaType, byte[] body) {
        secure();
        response.status(status);
        response.header(HeaderNames.CONTENT_TYPE, mediaType);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(body.length));
            response.send(new byte[0]);
        } else {
            response.send(body);
        }
    }

    /// What goes with every answer.
    private void secure() {
        response.header("Cache-Control", "no-store");
        response.header(REQUEST_ID, id.toString());
        response.header(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'" + Others.listed(others.scripts())
                        + "; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
                        + Others.listed(others.asked()) + "; frame-src"
                        + (others.frames().isEmpty() ? " 'none'" : Others.listed(others.frames()))
                        + "; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'");
        response.header("X-Content-Type-Options", "nosniff");
        response.header("Referrer-Policy", "same-origin"); // With none, a browser would hide where a form is from.
        response.header("Cross-Origin-Opener-Policy", "same-origin-allow-popups");
        response.header(
                "Permissions-Policy",
                "camera=(), microphone=(), geolocation=(), payment=(self" + quoted(others.frames()) + ")");
        if (isSecure()) {
            response.header("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
        }
    }

    /// Without those that stand for many: not every browser knows these here.
    private static String quoted(List<String> origins) {
        return origins.stream()
                .filter(origin -> !origin.contains("*"))
                .map(origin -> " \"" + origin + "\"")
                .collect(joining());
    }
}
