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
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// That this server is there, for all who look at its database: a row that says where it answers, and a
/// lock that goes with its connection, however it ends.
final class Presence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    /// Names our lock among those of other programs in the same database: "hold" in ASCII.
    private static final long LOCK = 0x686f6c64L;

    /// How long the database may take to say that it is there.
    private static final int ANSWER_MAX_S = 5;

    private static final String SHARE = "select pg_advisory_lock_shared(" + LOCK + ") is not null";

    private final String jdbcUrl;
    private final Database database;
    private final UUID id = Ids.next();
    private final boolean alone;
    private Connection connection;
    private @Nullable Server announced;

    private Presence(String jdbcUrl, Database database, Connection connection, boolean alone) {
        this.jdbcUrl = jdbcUrl;
        this.database = database;
        this.connection = connection;
        this.alone = alone;
    }

    /// Comes in, and finds out whether anybody else is there.
    static Presence enter(String jdbcUrl, Database database) {
        try {
            Connection connection = connect(jdbcUrl);
            boolean alone = ask(connection, "select pg_try_advisory_lock(" + LOCK + ")");
            if (alone) database.transact(tx -> tx.execute("delete from node")); // of servers that were killed
            ask(connection, SHARE);
            if (alone) ask(connection, "select pg_advisory_unlock(" + LOCK + ")");
            return new Presence(jdbcUrl, database, connection, alone);
        } catch (SQLException e) {
            throw new CannotStart("The database refused a connection: " + e.getMessage(), e);
        }
    }

    private static Connection connect(String jdbcUrl) throws SQLException {
        var properties = new Properties();
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_MAX_S));
        return DriverManager.getConnection(jdbcUrl, properties);
    }

    /// Comes in again where the connection that shows our presence was lost: else who comes next would take
    /// itself to be alone. Call it every now and then.
    synchronized void renew() {
        try {
            if (connection.isValid(ANSWER_MAX_S)) return;
            connection.close();
            connection = connect(jdbcUrl);
            ask(connection, SHARE);
        } catch (SQLException e) {
            LOG.warn("Our presence cannot be shown now, and will be again: {}", e.getMessage());
            return;
        }
        if (announced != null) insert(announced);
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
    synchronized void announce(URI url, String gateway, URI gatewayUrl) {
        announced = new Server(url, gateway, gatewayUrl);
        insert(announced);
    }

    private void insert(Server server) {
        database.transact(tx -> tx.update("""
                        insert into node (id, url, gateway, gateway_url) values (:id, :url, :gateway, :gatewayUrl)
                        on conflict (id) do nothing
                        """)
                .bind("id", id)
                .bind("url", server.url.toString())
                .bind("gateway", server.gateway)
                .bind("gatewayUrl", server.gatewayUrl.toString())
                .execute());
    }

    /// Tells that we no longer answer.
    synchronized void withdraw() {
        announced = null;
        database.transact(tx ->
                tx.update("delete from node where id = :id").bind("id", id).execute());
    }

    @Override
    public synchronized void close() {
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
