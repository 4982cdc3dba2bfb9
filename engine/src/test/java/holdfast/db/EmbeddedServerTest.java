package holdfast.db;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import holdfast.Subprocess;
import holdfast.db.EmbeddedServer.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchService;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {

    /// For the tests that only look.
    private static final Running SHARED = new Running(folder("the shop's data"));

    @TempDir
    Path parent;

    @AfterAll
    static void close() throws IOException {
        SHARED.close();
        PostgresBinaries.deleteAll(SHARED.folder.path());
    }

    @AfterEach
    void leave_no_orphan() {
        if (EmbeddedServer.urlOfRunning(parent).isPresent()) new Running(parent).close();
    }

    @Test
    void every_commit_is_on_the_disk_before_it_is_acknowledged_and_words_sort_alike_everywhere() throws SQLException {
        assertThat(SHARED.ask("show fsync")).isEqualTo("on");
        assertThat(SHARED.ask("show synchronous_commit")).isEqualTo("on");
        assertThat(SHARED.ask("show full_page_writes")).isEqualTo("on");
        assertThat(SHARED.ask("show data_checksums")).isEqualTo("on");
        assertThat(SHARED.ask("show server_encoding")).isEqualTo("UTF8");
        assertThat(SHARED.ask("select datlocale from pg_database where datname = current_database()"))
                .isEqualTo("C.UTF-8");
    }

    @Test
    void a_setting_that_weakens_a_commit_stops_the_start() throws SQLException {
        try (var shop = new Running(parent)) {
            shop.execute("alter database holdfast set synchronous_commit = off");
            shop.execute("alter system set fsync = off"); // overruled by us, so harmless
        }
        assertThatThrownBy(() -> new Running(parent))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("synchronous_commit = off");
        assertThat(postmaster()).isEmpty();
    }

    @Test
    void it_answers_on_the_loopback_interface_only_and_only_to_who_knows_the_password() throws SQLException {
        assertThat(SHARED.ask("show listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(SHARED.ask("show unix_socket_directories")).isEmpty();
        String wrong = SHARED.server.url().replaceFirst("password=.*", "password=guess");
        assertThatThrownBy(() -> DriverManager.getConnection(wrong).close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void it_stops_in_order_and_finds_everything_again() throws SQLException {
        try (var shop = new Running(parent)) {
            shop.execute("create table note (words text)");
            shop.execute("insert into note values ('kept')");
        }
        assertThat(postmaster()).isEmpty();
        try (var shop = new Running(parent)) {
            assertThat(shop.ask("select words from note")).isEqualTo("kept");
        }
    }

    @Test
    void a_killed_process_leaves_its_server_behind_and_the_next_start_loses_nothing() throws SQLException {
        Postmaster orphan;
        try (var process = Subprocess.java(ServerProcess.class, parent.toString())) {
            process.awaitLine("committed"::equals);
            process.kill();
            orphan = postmaster().orElseThrow();
            assertThat(orphan.alive()).isTrue();
        }
        try (var shop = new Running(parent)) {
            assertThat(shop.ask("select words from note")).isEqualTo("committed");
            assertThat(orphan.alive()).isFalse();
            assertThat(postmaster().orElseThrow().pid()).isNotEqualTo(orphan.pid());
        }
    }

    @Test
    void a_server_that_was_killed_itself_recovers() throws SQLException {
        try (var process = Subprocess.java(ServerProcess.class, parent.toString())) {
            process.awaitLine("committed"::equals);
            process.kill();
            ProcessHandle orphan =
                    ProcessHandle.of(postmaster().orElseThrow().pid()).orElseThrow();
            orphan.destroyForcibly();
            orphan.onExit().join();
        }
        try (var shop = new Running(parent)) {
            assertThat(shop.ask("select words from note")).isEqualTo("committed");
        }
    }

    @Test
    void a_ctrl_c_in_our_terminal_does_not_reach_it() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/stat")), "only Linux shows sessions in files");
        assertThat(session(Postmaster.of(SHARED.files()).orElseThrow().pid()))
                .isNotEqualTo(session(ProcessHandle.current().pid()));
    }

    /// The session a process belongs to: a terminal signals those of its own.
    private static String session(long pid) throws IOException {
        String afterName = Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) ", "");
        return afterName.split(" ", -1)[3];
    }

    @Test
    void a_second_process_on_the_folder_is_refused_and_the_first_does_not_notice() throws SQLException {
        try (var process = Subprocess.java(ServerProcess.class, parent.toString())) {
            process.awaitLine("committed"::equals);
            assertThatThrownBy(() -> DataFolder.open(parent))
                    .isInstanceOf(AlreadyRunning.class)
                    .hasMessage("Another Holdfast (process " + process.pid() + ") is running on the data folder "
                            + parent + ": stop it, or choose another folder with --data");
            String url = EmbeddedServer.urlOfRunning(parent).orElseThrow();
            assertThat(ask(url, "select words from note")).isEqualTo("committed");
            process.kill();
        }
    }

    @Test
    void a_second_server_of_the_same_process_is_refused_too() {
        try (var _ = DataFolder.open(parent)) {
            assertThatThrownBy(() -> DataFolder.open(parent)).isInstanceOf(AlreadyRunning.class);
        }
        DataFolder.open(parent).close();
    }

    @Test
    void a_process_killed_while_it_made_the_database_leaves_nothing_in_the_way()
            throws IOException, InterruptedException {
        try (WatchService watch = parent.getFileSystem().newWatchService();
                var process = Subprocess.java(ServerProcess.class, parent.toString())) {
            parent.register(watch, ENTRY_CREATE);
            boolean making = false;
            while (!making) {
                var key = watch.take();
                making = key.pollEvents().stream()
                        .anyMatch(event -> String.valueOf(event.context()).startsWith("initdb-"));
                key.reset();
            }
            process.kill();
        }
        assertThat(parent.resolve("postgres")).doesNotExist();
        new Running(parent).close();
        assertThat(parent).isDirectoryNotContaining("glob:**/initdb-*");
    }

    @Test
    void a_pid_file_whose_number_belongs_to_somebody_else_by_now_is_no_obstacle() throws IOException {
        new Running(parent).close();
        Path files = parent.resolve("postgres");
        try (var stranger = new Subprocess(new ProcessBuilder("sleep", "600"))) {
            String pidFile = "%d\n%s\n1700000000\n5432\n\n127.0.0.1\n\nready\n".formatted(stranger.pid(), files);
            Files.writeString(files.resolve(Postmaster.FILE), pidFile);
            assertThat(EmbeddedServer.urlOfRunning(parent)).isEmpty();
            new Running(parent).close();
            assertThat(ProcessHandle.of(stranger.pid())).get().matches(ProcessHandle::isAlive);
        }
    }

    @Test
    void a_folder_that_cannot_be_used_is_named_in_one_sentence() throws IOException {
        Path file = Files.createFile(parent.resolve("occupied"));
        assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("The data folder " + file.resolve("data") + " cannot be ");
        assertThatThrownBy(() -> DataFolder.open(parent.resolve("$HOME")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("dollar sign");
    }

    @Test
    void root_runs_it_as_nobody_where_namespaces_are_forbidden() throws SQLException {
        Optional<PostgresPrograms> nobody = PostgresPrograms.asNobody();
        assumeTrue(nobody.isPresent(), "only root can become nobody");
        try (var folder = DataFolder.open(parent);
                var server = EmbeddedServer.start(folder, Durability.NONE, nobody.orElseThrow())) {
            execute(server.url(), "create table note as select 'from nobody' as words");
        }
        try (var shop = new Running(parent)) { // and back, where they are allowed
            assertThat(shop.ask("select words from note")).isEqualTo("from nobody");
        }
    }

    private static Path folder(String name) {
        try {
            return Files.createTempDirectory(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Postmaster> postmaster() {
        return Postmaster.of(parent.resolve("postgres"));
    }

    private static String ask(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var rows = connection.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void execute(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url)) {
            connection.createStatement().execute(sql);
        }
    }

    /// A durable server and its folder.
    private static final class Running implements AutoCloseable {

        private final DataFolder folder;
        private final EmbeddedServer server;

        Running(Path path) {
            folder = DataFolder.open(path);
            boolean started = false;
            try {
                server = EmbeddedServer.start(folder, Durability.FULL);
                started = true;
            } finally {
                if (!started) folder.close();
            }
        }

        Path files() {
            return folder.path().resolve("postgres");
        }

        String ask(String sql) throws SQLException {
            return EmbeddedServerTest.ask(server.url(), sql);
        }

        void execute(String sql) throws SQLException {
            EmbeddedServerTest.execute(server.url(), sql);
        }

        @Override
        public void close() {
            server.close();
            folder.close();
        }
    }
}
