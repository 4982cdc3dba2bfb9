package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Money;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the provider has answered is known after `kill -9`, and its journal belongs to the next process at
/// once.
final class SandboxKillTest {

    private static final Money PRICE = Money.of(1999, Currency.getInstance("GBP"));
    private static final int ANSWERS = 2_000;

    @TempDir
    Path folder;

    @Test
    void nothing_that_was_answered_is_lost_by_a_kill() throws IOException, InterruptedException {
        Path journal = folder.resolve("sandbox.journal");

        List<String> answered = chargeUntilKilled(journal);

        try (var provider = SandboxProvider.open(journal)) {
            assertThat(answered)
                    .hasSize(ANSWERS)
                    .allSatisfy(reference -> assertThat(provider.retrieve(reference))
                            .hasValueSatisfying(
                                    intent -> assertThat(intent.captured()).isEqualTo(PRICE)));
        }
    }

    private static List<String> chargeUntilKilled(Path journal) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Shopper.class.getName(),
                        journal.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader answers = child.inputReader(UTF_8)) {
            List<String> heard = answers.lines().limit(ANSWERS).toList();
            child.destroyForcibly(); // SIGKILL
            return heard;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /// A process that charges for ever, and says so after each answer.
    static final class Shopper {

        private Shopper() {}

        static void main(String[] arguments) throws IOException {
            try (var provider = SandboxProvider.open(Path.of(arguments[0]))) {
                IntStream.iterate(0, i -> i + 1).forEach(i -> {
                    String reference = "P" + i;
                    provider.authorize(reference, PRICE, "pm_card_visa", reference + ":a");
                    provider.capture(reference, PRICE, reference + ":c");
                    System.out.println(reference);
                });
            }
        }
    }
}
