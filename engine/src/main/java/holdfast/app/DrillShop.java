package holdfast.app;

import holdfast.access.ApiKeys;
import holdfast.access.Scope;
import holdfast.audit.ProviderLedger;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.drill.LedgerOverHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The shop that a drill works on: the one that runs on the configured data folder or database, with all its
/// servers, or else a private one, started for the drill and stopped after it. Whoever asks gets an admin key
/// that is good as long as the drill lasts.
final class DrillShop implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
    private static final int CONNECTIONS = 2;

    private final Parts parts;
    private final List<URI> urls;
    private final String drill;
    private final Database database;
    private final List<ProviderLedger> ledgers;
    private final boolean isPrivate;

    private DrillShop(
            Parts parts,
            List<URI> urls,
            String drill,
            Database database,
            List<ProviderLedger> ledgers,
            boolean isPrivate) {
        this.parts = parts;
        this.urls = urls;
        this.drill = drill;
        this.database = database;
        this.ledgers = ledgers;
        this.isPrivate = isPrivate;
    }

    /// Finds the shop, or starts one with this configuration.
    ///
    /// @param drill names the key
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
        return new DrillShop(parts, List.of(shop.url()), drill, shop.database(), shop.ledgers(), true);
    }

    private static Optional<DrillShop> running(Config config, String drill) {
        Optional<String> databaseUrl = config.databaseUrl() == null
                ? EmbeddedServer.urlOfRunning(config.data())
                : Optional.of(config.databaseUrl().reveal());
        if (databaseUrl.isEmpty()) return Optional.empty();
        var parts = new Parts();
        var database = new Database(databaseUrl.get(), CONNECTIONS);
        parts.add("the connection to the database", database::close);
        List<Presence.Server> present = Presence.servers(database);
        List<URI> servers = present.stream()
                .map(Presence.Server::url)
                .filter(DrillShop::answers)
                .toList();
        if (servers.isEmpty()) {
            parts.close();
            return Optional.empty();
        }
        return Optional.of(
                new DrillShop(parts, servers, drill, database, ledgers(present, config, database, parts), false));
    }

    /// What a server left behind that was killed is asked for, too: the books of its sandbox are missing.
    private static List<ProviderLedger> ledgers(
            List<Presence.Server> servers, Config config, Database database, Parts parts) {
        Config.Stripe stripe = config.stripe();
        return servers.stream()
                .map(server -> new Provider(server.gateway(), server.gatewayUrl()))
                .distinct()
                .flatMap(provider -> stripe != null && stripe.apiBase().equals(provider.url)
                        ? Till.ledgers(stripe, database, parts).stream()
                        : Stream.of(new LedgerOverHttp(provider.gateway, provider.url)))
                .toList();
    }

    private record Provider(String gateway, URI url) {}

    /// Issues the key. It is that of earlier drills of this name, with a secret that none of them knows: what one of
    /// them has begun goes on under its idempotency keys, which are its caller's.
    String issueKey() {
        var keys = new ApiKeys(database);
        String title = "drill: " + drill;
        String key = database.inTransaction(tx -> keys.reissueSecret(tx, title, Set.of(Scope.ADMIN)));
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

    /// Where the newest of its servers answers.
    URI url() {
        return urls.getFirst();
    }

    /// Where its servers answer, the newest first.
    List<URI> urls() {
        return urls;
    }

    Database database() {
        return database;
    }

    /// What its payment providers have in their books.
    List<ProviderLedger> ledgers() {
        return ledgers;
    }

    /// Whether it was started for this drill.
    boolean isPrivate() {
        return isPrivate;
    }

    @Override
    public void close() {
        parts.close();
    }
}
