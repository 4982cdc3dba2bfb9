package holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Repository;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What is in `deploy/` can be read, and speaks of what there is.
class DeployTest {

    private static final Pattern METRIC = Pattern.compile("\\b(?:holdfast|jvm|process)_[a-z0-9_]+");
    private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\S+) ");

    /// Where there is a Redis, and once payments were reconciled.
    private static final Set<String> SOMETIMES = Set.of(
            "holdfast_redis_out",
            "holdfast_reconciliation_unexplained",
            "holdfast_reconciliation_incomplete",
            "holdfast_reconciliation_age_seconds");

    @Test
    void every_file_can_be_parsed() {
        List<Path> files = deployed(".json", ".yaml", ".yml");
        assertThat(files).hasSizeGreaterThan(5);
        for (Path file : files) {
            String text = Repository.read(Repository.ROOT.resolve(file));
            JsonNode read = file.toString().endsWith(".json")
                    ? new JsonMapper().readTree(text)
                    : new YAMLMapper().readTree(text.split("(?m)^---$", 2)[0]);
            assertThat(read.isObject()).as(file.toString()).isTrue();
        }
    }

    @Test
    void every_metric_that_is_named_is_told() {
        Set<String> told;
        try (var shop = new TestShop()) {
            shop.anyone().get("/healthz");
            told = FAMILY.matcher(shop.anyone().get("/metrics").body())
                    .results()
                    .map(family -> family.group(1))
                    .collect(Collectors.toSet());
        }
        var named = new TreeSet<String>();
        deployed(".json", ".yml")
                .forEach(file -> METRIC.matcher(Repository.read(Repository.ROOT.resolve(file)))
                        .results()
                        .map(MatchResult::group)
                        .forEach(named::add));
        assertThat(named).hasSizeGreaterThan(25);
        assertThat(named)
                .filteredOn(name -> !told.contains(name.replaceFirst("_(bucket|sum|count)$", ""))
                        && !told.contains(name)
                        && !SOMETIMES.contains(name))
                .isEmpty();
    }

    /// Each alarm says what it is about, how urgent it is, and goes by a metric.
    @Test
    void every_alarm_says_what_it_is_about() {
        JsonNode groups = new YAMLMapper()
                .readTree(Repository.read("deploy/prometheus/alerts.yml"))
                .path("groups");
        assertThat(groups.path(0).path("rules").size()).isGreaterThan(10);
        groups.path(0).path("rules").forEach(rule -> {
            String name = rule.path("alert").stringValue("");
            assertThat(name).startsWith("Holdfast");
            assertThat(rule.path("labels").path("severity").stringValue(""))
                    .as(name)
                    .isIn("page", "ticket");
            assertThat(rule.path("annotations").path("summary").stringValue(""))
                    .as(name)
                    .isNotBlank();
            assertThat(rule.path("expr").stringValue("")).as(name).containsAnyOf("holdfast_", "jvm_", "up{");
        });
    }

    private static List<Path> deployed(String... endings) {
        return Repository.files(endings).stream()
                .filter(file -> file.startsWith("deploy"))
                .toList();
    }
}
