package holdfast.psp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Money;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the provider has answered is known after `kill -9`, and its journal belongs to the next process at
/// once.
final class SandboxKillTest {

    private static final Money PRICE = Money.of(1999, Currency.getInstance("GBP"));
    private static final int ANSWERS = 2_000;
    private static final int HTTP_ANSWERS = 300;

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

    @Test
    void what_was_answered_over_http_is_answered_again_word_for_word() throws Exception {
        Path journal = folder.resolve("sandbox.journal");
        Process child = child(Server.class, journal);
        List<String> intents = new ArrayList<>();
        List<String> answers = new ArrayList<>();
        try (BufferedReader said = child.inputReader(UTF_8);
                var caller = new StripeCaller(URI.create(said.readLine()))) {
            for (int i = 0; i < HTTP_ANSWERS; i++) {
                intents.add(caller.intent("P" + i));
                answers.add(caller.confirm(intents.getLast(), "k" + i).body());
            }
        } finally {
            child.destroyForcibly().waitFor(); // SIGKILL
        }

        try (var provider = SandboxProvider.open(journal);
                var server = new SandboxServer(provider, "127.0.0.1", 0);
                var caller = new StripeCaller(server.address())) {
            for (int i = 0; i < HTTP_ANSWERS; i++) {
                assertThat(caller.status(intents.get(i))).isEqualTo("requires_capture");
                assertThat(caller.confirm(intents.get(i), "k" + i).body()).isEqualTo(answers.get(i));
            }
            assertThat(provider.ledger()).hasSize(HTTP_ANSWERS);
        }
    }

    private static Process child(Class<?> program, Path journal) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        journal.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<String> chargeUntilKilled(Path journal) throws IOException, InterruptedException {
        Process child = child(Shopper.class, journal);
        try (BufferedReader answers = child.inputReader(UTF_8)) {
            List<String> heard = answers.lines().limit(ANSWERS).toList();
            child.destroyForcibly(); // SIGKILL
            return heard;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    /// A process that serves, and says where.
    static final class Server {

        private Server() {}

        static void main(String[] arguments) throws IOException, InterruptedException {
            try (var provider = SandboxProvider.open(Path.of(arguments[0]));
                    var server = new SandboxServer(provider, "127.0.0.1", 0)) {
                System.out.println(server.address());
                new CountDownLatch(1).await();
            }
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
