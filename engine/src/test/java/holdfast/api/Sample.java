package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Parameter;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A request as the document shows it, with the ids of its examples.
///
/// @param target path and query, as they are sent
/// @param contentType empty: none is sent
/// @param keys the `Idempotency-Key` headers
record Sample(Operation operation, String target, String contentType, List<String> keys, byte[] body) {

    private static final String KEY = "a-key-that-is-good-enough";

    /// The first one that the document shows of an operation.
    static Sample of(Operation operation) {
        return operation.requestType().isEmpty()
                ? of(operation, "", new byte[0])
                : of(operation, operation.requestExamples().values().iterator().next());
    }

    /// With an example of a body.
    static Sample of(Operation operation, JsonNode body) {
        String text = body.isString() ? body.stringValue() : body.toString();
        return of(operation, operation.requestType().orElseThrow(), text.getBytes(UTF_8));
    }

    private static Sample of(Operation operation, String type, byte[] body) {
        String path = operation.path();
        for (Parameter parameter : operation.parameters()) {
            path = path.replace(
                    "{" + parameter.name() + "}", parameter.example().asString(""));
        }
        boolean goesOn = operation
                .response(200)
                .map(OpenApi.Response::type)
                .filter("text/event-stream"::equals)
                .isPresent();
        if (goesOn) path += "?follow=false";
        return new Sample(operation, path, type, operation.needsKey() ? List.of(KEY) : List.of(), body);
    }

    /// The target without its query.
    String path() {
        return target.replaceFirst("\\?.*", "");
    }

    Sample with(byte[] body) {
        return new Sample(operation, target, contentType, keys, body);
    }

    Sample with(String body) {
        return with(body.getBytes(UTF_8));
    }

    Sample as(String contentType) {
        return new Sample(operation, target, contentType, keys, body);
    }

    Sample keyed(List<String> keys) {
        return new Sample(operation, target, contentType, keys, body);
    }

    Sample asking(String query) {
        return new Sample(operation, target + (target.contains("?") ? "&" : "?") + query, contentType, keys, body);
    }

    /// With another value of a parameter of the path, as it is sent.
    Sample at(Parameter parameter, String value) {
        String elsewhere = operation.path().replace("{" + parameter.name() + "}", value);
        for (Parameter other : operation.parameters()) {
            elsewhere =
                    elsewhere.replace("{" + other.name() + "}", other.example().asString(""));
        }
        return new Sample(operation, elsewhere, contentType, keys, body);
    }
}
