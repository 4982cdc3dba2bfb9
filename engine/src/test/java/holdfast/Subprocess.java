package holdfast;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A real process of its own, for what only a process can show: kills, signals, exit codes. Ends with the
/// test.
public final class Subprocess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Thread reader;
    private final BlockingQueue<Optional<String>> unread = new LinkedBlockingQueue<>(); // empty: that was all
    private final List<String> lines = new CopyOnWriteArrayList<>();

    /// Starts the command that `builder` describes; what it says to standard error is taken as output too.
    public Subprocess(ProcessBuilder builder) {
        try {
            this.process = builder.redirectErrorStream(true).start();
            process.getOutputStream().close();
            this.reader = Thread.startVirtualThread(this::readAll);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// All the time, whether anybody is interested or not: a process that nobody listens to stops in the
    /// middle of a line, once the pipe is full.
    private void readAll() {
        try (BufferedReader output = process.inputReader(UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                unread.add(Optional.of(line));
            }
        } catch (IOException e) {
            lines.add("(" + e.getMessage() + ")"); // It was killed while it spoke.
        } finally {
            unread.add(Optional.empty());
        }
    }

    /// Runs a class of the test class path in a JVM of its own.
    public static Subprocess java(Class<?> main, String... arguments) {
        return java(Map.of(), main, arguments);
    }

    /// As [#java(Class, String...)], with `environment` on top of ours.
    public static Subprocess java(Map<String, String> environment, Class<?> main, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return new Subprocess(builder);
    }

    public long pid() {
        return process.pid();
    }

    /// Waits until it says the line wanted, after those that were waited for before, and returns that.
    public String awaitLine(Predicate<String> wanted) {
        try {
            Optional<String> line = unread.take();
            while (line.isPresent()) {
                if (wanted.test(line.get())) return line.get();
                line = unread.take();
            }
            unread.add(line);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        throw new AssertionError("The process ended without saying it:\n" + String.join("\n", lines));
    }

    /// All it said so far.
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /// Waits for its end.
    public int exitCode() {
        int code = ended();
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return code;
    }

    private int ended() {
        try {
            if (process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) return process.exitValue();
            throw new AssertionError("The process does not end:\n" + String.join("\n", lines));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /// `kill -9`.
    public void kill() {
        process.destroyForcibly();
        ended();
    }

    /// `kill -TERM`. What it says from then on can still be read: [Process#destroy] would close that.
    public void terminate() {
        process.toHandle().destroy();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
