package holdfast.payment.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.net.HttpContent;
import com.stripe.net.HttpHeaders;
import com.stripe.net.StripeRequest;
import com.stripe.net.StripeResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/// Carries the requests of Stripe's library, in place of its own client, which sends a POST a second time by
/// itself when a connection breaks, keeps five connections, and may wait for ever for an answer that drips.
///
/// Here a request has one try and one deadline, for the last byte of its answer. A thread that waits is
/// virtual and costs nothing. HTTP/1.1, since a connection of HTTP/2 refuses more than a hundred requests at
/// once.
final class Transport extends com.stripe.net.HttpClient implements AutoCloseable {

    private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

    /// Several times what a page of a hundred payments takes.
    private static final long ANSWER_BYTES_MAX = 8L * 1024 * 1024;

    /// What names one thing among many: `pi_3MtwBw…`.
    private static final Pattern NAME = Pattern.compile("/[a-z]{2,6}_[A-Za-z0-9_-]+");

    /// Who asks, the same each time. Stripe's library opens a file of its jar to say it.
    private static final String CLIENT = buildXStripeClientUserAgentString();

    private final Restraint restraint = new Restraint(System::nanoTime);
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    @Override
    public StripeResponse request(StripeRequest request) throws ApiConnectionException {
        String kind =
                request.method() + " " + NAME.matcher(request.url().getPath()).replaceAll("/*");
        String objection = restraint.objection(kind);
        if (objection != null) throw new NotSentException("not asked: " + objection, null);
        Duration limit = Duration.ofMillis(request.options().getReadTimeout());
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(
                translated(request), BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> came = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            restraint.heard(
                    kind,
                    came.statusCode(),
                    came.headers().firstValue("Retry-After").orElse(null));
            return new StripeResponse(
                    came.statusCode(),
                    HttpHeaders.of(came.headers().map()),
                    new String(came.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new ApiConnectionException("no answer within " + limit.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new ApiConnectionException("nobody waited for the answer", e);
        } catch (ExecutionException e) {
            throw failed(e.getCause());
        }
    }

    /// Whether Stripe does not take our key.
    boolean isRefused() {
        return restraint.isRefused();
    }

    private static ApiConnectionException failed(@Nullable Throwable cause) {
        if (!(cause instanceof IOException)) throw new IllegalStateException("The HTTP client failed", cause);
        boolean unsent = cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof SSLHandshakeException;
        return unsent
                ? new NotSentException("no connection: " + cause, cause)
                : new ApiConnectionException("the connection broke: " + cause, cause);
    }

    private static HttpRequest translated(StripeRequest request) {
        HttpContent content = request.content();
        var translated = HttpRequest.newBuilder(URI.create(request.url().toString()))
                .setHeader("User-Agent", buildUserAgentString(request))
                .setHeader("X-Stripe-Client-User-Agent", CLIENT)
                .method(
                        request.method().name(),
                        content == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofByteArray(content.byteArrayContent()));
        request.headers().map().forEach((name, values) -> values.forEach(value -> translated.header(name, value)));
        if (content != null) translated.setHeader("Content-Type", content.contentType());
        return translated.build();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
