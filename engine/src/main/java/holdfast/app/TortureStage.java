package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.db.CannotStart;
import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import holdfast.db.EmbeddedServer.Durability;
import holdfast.drill.FaultProxy;
import holdfast.drill.FaultProxy.Direction;
import holdfast.drill.Harm;
import holdfast.drill.Stage;
import holdfast.payment.stripe.StripeGateway;
import holdfast.psp.SandboxProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The real processes of a torture, and a link of ours wherever one speaks to another.
///
/// ```
/// shoppers ──link──▶ two servers ──link──▶ PostgreSQL
///                      ├──────────link──▶ the payment provider
///                      └──────────link──▶ Redis
/// ```
///
/// All of them are started here, in a folder of their own, and ended here, each by its number.
final class TortureStage implements Stage, AutoCloseable {

    private static final String POSTGRES = "PostgreSQL";
    private static final String PROVIDER = "provider";
    private static final int SERVERS = 2;
    private static final String WEBHOOK_SECRET = "whsec_" + "t".repeat(32);
    private static final Duration CONTROL_MAX = Duration.ofSeconds(20);

    /// How long a hold lasts: some shoppers go away, and all has to come to an end soon.
    static final Duration HOLD_TTL = Duration.ofSeconds(8);

    private static final Duration SLOWNESS = Duration.ofMillis(120);
    private static final int REDIS_PORT = 6379;

    private final Path folder;
    private final String key;
    private final Parts parts = new Parts();
    private final Map<String, Actor> actors = new LinkedHashMap<>();
    private final Map<String, FaultProxy> links = new LinkedHashMap<>();
    private final List<FaultProxy> toPostgres = new ArrayList<>();
    private final List<URI> servers = new ArrayList<>();
    private final int providerPort = freePort();
    private final FaultProxy toWebhooks;
    private final long seed;
    private volatile boolean healed;
    private final DataFolder data;
    private EmbeddedServer postgres; // guarded by this

    private TortureStage(Path folder, String key, long seed) {
        this.folder = folder;
        this.seed = seed;
        this.key = key;
        this.data = DataFolder.open(folder.resolve("postgres"));
        parts.add("the data folder", data::close);
        this.postgres = EmbeddedServer.start(data, Durability.FULL);
        parts.add(POSTGRES, this::closePostgres);
        this.toWebhooks = link(PROVIDER + " - server 1", postgresPort()); // led to the server as soon as it answers
    }

    /// Starts everybody.
    ///
    /// @param folder gets all they leave behind
    /// @param key the admin key to be
    /// @param redis null: none
    static TortureStage open(Path folder, String key, long seed, String strategy, @Nullable URI redis) {
        var stage = new TortureStage(folder, key, seed);
        boolean open = false;
        try {
            stage.addProvider();
            for (int number = 1; number <= SERVERS; number++) stage.addServer(number, strategy, redis);
            stage.actors.values().forEach(Actor::start);
            open = true;
            return stage;
        } finally {
            if (!open) stage.close();
        }
    }

    /// At one port for ever: it shows pages, whose addresses shoppers keep. It tells the first server what
    /// happens.
    private void addProvider() {
        List<String> command = command("sandbox", PROVIDER);
        command.addAll(List.of("--psp-port", Integer.toString(providerPort)));
        command.addAll(List.of("--webhook", "http://127.0.0.1:" + toWebhooks.port() + "/v1/gateways/stripe/webhooks"));
        add(PROVIDER, command, Map.of(Setting.STRIPE_WEBHOOK_SECRETS.variable(), WEBHOOK_SECRET), _ -> misbehave());
    }

    /// The provider loses requests and answers, fails and dawdles by itself; its webhooks come twice, late, in
    /// another order, or not at all.
    private void misbehave() {
        if (healed) return;
        control("PUT", "faults", """
                {"seed": %d, "rules": [
                  {"fault": "lost_after", "per_thousand": 30},
                  {"fault": "lost_before", "per_thousand": 20},
                  {"fault": "error_after", "per_thousand": 10},
                  {"fault": "error_before", "per_thousand": 10},
                  {"fault": "rate_limited", "per_thousand": 10},
                  {"fault": "latency", "delay_ms": 20, "p99_ms": 800}]}
                """.formatted(seed));
        control("PUT", "webhooks/faults", """
                {"seed": %d, "drop_per_thousand": 50, "duplicate_per_thousand": 200, "delay_per_thousand": 50,
                 "delay_ms": 10000, "shuffle_ms": 1000}
                """.formatted(seed));
    }

    private void control(String method, String what, String body) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + providerPort + "/_control/" + what))
                .timeout(CONTROL_MAX)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 300) throw new CannotStart("The provider says " + answer.body());
        } catch (IOException e) {
            throw new CannotStart("The provider cannot be told how to misbehave: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(String name, List<String> command, Map<String, String> settings, IntConsumer ready) {
        var actor = new Actor(name, command, settings, folder.resolve(name.replace(' ', '-') + ".log"), ready);
        actors.put(name, actor);
        parts.add(name, actor::close);
    }

    private void addServer(int number, String strategy, @Nullable URI redis) {
        String name = "server " + number;
        FaultProxy toDatabase = link(name + " - " + POSTGRES, postgresPort());
        toPostgres.add(toDatabase);
        Map<String, String> settings = new HashMap<>(Map.of(
                Setting.DATABASE_URL.variable(),
                postgres.url().replace(":" + postgresPort() + "/", ":" + toDatabase.port() + "/"),
                Setting.DATABASE_CONNECTIONS.variable(),
                "12",
                Setting.RESERVATIONS.variable(),
                strategy,
                Setting.HOLD_TTL.variable(),
                HOLD_TTL.toString(),
                Setting.HOLD_LIMIT.variable(),
                "20s",
                Setting.PAYMENT_TIMEOUT.variable(),
                "6s",
                Setting.CHALLENGE_EXTENSION.variable(),
                "4s",
                Setting.ADMIN_KEY.variable(),
                key));
        FaultProxy toProvider = link(name + " - " + PROVIDER, providerPort);
        settings.put(Setting.GATEWAY.variable(), "stripe");
        settings.put(Setting.STRIPE_SECRET_KEY.variable(), "sk_test_torture");
        settings.put(Setting.STRIPE_WEBHOOK_SECRETS.variable(), WEBHOOK_SECRET);
        settings.put(Setting.STRIPE_API_BASE.variable(), "http://127.0.0.1:" + toProvider.port());
        if (redis != null) settings.put(Setting.REDIS_URL.variable(), linked(redis, name));
        FaultProxy toServer = link("shoppers - " + name, postgresPort()); // led to the server as soon as it answers
        servers.add(URI.create("http://127.0.0.1:" + toServer.port()));
        List<String> command = command("start", name);
        command.addAll(List.of("--port", "0", "--psp-port", "0"));
        add(name, command, settings, port -> {
            toServer.leadTo(port);
            if (number == 1) toWebhooks.leadTo(port);
        });
    }

    private String linked(URI redis, String server) {
        FaultProxy link = link(server + " - Redis", redis.getPort() < 0 ? REDIS_PORT : redis.getPort());
        return redis.toString().replace(redis.getHost() + ":" + redis.getPort(), "127.0.0.1:" + link.port());
    }

    private FaultProxy link(String name, int port) {
        FaultProxy link = FaultProxy.to(port);
        links.put(name, link);
        parts.add("the link " + name, link::close);
        return link;
    }

    /// As this process was started, with less memory: there are several of them.
    private List<String> command(String command, String name) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx384m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-Dholdfast."))
                .forEach(words::add);
        words.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path")));
        words.addAll(List.of(Main.class.getName(), command));
        words.addAll(List.of("--data", folder.resolve(name.replace(' ', '-')).toString()));
        return words;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new CannotStart("There is no free port for the payment provider: " + e.getMessage(), e);
        }
    }

    @Override
    public List<Victim> victims() {
        var victims = new ArrayList<Victim>();
        List<Harm.Kind> ofProcesses = List.of(Harm.Kind.KILL, Harm.Kind.STOP, Harm.Kind.FREEZE);
        actors.keySet().forEach(name -> victims.add(new Victim(name, ofProcesses, 4)));
        victims.add(new Victim(POSTGRES, List.of(Harm.Kind.KILL), 1));
        List<Harm.Kind> ofLinks =
                Arrays.stream(Harm.Kind.values()).filter(Harm.Kind::ofLinks).toList();
        links.keySet().forEach(name -> victims.add(new Victim(name, ofLinks, 3)));
        return victims;
    }

    @Override
    public List<URI> servers() {
        return List.copyOf(servers);
    }

    @Override
    public void begin(Harm harm) {
        if (harm.victim().equals(POSTGRES)) {
            killPostgres();
        } else if (harm.kind().ofLinks()) {
            begin(harm.kind(), Objects.requireNonNull(links.get(harm.victim())));
        } else {
            begin(harm.kind(), Objects.requireNonNull(actors.get(harm.victim())));
        }
    }

    private static void begin(Harm.Kind kind, Actor actor) {
        switch (kind) {
            case KILL -> actor.kill();
            case STOP -> actor.stop();
            case FREEZE -> actor.freeze();
            case CUT, REFUSE, HOLD_THERE, HOLD_BACK, LOSE_THERE, LOSE_BACK, SLOW -> throw notFor(kind);
        }
    }

    private static void begin(Harm.Kind kind, FaultProxy link) {
        switch (kind) {
            case CUT -> link.cut();
            case REFUSE -> link.refuse();
            case HOLD_THERE -> link.freeze(Direction.THERE);
            case HOLD_BACK -> link.freeze(Direction.BACK);
            case LOSE_THERE -> link.lose(Direction.THERE);
            case LOSE_BACK -> link.lose(Direction.BACK);
            case SLOW -> link.delay(SLOWNESS);
            case KILL, STOP, FREEZE -> throw notFor(kind);
        }
    }

    @Override
    public void end(Harm harm) {
        if (harm.victim().equals(POSTGRES)) {
            startPostgres();
        } else if (harm.kind().ofLinks()) {
            Objects.requireNonNull(links.get(harm.victim())).heal();
        } else {
            end(harm.kind(), Objects.requireNonNull(actors.get(harm.victim())));
        }
    }

    private static void end(Harm.Kind kind, Actor actor) {
        switch (kind) {
            case KILL -> actor.start();
            case STOP -> actor.startAfterStop();
            case FREEZE -> actor.thaw();
            case CUT, REFUSE, HOLD_THERE, HOLD_BACK, LOSE_THERE, LOSE_BACK, SLOW -> throw notFor(kind);
        }
    }

    private static IllegalArgumentException notFor(Harm.Kind kind) {
        return new IllegalArgumentException(kind + " happens to another kind of victim");
    }

    @Override
    public void heal() {
        links.values().forEach(FaultProxy::heal);
        startPostgres();
        healed = true;
        actors.values().forEach(Actor::thaw);
        actors.values().forEach(Actor::start);
        control("DELETE", "faults", "");
        control("PUT", "webhooks/faults", "{}");
    }

    private synchronized void killPostgres() {
        postgres.kill();
    }

    private synchronized void startPostgres() {
        if (EmbeddedServer.urlOfRunning(data.path()).isPresent()) return;
        postgres = EmbeddedServer.start(data, Durability.FULL);
        toPostgres.forEach(link -> link.leadTo(postgresPort()));
    }

    private synchronized void closePostgres() {
        postgres.close();
    }

    private int postgresPort() {
        return URI.create(postgres.url().substring("jdbc:".length())).getPort();
    }

    /// Past every link, while PostgreSQL is there.
    synchronized Database database() {
        return new Database(postgres.url(), 2);
    }

    /// The provider's own books, by a copy of its journal: that belongs to the process that writes it.
    <T> T withLedger(Function<ProviderLedger, T> question) {
        try {
            Path copy = folder.resolve("sandbox.journal.copy");
            Files.copy(folder.resolve(PROVIDER).resolve("sandbox.journal"), copy, StandardCopyOption.REPLACE_EXISTING);
            try (var provider = SandboxProvider.open(copy)) {
                return question.apply(new SandboxLedger(provider, StripeGateway.NAME));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        parts.close();
    }
}
