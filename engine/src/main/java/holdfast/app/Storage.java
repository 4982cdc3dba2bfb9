package holdfast.app;

import holdfast.db.CannotStart;
import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import holdfast.db.Lane;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;

/// Where the shop keeps what it must not lose: a folder, and PostgreSQL, in that folder or elsewhere.
///
/// @param database for everybody
/// @param forPipeline the same, by connections of the pipeline's own, however many read at the same time
/// @param presence what other servers on this database know of this one
record Storage(DataFolder folder, Database database, Database forPipeline, Presence presence) {

    /// A batch takes milliseconds; who waits for one shall not wait for a network that has gone silent.
    private static final Duration BATCH_SILENCE_MAX = Duration.ofSeconds(15);

    /// Opens it, with tables as this version wants them.
    ///
    /// @throws CannotStart if another server has the folder, or the database cannot be used
    static Storage open(Config config, Progress progress, Parts parts) {
        var folder = DataFolder.open(config.data());
        parts.add("the data folder", folder::close);
        String url = progress.during("Starting PostgreSQL", () -> databaseUrl(config, folder, parts));
        int lanes = Lane.values().length;
        var database = new Database(url, config.databaseConnections() - lanes);
        parts.add("the connections to the database", database::close);
        var forPipeline = new Database(url, lanes, BATCH_SILENCE_MAX);
        parts.add("the pipeline's connections to the database", forPipeline::close);
        progress.during("Bringing the database up to date", () -> migrated(database));
        var presence = Presence.enter(url, database);
        parts.add("the presence", presence::close);
        return new Storage(folder, database, forPipeline, presence);
    }

    private static String databaseUrl(Config config, DataFolder folder, Parts parts) {
        if (config.databaseUrl() != null) {
            String url = config.databaseUrl().reveal();
            ExternalDatabase.check(url);
            return url;
        }
        var server = EmbeddedServer.start(folder, Durability.FULL);
        parts.add("PostgreSQL", server::close);
        return server.url();
    }

    private static boolean migrated(Database database) {
        try {
            database.migrate();
            return true;
        } catch (FlywayException e) {
            throw new CannotStart("The database cannot be brought up to date: " + reason(e), e);
        }
    }

    /// What is at the bottom of it, in a line.
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) root = root.getCause();
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
