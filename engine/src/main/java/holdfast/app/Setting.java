package holdfast.app;

import holdfast.admission.Rule;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;

/// Everything that can be set, with its default and its meaning: the one list. Each is an environment
/// variable, `HOLDFAST_` and the name here.
enum Setting {
    DATABASE_URL(
            "",
            "An existing PostgreSQL, 15 to 18: postgres://user:password@host:5432/database, or a JDBC URL."
                    + " Without it, an embedded one runs on the data folder"),
    DATABASE_CONNECTIONS("20", "How many connections to the database are open at most"),
    DATA("data", "The data folder: the embedded database and the sandbox's journal"),
    BIND("127.0.0.1", "The address to listen on; 0.0.0.0 for all"),
    PORT("8080", "The port of the HTTP API and the pages; 0 for any that is free"),
    PSP_PORT("8081", "The port of the sandbox payment provider; 0 for any that is free"),
    SHOP_NAME("Holdfast", "What the shop is called on its pages"),
    RESERVATIONS("batched", "How stock is reserved: batched, pessimistic, optimistic or redis"),
    REDIS_URL("", "The Redis for redis: redis://user:password@host:6379, or rediss://, or a node of a cluster"),
    HOLD_TTL("10m", "How long a checkout holds its stock"),
    HOLD_LIMIT(
            "20m",
            "How long it may hold it at the very most, from its beginning; a product that is held longer leaves a"
                    + " payment its time all the same"),
    PAYMENT_TIMEOUT("3m", "How long a payment may take before it is stopped or found out about"),
    CHALLENGE_EXTENSION("5m", "What a shopper gets on top for a challenge such as 3-D Secure, once"),
    SOURCING(
            "fewest-parcels",
            "Which warehouses serve a checkout: fewest-parcels; nearest, to the address, by the areas that the"
                    + " warehouses serve; or priority"),
    GATEWAY("sandbox", "Who takes the money: sandbox, which moves no real money, or stripe"),
    STRIPE_SECRET_KEY("", "The key for stripe: sk_live_…, sk_test_…, or a restricted one, rk_…"),
    STRIPE_PUBLISHABLE_KEY(
            "",
            "The key with which a browser asks stripe for its card fields: pk_live_… or pk_test_…, as the secret key."
                    + " Without it the checkout page has none"),
    STRIPE_WEBHOOK_SECRETS(
            "",
            "What Stripe signs its webhooks with, whsec_…; several with commas between, while one takes another's"
                    + " place"),
    STRIPE_METHODS(
            "card",
            "The payment methods that are offered, as Stripe calls them, with commas between; card is also what"
                    + " Apple Pay and Google Pay come as"),
    STRIPE_RETURN_URL(
            "http://127.0.0.1:8080/checkout/back",
            "The page that a shopper comes back to after a challenge: the storefront's, or one of another shop"),
    STRIPE_API_BASE("https://api.stripe.com", "Where stripe answers; a sandbox of ours does as well"),
    CAPTURE(
            "order",
            "When the money is taken: order, right after the order is placed; or shipment, when something of it is"
                    + " first to be shipped"),
    ADMIN_KEY("", "A secret key (hf_sk_ and 43 characters) with every right, accepted from the first start on"),
    ADMIN_EMAIL("", "Somebody who may do everything in the console, from the first start on; with a password"),
    ADMIN_PASSWORD("", "Their password: at least twelve characters. It counts for somebody new, and not again"),
    DEMO_KEY("", "The secret key of the demo, for scripts; without it each start makes a new one"),
    DEMO_PASSWORD("", "The password of the demo's console; without it each start makes a new one"),
    LATENCY_GOAL(
            "100ms",
            "How long it may take to open a cart or a checkout, or to look at a page, where more is asked than the shop"
                    + " can do; who would make it longer is told to come back"),
    RATE_LIMITS(
            Rule.DEFAULTS,
            "How often a shopper may do what robots do, by the client secret or checkout, and by the address; or off."
                    + " Never for secret keys"),
    TRUSTED_PROXIES(
            "",
            "Whose X-Forwarded-For is believed: addresses or blocks such as 10.0.0.0/8, with commas between. Without"
                    + " it, no limit by address applies behind a proxy"),
    METRICS(
            "private",
            "Who may read /metrics: private, whoever asks from this machine or a private network, not through a proxy;"
                    + " all; or none"),
    DRAIN(
            "0s",
            "How long the server still takes requests after it was told to stop, while /readyz says that they should go"
                    + " elsewhere"),
    OTLP_ENDPOINT(
            "",
            "Where traces are sent, as OTLP over HTTP: a collector such as http://127.0.0.1:4318. Without it, there are"
                    + " none"),
    TRACE_SHARE("1", "How many of the checkouts are traced, from 0 to 1, where their caller has not decided that"),
    LOG("text", "How the log is written: text, for people, or json, for programs"),
    LOG_LEVEL("info", "How much is logged: error, warn, info, debug");

    static final String PREFIX = "HOLDFAST_";

    private final String byDefault;
    private final String meaning;

    Setting(String byDefault, String meaning) {
        this.byDefault = byDefault;
        this.meaning = meaning;
    }

    /// The name of its environment variable.
    String variable() {
        return PREFIX + name();
    }

    /// As it would be written in the environment; empty where there is nothing unless it is set.
    String byDefault() {
        return byDefault;
    }

    /// In one sentence, without the full stop.
    String meaning() {
        return meaning;
    }

    static Optional<Setting> of(String variable) {
        return Arrays.stream(values())
                .filter(setting -> setting.variable().equals(variable))
                .findFirst();
    }

    /// The one that was probably meant.
    static Setting nearest(String variable) {
        return Arrays.stream(values())
                .min(Comparator.comparingInt(setting -> distance(setting.variable(), variable)))
                .orElseThrow();
    }

    /// How many letters must be put in, taken out or changed to make one of the other (Levenshtein).
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) row[j] = j;
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int changed = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
