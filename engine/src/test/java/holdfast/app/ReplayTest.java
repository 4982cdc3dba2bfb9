package holdfast.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import holdfast.Subprocess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The replay as a user meets it: a process of its own with a shop of its own, its report, and what is there
/// when it is run again.
class ReplayTest {

    private static final Path GIFT_SHOP =
            Path.of("src/test/resources/holdfast/drill/gift-shop.csv").toAbsolutePath();
    private static final Path DAYS = Path.of(Objects.requireNonNull(System.getProperty("holdfast.root")))
            .resolveSibling("shared")
            .resolve("data/online-retail");
    private static final String RECONCILED =
            "Every penny and every piece of the files is accounted for, and the shop agrees.";

    /// What the orders of the first day ask of the payment provider, at least: to authorize and to capture.
    private static final int REQUESTS = 2 * 127;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path data;

    @Test
    void a_small_day_with_every_oddity_reconciles_and_replaying_it_again_doubles_nothing() {
        List<String> first = replay(List.of(GIFT_SHOP));
        assertThat(first).contains(RECONCILED);
        assertThat(figures(first)).isEqualTo("""
                placed as orders 7
                refused 1
                nothing in them is sold 5
                cancellations that gave something back 3
                cancellations that match nothing 2
                cancellations of what is no product 0
                in the files 18
                """);
        assertThat(proof(replay(List.of(GIFT_SHOP)))).isEqualTo(proof(first));
    }

    @Test
    void seven_real_days_reconcile_to_the_penny() {
        List<String> told = replay(days());
        assertThat(told).contains(RECONCILED);
        assertThat(figures(told)).startsWith("placed as orders 724\nrefused 0\n");
    }

    @Test
    void a_replay_that_is_killed_goes_on_where_it_was_and_every_order_is_there_once() {
        long seed = System.nanoTime();
        System.out.println("ReplayTest seed " + seed);
        var random = new SplittableRandom(seed);
        List<Path> day = days().subList(0, 1);
        long payments = 0;
        for (int kill = 0; kill < 3; kill++) {
            payments += 1 + random.nextInt(REQUESTS / 3);
            try (var process = start(day)) {
                awaitJournal(payments);
                process.kill();
            }
        }
        List<String> told = replay(day);
        assertThat(told).contains(RECONCILED);
        assertThat(figures(told)).contains("refused 0"); // What was begun is gone on with, so its stock is not missing.
        assertThat(proof(told)).contains("orders that differ from their invoice 0 0 ok");
    }

    /// Waits until the payment provider has written so many lines down.
    private void awaitJournal(long lines) {
        Path journal = data.resolve("sandbox.journal");
        try (var watch = data.getFileSystem().newWatchService()) {
            data.register(watch, ENTRY_CREATE, ENTRY_MODIFY);
            while (lines(journal) < lines) {
                WatchKey changed = watch.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                assertThat(changed)
                        .as("The replay goes on, and asks for more payments")
                        .isNotNull();
                changed.pollEvents();
                changed.reset();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static long lines(Path journal) {
        if (Files.notExists(journal)) return 0;
        try (Stream<String> lines = Files.lines(journal, ISO_8859_1)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> days() {
        assumeTrue(Files.isDirectory(DAYS), "the seven days are not beside this repository");
        try (Stream<Path> files = Files.list(DAYS)) {
            return files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> replay(List<Path> files) {
        try (var process = start(files)) {
            int exitCode = process.exitCode();
            assertThat(exitCode).as(String.join("\n", process.lines())).isZero();
            return process.lines();
        }
    }

    private Subprocess start(List<Path> files) {
        var arguments = new ArrayList<>(List.of("replay", "--port", "0", "--psp-port", "0", "--data", data.toString()));
        files.forEach(file -> arguments.add(file.toString()));
        return Subprocess.java(Main.class, arguments.toArray(String[]::new));
    }

    /// The table of invoices, with single blanks.
    private static String figures(List<String> told) {
        return section(told, "INVOICES", 7);
    }

    /// The proof, with single blanks.
    private static String proof(List<String> told) {
        return section(told, "PROOF", 12);
    }

    private static String section(List<String> told, String title, int lines) {
        var section = new StringBuilder();
        told.stream()
                .dropWhile(line -> !line.startsWith(title))
                .skip(1)
                .limit(lines)
                .forEach(line ->
                        section.append(line.strip().replaceAll("\\s+", " ")).append('\n'));
        return section.toString();
    }
}
