package holdfast.app;

import holdfast.access.ApiKeys;
import holdfast.access.Scope;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The shop that a drill works on: the one that runs on the configured data folder or database, or else a private one,
/// started for the drill and stopped after it. It comes with an admin key that is good as long as the drill lasts.
final class DrillShop implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 2;

    private final Parts parts;
    private final URI url;
    private final String key;

    private DrillShop(Parts parts, URI url, String key) {
        this.parts = parts;
        this.url = url;
        this.key = key;
    }

    /// Finds the shop, or starts one with this configuration.
    ///
    /// @param drill names the key; what an earlier drill of this name left behind is revoked, as nobody knows it
    static DrillShop open(Config config, String drill) {
        var parts = new Parts();
        boolean open = false;
        try {
            DrillShop shop = open(config, drill, parts);
            open = true;
            return shop;
        } finally {
            if (!open) parts.close();
        }
    }

    private static DrillShop open(Config config, String drill, Parts parts) {
        Optional<DrillShop> running = running(config, drill);
        if (running.isPresent()) return running.get();
        Shop shop = Shop.start(config, Progress.onStandardError());
        parts.add("the private shop", shop::close);
        return new DrillShop(parts, shop.url(), issueKey(shop.database(), drill, parts));
    }

    private static Optional<DrillShop> running(Config config, String drill) {
        Optional<String> databaseUrl = config.databaseUrl() == null
                ? EmbeddedServer.urlOfRunning(config.data())
                : Optional.of(config.databaseUrl().reveal());
        if (databaseUrl.isEmpty()) return Optional.empty();
        var parts = new Parts();
        var database = new Database(databaseUrl.get(), CONNECTIONS);
        parts.add("the connection to the database", database::close);
        Optional<URI> server =
                Presence.servers(database).stream().filter(DrillShop::answers).findFirst();
        if (server.isEmpty()) {
            parts.close();
            return Optional.empty();
        }
        return Optional.of(new DrillShop(parts, server.get(), issueKey(database, drill, parts)));
    }

    private static String issueKey(Database database, String drill, Parts parts) {
        var keys = new ApiKeys(database);
        String title = "drill: " + drill;
        String key = database.inTransaction(tx -> {
            keys.revokeTitled(tx, title);
            return keys.issueSecret(tx, title, Set.of(Scope.ADMIN));
        });
        parts.add("the key", () -> database.transact(tx -> keys.revokeTitled(tx, title)));
        return key;
    }

    private static boolean answers(URI server) {
        try (var http = HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build()) {
            var health = HttpRequest.newBuilder(server.resolve("/healthz"))
                    .timeout(ANSWER_MAX)
                    .build();
            return http.send(health, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    URI url() {
        return url;
    }

    String key() {
        return key;
    }

    @Override
    public void close() {
        parts.close();
    }
}
