package holdfast.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Opens a shop on an empty folder, asks it for something, and closes it again: `./holdfast` does that
/// after a build, and the JVM keeps what it loaded and compiled for the starts to come.
@Command(name = "rehearse", hidden = true, description = "Opens a shop and closes it again.")
final class RehearseCommand implements Callable<Integer> {

    @Mixin
    private ServerOptions options = new ServerOptions();

    @Override
    public Integer call() throws IOException {
        Config config = options.config();
        Logging.configure(config.logLevel());
        try (Shop shop = Shop.start(config, Progress.onStandardError())) {
            shop.openDemo();
            try (InputStream products =
                    shop.url().resolve("/v1/products").toURL().openStream()) {
                products.transferTo(System.out);
            }
        }
        return 0;
    }
}
