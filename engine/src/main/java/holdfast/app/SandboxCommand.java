package holdfast.app;

import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.URI;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Override
    public Integer call() {
        Config config = options.config("data/sandbox");
        Logging.configure(config.logLevel());
        return Lifetime.of(() -> start(config), Parts::close, parts -> {
            Lifetime.untilTheEnd();
            return 0;
        });
    }

    private static Parts start(Config config) {
        var parts = new Parts();
        boolean open = false;
        try {
            URI address = start(config, parts);
            System.out.println("Stripe's protocol is spoken at " + address + "/v1, with any test key: sk_test_...");
            System.out.println("READY " + address);
            open = true;
            return parts;
        } finally {
            if (!open) parts.close();
        }
    }

    private static URI start(Config config, Parts parts) {
        Shop.refuseIfTaken(config.bind(), config.pspPort(), "--psp-port");
        SandboxProvider provider = Shop.provider(config.data().resolve("sandbox.journal"));
        parts.add("the sandbox's journal", provider::close);
        var server = new SandboxServer(provider, config.bind(), config.pspPort());
        parts.add("the sandbox", server::close);
        return server.address();
    }
}
