package holdfast.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs `initdb` and `pg_ctl`, as a user PostgreSQL accepts: it refuses to be root.
///
/// @param home where the programs are
/// @param disguise what comes before each command when we are root
/// @param uid who owns the files then, or -1 for whoever made them
record PostgresPrograms(Path home, List<String> disguise, int uid) {

    private static final int NOBODY = 65534;

    /// In a user namespace of its own a process of root is nobody, and still owns root's files.
    private static final List<String> IN_A_NAMESPACE = List.of("unshare", "--user");

    /// Where namespaces are forbidden, as in most containers: really nobody, but one who may walk into
    /// root's folders.
    private static final List<String> AS_NOBODY = List.of(
            "setpriv",
            "--reuid=" + NOBODY,
            "--regid=" + NOBODY,
            "--clear-groups",
            "--inh-caps=-all,+dac_override",
            "--ambient-caps=-all,+dac_override");

    /// How a program ended.
    ///
    /// @param output what it printed, errors included
    record Result(int exitCode, String output) {

        boolean succeeded() {
            return exitCode == 0;
        }

        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((_, last) -> last)
                    .orElse("exit code " + exitCode)
                    .strip();
        }
    }

    static PostgresPrograms ofThisMachine() {
        if (new UnixSystem().getUid() != 0) return new PostgresPrograms(PostgresBinaries.unpacked(), List.of(), -1);
        return inNamespace()
                .or(PostgresPrograms::asNobody)
                .orElseThrow(() -> new CannotStart("PostgreSQL refuses to run as root, and this machine offers neither"
                        + " unshare nor setpriv to change that: start Holdfast as an ordinary user, or set"
                        + " HOLDFAST_DATABASE_URL"));
    }

    static Optional<PostgresPrograms> inNamespace() {
        return works(IN_A_NAMESPACE)
                ? Optional.of(new PostgresPrograms(PostgresBinaries.unpacked(), IN_A_NAMESPACE, 0))
                : Optional.empty();
    }

    static Optional<PostgresPrograms> asNobody() {
        return works(AS_NOBODY)
                ? Optional.of(new PostgresPrograms(PostgresBinaries.unpackedForEverybody(), AS_NOBODY, NOBODY))
                : Optional.empty();
    }

    private static boolean works(List<String> disguise) {
        var command = new ArrayList<>(disguise);
        command.add("true");
        try {
            return run(command, Duration.ofSeconds(5)).succeeded();
        } catch (CannotStart e) {
            return false; // The program is not there.
        }
    }

    Result run(Duration atMost, String program, List<String> arguments) {
        var command = new ArrayList<>(disguise);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        return run(command, atMost);
    }

    private static Result run(List<String> command, Duration atMost) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        // What the surroundings say about another PostgreSQL must not reach ours.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            // Read on a thread of its own: a program that hangs must not make us hang.
            var output = new StringBuilder();
            Thread reader = Thread.ofVirtual().start(() -> {
                try (var from = process.inputReader(UTF_8)) {
                    from.lines().forEach(line -> output.append(line).append('\n'));
                } catch (IOException | UncheckedIOException e) {
                    output.append(e.getMessage());
                }
            });
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                return new Result(-1, "no answer within " + atMost.toSeconds() + " s");
            }
            reader.join();
            return new Result(process.exitValue(), output.toString());
        } catch (IOException e) {
            throw new CannotStart(command.getFirst() + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStart("Interrupted while PostgreSQL was busy", e);
        }
    }

    /// Gives files to the user the programs run as; they may have been made under another disguise.
    void own(Path files) throws IOException {
        if (uid < 0 || owner(files) == uid) return;
        try (var paths = Files.walk(files)) {
            // The folder itself last: it tells that all within is done.
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    private static int owner(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
