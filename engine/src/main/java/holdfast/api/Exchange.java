package holdfast.api;

import holdfast.idempotency.Answer;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request, and the one answer to it, with the headers that go with it.
final class Exchange {

    static final HeaderName REQUEST_ID = HeaderNames.create("Holdfast-Request-Id");
    static final Header PROBLEM = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Route.PROBLEM);

    /// What is said with every answer: it is for nobody else, and nothing in it is to be run.
    static final List<Header> ALWAYS = List.of(
            HeaderValues.createCached("Cache-Control", "no-store"),
            HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
            HeaderValues.createCached("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"));

    private static final Header REPLAYED = HeaderValues.createCached("Idempotent-Replayed", "true");
    private static final Header CHALLENGE = HeaderValues.createCached("WWW-Authenticate", "Bearer");
    private static final byte[] NOTHING = {};

    private final ServerRequest request;
    private final ServerResponse response;
    private final Answers answers;
    private final UUID id = Ids.next();
    private final Body body;
    private @Nullable OutputStream told;

    Exchange(ServerRequest request, ServerResponse response, Answers answers) {
        this.request = request;
        this.response = response;
        this.answers = answers;
        this.body = new Body(request);
    }

    /// What the client can name when it asks about this request.
    UUID id() {
        return id;
    }

    ServerRequest request() {
        return request;
    }

    Body body() {
        return body;
    }

    void allow(String methods) {
        response.header(HeaderNames.ALLOW, methods);
    }

    void send(Refusal refusal) {
        Problem problem = refusal.problem();
        if (problem == Problem.UNAUTHORIZED) response.header(CHALLENGE);
        if (problem.retryable()) retryAfter(Answers.retryAfter(refusal));
        send(answers.refused(refusal), Route.JSON);
    }

    /// Sends an answer that was made beforehand: come back in a second.
    void refuse(Answer answer, String mediaType) {
        retryAfter(Answers.RETRY_AFTER_S);
        send(answer, HeaderValues.create(HeaderNames.CONTENT_TYPE, mediaType));
    }

    /// Sends the answer, and hangs up if the client asked for that, or if what is left of the request is not
    /// worth reading. Helidon 4.5.0 would say `Connection: close` and go on to wait for the next request:
    /// <https://github.com/helidon-io/helidon/issues/12324>
    ///
    /// @param mediaType of the answer, unless it is a problem
    void send(Answer answer, String mediaType) {
        send(answer, answer.status() < 400 ? HeaderValues.create(HeaderNames.CONTENT_TYPE, mediaType) : PROBLEM);
    }

    private void send(Answer answer, Header contentType) {
        response.status(Status.create(answer.status()));
        response.header(REQUEST_ID, id.toString());
        ALWAYS.forEach(response::header);
        if (answer.replayed()) response.header(REPLAYED);
        if (answer.status() == Status.ACCEPTED_202.code()) retryAfter(Answers.RETRY_AFTER_S);
        if (answer.body().length > 0) response.header(contentType);
        boolean hangsUp = body.isTooMuchToSkip() || request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        if (hangsUp) response.header(HeaderValues.CONNECTION_CLOSE);
        write(answer.body());
        if (hangsUp) body.hangUp();
    }

    /// Sends an answer bit by bit, as `telling` has it.
    void tell(String mediaType, Consumer<Telling.Listener> telling) {
        if (request.prologue().method().equals(Method.HEAD)) {
            send(Answer.of(200, NOTHING), mediaType);
            return;
        }
        telling.accept(more -> hear(mediaType, more));
        try {
            if (told != null) told.close();
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private void hear(String mediaType, String more) {
        try {
            if (told == null) {
                response.header(REQUEST_ID, id.toString());
                ALWAYS.forEach(response::header);
                response.header(HeaderNames.CONTENT_TYPE, mediaType);
                told = response.outputStream();
            }
            told.write(more.getBytes(StandardCharsets.UTF_8));
            told.flush();
        } catch (IOException | UncheckedIOException e) {
            throw gone(e);
        }
    }

    private static CloseConnectionException gone(Exception reason) {
        return new CloseConnectionException("Nobody listens any more", reason);
    }

    /// Whether the client has heard some of the answer.
    boolean isBegun() {
        return told != null;
    }

    /// Refuses what is no request, and hangs up: nobody knows where the next one would begin.
    void end(Refusal refusal) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        send(refusal);
        throw new CloseConnectionException("What came was not HTTP");
    }

    private void retryAfter(int seconds) {
        response.header("Retry-After", String.valueOf(seconds));
    }

    private void write(byte[] bytes) {
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(bytes.length));
            response.send(NOTHING);
        } else {
            response.send(bytes);
        }
    }
}
