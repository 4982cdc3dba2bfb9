package holdfast.api;

import holdfast.idempotency.Answer;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/// Answers where no request has come about: something else than HTTP came over the connection, or too much of
/// it.
final class NoRequest {

    private final Answers answers;

    NoRequest(Answers answers) {
        this.answers = answers;
    }

    DirectHandlers handlers() {
        var handlers = DirectHandlers.builder();
        for (EventType type : EventType.values()) {
            handlers.addHandler(type, (request, _, status, _, _) -> answer(request, status));
        }
        return handlers.build();
    }

    private TransportResponse answer(TransportRequest request, Status status) {
        Answer answer = answers.refused(refusal(request.headers(), status));
        var response = TransportResponse.builder()
                .status(Status.create(answer.status()))
                .header(Exchange.PROBLEM)
                .header(Exchange.REQUEST_ID, Ids.next().toString())
                .entity(answer.body())
                .keepAlive(false);
        Exchange.ALWAYS.forEach(response::header);
        return response.build();
    }

    static Refusal refusal(Headers headers, Status status) {
        return switch (status.code()) {
            case 413 -> Body.tooLarge(Body.CSV_BYTES_MAX);
            case 500 ->
                Problem.INTERNAL_ERROR.refuse("Send the same request again; with its key, nothing happens twice");
            case 503 -> Problem.UNAVAILABLE.refuse("Too many requests are waiting; try again in a moment");
            default ->
                headers.contains(HeaderNames.CONTENT_ENCODING)
                        ? Problem.UNSUPPORTED_MEDIA_TYPE.refuse("The body must not be compressed")
                        : Refusal.invalid("request", "malformed", "Must be HTTP/1.1, as RFC 9110 and RFC 9112 have it");
        };
    }
}
