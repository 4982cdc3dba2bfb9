package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Subprocess;
import holdfast.audit.Audit;
import holdfast.db.Database;
import holdfast.db.EmbeddedServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The audit as a user meets it: a process of its own, and the shop it looks at.
class AuditCommandTest {

    private static final String ALL_KEPT = "All " + Audit.INVARIANTS.size() + " promises are kept.";

    @TempDir
    Path data;

    @Test
    void after_a_sale_every_promise_is_kept_and_one_that_is_broken_is_shown() {
        assertThat(told(0, "flashsale", "--shoppers", "40", "--units", "10")).isNotEmpty();
        List<String> told = told(0, "audit");
        assertThat(told).contains(ALL_KEPT);
        assertThat(told).anyMatch(line -> line.matches("  P01 +a live order has exactly one live charge +10 +ok"));

        try (var server = process("start", "--port", "0", "--psp-port", "0")) {
            server.awaitLine(line -> line.startsWith("READY "));
            told = told(0, "audit");
            assertThat(told)
                    .contains((Audit.INVARIANTS.size() - 1) + " of " + Audit.INVARIANTS.size()
                            + " promises were looked at, and they are kept.")
                    .contains("  not looked at: G05: the shop is open");

            breakPromises();
            told = told(1, "audit", "--quiet");
            assertThat(told).last().asString().isEqualTo("BROKEN: S04 O10");
            assertThat(told)
                    .anyMatch(line -> line.matches("  S04 +on hand is the sum of its journal +\\d+ +1 VIOLATION"))
                    .anyMatch(line -> line.matches(" +FLASH-SALE in \\S+: 11 on hand, 10 by the journal"));

            JsonNode json = new JsonMapper().readTree(json(told(1, "audit", "--json")));
            assertThat(json.get("kept").asBoolean()).isFalse();
            assertThat(json.get("invariants")).hasSize(Audit.INVARIANTS.size());
            assertThat(json.get("invariants").get(3).get("violations").asInt()).isEqualTo(1);
        }
    }

    private void breakPromises() {
        String url = EmbeddedServer.urlOfRunning(data).orElseThrow();
        try (var database = new Database(url, 1)) {
            database.transact(tx -> tx.execute("""
                    update stock set on_hand = on_hand + 1;
                    update orders set payment_status = 'voided'
                    """));
        }
    }

    /// Without what was said to standard error.
    private static String json(List<String> told) {
        return String.join("\n", told.subList(told.indexOf("{"), told.size()));
    }

    private List<String> told(int exitCode, String command, String... options) {
        try (var process = process(command, options)) {
            assertThat(process.exitCode())
                    .as(String.join("\n", process.lines()))
                    .isEqualTo(exitCode);
            return process.lines();
        }
    }

    private Subprocess process(String command, String... options) {
        var arguments = new ArrayList<>(List.of(command, "--data", data.toString()));
        arguments.addAll(List.of(options));
        return Subprocess.java(Main.class, arguments.toArray(String[]::new));
    }
}
