package holdfast.app;

import holdfast.db.CannotStart;
import holdfast.db.Database;
import holdfast.kernel.Ids;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// That this server is there, for all who look at its database: a row that says where it answers, and a
/// lock that goes with its connection, however it ends.
final class Presence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    /// Names our lock among those of other programs in the same database: "hold" in ASCII.
    private static final long LOCK = 0x686f6c64L;

    private final Database database;
    private final Connection connection;
    private final UUID id = Ids.next();
    private final boolean alone;

    private Presence(Database database, Connection connection, boolean alone) {
        this.database = database;
        this.connection = connection;
        this.alone = alone;
    }

    /// Comes in, and finds out whether anybody else is there.
    static Presence enter(String jdbcUrl, Database database) {
        try {
            Connection connection = DriverManager.getConnection(jdbcUrl);
            boolean alone = ask(connection, "select pg_try_advisory_lock(" + LOCK + ")");
            if (alone) database.transact(tx -> tx.execute("delete from node")); // of servers that were killed
            ask(connection, "select pg_advisory_lock_shared(" + LOCK + ") is not null");
            if (alone) ask(connection, "select pg_advisory_unlock(" + LOCK + ")");
            return new Presence(database, connection, alone);
        } catch (SQLException e) {
            throw new CannotStart("The database refused a connection: " + e.getMessage(), e);
        }
    }

    /// A server on this database, and the gateway that it takes payments with.
    record Server(URI url, String gateway, URI gatewayUrl) {}

    /// Where servers on this database say that they answer, the newest first. One that was killed may be among
    /// them; on a database that no server has seen yet there is none.
    static List<Server> servers(Database database) {
        return database.inTransaction(tx -> {
            boolean seen = tx.query("select to_regclass('node') is not null")
                    .mapTo(Boolean.class)
                    .one();
            if (!seen) return List.of();
            return tx.query("select url, gateway, gateway_url from node order by started_at desc, id desc")
                    .map((row, _) -> new Server(
                            URI.create(row.getString("url")),
                            row.getString("gateway"),
                            URI.create(row.getString("gateway_url"))))
                    .list();
        });
    }

    /// Whether there was no other server when this one came in.
    boolean alone() {
        return alone;
    }

    /// Tells where we answer, and where the gateway does that we take payments with.
    void announce(URI url, String gateway, URI gatewayUrl) {
        database.transact(tx -> tx.update("""
                        insert into node (id, url, gateway, gateway_url) values (:id, :url, :gateway, :gatewayUrl)
                        """)
                .bind("id", id)
                .bind("url", url.toString())
                .bind("gateway", gateway)
                .bind("gatewayUrl", gatewayUrl.toString())
                .execute());
    }

    /// Tells that we no longer answer.
    void withdraw() {
        database.transact(tx ->
                tx.update("delete from node where id = :id").bind("id", id).execute());
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("The connection that shows our presence could not be closed: {}", e.getMessage());
        }
    }

    private static boolean ask(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
