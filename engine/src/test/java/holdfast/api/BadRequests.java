package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Parameter;
import holdfast.api.OpenApi.Schema;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Everything that can be wrong with the requests of an operation, made from what the document says is right.
///
/// It starts from the examples of the document, and puts into each field, one after the other, everything of a long
/// list that the field's schema does not allow. A field that is new in the document is covered the same day.
final class BadRequests {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;
    private static final JsonMapper JSON = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String JSON_TYPE = "application/json";
    private static final String KEY = "bad-request-with-a-good-key";

    private static final String HERE = "@here@";

    static final int BODY_BYTES_MAX = 256 * 1024;

    /// What is tried in every field, as it stands in JSON; what a field allows is left out.
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "{}",
            "[]",
            "[null]",
            "{\"a\":1}",
            "-1",
            "0",
            "7",
            "1.5",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "-9223372036854775809",
            "123456789012345678901234567890123",
            "\"\"",
            "\" \"",
            "\"x\"",
            "\"7\"",
            "\"-1\"",
            "\"1.5\"",
            "\"1e3\"",
            "\"true\"",
            "\"gbp\"",
            "\"a b\"",
            "\"a\\nb\"",
            "\"a\\u0000b\"",
            "\"a\\u0001b\"",
            "\"a\\u2028b\"",
            "\"\\ud800\"",
            "\"b\\udc00a\"",
            "\"\\u0661\\u0662\"",
            "\"' or 1=1 --\"",
            "\"../../etc/passwd\"",
            "\"2027-02-30T00:00:00Z\"",
            "\"2027-01-31\"",
            "\"" + "A".repeat(8_193) + "\"",
            "\"" + "\u00e9".repeat(100_000) + "\"");

    /// JSON allows these for integers, our API does not.
    private static final List<String> INTEGERS_WRITTEN_OTHERWISE = List.of("1.0", "1e3", "1E0", "10e-1");

    private static final List<String> CARDS =
            List.of("4242424242424242", "4242 4242 4242 4242", "5555-5555-5555-4444", "my card: 378282246310005.");

    /// Fields that name things, whose names may look like card numbers.
    private static final Pattern EXEMPT = Pattern.compile("(.*\\.)?(sku|id|tracking_number|cursor|\\w+_id)");

    /// What no schema can tell: currencies, countries and things that do not exist.
    private static final Map<String, List<String>> UNKNOWN = Map.ofEntries(
            Map.entry("currency", List.of("ZZZ", "XAU")),
            Map.entry("country", List.of("ZZ", "XX")),
            Map.entry("sku", List.of("NO-SUCH-SKU", "mug-blue")),
            Map.entry("warehouse", List.of("NOWHERE")),
            Map.entry("gateway", List.of("bank-of-nowhere")),
            Map.entry("cart_id", List.of("0199f0a1-2b3c-7d4e-8f5a-000000000000")));

    /// Where a currency that exists is still another one than it has to be.
    private static final Set<String> OTHER_CURRENCY =
            Set.of("openCheckout currency", "completeCheckout expected_total.currency", "createRefund amount.currency");

    private final List<BadRequest> requests = new ArrayList<>();
    private final Operation operation;
    private final String target;

    private BadRequests(Operation operation) {
        this.operation = operation;
        this.target = target(Map.of());
    }

    /// All of them.
    static List<BadRequest> of(Operation operation) {
        var bad = new BadRequests(operation);
        if (operation.requestType().equals(Optional.of(JSON_TYPE))) {
            bad.bodyFields();
            bad.wholeBodies();
        }
        bad.queries();
        bad.paths();
        if (operation.isWrite()) bad.keys();
        return bad.requests;
    }

    // ------------------------------------------------------------------------------------ fields of a body

    private void bodyFields() {
        operation.requestExamples().forEach((name, example) -> {
            List<Schema> branches = DOCUMENT.branches(operation.requestSchema());
            Schema branch = branches.stream()
                    .filter(schema -> DOCUMENT.errors(schema, example).isEmpty())
                    .findFirst()
                    .orElseThrow();
            var roots = new TreeSet<String>();
            for (Schema schema : branches)
                roots.addAll(DOCUMENT.node(schema).path("properties").propertyNames());
            object(branch, (ObjectNode) example, "", "", branches.size() > 1 ? roots : Set.of());
            for (String foreign : roots) {
                if (!DOCUMENT.node(branch).path("properties").has(foreign))
                    exclusive(example, foreign, branches, roots);
            }
        });
    }

    /// A field of the other way to say it.
    private void exclusive(JsonNode example, String field, List<Schema> branches, Set<String> roots) {
        for (Schema schema : branches) {
            JsonNode property = DOCUMENT.node(schema).path("properties").path(field);
            if (property.isMissingNode()) continue;
            ObjectNode body = (ObjectNode) example.deepCopy();
            body.set(field, DOCUMENT.example(property));
            field("with " + field, body, roots, Set.of());
        }
    }

    /// @param alternatives which fields may be named instead where one is missing
    private void object(Schema at, ObjectNode whole, String pointer, String path, Set<String> alternatives) {
        JsonNode schema = DOCUMENT.node(at);
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.stringValue("")));
        schema.path("properties").forEachEntry((name, property) -> {
            String place = pointer + "/" + name;
            String field = path.isEmpty() ? name : path + "." + name;
            ObjectNode complete = whole.deepCopy();
            ObjectNode parent = (ObjectNode) complete.at(pointer);
            if (!parent.has(name)) parent.set(name, DOCUMENT.example(property));
            if (required.contains(name)) {
                ObjectNode without = complete.deepCopy();
                ((ObjectNode) without.at(pointer)).remove(name);
                Set<String> named = alternatives.isEmpty() ? Set.of(field) : alternatives;
                field(field + " is missing", without, named, Set.of("required"));
            }
            value(DOCUMENT.child(at, name), complete, pointer, name, place, field);
        });
        ObjectNode surprised = whole.deepCopy();
        ((ObjectNode) surprised.at(pointer)).put("surprise", 1);
        String surprise = path.isEmpty() ? "surprise" : path + ".surprise";
        field(surprise, surprised, Set.of(surprise), Set.of("unknown_field"));
    }

    private void value(Schema at, ObjectNode complete, String parent, String name, String place, String field) {
        JsonNode schema = DOCUMENT.node(at);
        String type = schema.path("type").stringValue("");
        JsonNode original = complete.at(place);
        for (String literal : literals(schema)) {
            JsonNode bad = JSON.readTree(literal);
            ObjectNode body = with(complete, parent, name, bad);
            if (bad.equals(original)
                    || DOCUMENT.errors(operation.requestSchema(), body).isEmpty()) continue;
            boolean isPlain = literal.length() <= 32 && !literal.contains("\\u");
            Set<String> codes = isPlain && !isOfType(bad, type) ? Set.of("wrong_type") : Set.of();
            literal(field, complete, parent, name, literal, codes);
        }
        if (type.equals("integer")) {
            for (String literal : INTEGERS_WRITTEN_OTHERWISE) {
                literal(field, complete, parent, name, literal, Set.of("wrong_type"));
            }
        }
        for (String unknown : unknown(name, field)) {
            ObjectNode body = with(complete, parent, name, NODES.stringNode(unknown));
            Set<String> named = field.equals("currency") ? Set.of(field, "line_items") : Set.of(field);
            field(field + " = " + unknown, body, named, Set.of("unknown", "other_currency"));
        }
        if (type.equals("string") && !EXEMPT.matcher(field).matches()) {
            for (String card : CARDS) card(field, with(complete, parent, name, NODES.stringNode(card)));
        }
        if (type.equals("integer")) card(field, with(complete, parent, name, NODES.numberNode(4242424242424242L)));
        if (type.equals("object")) object(at, complete, place, field, Set.of());
        if (type.equals("array")) items(at, complete, place, field);
    }

    private void items(Schema at, ObjectNode complete, String place, String field) {
        JsonNode schema = DOCUMENT.node(at);
        ObjectNode filled = complete.deepCopy();
        var array = (ArrayNode) filled.at(place);
        if (array.isEmpty()) array.add(DOCUMENT.example(schema.path("items")));
        int most = schema.path("maxItems").intValue(0);

        ObjectNode crowded = filled.deepCopy();
        var items = (ArrayNode) crowded.at(place);
        while (items.size() <= most) items.add(items.get(0).deepCopy());
        field(field + " has " + items.size() + " items", crowded, Set.of(field), Set.of("too_many"));

        value(DOCUMENT.child(at, ""), filled, place, "0", place + "/0", field + "[0]");
    }

    private List<String> unknown(String name, String field) {
        var unknown = new ArrayList<>(UNKNOWN.getOrDefault(name, List.of()));
        if (OTHER_CURRENCY.contains(operation.id() + " " + field)) unknown.add("EUR");
        return unknown;
    }

    private static List<String> literals(JsonNode schema) {
        var literals = new ArrayList<>(VALUES);
        int longest = schema.path("maxLength").intValue(0);
        Matcher bounded = Pattern.compile(".*\\{\\d+,(\\d+)}\\$")
                .matcher(schema.path("pattern").stringValue(""));
        if (longest == 0 && bounded.matches()) longest = Integer.parseInt(bounded.group(1));
        if (longest > 0) literals.add("\"" + "A".repeat(longest + 1) + "\"");
        for (String bound : List.of("minimum", "maximum")) {
            if (schema.has(bound)) {
                long edge = schema.path(bound).longValue(0);
                literals.add(String.valueOf(bound.equals("minimum") ? edge - 1 : edge + 1));
            }
        }
        return literals;
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

    private static ObjectNode with(ObjectNode whole, String parent, String name, JsonNode value) {
        ObjectNode body = whole.deepCopy();
        switch (body.at(parent)) {
            case ObjectNode object -> object.set(name, value);
            case ArrayNode array -> array.set(Integer.parseInt(name), value);
            case JsonNode other -> throw new IllegalStateException("Nothing can be put into " + other);
        }
        return body;
    }

    private void field(String what, JsonNode body, Set<String> fields, Set<String> codes) {
        invalid(what, JSON.writeValueAsBytes(body), fields, codes);
    }

    /// With a value that stands there as it is written.
    private void literal(
            String field, ObjectNode complete, String parent, String name, String literal, Set<String> codes) {
        String marked = JSON.writeValueAsString(with(complete, parent, name, NODES.stringNode(HERE)));
        String body = marked.replace("\"" + HERE + "\"", literal);
        invalid(shortened(field + " = " + literal), body.getBytes(UTF_8), Set.of(field), codes);
    }

    private static String shortened(String what) {
        return what.length() <= 100 ? what : what.substring(0, 80) + "… (" + what.length() + " characters)";
    }

    private void card(String field, JsonNode body) {
        add(
                "a card number in " + field,
                target,
                JSON_TYPE,
                JSON.writeValueAsBytes(body),
                422,
                "card_data_not_accepted",
                Set.of(field),
                Set.of("card_number"));
    }

    private void invalid(String what, byte[] body, Set<String> fields, Set<String> codes) {
        add(what, target, JSON_TYPE, body, 400, "invalid_request", fields, codes);
    }

    // ---------------------------------------------------------------------------------- bodies as a whole

    private void wholeBodies() {
        Map<String, JsonNode> examples = operation.requestExamples();
        JsonNode example = examples.values().iterator().next();
        String good = JSON.writeValueAsString(example);
        String first = example.propertyNames().iterator().next();

        if (operation.needsBody()) body("no body", "", "");
        for (String other : List.of("null", "true", "7", "\"x\"", "[]", "[" + good + "]"))
            body("the body " + other, other, "body");
        for (String broken : List.of(
                "{",
                "{]",
                good + "}",
                good + good,
                good + "x",
                good.substring(0, good.length() - 1),
                "{'a':1}",
                "{\"a\":1,}",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":.5}",
                "{a:1}",
                "/**/" + good,
                "{\"a\":\"\u0001\"}",
                "\u0000",
                "{\"a\":\"\\x\"}",
                "{\"a\":tru}")) {
            body("the body " + broken, broken, "");
        }
        body("a byte order mark", "\ufeff" + good, "body");
        body("a name with NUL", good.replaceFirst("\\{", "{\"a\\\\u0000\":1,"), "");
        body("a name twice", good.replaceFirst("\\{", "{\"" + first + "\":0,"), first);
        body("33 levels", "{\"" + first + "\":" + "[".repeat(32) + "]".repeat(32) + "}", first);
        body(
                "100,000 levels of arrays",
                "{\"" + first + "\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}",
                first);
        body("40,000 levels of objects", "{\"a\":".repeat(40_000) + "1" + "}".repeat(40_000), "");
        body("a number of 100,000 digits", "{\"" + first + "\":" + "1".repeat(100_000) + "}", first);
        body("5,000 unknown fields", good.substring(0, good.length() - 1) + manyFields() + "}", "");

        bytes("UTF-16", good.getBytes(UTF_16));
        bytes("UTF-16 without a mark", good.getBytes(UTF_16LE));
        bytes("half a character", concat("{\"a\":\"", new byte[] {(byte) 0xc3, 0x28}, "\"}"));
        bytes("a surrogate in UTF-8", concat("{\"a\":\"", new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, "\"}"));
        bytes("an overlong character", concat("{\"a\":\"", new byte[] {(byte) 0xc0, (byte) 0x80}, "\"}"));

        String padded = good + " ".repeat(BODY_BYTES_MAX + 1 - good.getBytes(UTF_8).length);
        add("256 KiB and a byte", target, JSON_TYPE, padded.getBytes(UTF_8), 413, "body_too_large", Set.of(), Set.of());
        add("4 MiB", target, JSON_TYPE, "[".repeat(4 << 20).getBytes(UTF_8), 413, "body_too_large", Set.of(), Set.of());

        for (String type : List.of(
                "",
                "text/plain",
                "text/json",
                "application/x-www-form-urlencoded",
                "application/xml",
                "multipart/form-data; boundary=x",
                "application/json; charset=iso-8859-1",
                "application/jsonx",
                "*/*",
                "application/merge-patch+json",
                "text/csv",
                "nonsense")) {
            add("as " + type, target, type, good.getBytes(UTF_8), 415, "unsupported_media_type", Set.of(), Set.of());
        }
        for (String card : CARDS) {
            add(
                    "a card number as a name",
                    target,
                    JSON_TYPE,
                    ("{\"" + card + "\":1}").getBytes(UTF_8),
                    422,
                    "card_data_not_accepted",
                    Set.of("body"),
                    Set.of("card_number"));
        }
        add(
                "a card number before the JSON breaks",
                target,
                JSON_TYPE,
                ("{\"note\":\"" + CARDS.getFirst() + "\",").getBytes(UTF_8),
                422,
                "card_data_not_accepted",
                Set.of("note"),
                Set.of("card_number"));
        add(
                "a card number in \\u escapes",
                target,
                JSON_TYPE,
                ("{\"note\":\"\\u0034" + CARDS.getFirst().substring(1) + "\"}").getBytes(UTF_8),
                422,
                "card_data_not_accepted",
                Set.of("note"),
                Set.of("card_number"));
    }

    private static String manyFields() {
        var fields = new StringBuilder();
        for (int i = 0; i < 5_000; i++) fields.append(",\"f").append(i).append("\":0");
        return fields.toString();
    }

    private void body(String what, String text, String field) {
        invalid(shortened(what), text.getBytes(UTF_8), field.isEmpty() ? Set.of("") : Set.of(field), Set.of());
    }

    private void bytes(String what, byte[] body) {
        invalid(what, body, Set.of("body"), Set.of("malformed"));
    }

    private static byte[] concat(String before, byte[] middle, String after) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(before.getBytes(UTF_8));
        bytes.writeBytes(middle);
        bytes.writeBytes(after.getBytes(UTF_8));
        return bytes.toByteArray();
    }

    // ------------------------------------------------------------------------------ the rest of a request

    private void queries() {
        byte[] body = goodBody();
        String type = operation.requestType().orElse("");
        for (Parameter parameter : operation.parameters()) {
            if (!parameter.in().equals("query")) continue;
            JsonNode schema = DOCUMENT.node(parameter.schema());
            for (String value : texts(schema)) {
                if (DOCUMENT.errors(parameter.schema(), asParameter(schema, value))
                        .isEmpty()) continue;
                String query = "?" + parameter.name() + "=" + encoded(value);
                add(
                        shortened(query),
                        target + query,
                        type,
                        body,
                        400,
                        "invalid_request",
                        Set.of(parameter.name()),
                        Set.of());
            }
            String good = parameter.name() + "=" + encoded(parameter.example().asString(""));
            add(
                    "?" + good + " twice",
                    target + "?" + good + "&" + good,
                    type,
                    body,
                    400,
                    "invalid_request",
                    Set.of(parameter.name()),
                    Set.of("duplicate"));
            for (String broken : List.of("%", "%f", "%zz", "%ff", "%c3%28")) {
                add(
                        "?" + parameter.name() + "=" + broken,
                        target + "?" + parameter.name() + "=" + broken,
                        type,
                        body,
                        400,
                        "invalid_request",
                        Set.of(""),
                        Set.of());
            }
            boolean isText = schema.path("type").stringValue("").equals("string");
            if (isText && !EXEMPT.matcher(parameter.name()).matches()) {
                for (String card : CARDS) {
                    add(
                            "a card number in ?" + parameter.name(),
                            target + "?" + parameter.name() + "=" + encoded(card),
                            type,
                            body,
                            422,
                            "card_data_not_accepted",
                            Set.of(parameter.name()),
                            Set.of("card_number"));
                }
            }
        }
        add(
                "?surprise=1",
                target + "?surprise=1",
                type,
                body,
                400,
                "invalid_request",
                Set.of("surprise"),
                Set.of("unknown_field"));
    }

    private void paths() {
        byte[] body = goodBody();
        String type = operation.requestType().orElse("");
        for (Parameter parameter : operation.parameters()) {
            if (!parameter.in().equals("path") || operation.path().startsWith("/problems/")) continue;
            JsonNode schema = DOCUMENT.node(parameter.schema());
            for (String value : texts(schema)) {
                if (value.isEmpty()
                        || DOCUMENT.errors(parameter.schema(), NODES.stringNode(value))
                                .isEmpty()) continue;
                String path = target(Map.of(parameter.name(), encoded(value)));
                if (value.contains("/")) { // leads elsewhere
                    add(path, path, type, body, 404, "not_found", Set.of(), Set.of());
                } else {
                    add(shortened(path), path, type, body, 400, "invalid_request", Set.of(parameter.name()), Set.of());
                }
            }
        }
    }

    private void keys() {
        byte[] body = goodBody();
        for (List<String> keys : List.of(
                List.of(""),
                List.of("too-short-by-one".substring(1)),
                List.of("k".repeat(256)),
                List.of("k".repeat(70_00)),
                List.of("\"" + "k".repeat(15) + "\""),
                List.of("\"" + "k".repeat(256) + "\""),
                List.of("\"never-closed-quote"),
                List.of("a-tab-in-the\tmiddle-of-it"),
                List.of(KEY, KEY),
                List.of(KEY, "another-key-0123456789"))) {
            badKey(shortened("keys " + keys), keys, body, "idempotency_key_invalid");
        }
        if (operation.needsKey()) badKey("no key", List.of(), body, "idempotency_key_required");
    }

    private void badKey(String what, List<String> keys, byte[] body, String code) {
        requests.add(new BadRequest(
                operation.id() + ": " + what,
                operation.method(),
                target,
                operation.requestType().orElse(""),
                keys,
                body,
                400,
                code,
                Set.of(),
                Set.of()));
    }

    private byte[] goodBody() {
        if (operation.requestType().isEmpty()) return new byte[0];
        JsonNode example = operation.requestExamples().values().iterator().next();
        return example.isString() ? example.stringValue().getBytes(UTF_8) : JSON.writeValueAsBytes(example);
    }

    private static List<String> texts(JsonNode schema) {
        var texts = new ArrayList<String>();
        for (String literal : literals(schema)) {
            JsonNode value = JSON.readTree(literal);
            if (value.isContainer() || !UTF_8.newEncoder().canEncode(value.asString(""))) continue;
            texts.add(value.isString() ? value.stringValue() : literal);
        }
        texts.removeIf(text -> text.length() > 1_000);
        Collections.addAll(texts, "A".repeat(600), "+1", "01", "0x10", "NaN", "%2525");
        return texts;
    }

    private static JsonNode asParameter(JsonNode schema, String text) {
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

    private String target(Map<String, String> changed) {
        var values = new LinkedHashMap<String, String>();
        for (Parameter parameter : operation.parameters()) {
            if (parameter.in().equals("path"))
                values.put(parameter.name(), parameter.example().asString(""));
        }
        values.putAll(changed);
        String path = operation.path();
        for (var value : values.entrySet()) path = path.replace("{" + value.getKey() + "}", value.getValue());
        return path;
    }

    private void add(
            String what,
            String target,
            String type,
            byte[] body,
            int status,
            String code,
            Set<String> fields,
            Set<String> fieldCodes) {
        List<String> keys = operation.needsKey() ? List.of(KEY) : List.of();
        requests.add(new BadRequest(
                operation.id() + ": " + what,
                operation.method(),
                target,
                type,
                keys,
                body,
                status,
                code,
                fields,
                fieldCodes));
    }
}
