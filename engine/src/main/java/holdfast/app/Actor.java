package holdfast.app;

import holdfast.db.CannotStart;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// A process of a torture: one of Holdfast's commands, in a JVM of its own, whose words go into a file. It is
/// killed, frozen and started again, by the number it was started with.
final class Actor implements AutoCloseable {

    private static final String READY = "READY ";
    private static final Duration START_MAX = Duration.ofMinutes(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(45);
    private static final Duration TRY_AGAIN = Duration.ofMillis(300);

    private final String name;
    private final List<String> command;
    private final Map<String, String> settings;
    private final Path log;
    private final IntConsumer ready;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile @Nullable Process process;
    private volatile boolean closed;

    /// @param settings its environment; of ours it sees no setting of Holdfast
    /// @param log gets what it says
    /// @param ready is told its port whenever it has been started
    Actor(String name, List<String> command, Map<String, String> settings, Path log, IntConsumer ready) {
        this.name = name;
        this.command = command;
        this.settings = settings;
        this.log = log;
        this.ready = ready;
    }

    /// Makes sure that it runs: when this returns, it answers. It may need several tries, as those it needs
    /// are harmed too.
    ///
    /// @throws CannotStart if it does not come up within three minutes
    synchronized void start() {
        long deadline = System.nanoTime() + START_MAX.toNanos();
        while (!isAlive() && !closed && !Thread.currentThread().isInterrupted()) {
            try {
                URI url = launched().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                ready.accept(url.getPort());
            } catch (ExecutionException | TimeoutException e) {
                end();
                if (System.nanoTime() > deadline) {
                    throw new CannotStart("The " + name + " does not start: see " + log, e);
                }
                pause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private CompletableFuture<URI> launched() {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(variable -> variable.startsWith(Setting.PREFIX));
        builder.environment().putAll(settings);
        try {
            Process started = builder.start();
            process = started;
            started.getOutputStream().close();
            note("started as process " + started.pid());
            var url = new CompletableFuture<URI>();
            Thread.ofVirtual().name(name).start(() -> listen(started, url));
            return url;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(Process started, CompletableFuture<URI> url) {
        try (BufferedReader said = started.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                write(line);
                if (line.startsWith(READY)) url.complete(URI.create(line.substring(READY.length())));
            }
        } catch (IOException e) {
            note("cannot be heard any more: " + e.getMessage());
        }
        note("ended");
        url.completeExceptionally(new IOException("It ended without being ready"));
    }

    private boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /// `kill -9`.
    void kill() {
        note("killed");
        end();
    }

    private void end() {
        Process running = process;
        if (running == null) return;
        running.destroyForcibly();
        running.onExit().join();
    }

    /// `kill -TERM`.
    void stop() {
        Process running = process;
        if (running == null) return;
        note("told to stop");
        running.toHandle().destroy();
    }

    /// Waits until it has stopped, and starts it again; what does not stop in time is ended.
    void startAfterStop() {
        Process running = process;
        try {
            if (running != null && !running.waitFor(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                note("did not stop");
                end();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        start();
    }

    /// `kill -STOP`: it keeps all it has, and does nothing.
    void freeze() {
        note("frozen");
        signal("-STOP");
    }

    /// `kill -CONT`.
    void thaw() {
        note("thawed");
        signal("-CONT");
    }

    /// Java has no words for these.
    private void signal(String signal) {
        Process running = process;
        if (running == null || !running.isAlive()) return;
        try {
            new ProcessBuilder("kill", signal, Long.toString(running.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(String what) {
        write("---- " + Instant.now() + " " + name + " " + what);
    }

    private void write(String line) {
        writing.lock();
        try (Writer to = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            to.write(line + System.lineSeparator());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writing.unlock();
        }
    }

    private static void pause() {
        try {
            new CountDownLatch(1).await(TRY_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends it for good; a frozen one too.
    @Override
    public void close() {
        closed = true;
        end();
    }
}
