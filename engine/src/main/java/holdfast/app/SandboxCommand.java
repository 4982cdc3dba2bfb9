package holdfast.app;

import holdfast.db.CannotStart;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The sandbox payment provider alone, as a process of its own.
@Command(
        name = "sandbox",
        description = {
            "Runs the sandbox payment provider alone, until it is told to stop. It speaks Stripe's protocol and"
                    + " moves no real money; its journal is in the data folder.",
            "Ends with exit code 130 after Ctrl-C and 143 after SIGTERM."
        })
final class SandboxCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Option(
            names = "--webhook",
            paramLabel = "URL",
            description = "Where to send webhooks, signed with the first secret in HOLDFAST_STRIPE_WEBHOOK_SECRETS;"
                    + " may be repeated.")
    private List<URI> webhooks = List.of();

    @Option(
            names = "--fields-origin",
            paramLabel = "ORIGIN",
            description = "Whose pages may show the card fields, besides those of this machine:"
                    + " https://shop.example; may be repeated.")
    private Set<String> fieldsOrigins = Set.of();

    @Override
    public Integer call() {
        String secret = secret();
        Config config = options.config("data/sandbox");
        Logging.configure(config.logLevel());
        return Lifetime.of(() -> start(config, secret), Parts::close, parts -> {
            Lifetime.untilTheEnd();
            return 0;
        });
    }

    /// The one that a shop with the same environment believes.
    private String secret() {
        for (URI url : webhooks) {
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!web || url.getHost() == null) throw new CannotStart("--webhook " + url + " is no http address");
        }
        String secrets = System.getenv(Setting.STRIPE_WEBHOOK_SECRETS.variable());
        if (webhooks.isEmpty()) return "";
        if (secrets == null || secrets.isBlank()) {
            throw new CannotStart("--webhook needs a secret, whsec_… of at least 16 letters and digits more, in "
                    + Setting.STRIPE_WEBHOOK_SECRETS.variable());
        }
        return secrets.split(",", 2)[0].strip();
    }

    private Parts start(Config config, String secret) {
        var parts = new Parts();
        boolean open = false;
        try {
            URI address = start(config, secret, parts);
            System.out.println("Stripe's protocol is spoken at " + address + "/v1, with any test key: sk_test_...");
            System.out.println("READY " + address);
            open = true;
            return parts;
        } finally {
            if (!open) parts.close();
        }
    }

    private URI start(Config config, String secret, Parts parts) {
        Listening.refuseIfTaken(config.bind(), config.pspPort(), "--psp-port");
        SandboxProvider provider = Till.provider(config.data().resolve("sandbox.journal"));
        parts.add("the sandbox's journal", provider::close);
        var server = new SandboxServer(provider, config.bind(), config.pspPort(), fieldsOrigins);
        parts.add("the sandbox", server::close);
        webhooks.forEach(url -> server.addWebhook(url, secret));
        return server.address();
    }
}
