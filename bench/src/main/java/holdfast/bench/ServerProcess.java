package holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A server in a process of its own, as its user starts it, on a data folder of its own.
final class ServerProcess implements AutoCloseable {

    static final String KEY = "hf_sk_" + "benchbenchbenchbenchbenchbenchbenchbenchben";
    private static final Duration END_MAX = Duration.ofSeconds(30);
    private static final double TICKS_PER_SECOND = 100; // of Linux, in /proc

    private static final Pattern POOL =
            Pattern.compile("(?m)^holdfast_database_connections_max\\{pool=\"(\\w+)\"} (\\d+)");

    private final Process process;
    private final URI url;

    private ServerProcess(Process process, URI url) {
        this.process = process;
        this.url = url;
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "server"));
    }

    /// Starts it on this database, and waits until it is ready.
    static ServerProcess start(Path data, String databaseUrl) throws IOException {
        return start(data, databaseUrl, List.of(), Map.of());
    }

    /// The same, with more options for its JVM, and settings of its own.
    static ServerProcess start(Path data, String databaseUrl, List<String> jvmOptions, Map<String, String> settings)
            throws IOException {
        var all = new HashMap<>(Map.of(
                "HOLDFAST_ADMIN_KEY", KEY,
                "HOLDFAST_DATABASE_URL", databaseUrl,
                "HOLDFAST_LOG_LEVEL", "warn"));
        all.putAll(settings);
        List<String> words = List.of("start", "--port", "0", "--psp-port", "0", "--data", data.toString());
        Launched launched = Launched.now(jvmOptions, words, all);
        return new ServerProcess(launched.process(), launched.url());
    }

    URI url() {
        return url;
    }

    /// How many connections to the database it may have, pool by pool, as it says itself: `18 (shared)`.
    List<String> pools() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(url.resolve("/metrics")).build();
            String page = http.send(request, BodyHandlers.ofString()).body();
            List<String> pools = POOL.matcher(page)
                    .results()
                    .map(pool -> pool.group(2) + " (" + pool.group(1) + ")")
                    .toList();
            if (pools.isEmpty()) throw new IOException("The server does not tell its pools");
            return pools;
        }
    }

    /// The CPU time that the JVM has taken so far, in seconds.
    double jvmSeconds() throws IOException {
        return seconds(process.pid());
    }

    /// The CPU time that the PostgreSQL on this data folder has taken so far, in seconds: of all its processes,
    /// those that have ended included.
    static double postgresSeconds(Path data) throws IOException {
        long postmaster = Long.parseLong(
                Files.readAllLines(postmasterPid(data)).getFirst().strip());
        double sum = seconds(postmaster);
        List<ProcessHandle> children =
                ProcessHandle.of(postmaster).orElseThrow().children().toList();
        for (ProcessHandle child : children) {
            sum += seconds(child.pid());
        }
        return sum;
    }

    private static Path postmasterPid(Path data) throws IOException {
        try (Stream<Path> files = Files.find(data, 4, (path, _) -> path.endsWith("postmaster.pid"))) {
            return files.findFirst().orElseThrow();
        }
    }

    private static double seconds(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        double ticks = 0;
        for (int i = 11; i <= 14; i++) { // user and system time, its own and that of children it has waited for
            ticks += Long.parseLong(fields[i]);
        }
        return ticks / TICKS_PER_SECOND;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
