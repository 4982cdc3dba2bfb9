package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.api.OpenApi.Operation;
import holdfast.api.OpenApi.Schema;
import holdfast.kernel.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The OpenAPI document is sound in itself, before any server is asked.
class OpenApiDocumentTest {

    private static final OpenApi DOCUMENT = OpenApi.DOCUMENT;

    private final List<String> wrong = new ArrayList<>();

    @Test
    void every_reference_leads_somewhere_and_every_component_is_used() throws IOException {
        DOCUMENT.walk((pointer, node) -> {
            String reference = node.path("$ref").stringValue("");
            if (!reference.isEmpty()
                    && DOCUMENT.root().at(reference.substring(1)).isMissingNode()) {
                wrong.add(pointer + " leads nowhere: " + reference);
            }
        });
        String text = Files.readString(OpenApi.FILE);
        DOCUMENT.root().path("components").forEachEntry((kind, components) -> {
            if (kind.equals("securitySchemes")) return;
            for (String name : components.propertyNames()) {
                if (!text.contains("'#/components/" + kind + "/" + name + "'")) wrong.add("unused: " + name);
            }
        });
        // Said by every path, for the methods that it does not know.
        assertThat(wrong).containsExactly("unused: method_not_allowed");
    }

    @Test
    void every_operation_has_a_name_a_tag_a_sentence_and_says_who_may_call_it() {
        var tags = DOCUMENT.root()
                .path("tags")
                .valueStream()
                .map(tag -> tag.path("name"))
                .toList();
        for (Operation operation : DOCUMENT.operations()) {
            assertThat(operation.id()).as(operation.toString()).matches("[a-z]+([A-Z][a-z]+)+");
            assertThat(operation.node().path("summary").stringValue(""))
                    .as(operation.id())
                    .isNotBlank();
            assertThat(operation.node().path("tags").valueStream().toList())
                    .hasSize(1)
                    .isSubsetOf(tags);
            assertThat(operation.node().has("security")).as(operation.id()).isTrue();
        }
        assertThat(DOCUMENT.operations()).extracting(Operation::id).doesNotHaveDuplicates();
    }

    @Test
    void every_object_is_closed_and_every_string_and_number_of_a_request_has_bounds() {
        DOCUMENT.walk((pointer, node) -> {
            String type = node.path("type").stringValue("");
            if (type.equals("object") && !node.has("additionalProperties")) wrong.add(pointer + " is open");
            if (type.equals("integer") && !(node.has("minimum") && node.has("maximum"))) {
                wrong.add(pointer + " is unbounded");
            }
        });
        for (Operation operation : DOCUMENT.operations()) {
            if (operation.requestType().isPresent())
                bounded(DOCUMENT.root().at(operation.requestSchema().pointer()));
            operation
                    .parameters()
                    .forEach(it -> bounded(DOCUMENT.root().at(it.schema().pointer())));
        }
        assertThat(wrong).isEmpty();
    }

    private void bounded(JsonNode given) {
        JsonNode schema = DOCUMENT.resolve(given);
        boolean isBounded = switch (schema.path("type").stringValue("")) {
            case "string" ->
                schema.has("maxLength")
                        || schema.has("enum")
                        || schema.path("pattern").stringValue("").endsWith("}$");
            case "array" -> schema.has("maxItems");
            default -> true;
        };
        if (!isBounded) wrong.add(schema + " is unbounded");
        schema.path("properties").forEach(this::bounded);
        schema.path("oneOf").forEach(this::bounded);
        if (schema.has("items")) bounded(schema.path("items"));
    }

    @Test
    void every_example_is_valid() {
        int[] examples = {0};
        DOCUMENT.walk((pointer, node) -> {
            if (node.path("schema").isObject()) {
                var schema = new Schema(pointer + "/schema");
                if (node.has("example")) {
                    examples[0]++;
                    check(schema, node.path("example"), pointer + "/example");
                }
                node.path("examples").forEachEntry((name, example) -> {
                    examples[0]++;
                    check(schema, DOCUMENT.resolve(example).path("value"), pointer + "/examples/" + name);
                });
            } else if (node.path("examples").isArray()) {
                for (JsonNode example : node.path("examples")) {
                    examples[0]++;
                    check(new Schema(pointer), example, pointer + "/examples");
                }
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(examples[0]).isGreaterThan(300);
    }

    @Test
    void every_schema_and_every_body_has_an_example() {
        DOCUMENT.root().path("components").path("schemas").forEachEntry((name, schema) -> {
            if (schema.path("examples").isEmpty()) wrong.add(name);
        });
        DOCUMENT.walk((pointer, node) -> {
            if (pointer.matches(".*/content/[^/]*")
                    && !node.has("example")
                    && node.path("examples").isEmpty()) {
                wrong.add(pointer);
            }
        });
        assertThat(wrong).containsExactly("/paths/~1openapi.yaml/get/responses/200/content/application~1yaml");
    }

    private void check(Schema schema, JsonNode example, String place) {
        DOCUMENT.errors(schema, example).forEach(error -> wrong.add(place + ": " + error));
    }

    @Test
    void the_problems_are_those_of_the_program() {
        var codes = DOCUMENT.root().at("/components/schemas/ProblemCode/enum").valueStream();
        assertThat(codes.map(code -> code.stringValue("")))
                .containsExactlyElementsOf(
                        Arrays.stream(Problem.values()).map(Problem::code).toList());
    }

    @Test
    void every_problem_is_answered_with_its_status_and_shown_by_its_example() {
        for (Operation operation : DOCUMENT.operations()) {
            for (int status : operation.statuses()) {
                var response = operation.response(status).orElseThrow();
                String place = operation.id() + " " + status;
                if (status < 400) {
                    assertThat(response.problemCodes()).as(place).isEmpty();
                    continue;
                }
                assertThat(response.type()).as(place).isEqualTo("application/problem+json");
                assertThat(response.problemCodes())
                        .as(place)
                        .isNotEmpty()
                        .allMatch(code -> problem(code).status() == status);
                assertThat(response.node()
                                .at("/content/application~1problem+json/examples")
                                .propertyNames())
                        .as(place)
                        .containsExactlyElementsOf(response.problemCodes());
                boolean isRetryable = response.problemCodes().stream()
                        .anyMatch(code -> problem(code).retryable());
                assertThat(response.headers().has("Retry-After")).as(place).isEqualTo(isRetryable);
            }
        }
    }

    @Test
    void the_examples_of_problems_say_what_the_program_says() {
        for (Problem problem : Problem.values()) {
            JsonNode example =
                    DOCUMENT.root().at("/components/examples/" + problem.code()).path("value");
            assertThat(example.path("status").intValue(0)).as(problem.code()).isEqualTo(problem.status());
            assertThat(example.path("title").stringValue("")).isEqualTo(problem.title());
            assertThat(example.path("code").stringValue("")).isEqualTo(problem.code());
            assertThat(example.has("retry_after")).as(problem.code()).isEqualTo(problem.retryable());
        }
    }

    private static Problem problem(String code) {
        return Problem.valueOf(code.toUpperCase(Locale.ROOT));
    }
}
