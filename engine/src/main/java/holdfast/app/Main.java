package holdfast.app;

import holdfast.db.CannotStart;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/// The command line. Ends with 0 when all went well, 1 when something could not be done, 2 when it was
/// asked for in a way that is not understood, and 128 plus the signal's number when it was told to stop:
/// 130 after Ctrl-C, 143 after SIGTERM.
@Command(
        name = "holdfast",
        description = "The checkout engine: carts come in, paid orders with their stock go out.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            DemoCommand.class,
            StartCommand.class,
            ReplayCommand.class,
            FlashSaleCommand.class,
            TortureCommand.class,
            AuditCommand.class,
            ReconcileCommand.class,
            SandboxCommand.class,
            RehearseCommand.class
        })
public final class Main {

    private static final int LINE_LENGTH_MAX = 72;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    static int run(String... arguments) {
        var line = new CommandLine(new Main()).setExecutionExceptionHandler((failure, _, _) -> told(failure));
        for (CommandLine command : line.getSubcommands().values()) {
            command.getCommandSpec()
                    .usageMessage()
                    .footerHeading("%nSettings:%n")
                    .footer(settings());
        }
        return line.execute(arguments);
    }

    private static String[] settings() {
        return Arrays.stream(Setting.values())
                .flatMap(setting -> Stream.concat(
                        Stream.of("  " + setting.variable()
                                + (setting.byDefault().isEmpty() ? "" : "=" + setting.byDefault())),
                        wrapped(setting.meaning() + ".").map(line -> "      " + line)))
                .map(text -> text.replace("%", "%%")) // picocli takes it for a format
                .toArray(String[]::new);
    }

    /// The text in lines, broken between words.
    private static Stream<String> wrapped(String text) {
        return Pattern.compile("(.{1," + LINE_LENGTH_MAX + "})(?: |$)")
                .matcher(text)
                .results()
                .map(line -> line.group(1));
    }

    /// A sentence for what the person can change, the whole story for what only we can.
    private static int told(Exception failure) {
        if (failure instanceof CannotStart reason) {
            System.err.println(reason.getMessage());
        } else {
            LoggerFactory.getLogger(Main.class).error("Holdfast broke", failure);
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    /// Ours; of no release where we do not run from a jar.
    static String version() {
        return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "(not from a jar)");
    }

    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {"Holdfast " + version()};
        }
    }
}
