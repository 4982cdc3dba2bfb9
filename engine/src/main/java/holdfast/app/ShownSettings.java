package holdfast.app;

import holdfast.console.Console;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// How a shop is set up, for those who may see it in the console; of a secret, whether there is one.
final class ShownSettings {

    /// Whatever may have a password in it, by its name: addresses of databases too.
    private static final Pattern SECRET = Pattern.compile("KEY|PASSWORD|SECRET|TOKEN|URL$");

    private ShownSettings() {}

    static List<Console.Setting> of(Config config, Map<String, String> environment) {
        return Arrays.stream(Setting.values())
                .map(setting ->
                        new Console.Setting(setting.variable(), shown(setting, config, environment), setting.meaning()))
                .toList();
    }

    private static String shown(Setting setting, Config config, Map<String, String> environment) {
        String value = switch (setting) {
            // What an option on the command line may say otherwise.
            case DATA -> config.data().toString();
            case PORT -> String.valueOf(config.port());
            case PSP_PORT -> String.valueOf(config.pspPort());
            case SHOP_NAME -> config.shopName();
            default -> environment.getOrDefault(setting.variable(), "").strip();
        };
        if (value.isEmpty()) return setting.byDefault().isEmpty() ? "not set" : setting.byDefault();
        return SECRET.matcher(setting.name()).find() ? "set, and not shown" : value;
    }
}
