package holdfast.psp;

import static holdfast.psp.StripeCaller.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a drill can let go wrong, and what the books say afterwards.
final class FaultsTest {

    private SandboxProvider provider;
    private SandboxServer server;
    private StripeCaller caller;

    @BeforeEach
    void start() {
        provider = SandboxProvider.inMemory();
        server = new SandboxServer(provider, "127.0.0.1", 0);
        caller = new StripeCaller(server.address());
    }

    @AfterEach
    void stop() {
        caller.close();
        server.close();
        provider.close();
    }

    @Test
    void an_answer_lost_before_the_effect_has_none() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'lost_before', 'operation': 'confirm_intent', 'times': 1}");

        assertThatThrownBy(() -> caller.confirm(intent, "k")).isInstanceOf(IOException.class);

        assertThat(provider.ledger()).isEmpty();
        assertThat(caller.confirm(intent, "k").statusCode()).isEqualTo(200);
    }

    @Test
    void an_answer_lost_after_the_effect_is_heard_when_asked_again() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'lost_after', 'payment': 'P1', 'operation': 'confirm_intent', 'times': 1}");

        assertThatThrownBy(() -> caller.confirm(intent, "k")).isInstanceOf(IOException.class);

        assertThat(provider.ledger()).hasSize(1);
        HttpResponse<String> again = caller.confirm(intent, "k");
        assertThat(json(again).get("status").asText()).isEqualTo("requires_capture");
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(provider.ledger()).hasSize(1);
    }

    @Test
    void an_error_after_the_effect_is_kept_under_the_key() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'error_after', 'operation': 'confirm_intent', 'times': 1}");

        HttpResponse<String> first = caller.confirm(intent, "k");
        HttpResponse<String> again = caller.confirm(intent, "k");

        assertThat(first.statusCode()).isEqualTo(500);
        assertThat(again.statusCode()).isEqualTo(500);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).hasValue("true");
        assertThat(caller.status(intent)).isEqualTo("requires_capture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"error_before 503", "rate_limited 429", "key_in_use 409"})
    void what_is_turned_away_leaves_nothing_behind(String fault) throws Exception {
        String intent = caller.intent("P1");
        String[] parts = fault.split(" ", -1);
        String status = parts[0].startsWith("error") ? ", 'status': 503" : "";
        arm("{'fault': '" + parts[0] + "', 'operation': 'confirm_intent', 'times': 1" + status + "}");

        HttpResponse<String> refused = caller.confirm(intent, "k");

        assertThat(refused.statusCode()).isEqualTo(Integer.parseInt(parts[1]));
        assertThat(provider.ledger()).isEmpty();
        HttpResponse<String> again = caller.confirm(intent, "k");
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(again.headers().firstValue("Idempotent-Replayed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut_short", "garbage"})
    void an_answer_that_can_not_be_read_comes_after_the_effect(String fault) throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': '" + fault + "', 'operation': 'confirm_intent', 'times': 1}");

        if (fault.equals("garbage")) {
            assertThat(caller.confirm(intent, "k").body()).startsWith("<html>");
        } else {
            assertThatThrownBy(() -> caller.confirm(intent, "k")).isInstanceOf(IOException.class);
        }

        assertThat(json(caller.confirm(intent, "k")).get("status").asText()).isEqualTo("requires_capture");
    }

    @Test
    void an_answer_can_tell_another_amount_or_currency() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'wrong_amount', 'operation': 'retrieve_intent', 'nth': 1},"
                + "{'fault': 'wrong_currency', 'operation': 'retrieve_intent', 'nth': 1}");

        assertThat(json(caller.get("/v1/payment_intents/" + intent))
                        .get("amount")
                        .asLong())
                .isEqualTo(2000);
        assertThat(json(caller.get("/v1/payment_intents/" + intent))
                        .get("currency")
                        .asText())
                .isEqualTo("chf");
        assertThat(json(caller.get("/v1/payment_intents/" + intent))
                        .get("amount")
                        .asLong())
                .isEqualTo(1999);
    }

    @Test
    void a_payment_can_be_processed_for_a_while() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'processing', 'operation': 'confirm_intent', 'delay_ms': 0}");

        assertThat(json(caller.confirm(intent, "k")).get("status").asText()).isEqualTo("processing");
        assertThat(caller.post("/v1/payment_intents/" + intent + "/capture", "", "c")
                        .statusCode())
                .isEqualTo(400);
        provider.approveLate();

        assertThat(caller.status(intent)).isEqualTo("requires_capture");
        assertThat(provider.ledger()).extracting(Movement::key).containsExactly("k");
    }

    @Test
    void a_refund_can_fail_later() throws Exception {
        String intent = caller.intent("P1");
        caller.confirm(intent, "k");
        caller.post("/v1/payment_intents/" + intent + "/capture", "", "c");
        arm("{'fault': 'refund_fails'}");
        JsonNode refund = json(caller.post("/v1/refunds", "payment_intent=" + intent + "&amount=500", "r"));
        assertThat(refund.get("status").asText()).isEqualTo("succeeded");

        caller.control("POST", "refunds/end", "");

        assertThat(json(caller.get("/v1/refunds/" + refund.get("id").asText()))
                        .get("status")
                        .asText())
                .isEqualTo("failed");
        assertThat(provider.retrieve(intent).orElseThrow().refunded().isZero()).isTrue();
    }

    @Test
    void the_second_request_under_a_key_waits_its_turn() throws Exception {
        String intent = caller.intent("P1");
        arm("{'fault': 'latency', 'operation': 'confirm_intent', 'delay_ms': 1500, 'nth': 1}");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<HttpResponse<String>> first = threads.submit(() -> caller.confirm(intent, "k"));
            while (struckCount() == 0) Thread.onSpinWait();

            HttpResponse<String> second = caller.confirm(intent, "k");

            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(json(second).at("/error/code").asText()).isEqualTo("idempotency_key_in_use");
            assertThat(second.headers().firstValue("Stripe-Should-Retry")).hasValue("true");
            assertThat(first.get().statusCode()).isEqualTo(200);
        }
    }

    private long struckCount() throws Exception {
        return json(caller.control("GET", "faults", "")).get("struck_count").asLong();
    }

    @Test
    void a_dead_provider_takes_connections_and_never_answers() throws Exception {
        String intent = caller.intent("P1");
        caller.control("POST", "pause", "");
        assertThatThrownBy(() -> caller.waiting(Duration.ofMillis(300)).confirm(intent, "k"))
                .isInstanceOf(HttpTimeoutException.class);
        assertThat(provider.ledger()).isEmpty();

        caller.control("POST", "resume", "");

        caller.waiting(Duration.ofSeconds(20));
        while (caller.confirm(intent, "k").statusCode() == 409) Thread.onSpinWait();
        assertThat(provider.ledger()).hasSize(1);
    }

    @Test
    void the_same_seed_and_requests_have_the_same_luck() throws Exception {
        List<List<Integer>> runs = new ArrayList<>();
        for (int seed : new int[] {7, 7, 8}) {
            caller.control(
                    "PUT",
                    "faults",
                    quoted("{'seed': " + seed
                            + ", 'rules': [{'fault': 'error_before', 'per_thousand': 300},"
                            + "{'fault': 'rate_limited', 'per_thousand': 100}]}"));
            List<Integer> run = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                run.add(caller.get("/v1/payment_intents/pi_nothing").statusCode());
            }
            runs.add(run);
        }
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
        assertThat(runs.get(2)).isNotEqualTo(runs.get(0));
        assertThat(runs.get(0)).contains(500, 429, 404);
        JsonNode told = json(caller.control("GET", "faults", ""));
        assertThat(told.at("/rules/0/rule/fault").asText()).isEqualTo("error_before");
        assertThat(told.at("/rules/0/matched").asInt()).isEqualTo(60);
        assertThat(told.get("struck").size()).isEqualTo(told.get("struck_count").asInt());
    }

    @Test
    void the_ledger_tells_every_payment_refund_and_movement() throws Exception {
        String intent = caller.intent("P1");
        caller.confirm(intent, "k");
        caller.post("/v1/payment_intents/" + intent + "/capture", "", "c");
        caller.post("/v1/refunds", "payment_intent=" + intent + "&amount=500", "r");

        List<String> lines = caller.control("GET", "ledger", "").body().lines().toList();

        assertThat(lines).hasSize(5);
        assertThat(lines.get(0))
                .startsWith("{\"line\":\"Intent\",\"reference\":\"" + intent + "\",\"payment_id\":\"P1\",\"state\":"
                        + "\"succeeded\",\"amount\":1999,\"currency\":\"GBP\",\"captured\":1999,\"refunded\":500,");
        assertThat(lines.get(2)).contains("\"kind\":\"AUTH\"", "\"key\":\"k\"");
    }

    @Test
    void what_was_set_aside_can_lapse() throws Exception {
        String intent = caller.intent("P1");
        caller.confirm(intent, "k");

        assertThat(caller.control("POST", "payments/" + intent + "/lapse", "").body())
                .contains("canceled");

        assertThat(json(caller.get("/v1/payment_intents/" + intent))
                        .get("cancellation_reason")
                        .asText())
                .isEqualTo("automatic");
        assertThat(caller.post("/v1/payment_intents/" + intent + "/capture", "", "c")
                        .statusCode())
                .isEqualTo(400);
        assertThat(caller.control("POST", "payments/pi_nothing/lapse", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void keys_can_be_forgotten() throws Exception {
        String intent = caller.intent("P1");
        caller.confirm(intent, "k");
        caller.control("POST", "keys/forget", quoted("{'older_than_seconds': -1}"));

        assertThat(caller.confirm(intent, "k").statusCode()).isEqualTo(400);
        assertThat(provider.ledger()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'fault': 'earthquake'}",
                "{'operation': 'confirm_intent'}",
                "{'fault': 'lost_before', 'operation': 'confirm'}",
                "{'fault': 'lost_before', 'per_thousand': 1001}",
                "{'fault': 'lost_before', 'whim': 1}",
                "{'fault': 'lost_before'"
            })
    void a_rule_that_makes_no_sense_is_refused(String rule) throws Exception {
        HttpResponse<String> refused = caller.control("POST", "faults", quoted(rule));

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).has("error")).isTrue();
        assertThat(json(caller.control("GET", "faults", "")).get("rules").isEmpty())
                .isTrue();
    }

    /// With single quotes in place of double ones.
    private void arm(String rules) throws Exception {
        HttpResponse<String> armed = caller.control("PUT", "faults", quoted("{'seed': 1, 'rules': [" + rules + "]}"));
        assertThat(armed.statusCode()).describedAs(armed.body()).isEqualTo(200);
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }
}
