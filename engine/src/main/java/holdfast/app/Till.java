package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.db.CannotStart;
import holdfast.db.DataFolder;
import holdfast.db.Database;
import holdfast.drill.LedgerOverHttp;
import holdfast.payment.Gateway;
import holdfast.payment.Payments;
import holdfast.payment.RetryingGateway;
import holdfast.payment.WebhookReader;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.payment.stripe.MinorUnits;
import holdfast.payment.stripe.StripeAccount;
import holdfast.payment.stripe.StripeGateway;
import holdfast.payment.stripe.StripeWebhooks;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import holdfast.storefront.Provider;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Where the money is taken: Stripe, or a sandbox of our own.
///
/// @param provider what a page has to know of it
/// @param webhooks who reads what the gateway tells on its own accord, by its name
/// @param address where it answers, as seen from this machine
/// @param ledgers its own books
/// @param probe looks whether the gateway is back, if it was down
record Till(
        Gateway gateway,
        Provider provider,
        Map<String, WebhookReader> webhooks,
        URI address,
        List<ProviderLedger> ledgers,
        Runnable probe) {

    static Till open(Config config, DataFolder folder, Database database, Payments payments, Parts parts) {
        return config.stripe() == null
                ? sandbox(config, folder, parts)
                : stripe(config.stripe(), database, payments, parts);
    }

    private static Till sandbox(Config config, DataFolder folder, Parts parts) {
        var provider = provider(folder.path().resolve("sandbox.journal"));
        parts.add("the sandbox's journal", provider::close);
        var sandbox = new SandboxServer(provider, config.bind(), config.pspPort());
        parts.add("the sandbox", sandbox::close);
        return new Till(
                new SandboxGateway(provider, sandbox.address()),
                sandboxed(sandbox.address()),
                Map.of(),
                sandbox.address(),
                List.of(new SandboxLedger(provider)),
                () -> {});
    }

    /// The sandbox, which has fields for a card, and a wallet with a test card in it.
    private static Provider sandboxed(URI address) {
        return new Provider.Sandbox(
                address, List.of(new Provider.Wallet("the sandbox’s wallet", "pm_card_visa_googlepay")));
    }

    /// What Stripe has in its books, for whoever looks at a shop that others run.
    static List<ProviderLedger> ledgers(Config.Stripe stripe, Database database, Parts parts) {
        return stripe(stripe, database, new Payments(), parts).ledgers();
    }

    private static Till stripe(Config.Stripe stripe, Database database, Payments payments, Parts parts) {
        UUID shop = database.inTransaction(
                tx -> tx.query("select id from shop").mapTo(UUID.class).one());
        var account = new StripeAccount(
                stripe.secretKey().reveal(), stripe.apiBase(), stripe.methods(), stripe.returnUrl(), shop);
        var gateway = new StripeGateway(account);
        parts.add("the connections to Stripe", gateway::close);
        var retrying = new RetryingGateway(
                gateway, new SecureRandom(), () -> database.inTransaction(tx -> payments.hurry(tx, gateway.name())));
        parts.add("what waits to ask Stripe again", retrying::close);
        var webhooks = new StripeWebhooks(
                account, stripe.webhookSecrets().stream().map(Secret::reveal).toList());
        return new Till(
                retrying,
                fields(stripe),
                Map.of(gateway.name(), webhooks),
                stripe.apiBase(),
                List.of(
                        isHere(stripe.apiBase())
                                ? new LedgerOverHttp(gateway.name(), stripe.apiBase())
                                : new GatewayLedger(retrying)),
                retrying::probe);
    }

    /// Whose fields for a card stand in the checkout page.
    private static Provider fields(Config.Stripe stripe) {
        if (stripe.publishableKey() != null) {
            return new Provider.Stripe(
                    stripe.publishableKey(), stripe.methods().stream().sorted().toList(), MinorUnits::of);
        }
        return isHere(stripe.apiBase()) ? sandboxed(stripe.apiBase()) : new Provider.WithoutFields("Stripe");
    }

    /// Whether a provider is on this machine, as only a sandbox is.
    private static boolean isHere(URI provider) {
        String host = String.valueOf(provider.getHost());
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }

    /// The sandbox's books, which it keeps in a file.
    ///
    /// @throws CannotStart if it cannot be used
    static SandboxProvider provider(Path journal) {
        try {
            return SandboxProvider.open(journal);
        } catch (IOException e) {
            throw new CannotStart("The sandbox's journal " + journal + " cannot be used: " + e.getMessage(), e);
        }
    }
}
