package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.MarkdownTable;
import holdfast.Repository;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What the README tells about the command line is so.
class ReadmeTest {

    private static final String README = Repository.read("README.md");

    @Test
    void its_settings_are_the_settings() {
        assertThat(MarkdownTable.of(README, "variable", "default", "meaning").rows())
                .containsExactlyElementsOf(Arrays.stream(Setting.values())
                        .map(setting -> List.of(setting.variable(), setting.byDefault(), setting.meaning()))
                        .toList());
    }

    @Test
    void its_commands_are_the_commands() {
        var commands = new TreeSet<String>();
        new CommandLine(Main.class).getSubcommands().forEach((name, command) -> {
            if (!command.getCommandSpec().usageMessage().hidden()) commands.add(name);
        });
        commands.add("test"); // by the script alone, as the next one: they need a build, not a program
        commands.add("bench");
        assertThat(MarkdownTable.of(README, "command", "what it does").rows())
                .extracting(row -> row.getFirst().replaceFirst("^\\./holdfast (\\w+).*", "$1"))
                .containsExactlyInAnyOrderElementsOf(commands);
    }
}
