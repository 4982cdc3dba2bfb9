package holdfast.api;

import holdfast.idempotency.Answer;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.UUID;

/// Sends answers, with the headers that go with them.
final class Replies {

    static final Header REPLAYED = HeaderValues.createCached("Idempotent-Replayed", "true");
    private static final Header PROBLEM = HeaderValues.createCached("Content-Type", "application/problem+json");
    private static final Header NO_STORE = HeaderValues.createCached("Cache-Control", "no-store");
    private static final Header NO_SNIFFING = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header NO_CONTENT_SOURCES =
            HeaderValues.createCached("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    private static final Header CHALLENGE = HeaderValues.createCached("WWW-Authenticate", "Bearer");
    private static final String REQUEST_ID = "Holdfast-Request-Id";
    private static final byte[] NOTHING = {};

    private final Answers answers;

    Replies(Answers answers) {
        this.answers = answers;
    }

    void send(ServerRequest request, ServerResponse response, UUID id, Answer answer, String mediaType) {
        response.status(Status.create(answer.status()));
        response.header(REQUEST_ID, id.toString());
        response.header(NO_STORE);
        response.header(NO_SNIFFING);
        response.header(NO_CONTENT_SOURCES);
        if (answer.replayed()) response.header(REPLAYED);
        if (answer.body().length > 0) {
            response.header(answer.status() < 400 ? HeaderValues.create(HeaderNames.CONTENT_TYPE, mediaType) : PROBLEM);
        }
        if (answer.status() == Status.ACCEPTED_202.code()) response.header("Retry-After", "1");
        if (Bodies.isTooMuchToSkip(request)) response.header(HeaderValues.CONNECTION_CLOSE);
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(answer.body().length));
            response.send(NOTHING);
        } else {
            response.send(answer.body());
        }
    }

    void send(ServerRequest request, ServerResponse response, UUID id, Refusal refusal) {
        Problem problem = refusal.problem();
        if (problem == Problem.UNAUTHORIZED) response.header(CHALLENGE);
        if (problem.retryable()) {
            response.header("Retry-After", String.valueOf(Answers.retryAfter(refusal)));
        }
        send(request, response, id, answers.refused(refusal), Route.JSON);
    }

    /// Answers for what never became a request: a connection over which something else than HTTP came.
    DirectHandlers directHandlers() {
        var handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, (request, _, status, _, _) -> direct(request, status));
        }
        return handlers.build();
    }

    private TransportResponse direct(TransportRequest request, Status status) {
        Refusal refusal = refusal(request, status);
        Answer answer = answers.refused(refusal);
        return TransportResponse.builder()
                .status(Status.create(answer.status()))
                .header(PROBLEM)
                .header(NO_STORE)
                .header(NO_SNIFFING)
                .header(NO_CONTENT_SOURCES)
                .header(HeaderNames.create(REQUEST_ID), Ids.next().toString())
                .entity(answer.body())
                .keepAlive(false)
                .build();
    }

    private static Refusal refusal(TransportRequest request, Status status) {
        if (status.code() == Status.SERVICE_UNAVAILABLE_503.code())
            return Problem.UNAVAILABLE.refuse("Too much at once");
        if (status.code() == Status.INTERNAL_SERVER_ERROR_500.code()) return Problem.INTERNAL_ERROR.refuse("Try again");
        if (status.code() == Status.REQUEST_ENTITY_TOO_LARGE_413.code()) {
            return Bodies.tooLarge(Bodies.CSV_BYTES_MAX);
        }
        if (request.headers().contains(HeaderNames.CONTENT_ENCODING)) {
            return Problem.UNSUPPORTED_MEDIA_TYPE.refuse("The body must not be compressed");
        }
        return Refusal.invalid("request", "malformed", "Must be HTTP/1.1 as RFC 9110 and RFC 9112 have it");
    }
}
