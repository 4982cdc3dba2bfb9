package holdfast.crash;

import holdfast.db.DataFolder;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import holdfast.drill.FaultProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;

/// A PostgreSQL of a test's own, behind a link that can be harmed: killed and started again, it is still at
/// the same address.
final class MortalPostgres implements AutoCloseable {

    private final Path path;
    private final DataFolder folder;
    private final FaultProxy link;
    private final FaultProxy watched;
    private EmbeddedServer server;
    private Duration ahead = Duration.ZERO;

    MortalPostgres() {
        try {
            this.path = Files.createTempDirectory("holdfast-mortal-postgres-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.folder = DataFolder.open(path);
        this.server = EmbeddedServer.start(folder, Durability.FULL);
        this.link = FaultProxy.to(port());
        this.watched = FaultProxy.to(port());
    }

    private int port() {
        return URI.create(server.url().substring("jdbc:".length())).getPort();
    }

    /// Through the link.
    String url() {
        return server.url().replace(":" + port() + "/", ":" + link.port() + "/");
    }

    /// Past the link, for whoever looks on: always the same, whatever port the server has.
    String directUrl() {
        return server.url().replace(":" + port() + "/", ":" + watched.port() + "/");
    }

    FaultProxy link() {
        return link;
    }

    /// `kill -9`.
    void kill() {
        server.kill();
    }

    void restart() {
        server = EmbeddedServer.start(folder, Durability.FULL);
        link.leadTo(port());
        watched.leadTo(port());
    }

    /// Moves the shop's clock ahead by that much more.
    void shiftClock(Duration further) {
        ahead = ahead.plus(further);
        try (var connection = DriverManager.getConnection(server.url())) {
            connection.createStatement().execute("""
                    create or replace function holdfast.shop_clock() returns timestamptz
                      language sql stable return statement_timestamp() + interval '%d milliseconds'
                    """.formatted(ahead.toMillis()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        link.close();
        watched.close();
        server.close();
        folder.close();
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
