package holdfast.app;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.admission.ConcurrencyLimit;
import holdfast.admission.Rule;
import holdfast.admission.TrustedProxies;
import holdfast.api.Operations;
import holdfast.db.CannotStart;
import holdfast.inventory.HoldPolicy;
import holdfast.inventory.SourcingPolicy;
import holdfast.inventory.Strategy;
import holdfast.kernel.Email;
import holdfast.payment.CapturePolicy;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {

    private static final Path ROOT = Path.of("/srv/holdfast");
    private static final String KEY = "hf_sk_" + "k".repeat(43);

    @Test
    void defaults() {
        assertThat(Arrays.stream(Setting.values())
                        .map(setting -> "%-28s %s"
                                .formatted(setting.variable(), setting.byDefault())
                                .strip())
                        .collect(joining("\n")))
                .isEqualTo("""
                        HOLDFAST_DATABASE_URL
                        HOLDFAST_DATABASE_CONNECTIONS 20
                        HOLDFAST_DATA                data
                        HOLDFAST_BIND                127.0.0.1
                        HOLDFAST_PORT                8080
                        HOLDFAST_PSP_PORT            8081
                        HOLDFAST_SHOP_NAME           Holdfast
                        HOLDFAST_RESERVATIONS        batched
                        HOLDFAST_REDIS_URL
                        HOLDFAST_HOLD_TTL            10m
                        HOLDFAST_HOLD_LIMIT          20m
                        HOLDFAST_PAYMENT_TIMEOUT     3m
                        HOLDFAST_CHALLENGE_EXTENSION 5m
                        HOLDFAST_SOURCING            fewest-parcels
                        HOLDFAST_GATEWAY             sandbox
                        HOLDFAST_STRIPE_SECRET_KEY
                        HOLDFAST_STRIPE_PUBLISHABLE_KEY
                        HOLDFAST_STRIPE_WEBHOOK_SECRETS
                        HOLDFAST_STRIPE_METHODS      card
                        HOLDFAST_STRIPE_RETURN_URL   http://127.0.0.1:8080/checkout/back
                        HOLDFAST_STRIPE_API_BASE     https://api.stripe.com
                        HOLDFAST_CAPTURE             order
                        HOLDFAST_ADMIN_KEY
                        HOLDFAST_ADMIN_EMAIL
                        HOLDFAST_ADMIN_PASSWORD
                        HOLDFAST_DEMO_KEY
                        HOLDFAST_DEMO_PASSWORD
                        HOLDFAST_LATENCY_GOAL        100ms
                        HOLDFAST_RATE_LIMITS         \
                        reads=50/s,reads_per_address=50/s,writes=10/s,writes_per_address=10/s,\
                        completes=5/m,completes_per_address=20/h,declines=3/h,declines_per_address=10/h,\
                        wrong_codes=10/m,wrong_codes_per_address=10/m,holds=3,holds_per_address=5
                        HOLDFAST_TRUSTED_PROXIES
                        HOLDFAST_METRICS             private
                        HOLDFAST_DRAIN               0s
                        HOLDFAST_OTLP_ENDPOINT
                        HOLDFAST_TRACE_SHARE         1
                        HOLDFAST_LOG                 text
                        HOLDFAST_LOG_LEVEL           info""");
        assertThat(config(Map.of()))
                .isEqualTo(new Config(
                        null,
                        20,
                        Path.of("/srv/holdfast/data"),
                        "127.0.0.1",
                        8080,
                        8081,
                        "Holdfast",
                        Strategy.BATCHED,
                        null,
                        HoldPolicy.DEFAULT,
                        SourcingPolicy.FEWEST_PARCELS,
                        Config.Gateway.SANDBOX,
                        null,
                        CapturePolicy.ORDER,
                        null,
                        null,
                        null,
                        null,
                        Operations.Readers.PRIVATE,
                        ConcurrencyLimit.Policy.DEFAULT,
                        Rule.parse(Rule.DEFAULTS),
                        TrustedProxies.parse(""),
                        Duration.ZERO,
                        null,
                        Config.LogFormat.TEXT,
                        Config.LogLevel.INFO));
    }

    @Test
    void every_setting_is_read_from_its_variable() {
        var config = config(Map.ofEntries(
                Map.entry(
                        "HOLDFAST_DATABASE_URL",
                        "postgres://shop:s%40fe+%26sound@db.example:6432/shop?sslmode=require"),
                Map.entry("HOLDFAST_DATABASE_CONNECTIONS", "40"),
                Map.entry("HOLDFAST_DATA", "/var/lib/holdfast"),
                Map.entry("HOLDFAST_BIND", "0.0.0.0"),
                Map.entry("HOLDFAST_PORT", "80"),
                Map.entry("HOLDFAST_PSP_PORT", "0"),
                Map.entry("HOLDFAST_SHOP_NAME", "Halden & Pike"),
                Map.entry("HOLDFAST_RESERVATIONS", "Redis"),
                Map.entry("HOLDFAST_REDIS_URL", "rediss://shop:sound@redis.example:6380/3"),
                Map.entry("HOLDFAST_HOLD_TTL", "90s"),
                Map.entry("HOLDFAST_HOLD_LIMIT", "PT2M30S"),
                Map.entry("HOLDFAST_PAYMENT_TIMEOUT", "500ms"),
                Map.entry("HOLDFAST_CHALLENGE_EXTENSION", "1h"),
                Map.entry("HOLDFAST_SOURCING", "nearest"),
                Map.entry("HOLDFAST_GATEWAY", "Sandbox"),
                Map.entry("HOLDFAST_CAPTURE", "order"),
                Map.entry("HOLDFAST_ADMIN_KEY", KEY),
                Map.entry("HOLDFAST_DEMO_KEY", KEY),
                Map.entry("HOLDFAST_ADMIN_EMAIL", "ada@example.com"),
                Map.entry("HOLDFAST_ADMIN_PASSWORD", "correct horse battery"),
                Map.entry("HOLDFAST_DEMO_PASSWORD", "staple of the battery"),
                Map.entry("HOLDFAST_LATENCY_GOAL", "50ms"),
                Map.entry("HOLDFAST_RATE_LIMITS", "reads=7/m, holds=2"),
                Map.entry("HOLDFAST_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
                Map.entry("HOLDFAST_DRAIN", "5s"),
                Map.entry("HOLDFAST_OTLP_ENDPOINT", "https://collector.example/otlp/"),
                Map.entry("HOLDFAST_TRACE_SHARE", "0.050"),
                Map.entry("HOLDFAST_LOG", "json"),
                Map.entry("HOLDFAST_METRICS", "none"),
                Map.entry("HOLDFAST_LOG_LEVEL", "debug"),
                Map.entry("HOME", "/root")));
        assertThat(config)
                .isEqualTo(new Config(
                        new Secret("jdbc:postgresql://db.example:6432/shop?user=shop&password=s%40fe%2B%26sound"
                                + "&sslmode=require"),
                        40,
                        Path.of("/var/lib/holdfast"),
                        "0.0.0.0",
                        80,
                        0,
                        "Halden & Pike",
                        Strategy.REDIS,
                        new Secret("rediss://shop:sound@redis.example:6380/3"),
                        new HoldPolicy(
                                Duration.ofSeconds(90),
                                Duration.ofMillis(500),
                                Duration.ofHours(1),
                                Duration.ofSeconds(150)),
                        SourcingPolicy.NEAREST,
                        Config.Gateway.SANDBOX,
                        null,
                        CapturePolicy.ORDER,
                        new Secret(KEY),
                        new Config.Admin(Email.of("ada@example.com"), new Secret("correct horse battery")),
                        new Secret(KEY),
                        new Secret("staple of the battery"),
                        Operations.Readers.NONE,
                        ConcurrencyLimit.Policy.DEFAULT.to(Duration.ofMillis(50)),
                        Map.of(
                                Rule.READS,
                                new Rule.Often(7, Duration.ofMinutes(1)),
                                Rule.HOLDS,
                                new Rule.Often(2, Duration.ZERO)),
                        TrustedProxies.parse("10.0.0.0/8,::1"),
                        Duration.ofSeconds(5),
                        new Config.Tracing(
                                URI.create("https://collector.example/otlp/v1/traces"), new BigDecimal("0.05")),
                        Config.LogFormat.JSON,
                        Config.LogLevel.DEBUG));
        assertThat(config.toString())
                .doesNotContain("sound")
                .doesNotContain("battery")
                .doesNotContain(KEY);
    }

    @Test
    void an_unknown_name_stops_the_start_and_names_the_near_one() {
        assertThatThrownBy(() -> config(Map.of("HOLDFAST_PROT", "8080", "HOLDFAST_HOLDTTL", "5m")))
                .isInstanceOf(CannotStart.class)
                .hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_HOLDTTL is not a setting; did you mean HOLDFAST_HOLD_TTL?
                          HOLDFAST_PROT is not a setting; did you mean HOLDFAST_PORT?""");
    }

    @Test
    void stripe_has_settings_of_its_own_and_keeps_its_secrets() {
        String old = "whsec_" + "a".repeat(32);
        String next = "whsec_" + "b".repeat(32);

        Config config = config(Map.of(
                "HOLDFAST_GATEWAY", "stripe",
                "HOLDFAST_STRIPE_SECRET_KEY", "sk_test_sound",
                "HOLDFAST_STRIPE_PUBLISHABLE_KEY", "pk_test_seen",
                "HOLDFAST_STRIPE_WEBHOOK_SECRETS", old + ", " + next,
                "HOLDFAST_STRIPE_METHODS", "card,ideal",
                "HOLDFAST_STRIPE_RETURN_URL", "https://shop.example/back",
                "HOLDFAST_STRIPE_API_BASE", "http://127.0.0.1:8081"));

        assertThat(config.stripe())
                .isEqualTo(new Config.Stripe(
                        new Secret("sk_test_sound"),
                        "pk_test_seen",
                        List.of(new Secret(old), new Secret(next)),
                        Set.of("card", "ideal"),
                        URI.create("https://shop.example/back"),
                        URI.create("http://127.0.0.1:8081")));
        assertThat(config.toString()).doesNotContain("sound").doesNotContain("aaaa");
    }

    @Test
    void stripe_needs_a_key_and_an_address_that_keeps_it() {
        assertThatThrownBy(() -> config(Map.of("HOLDFAST_GATEWAY", "stripe"))).hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_STRIPE_SECRET_KEY is needed where HOLDFAST_GATEWAY is stripe""");
        assertThatThrownBy(() -> config(Map.of(
                        "HOLDFAST_GATEWAY", "stripe",
                        "HOLDFAST_STRIPE_SECRET_KEY", "sound",
                        "HOLDFAST_STRIPE_WEBHOOK_SECRETS", "sound")))
                .hasMessageNotContaining("sound")
                .hasMessageContaining("HOLDFAST_STRIPE_WEBHOOK_SECRETS must be of the form whsec_…")
                .hasMessageContaining("HOLDFAST_STRIPE_SECRET_KEY must be of the form sk_live_…");
        assertThatThrownBy(() -> config(Map.of(
                        "HOLDFAST_GATEWAY", "stripe",
                        "HOLDFAST_STRIPE_SECRET_KEY", "sk_live_1",
                        "HOLDFAST_STRIPE_API_BASE", "http://stripe.example")))
                .hasMessageContaining("HOLDFAST_STRIPE_API_BASE is not encrypted, and the key would be seen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "collector:4318",
                "grpc://collector:4317",
                "http://",
                "http:// collector",
                "http://user:sound@collector",
                "http://collector/?key=sound",
                "http://collector/#sound"
            })
    void a_collector_is_an_address_alone(String endpoint) {
        assertThatThrownBy(() -> config(Map.of("HOLDFAST_OTLP_ENDPOINT", endpoint)))
                .isInstanceOf(CannotStart.class)
                .hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_OTLP_ENDPOINT must be a web address of a collector, such as http://127.0.0.1:4318, \
                        without user, query and fragment""");
    }

    @Test
    void a_collector_may_be_named_with_the_path_of_its_traces() {
        var named = config(Map.of("HOLDFAST_OTLP_ENDPOINT", "http://127.0.0.1:4318/v1/traces"));
        assertThat(named.tracing())
                .isEqualTo(config(Map.of("HOLDFAST_OTLP_ENDPOINT", "http://127.0.0.1:4318"))
                        .tracing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "-0.1", "5%", "all", "1e-3", ".5"})
    void a_share_is_a_number_from_0_to_1(String share) {
        assertThatThrownBy(() -> config(Map.of("HOLDFAST_TRACE_SHARE", share)))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining(
                        "HOLDFAST_TRACE_SHARE is \"" + share + "\" and must be a number from 0 to 1, such as 0.05");
    }

    @Test
    void a_browser_gets_a_key_that_is_for_browsers_and_of_the_same_mode() {
        assertThatThrownBy(() -> publishable("sk_test_1", "sk_test_sound"))
                .hasMessageContaining("HOLDFAST_STRIPE_PUBLISHABLE_KEY is a secret key, and every shopper would see it")
                .hasMessageNotContaining("sound");
        assertThatThrownBy(() -> publishable("sk_live_1", "rk_live_sound"))
                .hasMessageContaining("is a secret key")
                .hasMessageNotContaining("sound");
        assertThatThrownBy(() -> publishable("sk_test_1", "sound"))
                .hasMessageContaining("HOLDFAST_STRIPE_PUBLISHABLE_KEY must be of the form pk_live_… or pk_test_…")
                .hasMessageNotContaining("sound");
        assertThatThrownBy(() -> publishable("sk_live_1", "pk_test_1"))
                .hasMessageContaining("HOLDFAST_STRIPE_PUBLISHABLE_KEY is of another mode than"
                        + " HOLDFAST_STRIPE_SECRET_KEY: both are live, or both are for tests");
        assertThatThrownBy(() -> publishable("rk_test_1", "pk_live_1")).hasMessageContaining("is of another mode");
        assertThat(publishable("rk_live_1", "pk_live_1").stripe())
                .extracting(Config.Stripe::publishableKey)
                .isEqualTo("pk_live_1");
    }

    private static Config publishable(String secretKey, String publishableKey) {
        return config(Map.of(
                "HOLDFAST_GATEWAY", "stripe",
                "HOLDFAST_STRIPE_SECRET_KEY", secretKey,
                "HOLDFAST_STRIPE_PUBLISHABLE_KEY", publishableKey));
    }

    @Test
    void redis_needs_its_address() {
        assertThatThrownBy(() -> config(Map.of("HOLDFAST_RESERVATIONS", "redis")))
                .isInstanceOf(CannotStart.class)
                .hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_REDIS_URL is needed where HOLDFAST_RESERVATIONS is redis""");
    }

    @Test
    void every_bad_value_is_named_at_once_and_no_secret_repeated() {
        assertThatThrownBy(() -> config(Map.ofEntries(
                        Map.entry("HOLDFAST_DATABASE_URL", "mysql://root:hunter2@db/shop"),
                        Map.entry("HOLDFAST_DATABASE_CONNECTIONS", "many"),
                        Map.entry("HOLDFAST_PORT", "65536"),
                        Map.entry("HOLDFAST_PSP_PORT", "-1"),
                        Map.entry("HOLDFAST_HOLD_TTL", "ten minutes"),
                        Map.entry("HOLDFAST_PAYMENT_TIMEOUT", "0s"),
                        Map.entry("HOLDFAST_RESERVATIONS", "hopeful"),
                        Map.entry("HOLDFAST_REDIS_URL", "hunter2@redis"),
                        Map.entry("HOLDFAST_SOURCING", "far-away"),
                        Map.entry("HOLDFAST_GATEWAY", "paypal"),
                        Map.entry("HOLDFAST_CAPTURE", "whenever"),
                        Map.entry("HOLDFAST_ADMIN_KEY", "hunter2"),
                        Map.entry("HOLDFAST_ADMIN_EMAIL", "ada@example.com"),
                        Map.entry("HOLDFAST_ADMIN_PASSWORD", "hunter2"),
                        Map.entry("HOLDFAST_LOG_LEVEL", "loud"))))
                .isInstanceOf(CannotStart.class)
                .hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_DATABASE_URL must be postgres://user:password@host:5432/database, or a JDBC URL
                          HOLDFAST_DATABASE_CONNECTIONS is "many" and must be a whole number from 5 to 1000
                          HOLDFAST_PORT is "65536" and must be a whole number from 0 to 65535
                          HOLDFAST_PSP_PORT is "-1" and must be a whole number from 0 to 65535
                          HOLDFAST_RESERVATIONS is "hopeful" and must be pessimistic or optimistic or redis or batched
                          HOLDFAST_REDIS_URL must be redis://user:password@host:6379, or rediss://
                          HOLDFAST_HOLD_TTL is "ten minutes" and must be a duration such as 10m, 90s or PT10M
                          HOLDFAST_PAYMENT_TIMEOUT is "0s" and must be longer than nothing, and a day at the most
                          HOLDFAST_SOURCING is "far-away" and must be fewest-parcels or nearest or priority
                          HOLDFAST_GATEWAY is "paypal" and must be sandbox or stripe
                          HOLDFAST_CAPTURE is "whenever" and must be order or shipment
                          HOLDFAST_ADMIN_KEY must be hf_sk_ and 43 of A-Z a-z 0-9 _ -
                          HOLDFAST_ADMIN_PASSWORD must be at least 12 characters
                          HOLDFAST_LOG_LEVEL is "loud" and must be error or warn or info or debug""");
    }

    @Test
    void settings_that_contradict_each_other_are_refused() {
        assertThatThrownBy(() -> config(Map.of(
                        "HOLDFAST_HOLD_TTL", "30m",
                        "HOLDFAST_PSP_PORT", "8080",
                        "HOLDFAST_DATABASE_CONNECTIONS", "200")))
                .hasMessage("""
                        The configuration cannot be used:
                          HOLDFAST_HOLD_LIMIT is shorter than HOLDFAST_HOLD_TTL
                          HOLDFAST_PSP_PORT is the same as HOLDFAST_PORT, 8080
                          HOLDFAST_DATABASE_CONNECTIONS is more than the embedded PostgreSQL takes, 180""");
    }

    @Test
    void the_command_line_wins_over_the_environment() {
        var config = Config.from(Map.of("HOLDFAST_PORT", "1", "HOLDFAST_BIND", "::1"), Map.of(Setting.PORT, "2"), ROOT);
        assertThat(config.port()).isEqualTo(2);
        assertThat(config.bind()).isEqualTo("::1");
    }

    @Test
    void an_empty_variable_is_as_good_as_none() {
        assertThat(config(Map.of("HOLDFAST_DATABASE_URL", "", "HOLDFAST_PORT", " "))
                        .port())
                .isEqualTo(8080);
    }

    @Test
    void a_database_is_named_as_postgres_or_as_java_names_it() {
        assertThat(DatabaseUrl.jdbc("postgresql://db/shop")).isEqualTo("jdbc:postgresql://db/shop");
        assertThat(DatabaseUrl.jdbc("postgres://shop@a:1,b:2/shop?targetServerType=primary"))
                .isEqualTo("jdbc:postgresql://a:1,b:2/shop?user=shop&targetServerType=primary");
        assertThat(DatabaseUrl.jdbc("jdbc:postgresql://db/shop?user=shop&password=x"))
                .isEqualTo("jdbc:postgresql://db/shop?user=shop&password=x");
        assertThat(DatabaseUrl.shown("jdbc:postgresql://db/shop?user=shop&password=x"))
                .isEqualTo("db/shop");
    }

    private static Config config(Map<String, String> environment) {
        return Config.from(environment, Map.of(), ROOT);
    }
}
