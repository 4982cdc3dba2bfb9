package holdfast.api;

import static holdfast.api.BadRequest.Refused.forCard;
import static holdfast.api.BadRequest.Refused.naming;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// JSON bodies with one bad field each: every field of the schema, and in it, one after the other, everything of
/// [BadValues] that the schema does not allow there.
final class BadFields {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String HERE = "@here@";
    private static final int PLAIN_LENGTH_MAX = 32;

    private final List<BadRequest> bad = new ArrayList<>();
    private final Operation operation;

    private BadFields(Operation operation) {
        this.operation = operation;
    }

    static List<BadRequest> of(Operation operation) {
        var fields = new BadFields(operation);
        operation.requestExamples().values().forEach(example -> fields.example((ObjectNode) example));
        return fields.bad;
    }

    /// A field of a body: where it is, and what the body is like that has it.
    ///
    /// @param body with the field in it
    /// @param parent JSON pointer to what the field is in
    /// @param key its name there, or its index
    /// @param path as an error names it
    private record Field(ObjectNode body, String parent, String key, Schema schema, String path) {

        String pointer() {
            return parent + "/" + OpenApi.escape(key);
        }

        JsonNode value() {
            return body.at(pointer());
        }

        ObjectNode with(JsonNode value) {
            ObjectNode changed = body.deepCopy();
            switch (changed.at(parent)) {
                case ObjectNode object -> object.set(key, value);
                case ArrayNode array -> array.set(Integer.parseInt(key), value);
                case JsonNode other -> throw new IllegalStateException("Nothing is in " + other);
            }
            return changed;
        }
    }

    private void example(ObjectNode example) {
        List<Schema> ways = DOCUMENT.branches(operation.requestSchema());
        Schema way = ways.stream()
                .filter(schema -> DOCUMENT.errors(schema, example).isEmpty())
                .findFirst()
                .orElseThrow();
        Set<String> fieldsOfAll = new LinkedHashSet<>();
        for (Schema other : ways) {
            properties(other).forEachEntry((name, property) -> {
                fieldsOfAll.add(name);
                if (!properties(way).has(name)) exclusive(example, name, property);
            });
        }
        // Where there are several ways to say it, a missing field may be a missing field of another way.
        object(way, example, "", "", ways.size() > 1 ? fieldsOfAll : Set.of());
    }

    private void exclusive(ObjectNode example, String name, JsonNode property) {
        ObjectNode both = example.deepCopy();
        both.set(name, DOCUMENT.example(property));
        add(
                "with " + name + " beside it",
                both,
                naming(BadRequest.Refused.ANY_FIELD).because("exclusive"));
    }

    private void object(Schema schema, ObjectNode body, String pointer, String path, Set<String> alternatives) {
        Set<String> required = new LinkedHashSet<>();
        DOCUMENT.node(schema).path("required").forEach(name -> required.add(name.stringValue("")));
        properties(schema).forEachEntry((name, property) -> {
            String named = path.isEmpty() ? name : path + "." + name;
            ObjectNode complete = body.deepCopy();
            var object = (ObjectNode) complete.at(pointer);
            if (!object.has(name)) object.set(name, DOCUMENT.example(property));
            if (required.contains(name)) {
                ObjectNode without = complete.deepCopy();
                ((ObjectNode) without.at(pointer)).remove(name);
                Set<String> blamed = alternatives.isEmpty() ? Set.of(named) : alternatives;
                add(named + " is missing", without, naming(blamed).because("required"));
            }
            field(new Field(complete, pointer, name, DOCUMENT.child(schema, name), named));
        });
        ObjectNode surprised = body.deepCopy();
        ((ObjectNode) surprised.at(pointer)).put("surprise", 1);
        String surprise = path.isEmpty() ? "surprise" : path + ".surprise";
        add(surprise, surprised, naming(surprise).because("unknown_field"));
    }

    private void field(Field field) {
        JsonNode schema = DOCUMENT.node(field.schema);
        String type = schema.path("type").stringValue("");
        for (String literal : BadValues.literals(schema)) {
            JsonNode value = JSON.readTree(literal);
            if (value.equals(field.value()) || isAllowed(field.with(value))) continue;
            boolean isPlain = literal.length() <= PLAIN_LENGTH_MAX && !literal.contains("\\u");
            boolean isOtherwiseFine = isPlain && !isOfType(value, type);
            literal(field, literal, isOtherwiseFine ? naming(field.path).because("wrong_type") : naming(field.path));
        }
        for (String unknown : BadValues.unknown(operation.id(), field.path)) unknown(field, unknown);
        switch (type) {
            case "integer" -> {
                for (String literal : BadValues.INTEGERS_WRITTEN_OTHERWISE) {
                    literal(field, literal, naming(field.path).because("wrong_type"));
                }
                literal(field, BadValues.CARDS.getFirst(), forCard(field.path));
            }
            case "string" -> {
                if (BadValues.isName(field.path)) return;
                for (String card : BadValues.CARDS) {
                    add(field.path + " = " + card, field.with(NODES.stringNode(card)), forCard(field.path));
                }
            }
            case "object" -> object(field.schema, field.body, field.pointer(), field.path, Set.of());
            case "array" -> items(field, schema);
            default -> {}
        }
    }

    private void unknown(Field field, String value) {
        // Which lines are not sold in the checkout's currency is said of these.
        Set<String> blamed = field.path.equals("currency") ? Set.of(field.path, "line_items") : Set.of(field.path);
        add(
                field.path + " = " + value,
                field.with(NODES.stringNode(value)),
                naming(blamed).because("unknown", "other_currency"));
    }

    private void items(Field field, JsonNode schema) {
        ObjectNode filled = field.body.deepCopy();
        var items = (ArrayNode) filled.at(field.pointer());
        if (items.isEmpty()) items.add(DOCUMENT.example(schema.path("items")));

        ObjectNode crowded = filled.deepCopy();
        var crowd = (ArrayNode) crowded.at(field.pointer());
        while (crowd.size() <= schema.path("maxItems").intValue())
            crowd.add(items.get(0).deepCopy());
        add(crowd.size() + " " + field.path, crowded, naming(field.path).because("too_many"));

        field(new Field(filled, field.pointer(), "0", DOCUMENT.child(field.schema, ""), field.path + "[0]"));
    }

    private boolean isAllowed(JsonNode body) {
        return DOCUMENT.errors(operation.requestSchema(), body).isEmpty();
    }

    private static boolean isOfType(JsonNode value, String type) {
        return switch (type) {
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            default -> throw new IllegalStateException("A schema without a type");
        };
    }

    private static JsonNode properties(Schema schema) {
        return DOCUMENT.node(schema).path("properties");
    }

    /// With a value written as it is: to parse and print it might change it.
    private void literal(Field field, String literal, BadRequest.Refused as) {
        String body =
                JSON.writeValueAsString(field.with(NODES.stringNode(HERE))).replace("\"" + HERE + "\"", literal);
        bad.add(new BadRequest(
                field.path + " = " + literal, Sample.of(operation).with(body), as));
    }

    private void add(String what, JsonNode body, BadRequest.Refused as) {
        bad.add(new BadRequest(what, Sample.of(operation, body), as));
    }
}
