package holdfast.db;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL of our own, for those who have none: its files are in a data folder, it answers on the loopback
/// interface only, to whoever knows the password that lies in that folder.
///
/// ```
/// <data>/holdfast.lock        held by the one process that works on the folder
/// <data>/postgres/            the database; appears whole, by a rename, once initdb is through
/// <data>/postgres/log/        what PostgreSQL says, a file for each day of the week
/// ```
///
/// The server outlives a killed JVM. The next start finds it by its pid file, stops it in order and starts anew: what
/// was committed is there.
public final class EmbeddedServer implements AutoCloseable {

    /// Whether a commit survives a power cut.
    public enum Durability {
        /// Every commit is on the disk before it is acknowledged; checked at every start.
        FULL,
        /// Nothing is flushed. For tests, whose data nobody misses.
        NONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private static final String USER = "holdfast";
    private static final String DATABASE = "holdfast";
    private static final String PASSWORD_FILE = "holdfast.password";
    private static final int CONNECTIONS_MAX = 200;
    private static final int START_ATTEMPTS_MAX = 5;
    private static final Duration INITDB_MAX = Duration.ofMinutes(2);
    private static final Duration RECOVERY_MAX = Duration.ofMinutes(10); // A start after a crash replays the log.
    private static final Duration STOP_MAX = Duration.ofSeconds(60);

    private static final Map<String, String> DURABLE =
            Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");
    private static final Map<String, String> FORGETFUL =
            Map.of("fsync", "off", "synchronous_commit", "off", "full_page_writes", "off");

    private final PostgresPrograms programs;
    private final Path files;
    private final Durability durability;
    private final FileChannel lock;
    private final String password;
    private int port;

    private EmbeddedServer(PostgresPrograms programs, Path data, Durability durability, FileChannel lock) {
        this.programs = programs;
        this.files = data.resolve("postgres");
        this.durability = durability;
        this.lock = lock;
        removeUnfinished(data);
        if (Files.exists(files)) {
            programs.own(files);
            stopWhoeverRuns();
        } else {
            create(data);
        }
        this.password = password(files);
    }

    /// Starts the server of a data folder, which is made if it is not there. Takes about a second the first time, and
    /// as
    /// long as PostgreSQL needs to recover after a crash.
    ///
    /// @throws AlreadyRunning if another process works on the folder
    /// @throws CannotStart if the folder cannot be used, or the server does not come up as it must
    public static EmbeddedServer start(Path folder, Durability durability) {
        Path data = folder.toAbsolutePath().normalize();
        FileChannel lock = lock(data);
        try {
            var server = new EmbeddedServer(PostgresPrograms.ofThisMachine(), data, durability, lock);
            server.start();
            return server;
        } catch (CannotStart e) {
            release(lock);
            throw e;
        }
    }

    /// Where a server that runs on this data folder answers, or nothing if none does. Touches nothing.
    public static Optional<String> urlOfRunning(Path folder) {
        Path files = folder.toAbsolutePath().normalize().resolve("postgres");
        return Postmaster.of(files).filter(Postmaster::alive).map(running -> url(running.port(), password(files)));
    }

    /// The JDBC URL, password included: not for logs.
    public String url() {
        return url(port, password);
    }

    private static String url(int port, String password) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?user=" + USER + "&password=" + password;
    }

    /// Stops the server in order: open transactions are rolled back, everything committed is on the disk.
    @Override
    public void close() {
        try {
            stop();
        } finally {
            release(lock);
        }
    }

    // ------------------------------------------------------------------------------------------ the one process

    private static FileChannel lock(Path data) {
        try {
            Files.createDirectories(data);
            var file = FileChannel.open(data.resolve("holdfast.lock"), CREATE, READ, WRITE);
            if (!locked(file)) {
                String holder = firstLine(file);
                file.close();
                throw new AlreadyRunning("Another Holdfast" + (holder.isEmpty() ? "" : " (process " + holder + ")")
                        + " is running on the data folder " + data + ": stop it, or choose another folder with --data");
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)));
            return file;
        } catch (FileAlreadyExistsException e) {
            throw new CannotStart("The data folder " + data + " cannot be made: " + e.getFile() + " is a file", e);
        } catch (IOException e) {
            throw new CannotStart("The data folder " + data + " cannot be written: " + reason(e), e);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // Held by this very process.
        }
    }

    private static String firstLine(FileChannel file) throws IOException {
        var bytes = ByteBuffer.allocate(20);
        file.read(bytes, 0);
        return new String(bytes.array(), 0, bytes.position(), US_ASCII).strip();
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("The lock of the data folder could not be given back: {}", reason(e));
        }
    }

    // ------------------------------------------------------------------------------------------ the database's files

    /// Makes the database beside its place and moves it there when it is whole.
    private void create(Path data) {
        try {
            Path unfinished = Files.createTempDirectory(data, "initdb-");
            Path fresh = unfinished.resolve("postgres");
            Path secret = unfinished.resolve(PASSWORD_FILE);
            Files.createFile(
                    secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(secret, randomPassword());
            programs.own(unfinished);
            var command = new ArrayList<>(List.of(
                    "--pgdata=" + fresh,
                    "--username=" + USER,
                    "--pwfile=" + secret,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-instructions"));
            if (durability == Durability.NONE) command.add("--no-sync");
            var result = programs.run(INITDB_MAX, "initdb", command);
            if (!result.succeeded()) throw new CannotStart("The database could not be made: " + result.lastLine());
            Files.move(secret, fresh.resolve(PASSWORD_FILE), ATOMIC_MOVE);
            flush(fresh);
            Files.move(fresh, files, ATOMIC_MOVE);
            flush(data);
            PostgresBinaries.deleteAll(unfinished);
        } catch (IOException e) {
            throw new CannotStart("The database could not be made in " + data + ": " + reason(e), e);
        }
    }

    /// What a start that was killed half-way left behind.
    private static void removeUnfinished(Path data) {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(data, "initdb-*")) {
            for (Path leftover : leftovers) PostgresBinaries.deleteAll(leftover);
        } catch (IOException e) {
            LOG.warn("What an interrupted start left in {} could not be removed: {}", data, reason(e));
        }
    }

    private static void flush(Path folder) throws IOException {
        try (var directory = FileChannel.open(folder, READ)) {
            directory.force(true);
        }
    }

    private static String randomPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    private static String password(Path files) {
        try {
            return Files.readString(files.resolve(PASSWORD_FILE), UTF_8).strip();
        } catch (IOException e) {
            throw new CannotStart("The password of the database cannot be read: " + reason(e), e);
        }
    }

    // ------------------------------------------------------------------------------------------ the server

    private void start() {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            var result = programs.run(
                    RECOVERY_MAX,
                    "pg_ctl",
                    List.of(
                            "start",
                            "--wait",
                            "--silent",
                            "--timeout=" + RECOVERY_MAX.toSeconds(),
                            "--pgdata=" + files,
                            "--log=" + startLog(),
                            "--options=" + options()));
            if (result.succeeded()) break;
            // The port may have been taken in between, or children of a killed server may be on their way out.
            if (attempt == START_ATTEMPTS_MAX) {
                throw new CannotStart("PostgreSQL does not start: " + lastComplaint(result));
            }
        }
        try {
            prepare();
        } catch (SQLException e) {
            stop();
            throw new CannotStart("PostgreSQL started, but cannot be used: " + e.getMessage(), e);
        } catch (CannotStart e) {
            stop();
            throw e;
        }
    }

    /// Every value is plain: the options pass through a shell on their way to the server.
    private String options() {
        var options = new StringBuilder("-p ").append(port);
        Map<String, String> settings = Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "max_connections", Integer.toString(CONNECTIONS_MAX),
                "timezone", "UTC",
                "log_timezone", "UTC",
                "logging_collector", "on",
                "log_filename", "postgresql-%a.log",
                "log_truncate_on_rotation", "on",
                "log_rotation_size", "0",
                "log_error_verbosity",
                        "terse"); // The detail of an error repeats the row, a shopper's address included.
        settings.forEach(
                (name, value) -> options.append(" -c ").append(name).append('=').append(value));
        promised()
                .forEach((name, value) ->
                        options.append(" -c ").append(name).append('=').append(value));
        return options.toString();
    }

    private Map<String, String> promised() {
        return switch (durability) {
            case FULL -> DURABLE;
            case NONE -> FORGETFUL;
        };
    }

    private void prepare() throws SQLException {
        try (Connection connection =
                DriverManager.getConnection(url(port, password).replace("/" + DATABASE, "/postgres"))) {
            if (!first(connection, "select count(*) from pg_database where datname = '" + DATABASE + "'")
                    .equals("1")) {
                try (var statement = connection.createStatement()) {
                    statement.execute("create database " + DATABASE);
                }
            }
        }
        // Asked where the shop will be asked: a setting of the role or the database would show here.
        try (Connection connection = DriverManager.getConnection(url())) {
            for (var promise : promised().entrySet()) {
                String actual = first(connection, "show " + promise.getKey());
                if (!actual.equals(promise.getValue())) {
                    throw new CannotStart("PostgreSQL runs with " + promise.getKey() + " = " + actual
                            + " and must run with " + promise.getValue() + ": remove what sets it");
                }
            }
        }
    }

    private static String first(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void stopWhoeverRuns() {
        Optional<Postmaster> left = Postmaster.of(files);
        if (left.isEmpty()) return;
        if (left.get().alive()) {
            LOG.info("A PostgreSQL from an earlier run is still there: stopping it");
            stop();
        } else if (left.get().pidIsTaken()) {
            // PostgreSQL would take the stranger that got its old number for itself, and refuse to start.
            try {
                Files.deleteIfExists(files.resolve(Postmaster.FILE));
            } catch (IOException e) {
                throw new CannotStart("A stale pid file cannot be removed: " + reason(e), e);
            }
        }
    }

    private void stop() {
        if (stop("fast") || stop("immediate")) return;
        throw new CannotStart("PostgreSQL on " + files + " does not stop: end it by hand");
    }

    private boolean stop(String mode) {
        if (Postmaster.of(files).isEmpty()) return true;
        var result = programs.run(
                STOP_MAX.plusSeconds(5),
                "pg_ctl",
                List.of(
                        "stop",
                        "--mode=" + mode,
                        "--wait",
                        "--silent",
                        "--timeout=" + STOP_MAX.toSeconds(),
                        "--pgdata=" + files));
        return result.succeeded()
                || Postmaster.of(files).filter(Postmaster::alive).isEmpty();
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotStart("There is no free port for PostgreSQL: " + reason(e), e);
        }
    }

    private Path startLog() {
        return files.resolve("start.log");
    }

    private String lastComplaint(PostgresPrograms.Result result) {
        try {
            return Files.readAllLines(startLog()).stream()
                    .filter(line -> line.contains("FATAL:") || line.contains("PANIC:"))
                    .map(line -> line.replaceFirst(".*(FATAL|PANIC): *", ""))
                    .reduce((_, last) -> last)
                    .orElseGet(result::lastLine);
        } catch (IOException e) {
            return result.lastLine();
        }
    }

    /// An I/O error without its class name: "Permission denied" instead of a path and a Java word.
    private static String reason(IOException e) {
        @Nullable
        String said = e instanceof java.nio.file.FileSystemException detailed && detailed.getReason() != null
                ? detailed.getReason()
                : e.getMessage();
        return switch (e) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            default -> said == null ? e.toString() : said;
        };
    }
}
