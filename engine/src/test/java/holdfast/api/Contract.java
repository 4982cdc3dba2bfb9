package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Parameter;
import holdfast.api.OpenApi.Schema;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Holds what a server answers against the OpenAPI document, and remembers what it has seen.
///
/// An answer has to be documented: its status, its media type, its headers, its body, and, of a problem, its
/// code. And what the server accepted has to be something that the document allows to be sent.
final class Contract {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final JsonMapper JSON = new JsonMapper();
    private static final Schema PROBLEM = new Schema("/components/schemas/Problem");
    private static final Set<String> OUR_HEADERS = Set.of("Idempotent-Replayed", "Retry-After", "WWW-Authenticate");

    private final SortedSet<String> seen = new ConcurrentSkipListSet<>();

    /// What was sent.
    ///
    /// @param path without the query
    record Request(String method, String path, HttpHeaders headers, byte[] body) {}

    /// What came back.
    record Answer(int status, HttpHeaders headers, byte[] body) {}

    void check(HttpRequest request, byte[] sent, HttpResponse<byte[]> answer) {
        check(
                new Request(request.method(), request.uri().getRawPath(), request.headers(), sent),
                new Answer(answer.statusCode(), answer.headers(), answer.body()));
    }

    /// Checks one exchange.
    ///
    /// @throws AssertionError naming everything that is not as documented
    void check(Request request, Answer answer) {
        Optional<Operation> operation = DOCUMENT.operation(request.method(), request.path());
        List<String> wrong = operation.isPresent()
                ? new Exchange(operation.get(), request, answer).wrong()
                : wrongWithoutOperation(request, answer);
        if (!wrong.isEmpty()) {
            throw new AssertionError(request.method() + " " + request.path() + " -> " + answer.status() + " "
                    + new String(answer.body(), UTF_8) + "\n  " + String.join("\n  ", wrong));
        }
        operation.ifPresent(it -> seen.add(it.id() + " " + answer.status()));
    }

    /// What the document promises and nobody has asked for yet: each operation's successes, `openCart 201`.
    SortedSet<String> unseenSuccesses() {
        var unseen = new TreeSet<String>();
        for (Operation operation : DOCUMENT.operations()) {
            operation.statuses().stream()
                    .filter(status -> status < 300)
                    .map(status -> operation.id() + " " + status)
                    .forEach(unseen::add);
        }
        unseen.removeAll(seen);
        return unseen;
    }

    /// A path that is not documented is not found, and a method that is not is not allowed.
    private static List<String> wrongWithoutOperation(Request request, Answer answer) {
        if (request.method().equals("HEAD")
                && DOCUMENT.operation("GET", request.path()).isPresent()) {
            return answer.body().length == 0 ? List.of() : List.of("a HEAD with a body");
        }
        var wrong = new ArrayList<String>();
        if (!Set.of(404, 405).contains(answer.status())) wrong.add("not documented at all");
        if (answer.status() == 405 && answer.headers().firstValue("Allow").isEmpty()) wrong.add("without Allow");
        wrong.addAll(DOCUMENT.errors(PROBLEM, json(answer, wrong)));
        return wrong;
    }

    private static JsonNode json(Answer answer, List<String> wrong) {
        try {
            return JSON.readTree(answer.body());
        } catch (JacksonException e) {
            wrong.add("no JSON: " + e.getOriginalMessage());
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private static String mediaType(HttpHeaders headers) {
        return headers.firstValue("Content-Type")
                .map(type -> type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /// One request to a documented operation, and its answer.
    private record Exchange(Operation operation, Request request, Answer answer) {

        List<String> wrong() {
            var wrong = new ArrayList<String>();
            if (answer.status() < 300) checkRequest(wrong);
            operation
                    .response(answer.status())
                    .ifPresentOrElse(
                            response -> checkAnswer(response, wrong), () -> wrong.add("a status not documented"));
            return wrong;
        }

        private void checkRequest(List<String> wrong) {
            for (Parameter parameter : operation.parameters()) {
                if (!parameter.in().equals("header")) continue;
                var value = request.headers().firstValue(parameter.name());
                if (value.isEmpty() && parameter.required()) wrong.add("accepted without " + parameter.name());
                value.map(JsonNodeFactory.instance::stringNode)
                        .ifPresent(text -> add("accepted " + parameter.name(), parameter.schema(), text, wrong));
            }
            Optional<String> type = operation.requestType();
            if (type.isEmpty() || request.body().length == 0) {
                if (operation.needsBody() && request.body().length == 0) wrong.add("accepted without a body");
                if (type.isEmpty() && request.body().length > 0) wrong.add("accepted with a body");
                return;
            }
            if (!Set.of("*/*", mediaType(request.headers())).contains(type.get()))
                wrong.add("accepted as another media type");
            if (type.get().equals("application/json")) {
                add("accepted body", operation.requestSchema(), JSON.readTree(request.body()), wrong);
            }
        }

        private void checkAnswer(OpenApi.Response response, List<String> wrong) {
            checkHeaders(response, wrong);
            String type = response.type();
            if (type == null) {
                if (answer.body().length > 0) wrong.add("a body where none is documented");
                return;
            }
            if (!mediaType(answer.headers()).equals(type)) wrong.add("as " + mediaType(answer.headers()));
            if (!type.endsWith("json")) return;
            JsonNode body = json(answer, wrong);
            add("body", response.schema(type), body, wrong);
            if (answer.status() >= 400) checkProblem(response, body, wrong);
        }

        private void checkHeaders(OpenApi.Response response, List<String> wrong) {
            for (String name : OUR_HEADERS) {
                Optional<String> value = answer.headers().firstValue(name);
                JsonNode header = DOCUMENT.resolve(response.headers().path(name));
                if (header.isMissingNode()) {
                    if (value.isPresent()) wrong.add("a header not documented: " + name);
                } else if (value.isEmpty()) {
                    if (header.path("required").booleanValue(false)) wrong.add("without " + name);
                } else {
                    checkHeader(name, value.get(), header.path("schema"), wrong);
                }
            }
        }

        private static void checkHeader(String name, String value, JsonNode schema, List<String> wrong) {
            String expected = schema.path("const").stringValue(value);
            if (!value.equals(expected)) wrong.add(name + ": " + value);
            if (schema.path("type").stringValue("").equals("integer") && !value.matches("[1-9][0-9]{0,3}")) {
                wrong.add(name + ": " + value);
            }
        }

        private void checkProblem(OpenApi.Response response, JsonNode body, List<String> wrong) {
            String code = body.path("code").stringValue("");
            if (!response.problemCodes().contains(code)) wrong.add("a code not documented: " + code);
            if (body.path("status").intValue(0) != answer.status()) wrong.add("with another status in the body");
            if (!body.path("type").stringValue("").equals("/problems/" + code)) wrong.add("with the type of another");
            String seconds = answer.headers().firstValue("Retry-After").orElse("");
            if (!body.path("retry_after").asString("").equals(seconds)) wrong.add("retry_after is not Retry-After");
        }

        private static void add(String what, Schema schema, JsonNode value, List<String> wrong) {
            DOCUMENT.errors(schema, value).forEach(error -> wrong.add(what + error));
        }
    }
}
