package holdfast;

import static java.util.concurrent.TimeUnit.SECONDS;

import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;

/// A database of its own for a test class, on a real PostgreSQL that all of a test run share.
///
/// ```java
/// private static final TestDatabase DATABASE = TestDatabase.create();
///
/// @AfterAll
/// static void close() {
///     DATABASE.close();
/// }
/// ```
public final class TestDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 12;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String name;
    private final Database database;
    private Duration ahead = Duration.ZERO;

    private TestDatabase(String name, int connections) {
        this.name = name;
        this.database = new Database(Server.url(name), connections);
    }

    /// A fresh, migrated, empty shop.
    public static TestDatabase create() {
        return create(CONNECTIONS);
    }

    /// As [#create()], with as many connections as the test needs; all tests of a run share 200.
    public static TestDatabase create(int connections) {
        String name = "test_" + COUNT.incrementAndGet();
        Server.execute("create database " + name + " template " + Server.TEMPLATE);
        return new TestDatabase(name, connections);
    }

    public Database database() {
        return database;
    }

    /// The JDBC URL, for a program or a connection of its own.
    public String url() {
        return Server.url(name);
    }

    /// Moves the shop's clock ahead by that much more; what the clock decides sees it with its next
    /// statement.
    public void shiftClock(Duration further) {
        ahead = ahead.plus(further);
        database.transact(tx -> tx.execute("""
                create or replace function holdfast.shop_clock() returns timestamptz
                  language sql stable return statement_timestamp() + interval '%d milliseconds'
                """.formatted(ahead.toMillis())));
    }

    /// How many deadlocks PostgreSQL has ended here. What its connections have counted stands there once they have
    /// gone, so nobody can use the shop any more.
    public long deadlocks() {
        database.close();
        return Server.ended(name);
    }

    /// How many transactions wait for a lock right now.
    public long waiting() {
        return Server.ask("""
                select count(*) from pg_stat_activity where datname = '%s' and wait_event_type = 'Lock'
                """.formatted(name));
    }

    @Override
    public void close() {
        database.close();
        Server.execute("drop database if exists " + name + " with (force)");
    }

    /// The one server of this test run, started when the first test asks for it.
    private static final class Server {

        static final String TEMPLATE = "template_shop";
        private static final EmbeddedServer SERVER = start();
        private static final Jdbi ADMIN = Jdbi.create(url("postgres"));

        static {
            execute("create database " + TEMPLATE);
            try (var template = new Database(url(TEMPLATE), 2)) {
                template.migrate();
            }
        }

        static String url(String database) {
            return SERVER.url().replace("/holdfast?", "/" + database + "?");
        }

        static synchronized long ask(String sql) {
            return ADMIN.withHandle(
                    handle -> handle.createQuery(sql).mapTo(Long.class).one());
        }

        /// Every connection reports what it has counted before it ends.
        static long ended(String database) {
            long end = System.nanoTime() + SECONDS.toNanos(10);
            while (ask("select count(*) from pg_stat_activity where datname = '%s'".formatted(database)) > 0) {
                if (System.nanoTime() > end) throw new IllegalStateException("Somebody still uses " + database);
                Thread.onSpinWait();
            }
            return ask("select deadlocks from pg_stat_database where datname = '%s'".formatted(database));
        }

        static synchronized void execute(String sql) {
            ADMIN.useHandle(handle -> handle.execute(sql));
        }

        private static EmbeddedServer start() {
            try {
                Path folder = Files.createTempDirectory("holdfast-test-");
                EmbeddedServer server = EmbeddedServer.start(DataFolder.open(folder), Durability.NONE);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    server.close();
                    delete(folder);
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path folder) {
            try (var files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
