package holdfast.api;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `docs/api/openapi.yaml` as data: its operations, what they take and answer, and what is valid against it.
final class OpenApi {

    static final Path FILE = Path.of(System.getProperty("holdfast.root"), "docs", "api", "openapi.yaml");

    private static final String IRI = "https://holdfast.test/openapi.json";
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    static final OpenApi DOCUMENT = new OpenApi(new YAMLMapper().readTree(FILE));

    private final JsonNode root;
    private final List<Operation> operations;
    private final SchemaRegistry registry;
    private final Map<Schema, com.networknt.schema.Schema> compiled = new ConcurrentHashMap<>();

    private OpenApi(JsonNode root) {
        this.root = root;
        this.operations = new ArrayList<>();
        root.path("paths")
                .forEachEntry((path, item) -> item.forEachEntry((method, operation) -> {
                    if (METHODS.contains(method))
                        operations.add(new Operation(method.toUpperCase(Locale.ROOT), path, item, operation));
                }));
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(IRI, root.toString()))
                        .schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build()));
    }

    JsonNode root() {
        return root;
    }

    List<Operation> operations() {
        return operations;
    }

    Operation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /// The operation that a request goes to; among several, the one that names more of the path.
    Optional<Operation> operation(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.method.equals(method) && operation.matches(path.replace("%2F", "/")))
                .min((a, b) -> Long.compare(a.variables(), b.variables()));
    }

    /// What is wrong with a value, by a schema; nothing, if it is valid.
    List<String> errors(Schema schema, JsonNode value) {
        return compiled.computeIfAbsent(schema, this::compile).validate(value).stream()
                .map(Error::toString)
                .toList();
    }

    private com.networknt.schema.Schema compile(Schema schema) {
        // Taken out of the document, its references have to name it.
        String standalone = root.at(schema.pointer()).toString().replace("\"$ref\":\"#", "\"$ref\":\"" + IRI + "#");
        return registry.getSchema(standalone, InputFormat.JSON);
    }

    /// The node itself, or what it refers to.
    JsonNode resolve(JsonNode node) {
        JsonNode reference = node.path("$ref");
        return reference.isString() ? resolve(root.at(reference.stringValue().substring(1))) : node;
    }

    /// The schema at this place, or the one it refers to.
    JsonNode node(Schema schema) {
        return root.at(resolve(schema).pointer());
    }

    private Schema resolve(Schema schema) {
        String reference = root.at(schema.pointer()).path("$ref").stringValue("");
        return reference.isEmpty() ? schema : resolve(new Schema(reference.substring(1)));
    }

    /// The alternatives of a schema; itself, if it has none.
    List<Schema> branches(Schema schema) {
        Schema target = resolve(schema);
        int branches = node(target).path("oneOf").size();
        if (branches == 0) return List.of(target);
        return IntStream.range(0, branches)
                .mapToObj(i -> resolve(new Schema(target.pointer() + "/oneOf/" + i)))
                .toList();
    }

    /// The schema of a property of an object; for the empty name, of the items of an array.
    Schema child(Schema schema, String property) {
        String pointer = resolve(schema).pointer();
        return resolve(new Schema(property.isEmpty() ? pointer + "/items" : pointer + "/properties/" + property));
    }

    /// The first example of a schema.
    JsonNode example(JsonNode schema) {
        JsonNode own = schema.path("examples");
        return own.isEmpty() ? resolve(schema).path("examples").path(0) : own.path(0);
    }

    /// Calls `visitor` with every node of the document and its JSON pointer.
    void walk(BiConsumer<String, JsonNode> visitor) {
        walk("", root, visitor);
    }

    private static void walk(String pointer, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(pointer, node);
        if (node.isObject()) {
            node.forEachEntry((name, child) -> walk(pointer + "/" + escape(name), child, visitor));
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) walk(pointer + "/" + i, node.get(i), visitor);
    }

    static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /// A schema, by the JSON pointer to it.
    record Schema(String pointer) {}

    /// A parameter of the path or the query, or a header.
    record Parameter(String name, String in, boolean required, Schema schema, JsonNode example) {}

    /// One method of one path.
    final class Operation {

        private final String method;
        private final String path;
        private final JsonNode item;
        private final JsonNode node;
        private final Pattern pattern;

        private Operation(String method, String path, JsonNode item, JsonNode node) {
            this.method = method;
            this.path = path;
            this.item = item;
            this.node = node;
            this.pattern = Pattern.compile(path.replace(".", "\\.").replaceAll("\\{[a-z_]+}", "[^/]+"));
        }

        String id() {
            return node.path("operationId").stringValue("");
        }

        String method() {
            return method;
        }

        /// A template: `/v1/carts/{id}`.
        String path() {
            return path;
        }

        JsonNode node() {
            return node;
        }

        boolean isWrite() {
            return !method.equals("GET");
        }

        /// Whether a path, as it is sent, leads here.
        boolean matches(String concrete) {
            return pattern.matcher(concrete).matches();
        }

        private long variables() {
            return path.chars().filter(c -> c == '{').count();
        }

        /// The alternatives of credentials, each a set of scheme names, a secret key with its scope: `secretKey:admin`.
        List<Set<String>> security() {
            return node.path("security")
                    .valueStream()
                    .map(alternative -> {
                        var names = new TreeSet<String>();
                        alternative.forEachEntry((scheme, scopes) -> names.add(
                                scopes.isEmpty()
                                        ? scheme
                                        : scheme + ":" + scopes.get(0).stringValue()));
                        return (Set<String>) names;
                    })
                    .toList();
        }

        List<Parameter> parameters() {
            return Stream.concat(
                            parameters(item, pointer("")).stream(),
                            parameters(node, pointer("/" + method.toLowerCase(Locale.ROOT))).stream())
                    .toList();
        }

        private List<Parameter> parameters(JsonNode of, String pointer) {
            var parameters = new ArrayList<Parameter>();
            for (int i = 0; i < of.path("parameters").size(); i++) {
                JsonNode given = of.path("parameters").get(i);
                JsonNode parameter = resolve(given);
                parameters.add(new Parameter(
                        parameter.path("name").stringValue(""),
                        parameter.path("in").stringValue(""),
                        parameter.path("required").booleanValue(false),
                        new Schema(place(given, pointer + "/parameters/" + i) + "/schema"),
                        parameter.path("example")));
            }
            return parameters;
        }

        boolean needsKey() {
            return parameters().stream().anyMatch(it -> it.name().equals("Idempotency-Key") && it.required());
        }

        /// The media type of its request body, if it takes one.
        Optional<String> requestType() {
            return node.path("requestBody").path("content").propertyNames().stream()
                    .findFirst();
        }

        boolean needsBody() {
            return node.path("requestBody").path("required").booleanValue(false);
        }

        Schema requestSchema() {
            return new Schema(pointer("/" + method.toLowerCase(Locale.ROOT)) + "/requestBody/content/"
                    + escape(requestType().orElseThrow()) + "/schema");
        }

        /// The bodies that the document shows, by name.
        Map<String, JsonNode> requestExamples() {
            JsonNode content =
                    node.path("requestBody").path("content").path(requestType().orElseThrow());
            var examples = new LinkedHashMap<String, JsonNode>();
            if (content.has("example")) examples.put("example", content.path("example"));
            content.path("examples").forEachEntry((name, example) -> examples.put(name, example.path("value")));
            return examples;
        }

        /// What it can answer with.
        Set<Integer> statuses() {
            return Set.copyOf(node.path("responses").propertyNames().stream()
                    .map(Integer::valueOf)
                    .toList());
        }

        /// The answer with this status, if it is documented.
        Optional<Response> response(int status) {
            JsonNode given = node.path("responses").path(String.valueOf(status));
            if (given.isMissingNode()) return Optional.empty();
            String pointer = place(given, pointer("/" + method.toLowerCase(Locale.ROOT)) + "/responses/" + status);
            return Optional.of(new Response(resolve(given), pointer));
        }

        private String pointer(String more) {
            return "/paths/" + escape(path) + more;
        }

        /// Where a node is, which stands here or only refers to it.
        private String place(JsonNode node, String here) {
            String reference = node.path("$ref").stringValue("");
            return reference.isEmpty() ? here : reference.substring(1);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /// What an operation answers with, under one status.
    record Response(JsonNode node, String pointer) {

        /// Its media type; null if it has no body.
        @Nullable
        String type() {
            return node.path("content").propertyNames().stream().findFirst().orElse(null);
        }

        Schema schema(String type) {
            return new Schema(pointer + "/content/" + escape(type) + "/schema");
        }

        JsonNode headers() {
            return node.path("headers");
        }

        List<String> problemCodes() {
            return node.path("x-problem-codes")
                    .valueStream()
                    .map(code -> code.stringValue(""))
                    .toList();
        }
    }
}
