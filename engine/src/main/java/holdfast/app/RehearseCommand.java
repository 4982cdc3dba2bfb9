package holdfast.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Opens a shop on an empty folder, asks it for something, and closes it again: `./holdfast` does that after a
/// build, and the JVM keeps the classes it loaded for the starts to come.
///
/// Looks at no setting: it must come near no database but its own.
@Command(name = "rehearse", hidden = true, description = "Opens a shop and closes it again.")
final class RehearseCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "A folder to do it in.")
    private Path folder = Path.of("");

    @Override
    public Integer call() throws IOException {
        var settings = Map.of(Setting.DATA, folder.toString(), Setting.PORT, "0", Setting.PSP_PORT, "0");
        Config config = Config.from(Map.of(), settings, folder);
        Logging.configure(config.logLevel());
        try (Shop shop = Shop.start(config, Progress.onStandardError())) {
            shop.openDemo();
            URL products = shop.url().resolve("/v1/products").toURL();
            try (InputStream answer = products.openStream()) {
                answer.transferTo(System.out);
            }
        }
        return 0;
    }
}
