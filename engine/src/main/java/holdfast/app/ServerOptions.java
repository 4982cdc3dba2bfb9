package holdfast.app;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that every command has. What is given here wins over the environment.
final class ServerOptions {

    private static final int ANY_PORT = 0;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port of the HTTP API; 0 for any that is free (default: 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--psp-port",
            paramLabel = "PORT",
            description = "The port of the sandbox payment provider; 0 for any that is free (default: 8081).")
    private @Nullable Integer pspPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The data folder (default: data, of the demo data/demo, in Holdfast's own).")
    private @Nullable Path data;

    @SuppressWarnings("UnusedVariable") // read by picocli
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    /// The configuration of this process: these options, then the environment, then the defaults.
    ///
    /// @throws holdfast.db.CannotStart naming everything that is wrong
    Config config() {
        return config("data");
    }

    /// As [#config()], for a shop that nobody else has to find: on free ports, unless the options name others.
    Config privateConfig() {
        return privateConfig(Map.of());
    }

    /// @param settings what other options of the command set
    Config privateConfig(Map<Setting, String> settings) {
        if (port == null) port = ANY_PORT;
        if (pspPort == null) pspPort = ANY_PORT;
        return config("data", settings);
    }

    /// For the demo, which is a shop with a name.
    Config demoConfig() {
        boolean named =
                !System.getenv().getOrDefault(Setting.SHOP_NAME.variable(), "").isBlank();
        return config("data/demo", named ? Map.of() : Map.of(Setting.SHOP_NAME, DemoShop.NAME));
    }

    /// @param defaultData the data folder where neither option nor environment names one, within Holdfast's own
    Config config(String defaultData) {
        return config(defaultData, Map.of());
    }

    private Config config(String defaultData, Map<Setting, String> settings) {
        Map<String, String> environment = System.getenv();
        Path root = Path.of(System.getProperty("holdfast.root", "")).toAbsolutePath();
        Map<Setting, String> options = new EnumMap<>(Setting.class);
        options.putAll(settings);
        if (port != null) options.put(Setting.PORT, port.toString());
        if (pspPort != null) options.put(Setting.PSP_PORT, pspPort.toString());
        if (data != null) options.put(Setting.DATA, data.toString());
        else if (environment.getOrDefault(Setting.DATA.variable(), "").isBlank()) {
            options.put(Setting.DATA, root.resolve(defaultData).toString());
        }
        return Config.from(environment, options, root);
    }
}
