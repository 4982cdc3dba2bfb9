package holdfast.app;

import holdfast.access.ApiKeys;
import holdfast.access.Password;
import holdfast.access.Scope;
import holdfast.db.CannotStart;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// A shop to try things on.
@Command(
        name = "demo",
        description = {
            "Runs a shop to try things on until it is told to stop: its own PostgreSQL, the sandbox payment provider, "
                    + "more than 200 products. Prints the keys, and a session to paste into a shell.",
            "Keeps what happens in its data folder. Ends with exit code 130 after Ctrl-C and 143 after SIGTERM."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String ADMIN = "demo admin";
    private static final String STOREFRONT = "demo storefront";
    private static final String BROWSER = "demo browser";

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        Config config = options.demoConfig();
        if (config.databaseUrl() != null) {
            throw new CannotStart("The demo fills a shop of its own and keeps away from your database: unset"
                    + " HOLDFAST_DATABASE_URL, or use ./holdfast start");
        }
        Logging.configure(config.logLevel());
        return Lifetime.of(() -> Shop.start(config, Progress.onStandardError()), Shop::close, shop -> {
            shop.openDemo();
            shop.planDemoSale();
            Keys keys = keys(shop, config);
            System.out.println(DemoWelcome.text(shop.url(), shop.gatewayUrl(), config.data(), keys));
            System.out.println("READY " + shop.url());
            Lifetime.untilTheEnd();
            return 0;
        });
    }

    /// @param admin may do everything
    /// @param storefront sells: for a server
    /// @param browser opens carts and checkouts: for anybody
    /// @param password opens the console
    record Keys(String admin, String storefront, String browser, String password) {}

    /// New keys, and an end to those of earlier starts.
    private static Keys keys(Shop shop, Config config) {
        ApiKeys keys = shop.keys();
        String password = config.demoPassword() == null
                ? Password.make()
                : config.demoPassword().reveal();
        return shop.database().inTransaction(tx -> {
            shop.staff().renew(tx, "Demo", DemoShop.ADMIN, password);
            keys.revokeTitled(tx, ADMIN);
            keys.revokeTitled(tx, STOREFRONT);
            keys.revokeTitled(tx, BROWSER);
            return new Keys(
                    config.demoKey() == null
                            ? keys.issueSecret(tx, ADMIN, Set.of(Scope.ADMIN))
                            : keys.renewSecret(
                                    tx,
                                    ADMIN,
                                    Set.of(Scope.ADMIN),
                                    config.demoKey().reveal()),
                    keys.issueSecret(tx, STOREFRONT, Set.of(Scope.STOREFRONT)),
                    keys.issuePublishable(tx, BROWSER),
                    password);
        });
    }
}
