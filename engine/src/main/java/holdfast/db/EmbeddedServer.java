package holdfast.db;

import static holdfast.db.DataFolder.reason;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL of our own, for those who have none. Its files are in a data folder; it answers on the
/// loopback interface only, to whoever knows the password that lies among those files.
///
/// The server outlives a killed JVM. The next start finds it by its pid file, stops it in order and starts
/// it anew: what was committed is there.
public final class EmbeddedServer implements AutoCloseable {

    /// Whether a commit survives a power cut.
    public enum Durability {
        /// Every commit is on the disk before it is acknowledged; checked at every start.
        FULL,
        /// Nothing is flushed: for tests, whose data nobody misses.
        NONE
    }

    /// How many connections it takes.
    public static final int CONNECTIONS_MAX = 200;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private static final String DATABASE = "holdfast";
    private static final int START_ATTEMPTS_MAX = 5;
    private static final Duration START_MAX = Duration.ofMinutes(10); // After a crash it first replays its log.
    private static final Duration STOP_MAX = Duration.ofSeconds(60);

    private final PostgresPrograms programs;
    private final DatabaseFiles files;
    private final Durability durability;
    private final String password;
    private int port;

    private EmbeddedServer(PostgresPrograms programs, DatabaseFiles files, Durability durability) {
        this.programs = programs;
        this.files = files;
        this.durability = durability;
        this.password = files.password();
    }

    /// Starts the server of a data folder. Takes about a second the first time, and after a crash as long
    /// as PostgreSQL needs to recover.
    ///
    /// @throws CannotStart if the server does not come up as it must
    public static EmbeddedServer start(DataFolder folder, Durability durability) {
        return start(folder, durability, PostgresPrograms.ofThisMachine());
    }

    static EmbeddedServer start(DataFolder folder, Durability durability, PostgresPrograms programs) {
        var files = DatabaseFiles.prepare(folder.path(), programs, durability);
        var server = new EmbeddedServer(programs, files, durability);
        server.stopLeftover();
        server.start();
        server.prepare();
        return server;
    }

    /// Where a server that runs on this data folder answers, or nothing if none does. Touches nothing.
    public static Optional<String> urlOfRunning(Path folder) {
        var files = DatabaseFiles.in(folder.toAbsolutePath().normalize());
        return Postmaster.of(files.path())
                .filter(Postmaster::alive)
                .map(running -> url(running.port(), DATABASE, files.password()));
    }

    /// The JDBC URL, password included: not for logs.
    public String url() {
        return url(port, DATABASE, password);
    }

    /// Ends the server on the spot, as the system does when it runs out of memory. What was committed is found
    /// by the next [#start].
    public void kill() {
        Postmaster.of(files.path()).filter(Postmaster::alive).ifPresent(Postmaster::kill);
    }

    /// Stops the server in order: open transactions are rolled back, everything committed is on the disk.
    @Override
    public void close() {
        stop();
    }

    private static String url(int port, String database, String password) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?user=%s&password=%s"
                .formatted(port, database, DatabaseFiles.USER, password);
    }

    private void start() {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            forget(startLog());
            var result = programs.run(
                    START_MAX,
                    "pg_ctl", // puts the server into a session of its own, where a Ctrl-C in our terminal does not
                    // reach it
                    List.of(
                            "start",
                            "--wait",
                            "--silent",
                            "--timeout=" + START_MAX.toSeconds(),
                            "--pgdata=" + files.path(),
                            "--log=" + startLog(),
                            "--options=" + options()));
            if (result.succeeded()) return;
            // Somebody took the port in between, or children of a killed server are still on their way out.
            if (attempt == START_ATTEMPTS_MAX) {
                throw new CannotStart("PostgreSQL does not start on " + files.path() + ": " + complaint(result));
            }
        }
    }

    /// Every value is a plain word: the options pass through a shell on their way to the server.
    private String options() {
        var settings = new TreeMap<>(promised());
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("max_connections", Integer.toString(CONNECTIONS_MAX));
        settings.put("shared_buffers", buffersMegabytes() + "MB");
        settings.put("max_wal_size", "2GB"); // or a sale spends its time on checkpoints,
        settings.put("min_wal_size", "1GB"); // and on filling files of its log with zeros, after a quiet night
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        settings.put("logging_collector", "on"); // into log/, a file for each day of the week
        settings.put("log_filename", "postgresql-%a.log");
        settings.put("log_truncate_on_rotation", "on");
        settings.put("log_rotation_size", "0");
        settings.put("log_error_verbosity", "terse"); // more would repeat rows, and a shopper's address with them
        var options = new StringBuilder("-p ").append(port);
        settings.forEach(
                (name, value) -> options.append(" -c ").append(name).append('=').append(value));
        return options.toString();
    }

    /// A sixteenth of the machine's memory, from 128 to 1,024: for more there is the cache of the system.
    private static long buffersMegabytes() {
        var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return Math.clamp(machine.getTotalMemorySize() / (16L << 20), 128, 1_024);
    }

    private Map<String, String> promised() {
        String flushed = switch (durability) {
            case FULL -> "on";
            case NONE -> "off";
        };
        return Map.of("fsync", flushed, "synchronous_commit", flushed, "full_page_writes", flushed);
    }

    /// Makes the shop's database if it is not there, and checks that the server keeps what we promise.
    private void prepare() {
        boolean fit = false;
        try {
            try (Connection connection = DriverManager.getConnection(url(port, "postgres", password))) {
                if (one(connection, "select 1 from pg_database where datname = '" + DATABASE + "'")
                        .isEmpty()) {
                    connection.createStatement().execute("create database " + DATABASE);
                }
            }
            // Asked where the shop will be at home: what is set for the role or the database shows there.
            try (Connection connection = DriverManager.getConnection(url())) {
                for (var promise : promised().entrySet()) {
                    String actual = one(connection, "show " + promise.getKey()).orElse("nothing");
                    if (!actual.equals(promise.getValue())) {
                        throw new CannotStart("PostgreSQL runs with " + promise.getKey() + " = " + actual
                                + ", and Holdfast promises " + promise.getValue() + ": remove what sets it");
                    }
                }
            }
            fit = true;
        } catch (SQLException e) {
            throw new CannotStart("PostgreSQL has started, but cannot be used: " + e.getMessage(), e);
        } finally {
            if (!fit) stop();
        }
    }

    private static Optional<String> one(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        }
    }

    private void stopLeftover() {
        Optional<Postmaster> leftover = Postmaster.of(files.path());
        if (leftover.filter(Postmaster::alive).isPresent()) {
            LOG.info("A PostgreSQL of an earlier run is still there: stopping it");
            stop();
        } else if (leftover.filter(Postmaster::numberIsTaken).isPresent()) {
            // PostgreSQL would take the stranger that has its old number for itself, and refuse to start.
            forget(files.path().resolve(Postmaster.FILE));
        }
    }

    private void stop() {
        if (stopped("fast") || stopped("immediate")) return;
        throw new CannotStart("PostgreSQL on " + files.path() + " does not stop: end it by hand");
    }

    private boolean stopped(String mode) {
        if (Postmaster.of(files.path()).isEmpty()) return true;
        var result = programs.run(
                STOP_MAX.plusSeconds(5),
                "pg_ctl",
                List.of(
                        "stop",
                        "--mode=" + mode,
                        "--wait",
                        "--silent",
                        "--timeout=" + STOP_MAX.toSeconds(),
                        "--pgdata=" + files.path()));
        return result.succeeded()
                || Postmaster.of(files.path()).filter(Postmaster::alive).isEmpty();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotStart("There is no free port for PostgreSQL: " + reason(e), e);
        }
    }

    /// What the server says before its own log is open.
    private Path startLog() {
        return files.path().resolve("start.log");
    }

    private String complaint(PostgresPrograms.Result result) {
        try {
            return Files.readAllLines(startLog()).stream()
                    .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                    .map(line -> line.replaceFirst(".*(FATAL|PANIC): *", ""))
                    .findFirst()
                    .orElseGet(result::lastLine);
        } catch (IOException e) {
            return result.lastLine();
        }
    }

    private static void forget(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new CannotStart(file + " cannot be removed: " + reason(e), e);
        }
    }
}
