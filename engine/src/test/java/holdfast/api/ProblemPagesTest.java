package holdfast.api;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.kernel.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every problem has a page, and every page a problem.
class ProblemPagesTest {

    private static final Path PAGES = Path.of(System.getProperty("holdfast.root"), "docs", "problems");
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);

    @Test
    void every_problem_has_a_page_and_every_page_a_problem() throws IOException {
        try (var files = Files.list(PAGES)) {
            var pages = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("README.md"))
                    .collect(toCollection(TreeSet::new));
            var problems = Arrays.stream(Problem.values())
                    .map(problem -> problem.code() + ".md")
                    .collect(toCollection(TreeSet::new));
            assertThat(pages).isEqualTo(problems);
        }
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void a_page_says_what_it_is_about(Problem problem) {
        String page = page(problem);
        assertThat(page)
                .startsWith("# " + problem.code() + "\n\n**" + problem.status() + "** " + problem.title() + "\n");
        assertThat(page).contains("\n## What was changed\n", "\n## What to do\n", "\n## Example\n");
    }

    @ParameterizedTest
    @EnumSource(Problem.class)
    void the_example_on_a_page_is_that_problem(Problem problem) throws IOException {
        var examples = EXAMPLE.matcher(page(problem)).results().toList();
        assertThat(examples).hasSize(1);
        JsonNode example = new JsonMapper().readTree(examples.getFirst().group(1));

        assertThat(example.path("type").asText()).isEqualTo("/problems/" + problem.code());
        assertThat(example.path("title").asText()).isEqualTo(problem.title());
        assertThat(example.path("status").asInt()).isEqualTo(problem.status());
        assertThat(example.path("code").asText()).isEqualTo(problem.code());
        assertThat(example.path("detail").asText()).isNotBlank();
    }

    @Test
    void the_index_lists_them_all_in_order() throws IOException {
        List<String> listed = Files.readAllLines(PAGES.resolve("README.md")).stream()
                .filter(line -> line.startsWith("| ["))
                .map(line -> line.substring(0, line.lastIndexOf(" | ")))
                .toList();
        assertThat(listed)
                .containsExactlyElementsOf(Arrays.stream(Problem.values())
                        .map(problem -> "| [%1$s](%1$s.md) | %2$d | %3$s"
                                .formatted(problem.code(), problem.status(), problem.title()))
                        .toList());
    }

    private static String page(Problem problem) {
        try {
            return Files.readString(PAGES.resolve(problem.code() + ".md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
