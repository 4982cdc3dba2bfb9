package holdfast;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The shell script, run for real, in a checkout of its own whose Maven and whose jar are stand-ins.
class LauncherTest {

    private static final Path ROOT = Path.of(System.getProperty("holdfast.root"));

    @TempDir
    Path parent;

    @Test
    void without_a_command_it_says_what_there_is() throws IOException {
        Path checkout = checkout();
        for (String arguments : List.of("", "--help", "-h", "help")) {
            var told = run(checkout, arguments.split(" ", -1));
            assertThat(told.exitCode).isZero();
            assertThat(told.text())
                    .contains(
                            "Usage: ./holdfast COMMAND",
                            "demo",
                            "start",
                            "replay",
                            "flashsale",
                            "reconcile",
                            "test [--quick]");
        }
        assertThat(run(checkout, "--version").text()).matches("Holdfast \\d+\\.\\d+\\.\\d+\\S*");
    }

    @Test
    void without_a_jdk_it_says_what_to_install() throws IOException {
        Path checkout = checkout();
        Path launcher = checkout.resolve("holdfast");
        Files.writeString(launcher, Files.readString(launcher).replace("jdk_release=25", "jdk_release=99"));
        var told = run(checkout, "demo");
        assertThat(told.exitCode).isEqualTo(1);
        assertThat(told.lines)
                .singleElement()
                .asString()
                .contains("needs a JDK 99", "JAVA_HOME", "https://adoptium.net");
    }

    @Test
    void it_builds_what_is_missing_or_older_than_its_sources_and_nothing_else() throws IOException {
        Path checkout = checkout();
        maven(checkout, "echo \"$@\" >>builds; cp jar engine/target/holdfast.jar");
        var first = run(checkout, "replay", "my file");
        assertThat(first.exitCode).isZero();
        assertThat(first.lines).startsWith("Building Holdfast: 1 s").endsWith("[replay, my file]");
        assertThat(checkout.resolve("engine/target/rehearsal.log"))
                .content()
                .contains("[rehearse, " + checkout + "/engine/target/rehearsal]");
        assertThat(run(checkout, "demo").lines).containsExactly("[demo]");
        assertThat(checkout.resolve("builds")).hasContent("-B process-classes -pl engine -am");

        Files.writeString(checkout.resolve("engine/src/main/Later.java"), "");
        assertThat(run(checkout, "demo").lines).endsWith("[demo]");
        assertThat(checkout.resolve("builds")).content().hasLineCount(2);
    }

    @Test
    void it_is_found_through_a_link_and_from_another_folder() throws IOException {
        Path link = Files.createSymbolicLink(
                parent.resolve("link to it"), checkout().resolve("holdfast"));
        Files.createDirectories(parent.resolve("else where"));
        var told = run(parent.resolve("else where"), link, List.of("--version"));
        assertThat(told.text()).startsWith("Holdfast ");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named() throws IOException {
        Path checkout = checkout();
        Files.delete(checkout.resolve("engine/target"));
        Files.createFile(checkout.resolve("engine/target"));
        var told = run(checkout, "start");
        assertThat(told.exitCode).isEqualTo(1);
        assertThat(told.lines)
                .containsExactly("Holdfast has to be built first, and " + checkout
                        + "/engine/target cannot be written: make the folder writable.");
    }

    @Test
    void a_build_that_fails_shows_why() throws IOException {
        Path checkout = checkout();
        maven(checkout, "echo '[INFO] Downloading from central: x'; echo '[ERROR] Shop.java:[7,1] unreadable'; exit 1");
        var told = run(checkout, "start");
        assertThat(told.exitCode).isEqualTo(1);
        assertThat(told.lines)
                .containsSubsequence(
                        "[ERROR] Shop.java:[7,1] unreadable",
                        "Holdfast could not be built; the whole log is " + checkout + "/engine/target/build.log")
                .noneMatch(line -> line.contains("Downloading"));
        assertThat(checkout.resolve("engine/target/building")).doesNotExist();
    }

    @Test
    void a_build_that_was_killed_does_not_keep_the_next_one_waiting() throws IOException {
        Path checkout = checkout();
        maven(checkout, "cp jar engine/target/holdfast.jar");
        Path lock = Files.createDirectories(checkout.resolve("engine/target/building"));
        Files.writeString(lock.resolve("pid"), "999999999");
        assertThat(run(checkout, "demo").lines).endsWith("[demo]");
    }

    @Test
    void the_tests_are_counted() throws IOException {
        Path checkout = checkout();
        maven(checkout, """
                echo "$@" >arguments
                mkdir -p engine/target/surefire-reports
                echo '<testsuite name="A" time="1" tests="40" errors="0" skipped="1" failures="0">' \
                  >engine/target/surefire-reports/TEST-a.xml
                echo '<testsuite name="B" time="1" tests="2" errors="0" skipped="0" failures="0">' \
                  >engine/target/surefire-reports/TEST-b.xml
                """);
        var green = run(checkout, "test");
        assertThat(green.exitCode).isZero();
        assertThat(green.lines.get(green.lines.size() - 2)).matches("41 tests passed in \\d+ s");
        assertThat(green.lines).last().isEqualTo("41 passed, 0 failed, 1 skipped");
        assertThat(checkout.resolve("arguments")).content().contains("verify").doesNotContain("slow");

        assertThat(run(checkout, "test", "--quick").exitCode).isZero();
        assertThat(checkout.resolve("arguments")).content().contains("-DexcludedGroups=slow");
    }

    @Test
    void failed_tests_are_counted_too_and_end_in_an_error() throws IOException {
        Path checkout = checkout();
        maven(checkout, """
                mkdir -p engine/target/surefire-reports
                echo '<testsuite name="A" time="1" tests="40" errors="2" skipped="1" failures="3">' \
                  >engine/target/surefire-reports/TEST-a.xml
                exit 1
                """);
        var red = run(checkout, "test");
        assertThat(red.exitCode).isEqualTo(1);
        assertThat(red.lines).containsSubsequence("5 of 40 tests failed", "34 passed, 5 failed, 1 skipped");

        maven(checkout, "exit 1");
        var broken = run(checkout, "test");
        assertThat(broken.exitCode).isEqualTo(1);
        assertThat(broken.lines).containsSubsequence("The build failed: see above", "0 passed, 0 failed, 0 skipped");
    }

    /// A checkout with blanks in its path and the real script, and neither sources nor Maven.
    private Path checkout() throws IOException {
        Path checkout = parent.resolve("my shop");
        Files.createDirectories(checkout.resolve("engine/target"));
        Files.createDirectories(checkout.resolve("engine/src/main"));
        Files.createDirectories(checkout.resolve("docs/api"));
        Files.createDirectories(checkout.resolve("docs/problems"));
        for (String file : List.of("holdfast", "pom.xml", "engine/pom.xml")) {
            Files.copy(ROOT.resolve(file), checkout.resolve(file), COPY_ATTRIBUTES);
        }
        try (var jar = new JarOutputStream(Files.newOutputStream(checkout.resolve("jar")), manifest())) {
            jar.finish();
        }
        return checkout;
    }

    /// Of a jar that runs [Echo] instead of Holdfast.
    private static Manifest manifest() {
        var manifest = new Manifest();
        var attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, Echo.class.getName());
        attributes.put(
                Attributes.Name.CLASS_PATH,
                Echo.class.getProtectionDomain().getCodeSource().getLocation().toString());
        return manifest;
    }

    private static void maven(Path checkout, String script) throws IOException {
        Path maven = checkout.resolve("mvnw");
        Files.writeString(maven, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// What the jar of these checkouts does.
    static final class Echo {

        private Echo() {}

        public static void main(String[] arguments) {
            System.out.println(List.of(arguments));
        }
    }

    private record Told(int exitCode, List<String> lines) {

        String text() {
            return String.join("\n", lines);
        }
    }

    private Told run(Path checkout, String... arguments) {
        return run(parent, checkout.resolve("holdfast"), List.of(arguments));
    }

    private static Told run(Path folder, Path launcher, List<String> arguments) {
        var command = new ArrayList<>(List.of(launcher.toString()));
        arguments.stream().filter(argument -> !argument.isEmpty()).forEach(command::add);
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        try (var process = new Subprocess(builder)) {
            int exitCode = process.exitCode();
            return new Told(exitCode, process.lines());
        }
    }
}
