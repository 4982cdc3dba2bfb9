package holdfast.api;

import static holdfast.api.BadRequest.Refused.ANY_FIELD;
import static holdfast.api.BadRequest.Refused.as;
import static holdfast.api.BadRequest.Refused.forCard;
import static holdfast.api.BadRequest.Refused.naming;
import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Parameter;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Everything that can be wrong with the requests of an operation, made from what the document says is right:
/// a field that is new in the document is covered the same day.
final class BadRequests {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String KEY = "a-key-that-is-good-enough";

    private final List<BadRequest> bad = new ArrayList<>();
    private final Operation operation;
    private final Sample good;

    private BadRequests(Operation operation) {
        this.operation = operation;
        this.good = Sample.of(operation);
    }

    static List<BadRequest> of(Operation operation) {
        var requests = new BadRequests(operation);
        switch (operation.requestType().orElse("none")) {
            case "application/json" -> {
                requests.bad.addAll(BadFields.of(operation));
                requests.bad.addAll(BadBodies.of(operation));
            }
            case "text/csv" -> requests.bad.addAll(BadFiles.of(operation));
            case "none", "*/*" -> {} // what is signed is spoilt in WebhookTest
            default -> throw new IllegalStateException("A body of a type that nobody knows how to spoil");
        }
        for (Parameter parameter : operation.parameters()) {
            switch (parameter.in()) {
                case "query" -> requests.query(parameter);
                case "path" -> requests.path(parameter);
                case "header" -> {
                    if (parameter.name().equals("Idempotency-Key")) requests.keys();
                }
                default -> throw new IllegalStateException("A parameter in a " + parameter.in());
            }
        }
        requests.add(
                "?surprise=1",
                requests.good.asking("surprise=1"),
                naming("surprise").because("unknown_field"));
        return requests.bad;
    }

    private void query(Parameter parameter) {
        String name = parameter.name();
        JsonNode schema = DOCUMENT.node(parameter.schema());
        for (String value : BadValues.texts(schema)) {
            if (!isAllowed(parameter, meant(schema, value))) asking(name + "=" + encoded(value), naming(name));
        }
        String once = name + "=" + encoded(parameter.example().asString(""));
        asking(once + "&" + once, naming(name).because("duplicate"));
        for (String broken : List.of("%", "%f", "%zz", "%ff", "%c3%28")) {
            asking(name + "=" + broken, naming(ANY_FIELD).because("malformed"));
        }
        if (schema.path("type").stringValue("").equals("string") && !BadValues.isName(name)) {
            for (String card : BadValues.CARDS) asking(name + "=" + encoded(card), forCard(name));
        }
    }

    private void asking(String query, BadRequest.Refused as) {
        add("?" + query, good.asking(query), as);
    }

    private void path(Parameter parameter) {
        if (operation.id().equals("getProblem")) return; // any name but those of problems is not found
        for (String value : BadValues.texts(DOCUMENT.node(parameter.schema()))) {
            if (value.isEmpty() || isAllowed(parameter, NODES.stringNode(value))) continue;
            boolean leadsElsewhere = value.contains("/");
            Sample request = good.at(parameter, encoded(value));
            add(request.target(), request, leadsElsewhere ? as(404, "not_found") : naming(parameter.name()));
        }
    }

    private void keys() {
        var invalid = as(400, "idempotency_key_invalid");
        for (List<String> keys : List.of(
                List.of(""),
                List.of("k".repeat(15)),
                List.of("k".repeat(256)),
                List.of("k".repeat(7_000)),
                List.of("\"" + "k".repeat(15) + "\""),
                List.of("\"" + "k".repeat(256) + "\""),
                List.of("\"never-closed-quote"),
                List.of("\"more-after-the-quote\"s"),
                List.of("a-tab-in-the\tmiddle-of-it"),
                List.of("d\u00e9j\u00e0-vu-d\u00e9j\u00e0-vu-d\u00e9j\u00e0-vu"),
                List.of(KEY, KEY),
                List.of(KEY, "another-" + KEY))) {
            add("keys " + keys, good.keyed(keys), invalid);
        }
        if (operation.needsKey()) add("no key", good.keyed(List.of()), as(400, "idempotency_key_required"));
    }

    private static boolean isAllowed(Parameter parameter, JsonNode value) {
        return DOCUMENT.errors(parameter.schema(), value).isEmpty();
    }

    /// What a text in a query stands for.
    private static JsonNode meant(JsonNode schema, String text) {
        return switch (schema.path("type").stringValue("")) {
            case "integer" ->
                text.matches("-?(0|[1-9][0-9]{0,17})")
                        ? NODES.numberNode(Long.parseLong(text))
                        : NODES.stringNode(text);
            case "boolean" ->
                text.matches("true|false") ? NODES.booleanNode(text.equals("true")) : NODES.stringNode(text);
            default -> NODES.stringNode(text);
        };
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, UTF_8).replace("+", "%20");
    }

    private void add(String what, Sample request, BadRequest.Refused as) {
        bad.add(new BadRequest(what, request, as));
    }
}
