package holdfast.app;

import holdfast.db.CannotStart;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL that somebody else runs: looked at before the shop is built on it.
final class ExternalDatabase {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalDatabase.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OLDEST = 15;
    private static final int NEWEST_TESTED = 18;
    private static final int NUMBERS_PER_VERSION = 10_000;

    private ExternalDatabase() {}

    /// @throws CannotStart if it cannot be reached within five seconds, lets us not in, or is too old
    static void check(String jdbcUrl) {
        var patience = new Properties();
        patience.setProperty("connectTimeout", Long.toString(PATIENCE.toSeconds()));
        patience.setProperty("loginTimeout", Long.toString(PATIENCE.toSeconds()));
        String place = DatabaseUrl.shown(jdbcUrl);
        try (Connection connection = DriverManager.getConnection(jdbcUrl, patience)) {
            int version = Integer.parseInt(show(connection, "server_version_num")) / NUMBERS_PER_VERSION;
            if (version < OLDEST) {
                throw new CannotStart("The PostgreSQL at " + place + " is of version " + version + "; Holdfast needs "
                        + OLDEST + " to " + NEWEST_TESTED);
            }
            if (version > NEWEST_TESTED) {
                LOG.warn("PostgreSQL {} is newer than any that Holdfast was tested with", version);
            }
            for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
                if (show(connection, setting).equals("off")) {
                    LOG.warn("{} is off in this PostgreSQL: a crash may lose orders that were acknowledged", setting);
                }
            }
        } catch (SQLException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
            throw new CannotStart(
                    "The PostgreSQL at " + place + " (HOLDFAST_DATABASE_URL) cannot be used: " + reason, e);
        }
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show " + setting)) {
            row.next();
            return row.getString(1);
        }
    }
}
