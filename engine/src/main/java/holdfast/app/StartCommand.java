package holdfast.app;

import holdfast.access.ApiKeys;
import holdfast.access.Scope;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The server for production.
@Command(
        name = "start",
        description = {
            "Runs the shop, configured by environment variables, until it is told to stop.",
            "Ends with exit code 130 after Ctrl-C and 143 after SIGTERM."
        })
final class StartCommand implements Callable<Integer> {

    private static final String KEY_TITLE = "first admin";

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() {
        Config config = options.config();
        Logging.configure(config.logLevel());
        return Lifetime.of(() -> Shop.start(config, Progress.onStandardError()), Shop::close, shop -> {
            System.out.println("The shop is open at " + shop.url() + ", and its console at " + shop.url() + "/console");
            System.out.println(payments(config, shop));
            admit(shop, config);
            System.out.println("READY " + shop.url());
            Lifetime.untilTheEnd();
            return 0;
        });
    }

    private static String payments(Config config, Shop shop) {
        return switch (config.gateway()) {
            case SANDBOX -> "Payments go to the sandbox at " + shop.gatewayUrl() + ": no real money is moved.";
            case STRIPE -> "Payments go to Stripe at " + shop.gatewayUrl() + ".";
        };
    }

    /// Somebody has to have a key to begin with, and a password.
    private static void admit(Shop shop, Config config) {
        ApiKeys keys = shop.keys();
        shop.database().transact(tx -> {
            if (config.adminKey() != null) {
                keys.adoptSecret(
                        tx, KEY_TITLE, Set.of(Scope.ADMIN), config.adminKey().reveal());
            } else if (keys.list(tx).isEmpty()) {
                System.out.println(
                        "The first admin key, shown once: " + keys.issueSecret(tx, KEY_TITLE, Set.of(Scope.ADMIN)));
            }
            if (config.admin() != null) {
                Config.Admin admin = config.admin();
                shop.staff().adopt(tx, "Admin", admin.email(), admin.password().reveal());
            } else if (shop.staff().nobody(tx)) {
                System.out.println("Nobody can open the console yet: set HOLDFAST_ADMIN_EMAIL and"
                        + " HOLDFAST_ADMIN_PASSWORD for the next start.");
            }
        });
    }
}
