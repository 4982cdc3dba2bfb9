package holdfast.payment.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpContent;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.classic.MinimalHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/// Carries the requests of Stripe's library, in place of its own client, which sends a POST a second time by
/// itself when a connection breaks, keeps five connections, and may wait for ever for an answer that drips.
///
/// Here a request has one try and one deadline, for the last byte of its answer. A thread that waits is
/// virtual and costs little, and so does what it waits with. HTTP/1.1, since a connection of HTTP/2 refuses
/// more than a hundred requests at once.
final class Transport extends com.stripe.net.HttpClient implements AutoCloseable {

    private static final Timeout CONNECT_MAX = Timeout.ofSeconds(1);

    /// Who stands between us and Stripe forgets a connection after a minute or more.
    private static final Timeout IDLE_MAX = Timeout.ofSeconds(30);

    /// One for each checkout that waits. How many may is not for us to say: admission does.
    private static final int CONNECTIONS_MAX = Integer.MAX_VALUE;

    /// Several times what a page of a hundred payments takes.
    private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;

    /// What names one thing among many: `pi_3MtwBw…`.
    private static final Pattern NAME = Pattern.compile("/[a-z]{2,6}_[A-Za-z0-9_-]+");

    /// Who asks, the same each time. Stripe's library opens a file of its jar to say it.
    private static final String CLIENT = buildXStripeClientUserAgentString();

    private final Restraint restraint = new Restraint(System::nanoTime);
    private final PoolingHttpClientConnectionManager connections = PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnTotal(CONNECTIONS_MAX)
            .setMaxConnPerRoute(CONNECTIONS_MAX)
            .setDefaultConnectionConfig(
                    ConnectionConfig.custom().setConnectTimeout(CONNECT_MAX).build())
            .build();
    private final MinimalHttpClient http = HttpClients.createMinimal(connections);
    private final ScheduledThreadPoolExecutor clock = clock();
    private final Future<?> tidying;

    Transport() {
        this.tidying = clock.scheduleWithFixedDelay(
                () -> connections.closeIdle(IDLE_MAX), IDLE_MAX.toSeconds(), IDLE_MAX.toSeconds(), TimeUnit.SECONDS);
    }

    private static ScheduledThreadPoolExecutor clock() {
        var clock = new ScheduledThreadPoolExecutor(
                1,
                Thread.ofPlatform().name("holdfast-stripe-deadlines").daemon().factory());
        clock.setRemoveOnCancelPolicy(true); // Nearly all answers come long before theirs.
        return clock;
    }

    @Override
    public StripeResponse request(StripeRequest request) throws ApiConnectionException {
        String kind =
                request.method() + " " + NAME.matcher(request.url().getPath()).replaceAll("/*");
        String objection = restraint.objection(kind);
        if (objection != null) throw new NotSentException("not asked: " + objection, null);
        StripeResponse answer =
                answer(translated(request), Duration.ofMillis(request.options().getReadTimeout()));
        restraint.heard(
                kind, answer.code(), answer.headers().firstValue("Retry-After").orElse(null));
        return answer;
    }

    private StripeResponse answer(HttpUriRequestBase request, Duration limit) throws ApiConnectionException {
        Future<?> deadline = clock.schedule(request::cancel, limit.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return http.execute(request, Transport::read);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new ApiConnectionException("nobody waited for the answer", e);
            }
            throw request.isCancelled() ? tooLate(limit, e) : failed(e);
        } catch (IllegalStateException e) { // How the client says that its connection was taken from it.
            if (request.isCancelled()) throw tooLate(limit, e);
            throw e;
        } finally {
            deadline.cancel(false);
        }
    }

    private static ApiConnectionException tooLate(Duration limit, Exception cause) {
        return new ApiConnectionException("no answer within " + limit.toSeconds() + " s", cause);
    }

    /// Whether Stripe does not take our key.
    boolean isRefused() {
        return restraint.isRefused();
    }

    private static ApiConnectionException failed(IOException cause) {
        boolean unsent = cause instanceof ConnectException
                || cause instanceof ConnectTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof SSLHandshakeException;
        return unsent
                ? new NotSentException("no connection: " + cause, cause)
                : new ApiConnectionException("the connection broke: " + cause, cause);
    }

    private static HttpUriRequestBase translated(StripeRequest request) {
        var translated = new HttpUriRequestBase(
                request.method().name(), URI.create(request.url().toString()));
        translated.setHeader("User-Agent", buildUserAgentString(request));
        translated.setHeader("X-Stripe-Client-User-Agent", CLIENT);
        request.headers().map().forEach((name, values) -> values.forEach(value -> translated.addHeader(name, value)));
        HttpContent content = request.content();
        if (content != null) {
            translated.setHeader("Content-Type", content.contentType());
            translated.setEntity(new ByteArrayEntity(content.byteArrayContent(), null));
        }
        return translated;
    }

    private static StripeResponse read(ClassicHttpResponse came) throws IOException {
        return new StripeResponse(
                came.getCode(), HttpHeaders.of(headers(came)), new String(body(came), StandardCharsets.UTF_8));
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse came) {
        var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        for (Header header : came.getHeaders()) {
            headers.computeIfAbsent(header.getName(), _ -> new ArrayList<>(1)).add(header.getValue());
        }
        return headers;
    }

    private static byte[] body(ClassicHttpResponse came) throws IOException {
        HttpEntity entity = came.getEntity();
        if (entity == null) return new byte[0];
        long length = entity.getContentLength(); // below 0: until the end, and then read in larger pieces
        if (length > ANSWER_BYTES_MAX) throw tooLong();
        InputStream content = entity.getContent();
        byte[] body = content.readNBytes(length < 0 ? ANSWER_BYTES_MAX : (int) length);
        if (content.read() >= 0) throw tooLong();
        return body;
    }

    private static IOException tooLong() {
        return new IOException("more than " + ANSWER_BYTES_MAX + " bytes");
    }

    @Override
    public void close() {
        tidying.cancel(false);
        clock.shutdownNow();
        http.close(CloseMode.IMMEDIATE);
    }
}
