package holdfast.app;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.joining;

import holdfast.access.ApiKey;
import holdfast.access.Password;
import holdfast.admission.ConcurrencyLimit;
import holdfast.admission.Rule;
import holdfast.admission.TrustedProxies;
import holdfast.api.Operations;
import holdfast.db.CannotStart;
import holdfast.db.EmbeddedServer;
import holdfast.db.Lane;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.Strategy;
import holdfast.kernel.Email;
import holdfast.payment.CapturePolicy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How this shop is to run, read once, checked as a whole.
///
/// @param databaseUrl a JDBC URL, with user and password; null: the embedded server
/// @param data absolute
/// @param bind a host name or address
/// @param port 0: any that is free
/// @param pspPort 0: any that is free
/// @param shopName as shoppers see it
/// @param redisUrl with user and password; null: none
/// @param stripe how Stripe is reached; null: it is not
/// @param adminKey a secret key to accept, or null
/// @param admin who may open the console from the first start on; null: nobody new
/// @param demoKey the demo's secret key, or null for a new one
/// @param demoPassword for the demo's console; null: a new one
/// @param tracing where traces go; null: nowhere
record Config(
        @Nullable Secret databaseUrl,
        int databaseConnections,
        Path data,
        String bind,
        int port,
        int pspPort,
        String shopName,
        Strategy reservations,
        @Nullable Secret redisUrl,
        HoldPolicy holds,
        SourcingPolicy sourcing,
        Gateway gateway,
        @Nullable Stripe stripe,
        CapturePolicy capture,
        @Nullable Secret adminKey,
        @Nullable Admin admin,
        @Nullable Secret demoKey,
        @Nullable Secret demoPassword,
        Operations.Readers metrics,
        ConcurrencyLimit.Policy admission,
        Map<Rule, Rule.Often> rateLimits,
        TrustedProxies trustedProxies,
        Duration drain,
        @Nullable Tracing tracing,
        LogFormat logFormat,
        LogLevel logLevel) {

    /// Somebody who may do everything in the console.
    record Admin(Email email, Secret password) {}

    /// Who takes the money.
    enum Gateway {
        SANDBOX,
        STRIPE
    }

    /// How Stripe is reached.
    ///
    /// @param publishableKey for browsers; null: the checkout page has no fields for a card
    /// @param webhookSecrets none: no webhook is believed
    record Stripe(
            Secret secretKey,
            @Nullable String publishableKey,
            List<Secret> webhookSecrets,
            Set<String> methods,
            URI returnUrl,
            URI apiBase) {}

    /// Where traces go.
    ///
    /// @param endpoint the whole address
    /// @param share how many are recorded, from 0 to 1
    record Tracing(URI endpoint, BigDecimal share) {}

    /// How the log is written; read by `logback.xml` as well, before anything else is.
    enum LogFormat {
        TEXT,
        JSON
    }

    enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    private static final int PORT_MAX = 65_535;
    private static final int CONNECTIONS_MIN = Lane.values().length + 2; // one for each lane, and two for all else
    private static final int CONNECTIONS_MAX = 1_000;

    // The others are for those who look at the database from outside.
    private static final int EMBEDDED_CONNECTIONS_MAX = EmbeddedServer.CONNECTIONS_MAX - 20;

    private static final Duration DRAIN_MAX = Duration.ofMinutes(5);
    private static final Duration HOLD_MAX = Duration.ofDays(1);
    private static final Pattern REDIS_URL = Pattern.compile("rediss?://[^\\s/]+(/\\d{0,4})?(\\?\\S*)?");
    private static final Pattern STRIPE_KEY = Pattern.compile("(sk|rk)_(live|test)_[A-Za-z0-9_]{1,250}");
    private static final Pattern STRIPE_PUBLISHABLE_KEY = Pattern.compile("pk_(live|test)_[A-Za-z0-9_]{1,250}");
    private static final Pattern STRIPE_METHOD = Pattern.compile("[a-z0-9_]{2,40}");
    private static final Pattern WEBHOOK_SECRET = Pattern.compile("whsec_[A-Za-z0-9+/=_-]{16,200}");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
    private static final String TRACES_PATH = "/v1/traces";
    private static final Pattern SHARE = Pattern.compile("0(\\.\\d{1,9})?|1(\\.0{1,9})?");
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    /// Reads the configuration from environment variables.
    ///
    /// @param root what a default folder is relative to; a folder that was set is relative to where we run
    /// @param options what the command line says, which wins over the environment
    /// @throws CannotStart naming everything that is wrong, unknown `HOLDFAST_` variables among it
    static Config from(Map<String, String> environment, Map<Setting, String> options, Path root) {
        return new Reader(environment, options, root).read();
    }

    private static final class Reader {

        private final Map<Setting, String> values = new EnumMap<>(Setting.class);
        private final List<String> complaints = new ArrayList<>();
        private final Path root;

        Reader(Map<String, String> environment, Map<Setting, String> options, Path root) {
            this.root = root;
            new TreeMap<>(environment).forEach((variable, value) -> {
                if (!variable.startsWith(Setting.PREFIX)) return;
                Setting.of(variable)
                        .ifPresentOrElse(
                                setting -> {
                                    if (!value.isBlank()) values.put(setting, value.strip());
                                },
                                () -> complaints.add(variable + " is not a setting; did you mean "
                                        + Setting.nearest(variable).variable() + "?"));
            });
            values.putAll(options);
        }

        Config read() {
            @Nullable Secret databaseUrl = secret(Setting.DATABASE_URL, DatabaseUrl::jdbc);
            int connections = integer(Setting.DATABASE_CONNECTIONS, CONNECTIONS_MIN, CONNECTIONS_MAX);
            Path data = folder(Setting.DATA);
            String bind = text(Setting.BIND);
            int port = integer(Setting.PORT, 0, PORT_MAX);
            int pspPort = integer(Setting.PSP_PORT, 0, PORT_MAX);
            String shopName = text(Setting.SHOP_NAME);
            Strategy reservations = choice(Setting.RESERVATIONS, Strategy.class);
            @Nullable Secret redisUrl = secret(Setting.REDIS_URL, Reader::redisUrl);
            HoldPolicy holds = holds();
            SourcingPolicy sourcing = choice(Setting.SOURCING, SourcingPolicy.class);
            Gateway gateway = choice(Setting.GATEWAY, Gateway.class);
            @Nullable Stripe stripe = gateway == Gateway.STRIPE ? stripe() : null;
            CapturePolicy capture = choice(Setting.CAPTURE, CapturePolicy.class);
            @Nullable Secret adminKey = secret(Setting.ADMIN_KEY, Reader::secretKey);
            @Nullable Admin admin = admin();
            @Nullable Secret demoKey = secret(Setting.DEMO_KEY, Reader::secretKey);
            @Nullable Secret demoPassword = secret(Setting.DEMO_PASSWORD, value -> password(value, DemoShop.ADMIN));
            Operations.Readers metrics = choice(Setting.METRICS, Operations.Readers.class);
            ConcurrencyLimit.Policy admission = ConcurrencyLimit.Policy.DEFAULT.to(duration(Setting.LATENCY_GOAL));
            Map<Rule, Rule.Often> rateLimits = parsed(Setting.RATE_LIMITS, Rule::parse);
            TrustedProxies trustedProxies = parsed(Setting.TRUSTED_PROXIES, TrustedProxies::parse);
            Duration drain = parsed(Setting.DRAIN, Reader::drain);
            @Nullable Tracing tracing = tracing();
            LogFormat logFormat = choice(Setting.LOG, LogFormat.class);
            LogLevel logLevel = choice(Setting.LOG_LEVEL, LogLevel.class);
            if (port != 0 && port == pspPort) {
                complaints.add(
                        Setting.PSP_PORT.variable() + " is the same as " + Setting.PORT.variable() + ", " + port);
            }
            if (databaseUrl == null && connections > EMBEDDED_CONNECTIONS_MAX) {
                complaints.add(Setting.DATABASE_CONNECTIONS.variable() + " is more than the embedded PostgreSQL takes, "
                        + EMBEDDED_CONNECTIONS_MAX);
            }
            if (reservations == Strategy.REDIS && !values.containsKey(Setting.REDIS_URL)) {
                complaints.add(Setting.REDIS_URL.variable() + " is needed where " + Setting.RESERVATIONS.variable()
                        + " is redis");
            }
            if (!complaints.isEmpty()) {
                throw new CannotStart("The configuration cannot be used:\n  " + String.join("\n  ", complaints));
            }
            return new Config(
                    databaseUrl,
                    connections,
                    data,
                    bind,
                    port,
                    pspPort,
                    shopName,
                    reservations,
                    redisUrl,
                    holds,
                    sourcing,
                    gateway,
                    stripe,
                    capture,
                    adminKey,
                    admin,
                    demoKey,
                    demoPassword,
                    metrics,
                    admission,
                    rateLimits,
                    trustedProxies,
                    drain,
                    tracing,
                    logFormat,
                    logLevel);
        }

        private @Nullable Tracing tracing() {
            BigDecimal share = parsed(Setting.TRACE_SHARE, Reader::share);
            String endpoint = text(Setting.OTLP_ENDPOINT);
            if (endpoint.isEmpty()) return null;
            try {
                return new Tracing(collector(address(endpoint)), share);
            } catch (IllegalArgumentException e) { // There may be a password in it, so it is not repeated.
                complaints.add(Setting.OTLP_ENDPOINT.variable() + " must be a web address of a collector, such as"
                        + " http://127.0.0.1:4318, without user, query and fragment");
                return null;
            }
        }

        /// As OpenTelemetry has it: what is named is the collector, and traces have a path below it.
        private static URI collector(URI address) {
            if (address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null) {
                throw new IllegalArgumentException("must be an address alone");
            }
            String base = address.toString().replaceFirst("/+$", "");
            return URI.create(base.endsWith(TRACES_PATH) ? base : base + TRACES_PATH);
        }

        private static BigDecimal share(String value) {
            if (SHARE.matcher(value).matches()) return new BigDecimal(value).stripTrailingZeros();
            throw new IllegalArgumentException("must be a number from 0 to 1, such as 0.05");
        }

        private @Nullable Admin admin() {
            String email = text(Setting.ADMIN_EMAIL);
            boolean hasPassword = !text(Setting.ADMIN_PASSWORD).isEmpty();
            if (email.isEmpty() && !hasPassword) return null;
            if (email.isEmpty() || !hasPassword) {
                complaints.add(Setting.ADMIN_EMAIL.variable() + " and " + Setting.ADMIN_PASSWORD.variable()
                        + " are set together, or not at all");
                return null;
            }
            if (!Email.isValid(email)) {
                complaints.add(Setting.ADMIN_EMAIL.variable() + " must be an e-mail address");
                return null;
            }
            @Nullable Secret password = secret(Setting.ADMIN_PASSWORD, value -> password(value, Email.of(email)));
            return password == null ? null : new Admin(Email.of(email), password);
        }

        private static String password(String value, Email email) {
            Optional<String> weakness = Password.weakness(value, email);
            if (weakness.isEmpty()) return value;
            throw new IllegalArgumentException(weakness.get());
        }

        private HoldPolicy holds() {
            Duration ttl = duration(Setting.HOLD_TTL);
            Duration limit = duration(Setting.HOLD_LIMIT);
            if (limit.compareTo(ttl) < 0) {
                complaints.add(Setting.HOLD_LIMIT.variable() + " is shorter than " + Setting.HOLD_TTL.variable());
                limit = ttl;
            }
            return new HoldPolicy(ttl, duration(Setting.PAYMENT_TIMEOUT), duration(Setting.CHALLENGE_EXTENSION), limit);
        }

        private @Nullable Stripe stripe() {
            List<Secret> webhookSecrets = webhookSecrets();
            Set<String> methods = parsed(
                    Setting.STRIPE_METHODS,
                    value -> Set.copyOf(listed(value, STRIPE_METHOD, "must be names such as card or ideal")));
            URI returnUrl = parsed(Setting.STRIPE_RETURN_URL, Reader::address);
            URI apiBase = parsed(Setting.STRIPE_API_BASE, Reader::address);
            if (methods.isEmpty()) complaints.add(Setting.STRIPE_METHODS.variable() + " names no method");
            @Nullable Secret key = secret(Setting.STRIPE_SECRET_KEY, Reader::stripeKey);
            if (key == null) {
                if (!values.containsKey(Setting.STRIPE_SECRET_KEY)) {
                    complaints.add(Setting.STRIPE_SECRET_KEY.variable() + " is needed where "
                            + Setting.GATEWAY.variable() + " is stripe");
                }
                return null;
            }
            if (!"https".equals(apiBase.getScheme()) && !LOOPBACK.contains(apiBase.getHost())) {
                complaints.add(Setting.STRIPE_API_BASE.variable() + " is not encrypted, and the key would be seen");
            }
            return new Stripe(key, publishableKey(key), webhookSecrets, methods, returnUrl, apiBase);
        }

        /// The complaint does not repeat the value, which may be a key for nobody's eyes.
        private @Nullable String publishableKey(Secret secretKey) {
            String value = text(Setting.STRIPE_PUBLISHABLE_KEY);
            if (value.isEmpty()) return null;
            String name = Setting.STRIPE_PUBLISHABLE_KEY.variable();
            if (STRIPE_KEY.matcher(value).matches()) {
                complaints.add(name + " is a secret key, and every shopper would see it");
                return null;
            }
            if (!STRIPE_PUBLISHABLE_KEY.matcher(value).matches()) {
                complaints.add(name + " must be of the form pk_live_… or pk_test_…");
                return null;
            }
            if (isLive(value) != isLive(secretKey.reveal())) {
                complaints.add(name + " is of another mode than " + Setting.STRIPE_SECRET_KEY.variable()
                        + ": both are live, or both are for tests");
                return null;
            }
            return value;
        }

        private static boolean isLive(String key) {
            return key.startsWith("_live_", 2);
        }

        /// The complaint does not repeat the value.
        private List<Secret> webhookSecrets() {
            try {
                return listed(text(Setting.STRIPE_WEBHOOK_SECRETS), WEBHOOK_SECRET, "must be of the form whsec_…")
                        .stream()
                        .map(Secret::new)
                        .toList();
            } catch (IllegalArgumentException e) {
                complaints.add(Setting.STRIPE_WEBHOOK_SECRETS.variable() + " " + e.getMessage());
                return List.of();
            }
        }

        private static List<String> listed(String value, Pattern each, String rule) {
            List<String> listed = Arrays.stream(value.split(",", -1))
                    .map(String::strip)
                    .filter(not(String::isEmpty))
                    .toList();
            if (listed.stream().allMatch(one -> each.matcher(one).matches())) return listed;
            throw new IllegalArgumentException(rule);
        }

        private static URI address(String value) {
            URI address = URI.create(value);
            boolean web = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
            if (web && address.getHost() != null) return address;
            throw new IllegalArgumentException("must be a web address");
        }

        private static String stripeKey(String value) {
            if (STRIPE_KEY.matcher(value).matches()) return value;
            throw new IllegalArgumentException("must be of the form sk_live_…, sk_test_…, rk_live_… or rk_test_…");
        }

        private String text(Setting setting) {
            return values.getOrDefault(setting, setting.byDefault());
        }

        private int integer(Setting setting, int least, int most) {
            return parsed(setting, value -> {
                if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
                    throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
                }
                return Integer.valueOf(value);
            });
        }

        private Duration duration(Setting setting) {
            return parsed(setting, value -> {
                Duration duration = durationOf(value);
                if (duration.isNegative() || duration.isZero() || duration.compareTo(HOLD_MAX) > 0) {
                    throw new IllegalArgumentException("must be longer than nothing, and a day at the most");
                }
                return duration;
            });
        }

        private <E extends Enum<E>> E choice(Setting setting, Class<E> choices) {
            return parsed(setting, value -> {
                for (E choice : choices.getEnumConstants()) {
                    if (code(choice).equalsIgnoreCase(value)) return choice;
                }
                throw new IllegalArgumentException("must be "
                        + Arrays.stream(choices.getEnumConstants())
                                .map(Reader::code)
                                .collect(joining(" or ")));
            });
        }

        private static String code(Enum<?> choice) {
            return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        private Path folder(Setting setting) {
            Path given = Path.of(text(setting));
            return (values.containsKey(setting) ? given.toAbsolutePath() : root.resolve(given)).normalize();
        }

        /// The complaint does not repeat the value.
        private @Nullable Secret secret(Setting setting, Function<String, String> parse) {
            String value = text(setting);
            if (value.isEmpty()) return null;
            try {
                return new Secret(parse.apply(value));
            } catch (IllegalArgumentException e) {
                complaints.add(setting.variable() + " " + e.getMessage());
                return null;
            }
        }

        private static Duration drain(String value) {
            Duration drain = durationOf(value);
            if (!drain.isNegative() && drain.compareTo(DRAIN_MAX) <= 0) return drain;
            throw new IllegalArgumentException("must be five minutes at the most");
        }

        private static Duration durationOf(String value) {
            Matcher plain = SHORT_DURATION.matcher(value);
            if (plain.matches()) {
                long count = Long.parseLong(plain.group(1));
                return switch (plain.group(2)) {
                    case "ms" -> Duration.ofMillis(count);
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    default -> Duration.ofHours(count);
                };
            }
            try {
                return Duration.parse(value);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("must be a duration such as 10m, 90s or PT10M", e);
            }
        }

        private static String redisUrl(String value) {
            if (REDIS_URL.matcher(value).matches()) return value;
            throw new IllegalArgumentException("must be redis://user:password@host:6379, or rediss://");
        }

        private static String secretKey(String value) {
            if (ApiKey.isValid(ApiKey.Kind.SECRET, value)) return value;
            throw new IllegalArgumentException("must be hf_sk_ and 43 of A-Z a-z 0-9 _ -");
        }

        /// The value, or, where it is bad, a complaint and the default, so that the others can be looked at
        /// too.
        private <T> T parsed(Setting setting, Function<String, T> parse) {
            String value = text(setting);
            try {
                return parse.apply(value);
            } catch (IllegalArgumentException e) {
                complaints.add(setting.variable() + " is \"" + value + "\" and " + e.getMessage());
                return parse.apply(setting.byDefault());
            }
        }
    }
}
