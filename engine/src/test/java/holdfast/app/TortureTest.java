package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Subprocess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A short torture, as a user meets it.
class TortureTest {

    @TempDir
    Path data;

    @Test
    @Tag("slow")
    void a_shop_that_is_tortured_keeps_every_promise() {
        try (var torture = start(Map.of(), "--seconds", "15", "--seed", "1")) {
            int exitCode = torture.exitCode();
            assertThat(exitCode).as(String.join("\n", torture.lines())).isZero();
            assertThat(torture.lines()).contains("No promise is broken.").anyMatch(line -> line.startsWith("Seed 1: "));
        }
        assertThat(data.resolve("torture")).isDirectoryContaining("glob:**-seed-1");
    }

    @Test
    void it_takes_no_database_of_yours() {
        try (var torture = start(Map.of("HOLDFAST_DATABASE_URL", "postgres://db/shop"))) {
            assertThat(torture.exitCode()).isEqualTo(1);
            assertThat(torture.lines()).singleElement().asString().contains("unset HOLDFAST_DATABASE_URL");
        }
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void what_makes_no_sense_is_refused_before_anything_is_started() {
        try (var torture = start(Map.of(), "--minutes", "0")) {
            assertThat(torture.exitCode()).isEqualTo(2);
            assertThat(torture.lines().getFirst()).isEqualTo("--minutes must be from 1 to 1440");
        }
        assertThat(data).isEmptyDirectory();
    }

    private Subprocess start(Map<String, String> settings, String... options) {
        var arguments = new ArrayList<>(List.of("torture", "--data", data.toString()));
        arguments.addAll(List.of(options));
        return Subprocess.java(settings, Main.class, arguments.toArray(String[]::new));
    }
}
