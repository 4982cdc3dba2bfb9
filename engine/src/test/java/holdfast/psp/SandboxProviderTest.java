package holdfast.psp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.kernel.Money;
import holdfast.psp.PaymentIntent.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the provider remembers, and what it survives. How it behaves is told by the contract of the gateways.
final class SandboxProviderTest {

    private static final Money PRICE = Money.of(1999, Currency.getInstance("GBP"));

    @TempDir
    Path folder;

    @Test
    void the_ledger_tells_every_movement_and_nothing_else() {
        try (var provider = SandboxProvider.inMemory()) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
            provider.capture("P1", PRICE, "c1");
            provider.refund("P1", Money.of(500, PRICE.currency()), "r1");
            provider.authorize("P2", PRICE, "pm_card_chargeDeclined", "a2");
            provider.authorize("P3", PRICE, "pm_card_visa", "a3");
            provider.cancel("P3", "v3");
            provider.authorize("P4", PRICE, "pm_card_threeDSecureRequired", "a4");
            provider.cancel("P4", "v4");
            provider.authorize("P5", PRICE, "pm_card_threeDSecureRequired", "a5");
            provider.passChallenge("P5");
            provider.passChallenge("P5");

            assertThat(provider.ledger())
                    .extracting(movement -> "%s %s %s %s"
                            .formatted(movement.kind(), movement.reference(), movement.amount(), movement.key()))
                    .containsExactly(
                            "AUTH P1 19.99 GBP a1",
                            "CAPTURE P1 19.99 GBP c1",
                            "REFUND P1 5.00 GBP r1",
                            "AUTH P3 19.99 GBP a3",
                            "VOID P3 19.99 GBP v3",
                            "AUTH P5 19.99 GBP a5");
        }
    }

    @Test
    void a_refusal_leaves_its_key_unused() {
        try (var provider = SandboxProvider.inMemory()) {
            assertThat(provider.capture("P1", PRICE, "c1")).isEqualTo(new Answer.Refused(Answer.Reason.NO_SUCH_INTENT));
            provider.authorize("P1", PRICE, "pm_card_threeDSecureRequired", "a1");
            assertThat(provider.capture("P1", PRICE, "c1"))
                    .isEqualTo(new Answer.Refused(Answer.Reason.UNEXPECTED_STATE));
            provider.passChallenge("P1");
            assertThat(provider.capture("P1", PRICE, "c1")).isInstanceOf(Answer.Done.class);
        }
    }

    @Test
    void a_part_of_what_was_set_aside_can_not_be_captured() {
        try (var provider = SandboxProvider.inMemory()) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");

            assertThat(provider.capture("P1", Money.of(1998, PRICE.currency()), "c1"))
                    .isEqualTo(new Answer.Refused(Answer.Reason.AMOUNT_MISMATCH));
            assertThat(provider.capture("P1", Money.of(1999, Currency.getInstance("USD")), "c2"))
                    .isEqualTo(new Answer.Refused(Answer.Reason.AMOUNT_MISMATCH));
        }
    }

    @Test
    void everything_is_known_again_after_a_restart() throws IOException {
        Path journal = folder.resolve("new/folder/sandbox.journal");
        List<PaymentIntent> intents;
        List<Movement> ledger;
        Answer refund;
        try (var provider = SandboxProvider.open(journal)) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
            provider.capture("P1", PRICE, "c1");
            refund = provider.refund("P1", Money.of(500, PRICE.currency()), "r1");
            provider.authorize("P2", PRICE, "pm_card_chargeDeclinedExpiredCard", "a2");
            provider.authorize("P3", PRICE, "pm_card_threeDSecureRequired", "a3");
            provider.authorize("P4", PRICE, "pm_card_authenticationRequired", "a4");
            provider.passChallenge("P3");
            provider.failChallenge("P4");
            provider.authorize("P5", PRICE, "pm_card_answerLostBeforeCharge", "a5");
            provider.cancel("P6", "v6");
            provider.authorize("P7 \"\t\n é", PRICE, "no\nsuch\ttoken", "a7\n");
            intents = provider.list();
            ledger = provider.ledger();
        }

        try (var provider = SandboxProvider.open(journal)) {
            assertThat(provider.list()).isEqualTo(intents);
            assertThat(provider.ledger()).isEqualTo(ledger);
            assertThat(provider.refund("P1", Money.of(500, PRICE.currency()), "r1"))
                    .isEqualTo(refund);
            assertThat(provider.refund("P1", Money.of(501, PRICE.currency()), "r1"))
                    .isEqualTo(new Answer.Refused(Answer.Reason.KEY_REUSED));
            assertThat(provider.authorize("P5", PRICE, "pm_card_answerLostBeforeCharge", "a5"))
                    .isInstanceOf(Answer.Done.class);
            assertThat(provider.ledger()).hasSize(ledger.size() + 1);
        }
    }

    @Test
    void what_was_made_within_a_time_is_listed_page_by_page() {
        var at = new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));
        try (var provider = SandboxProvider.inMemory(at::get)) {
            for (int i = 0; i < 10; i++) {
                provider.authorize("P" + i, PRICE, "pm_card_visa", "a" + i);
                at.set(at.get().plusSeconds(i % 2)); // Two are made at the same moment.
            }
            Instant from = Instant.parse("2026-11-23T12:00:01Z");
            List<String> listed = new ArrayList<>();
            Integer next = null;
            do {
                SandboxProvider.Page page = provider.list(from, from.plusSeconds(3), next, 4);
                assertThat(page.intents()).hasSizeBetween(1, 4);
                page.intents().forEach(intent -> listed.add(intent.reference()));
                next = page.next();
            } while (next != null);
            assertThat(listed).containsExactly("P2", "P3", "P4", "P5", "P6", "P7");
            assertThat(provider.list(from.plusSeconds(60), from.plusSeconds(90), null, 4))
                    .isEqualTo(new SandboxProvider.Page(List.of(), null));
        }
    }

    @Test
    void a_last_line_that_was_cut_short_at_any_byte_never_happened() throws IOException {
        Path journal = folder.resolve("sandbox.journal");
        try (var provider = SandboxProvider.open(journal)) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
        }
        byte[] before = Files.readAllBytes(journal);
        try (var provider = SandboxProvider.open(journal)) {
            provider.capture("P1", PRICE, "c1");
        }
        byte[] after = Files.readAllBytes(journal);

        for (int length = before.length; length < after.length; length++) {
            Files.write(journal, Arrays.copyOf(after, length));
            try (var provider = SandboxProvider.open(journal)) {
                assertThat(provider.retrieve("P1").orElseThrow().state()).isEqualTo(State.REQUIRES_CAPTURE);
                provider.capture("P1", PRICE, "c2");
            }
            try (var provider = SandboxProvider.open(journal)) {
                assertThat(provider.retrieve("P1").orElseThrow().state()).isEqualTo(State.SUCCEEDED);
            }
        }
    }

    @Test
    void a_header_that_was_cut_short_is_written_again() throws IOException {
        Path journal = folder.resolve("sandbox.journal");
        Files.writeString(journal, "holdfast-sand");

        try (var provider = SandboxProvider.open(journal)) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
        }
        try (var provider = SandboxProvider.open(journal)) {
            assertThat(provider.list()).hasSize(1);
        }
    }

    @Test
    void garbage_after_the_last_line_is_cut_off_and_garbage_before_it_is_refused() throws IOException {
        Path journal = folder.resolve("sandbox.journal");
        try (var provider = SandboxProvider.open(journal)) {
            provider.authorize("P1", PRICE, "pm_card_visa", "a1");
        }
        Files.write(journal, new byte[4096], StandardOpenOption.APPEND);
        try (var provider = SandboxProvider.open(journal)) {
            provider.capture("P1", PRICE, "c1");
        }

        Files.writeString(journal, Files.readString(journal).replace("pm_card_visa", "pm_card_amex"));

        assertThatThrownBy(() -> SandboxProvider.open(journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged in line 2");
    }

    @Test
    void a_file_of_somebody_else_is_left_alone() throws IOException {
        Path journal = Files.writeString(folder.resolve("notes.txt"), "buy milk and a new keyboard\n");

        assertThatThrownBy(() -> SandboxProvider.open(journal))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a sandbox journal");
        assertThat(journal).hasContent("buy milk and a new keyboard");
    }

    @Test
    void a_journal_has_one_owner_at_a_time() throws IOException {
        Path journal = folder.resolve("sandbox.journal");
        try (var provider = SandboxProvider.open(journal)) {
            assertThatThrownBy(() -> SandboxProvider.open(journal))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is in use by another process");
            assertThat(provider.list()).isEmpty();
        }
        SandboxProvider.open(journal).close();
    }

    @Test
    void many_shoppers_at_once_are_each_charged_once() throws IOException {
        int shoppers = 2_000;
        Path journal = folder.resolve("sandbox.journal");
        try (var provider = SandboxProvider.open(journal)) {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                IntStream.range(0, 2 * shoppers)
                        .forEach(i -> threads.execute(() -> {
                            String reference = "P" + i / 2; // each is asked for twice
                            provider.authorize(reference, PRICE, "pm_card_visa", reference + ":a");
                            provider.capture(reference, PRICE, reference + ":c");
                        }));
            }
            assertThat(provider.ledger()).hasSize(2 * shoppers);
        }
        try (var provider = SandboxProvider.open(journal)) {
            assertThat(provider.ledger()).hasSize(2 * shoppers);
            assertThat(provider.list())
                    .hasSize(shoppers)
                    .allSatisfy(intent -> assertThat(intent.captured()).isEqualTo(PRICE));
        }
    }
}
