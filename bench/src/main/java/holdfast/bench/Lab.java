package holdfast.bench;

import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A PostgreSQL to measure on, which has everything on disk before it says so, and what has to be said of the
/// machine. It is gone when it is closed or the process is told to stop, and its files with it.
final class Lab implements AutoCloseable {

    /// How many to a database [#connect] opens at most.
    static final int CONNECTIONS = 20;

    private static final int LOG_FILES = 64; // of 16 MB each: as many as are kept

    private final Path files;
    private final DataFolder folder;
    private final EmbeddedServer postgres;
    private boolean open = true;

    private Lab(Path files, DataFolder folder, EmbeddedServer postgres) {
        this.files = files;
        this.folder = folder;
        this.postgres = postgres;
    }

    static Lab open() throws IOException, SQLException {
        Path files = Files.createTempDirectory("holdfast-bench-");
        DataFolder folder = DataFolder.open(files);
        var lab = new Lab(files, folder, EmbeddedServer.start(folder, Durability.FULL));
        lab.age();
        Runtime.getRuntime().addShutdownHook(new Thread(lab::close, "lab"));
        return lab;
    }

    /// Lets it have written as much as any server has after its first hours: then a new file of its log is an
    /// old one.
    private void age() throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < LOG_FILES; i++) {
                statement.execute("select pg_logical_emit_message(true, 'bench', 'a file of its own')");
                statement.execute("select pg_switch_wal()");
            }
            statement.execute("checkpoint");
        }
    }

    /// When it was measured, and under which conditions.
    List<String> facts(String how) throws IOException, SQLException {
        var facts = new ArrayList<String>();
        facts.add(Instant.now().truncatedTo(ChronoUnit.SECONDS) + how);
        facts.addAll(Conditions.of(postgres.url()));
        return facts;
    }

    /// Where a database of its own is, empty.
    String fresh(String name) throws SQLException {
        execute("create database " + name);
        return url(name);
    }

    /// Where a database is that begins as a copy of another one, to which nobody is connected.
    String copy(String name, String template) throws SQLException {
        execute("create database " + name + " template " + template);
        return url(name);
    }

    /// Does now what PostgreSQL would do soon after so much was written.
    void vacuum(String name) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(name));
                Statement statement = connection.createStatement()) {
            statement.execute("vacuum (analyze)");
        }
    }

    void drop(String name) throws SQLException {
        execute("drop database " + name + " with (force)");
    }

    String url(String name) {
        return postgres.url().replace("/holdfast?", "/" + name + "?");
    }

    static Database connect(String url) {
        return new Database(url, CONNECTIONS);
    }

    /// Where a server has its data: gone with everything else.
    Path folder(String server) {
        return files.resolve(server);
    }

    /// The CPU time that this PostgreSQL has taken so far, in seconds.
    double postgresSeconds() throws IOException {
        return ServerProcess.postgresSeconds(files);
    }

    /// How much room there is for its files, in bytes.
    long room() throws IOException {
        return Files.getFileStore(files).getUsableSpace();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public synchronized void close() {
        if (!open) return;
        open = false;
        postgres.close();
        folder.close();
        delete(files);
    }

    /// Deletes a folder with all that is in it.
    static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (NoSuchFileException e) {
            // Somebody else has deleted it.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
